"""The picture in the README, made on request."""

import os

import pytest

from settings import ROOT
from tests.journeys.conftest import Say, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.skipif(os.environ.get("KOBAN_SCREENSHOTS") != "1", reason="set KOBAN_SCREENSHOTS=1 to write docs/images")
def test_picture_of_an_answer(visit: Visit, say: Say) -> None:
    """The picture shows a real question with its real answer and sources."""
    page = visit("/chat?lang=en", width=1200, height=1000, color_scheme="light", device_scale_factor=1.5)
    say(page, "Where can I have my bicycle marked?")
    page.wait_for_timeout(300)
    folder = ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "chat.png")

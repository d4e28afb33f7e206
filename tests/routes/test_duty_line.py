"""The one sentence about who answers when."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.replies import Locales, load_locales
from routes.duty_line import duty_line
from settings import ROOT
from sites import load_site

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture(scope="module")
def locales() -> Locales:
    return load_locales()


@pytest.mark.parametrize(
    ("now", "on_duty", "said"),
    [
        (datetime(2026, 11, 23, 12, 0, tzinfo=WARSAW), True, "on duty until 20:00"),
        (datetime(2026, 11, 21, 9, 0, tzinfo=WARSAW), False, "today at 10:00"),
        (datetime(2026, 11, 22, 9, 0, tzinfo=WARSAW), False, "Monday, 23 November, 08:00"),
        (datetime(2026, 12, 25, 12, 0, tzinfo=WARSAW), False, "public holiday"),
    ],
)
def test_line_says_when_someone_answers(locales: Locales, now: datetime, on_duty: bool, said: str) -> None:
    """The line tells until when officers answer, or when they answer again, and knows public holidays."""
    line = duty_line(locales, load_site(ROOT / "sites", "nadrzecze"), now, "en")
    assert line.on_duty is on_duty
    assert said in line.text

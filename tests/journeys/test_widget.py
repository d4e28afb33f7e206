"""The widget on a municipal website."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Town, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_widget_works_on_a_listed_origin(visit: Visit, town: Town) -> None:
    """One script tag puts a button on the page; the chat opens, answers, keeps the conversation, and closes."""
    page = visit(town.welcome)
    launcher = page.locator("koban-assistant .launcher")
    launcher.click()
    chat = page.frame_locator("koban-assistant iframe")
    expect(chat.locator("html")).to_have_attribute("lang", "pl")
    chat.locator("body.live").wait_for()
    chat.locator("#text").fill("Gdzie mogę oznakować rower?")
    chat.locator("#text").press("Enter")
    answer = chat.locator(".message.assistant[data-id]")
    expect(answer).to_have_count(1)
    expect(answer.locator(".sources a").first).to_have_attribute("target", "_blank")
    chat.locator("#text").press("Escape")
    expect(launcher).to_be_focused()
    expect(page.locator("koban-assistant iframe")).to_be_hidden()
    page.reload()
    launcher.click()
    expect(answer).to_have_count(1)


def test_widget_takes_and_returns_the_focus(visit: Visit, town: Town) -> None:
    """Opening by keyboard puts the cursor into the chat; closing gives the focus back to the button."""
    page = visit(town.welcome)
    page.locator("koban-assistant .launcher").focus()
    page.keyboard.press("Enter")
    expect(page.frame_locator("koban-assistant iframe").locator("#text")).to_be_focused()
    page.locator("koban-assistant .close").click()
    expect(page.locator("koban-assistant .launcher")).to_be_focused()


def test_other_origins_are_refused(visit: Visit, town: Town) -> None:
    """On an origin that is not listed the browser shows nothing of the chat."""
    page = visit("/")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(town.stranger)
    page.locator("koban-assistant .launcher").click()
    page.wait_for_timeout(500)
    expect(page.frame_locator("koban-assistant iframe").locator("#text")).to_have_count(0)
    assert any("frame-ancestors" in text for text in refused)

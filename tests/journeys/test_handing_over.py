"""Officer and resident side by side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Say, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def ask_for_person(page: Page) -> None:
    page.locator("#person").click()
    page.locator("#consent").check()
    page.locator("#person-form button").click()
    expect(page.locator("#status")).to_contain_text("waiting for an officer")


def test_officer_and_resident_talk_live(visit: Visit, say: Say, officer: Callable[[str], Page]) -> None:
    """Waiting, taking over, answering and closing show on both sides without a reload; the assistant is silent."""
    desk = officer("anna")
    resident = visit("/chat?lang=en")
    question = "Who can look at a broken lamp in my street tonight?"
    say(resident, question)
    ask_for_person(resident)

    desk.get_by_role("link", name=question).click()
    desk.locator("#take").click()
    expect(resident.locator("#status.held")).to_contain_text("Anna Wrzos")

    desk.locator("#answer").fill("Good evening, this is Anna Wrzos.")
    desk.keyboard.press("Enter")
    expect(resident.locator(".message.officer")).to_contain_text("Good evening, this is Anna Wrzos.")

    answers = resident.locator(".message.assistant[data-id]").count()
    resident.fill("#text", "Thank you for coming!")
    resident.keyboard.press("Enter")
    expect(desk.locator("#talk")).to_contain_text("Thank you for coming!")
    assert resident.locator(".message.assistant[data-id]").count() == answers

    resident.reload()
    expect(resident.locator(".message.officer")).to_have_count(1)
    desk.get_by_role("button", name="Close the conversation").click()
    expect(resident.locator("#status")).to_be_empty()
    say(resident, "Where can I have my bicycle marked?")


def test_colleague_sees_who_holds_it(visit: Visit, say: Say, officer: Callable[[str], Page]) -> None:
    """What one officer takes leaves the other's queue by itself and stands with colleagues."""
    resident = visit("/chat?lang=en")
    question = "Is the counter open on Sundays for lost keys?"
    say(resident, question)
    ask_for_person(resident)
    anna, marek = officer("anna"), officer("marek")
    anna.get_by_role("link", name=question).click()
    anna.locator("#take").click()
    expect(marek.get_by_role("link", name=question)).to_have_count(0)
    marek.locator("#tab-others").click()
    expect(marek.locator("#entries")).to_contain_text("with asp. Anna Wrzos")

"""A resident reports something; an officer finds the incident."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Say, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_report_becomes_an_incident(visit: Visit, say: Say, officer: Callable[[str], Page]) -> None:
    """The report dialogue shows a summary to confirm and gives a reference; the officer's list has the incident."""
    page = visit("/chat?lang=en")
    say(page, "someone sprays the wall of the school on Lipowa every weekend")
    summary = page.locator(".message.assistant .steps").last
    expect(summary).to_contain_text("Lipowa")
    page.locator(".choice").first.click()
    filed = page.locator(".message.assistant", has_text="NDZ-")
    expect(filed).to_be_visible()
    desk = officer("anna")
    desk.get_by_role("link", name="Incidents").click()
    row = desk.locator("tbody tr").first
    expect(row).to_contain_text("Vandalism")
    row.locator("a").click()
    expect(desk.locator("main")).to_contain_text("someone sprays the wall of the school")

"""The same page with scripts switched off."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_conversation_works_with_forms(visit: Visit) -> None:
    """Asking, reading the source, choosing, asking for a person: all of it works with forms."""
    page = visit("/chat?lang=pl", java_script_enabled=False)
    page.fill("#text", "Gdzie mogę oznakować rower?")
    page.click(".send")
    answer = page.locator(".message.assistant[data-id]")
    expect(answer).to_have_count(1)
    expect(answer).to_be_in_viewport()
    answer.locator(".cite").first.click()
    expect(page.locator("mark#quote")).to_be_in_viewport()
    page.goto("/chat?lang=pl")
    page.click("#person")
    page.check("#consent")
    page.click("#person-form button")
    expect(page.locator("#status.queued")).to_be_visible()


def test_officer_pages_work_with_forms(visit: Visit) -> None:
    """An officer signs in and reaches every list with scripts switched off."""
    page = visit("/officer?lang=en", java_script_enabled=False)
    page.fill("#username", "marek")
    page.fill("#password", "four unrelated words")
    page.click("main button")
    for name in ("mine", "others", "closed", "waiting"):
        page.click(f"#tab-{name}")
        expect(page.locator(f"#tab-{name}")).to_have_attribute("aria-current", "page")

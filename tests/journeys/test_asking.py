"""A resident asks and reads the answer with its source."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Say, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_answer_in_polish_leads_to_its_sentence(visit: Visit, say: Say) -> None:
    """A question in Polish gets a cited answer in Polish; the citation opens the very sentence, highlighted."""
    page = visit("/chat?lang=pl")
    say(page, "Gdzie mogę oznakować rower?")
    answer = page.locator(".message.assistant[data-id]").last
    expect(answer.locator(".bubble")).to_have_attribute("lang", "pl")
    answer.locator(".sources summary").click()
    quote = answer.locator(".sources q").first.inner_text()
    answer.locator(".sources a").first.click()
    mark = page.locator("mark#quote")
    expect(mark).to_be_in_viewport()
    assert mark.inner_text()[:20] in quote
    page.locator("a.back").click()
    expect(page.locator(".message.resident .bubble")).to_have_text("Gdzie mogę oznakować rower?")


def test_conversation_survives_a_reload(visit: Visit, say: Say) -> None:
    """After a reload the same messages stand there, each once and in order."""
    page = visit("/chat?lang=en")
    say(page, "Where can I have my bicycle marked?")
    say(page, "Thank you!")
    before = page.locator(".message .bubble").all_inner_texts()
    page.reload()
    expect(page.locator(".message .bubble")).to_have_count(len(before))
    assert page.locator(".message .bubble").all_inner_texts() == before


def test_language_can_change_in_the_middle(visit: Visit, say: Say) -> None:
    """A question in another language is answered in it, the page says which, and offers itself in it."""
    page = visit("/chat?lang=en")
    say(page, "Gdzie i kiedy mogę oznakować swój rower na komisariacie?")
    expect(page.locator(".message.assistant[data-id] .bubble").last).to_have_attribute("lang", "pl")
    expect(page.locator("#reply-language option").first).to_have_text("Polski (detected)")
    page.locator("#page-language").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page.locator(".message.resident")).to_have_count(1)


def test_starter_questions_can_be_clicked(visit: Visit) -> None:
    """A click on an example asks it, and the examples make room."""
    page = visit("/chat?lang=en")
    page.locator(".starters .choice").nth(2).click()
    expect(page.locator(".message.assistant[data-id]")).to_have_count(1)
    expect(page.locator("#starters")).to_be_hidden()


def test_danger_shows_the_number_at_once(visit: Visit, say: Say) -> None:
    """A message that tells of danger is answered with a button that dials 112."""
    page = visit("/chat?lang=en", width=360, height=740)
    say(page, "a man with a knife is in my flat now")
    call = page.locator(".message.emergency .call")
    expect(call).to_be_in_viewport()
    expect(call).to_have_attribute("href", "tel:112")


def test_answers_are_rated_with_a_reason(visit: Visit, say: Say) -> None:
    """Thumbs down asks why; the reason is sent and thanked for."""
    page = visit("/chat?lang=en")
    say(page, "Where can I have my bicycle marked?")
    page.get_by_role("button", name="No, this was not helpful").click()
    page.get_by_label("What was wrong or missing?").fill("I wanted the price")
    with page.expect_response("**/feedback") as sent:
        page.locator(".feedback-reason button").click()
    assert sent.value.status == 204
    expect(page.locator(".feedback")).to_have_text("Thank you.")


def test_conversation_is_downloaded_and_deleted(visit: Visit, say: Say) -> None:
    """The download holds what was said; after deleting nothing is left, here or on the server."""
    page = visit("/chat?lang=en")
    say(page, "Where can I have my bicycle marked?")
    page.locator("#menu summary").click()
    with page.expect_download() as download:
        page.locator("#download").click()
    assert "Where can I have my bicycle marked?" in download.value.path().read_text()
    page.locator("#menu summary").click()
    page.locator("#delete").click()
    page.locator("#delete-form button").click()
    expect(page.locator("#status")).to_have_text("The conversation was deleted.")
    page.reload()
    expect(page.locator(".message[data-id]")).to_have_count(0)

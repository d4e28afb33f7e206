"""When the connection fails nothing is lost and nothing is doubled."""

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import Say, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
MESSAGES = "**/api/v1/conversations/*/messages"


def test_failed_message_is_sent_again(visit: Visit, say: Say) -> None:
    """A message that could not be sent is marked, kept over a reload, and sent once by "Try again"."""
    page = visit("/chat?lang=en")
    say(page, "Hello")
    page.route(MESSAGES, lambda route: route.abort())
    page.fill("#text", "Where can I have my bicycle marked?")
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_contain_text("Not sent: no connection.")
    page.reload()
    expect(page.locator(".failed")).to_contain_text("Where can I have my bicycle marked?")
    page.unroute(MESSAGES)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".message.assistant[data-id]")).to_have_count(2)
    expect(page.locator(".failed")).to_have_count(0)
    page.reload()
    expect(page.locator(".message.resident")).to_have_count(2)


def test_lost_answer_is_fetched_without_doubling(visit: Visit, say: Say) -> None:
    """When the server took the message but its answer got lost, trying again shows the same answer once."""
    page = visit("/chat?lang=en")
    say(page, "Hello")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(MESSAGES, lose_the_answer)
    page.fill("#text", "Where can I have my bicycle marked?")
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_have_count(1)
    page.unroute(MESSAGES)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".message.assistant[data-id]")).to_have_count(2)
    page.reload()
    expect(page.locator(".message.resident")).to_have_count(2)
    expect(page.locator(".message.assistant[data-id]")).to_have_count(2)


def test_vanished_conversation_starts_anew(visit: Visit, say: Say) -> None:
    """A conversation that was deleted elsewhere is replaced by a new one, and the message is not lost."""
    page = visit("/chat?lang=en")
    say(page, "Hello")
    page.evaluate("""async () => {
      const key = Object.keys(localStorage).find((name) => name.startsWith("koban:"));
      const { id, token } = JSON.parse(localStorage[key]).conversation;
      await fetch(`/api/v1/conversations/${id}`, { method: "DELETE", headers: { Authorization: `Bearer ${token}` } });
    }""")
    say(page, "Where can I have my bicycle marked?")
    expect(page.locator("#status")).to_contain_text("A new one has been started.")


def test_long_message_counts_down(visit: Visit) -> None:
    """The counter tells how many characters are left, and the field takes no more."""
    page = visit("/chat?lang=en")
    page.fill("#text", "x" * 3990)
    expect(page.locator("#counter.low")).to_have_text("Characters left: 10")

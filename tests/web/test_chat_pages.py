"""The conversation without scripts: forms and a cookie."""

import re
from uuid import uuid4

from fastapi.testclient import TestClient

from routes.parts import Parts
from routes.resident_cookie import CHAT_COOKIE
from tests.web.conftest import Visit


def say(browser: TestClient, text: str, key: str | None = None, **more: str) -> str:
    """Send the composer's form and give the page that follows."""
    form = {"text": text, "client_message_id": key or uuid4().hex} | more
    answer = browser.post("/chat?lang=en", data=form)
    assert answer.status_code == 303
    return browser.get(answer.headers["location"]).text


def messages(page: str) -> list[str]:
    return re.findall(r'<li class="message (\w+)" data-id', page)


def test_message_and_reply_appear(browser: TestClient) -> None:
    """What was said and what was answered stand on the page, in this order, and survive a reload."""
    page = say(browser, "What does a drone licence cost?")
    assert messages(page) == ["resident", "assistant"]
    assert "What does a drone licence cost?" in page
    assert messages(browser.get("/chat").text) == ["resident", "assistant"]


def test_form_sent_twice_is_one_message(browser: TestClient) -> None:
    """Reloading the form's answer sends nothing twice."""
    say(browser, "Hello", "same")
    assert messages(say(browser, "Hello", "same")) == ["resident", "assistant"]


def test_choice_wins_over_text(browser: TestClient) -> None:
    """A pressed button says its own words and leaves the field out."""
    page = say(browser, "half a senten", choice="Where can I have my bicycle marked?")
    assert "Where can I have my bicycle marked?" in page
    assert "half a senten" not in page


def test_markup_is_shown_as_text(browser: TestClient) -> None:
    """A script tag in a message is text on the page."""
    page = say(browser, "<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_cookie_is_for_the_server_alone(browser: TestClient) -> None:
    """The conversation's cookie cannot be read by scripts or sent by other sites' forms."""
    answer = browser.post("/chat", data={"text": "Hello", "client_message_id": "a"})
    cookie = answer.headers["set-cookie"]
    assert CHAT_COOKIE in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_empty_and_endless_messages_are_refused(browser: TestClient) -> None:
    """An empty or far too long message is explained beside the field, and nothing is stored."""
    for text, said in (("   ", "Write a message first."), ("x" * 4001, "too long")):
        answer = browser.post("/chat?lang=en", data={"text": text, "client_message_id": "a"})
        assert answer.status_code == 422
        assert said in answer.text
    assert CHAT_COOKIE not in browser.cookies


def test_refused_text_stays_in_the_field(browser: TestClient) -> None:
    """What was written is not lost when it is refused."""
    answer = browser.post("/chat?lang=en", data={"text": "y" * 4001, "client_message_id": "a"})
    assert "y" * 4001 in answer.text


def test_foreign_and_broken_cookies_open_nothing(browser: TestClient, visit: Visit) -> None:
    """Another conversation's id with a wrong token shows an empty page."""
    say(browser, "My secret question")
    conversation_id = browser.cookies[CHAT_COOKIE].partition(".")[0]
    for value in (f"{conversation_id}.wrong", f"{conversation_id}.", "x", "."):
        other = visit()
        other.cookies.set(CHAT_COOKIE, value)
        page = other.get("/chat").text
        assert "My secret question" not in page
        assert messages(page) == []


def test_answer_language_can_be_fixed(browser: TestClient, parts: Parts) -> None:
    """A chosen answer language is kept for the conversation and shown as chosen."""
    page = say(browser, "Hello", language="de")
    assert re.search(r'<option value="de" lang="de" selected>', page)


def test_person_needs_consent(browser: TestClient) -> None:
    """Nothing is handed over before the box is ticked; what was written stays."""
    answer = browser.post("/chat/person?lang=en", data={"contact": "600 100 200"})
    assert answer.status_code == 422
    assert "Tick the box" in answer.text
    assert "600 100 200" in answer.text


def test_person_can_be_asked_for(browser: TestClient) -> None:
    """With consent the conversation waits, the page says so and looks again by itself."""
    answer = browser.post("/chat/person?lang=en", data={"consent": "true"})
    page = browser.get(answer.headers["location"]).text
    assert "You are waiting for an officer." in page
    assert 'http-equiv="refresh"' in page


def test_answers_can_be_rated(browser: TestClient, parts: Parts) -> None:
    """Yes and No under an answer are kept; a rating of somebody else's message is not."""
    page = say(browser, "What does a drone licence cost?")
    found = re.search(r'name="message_id" value="(\w+)"', page)
    assert found
    rated = {"message_id": found[1], "helpful": "false"}
    assert browser.post("/chat/feedback", data=rated).status_code == 303


def test_conversation_can_be_downloaded(browser: TestClient) -> None:
    """The download holds who said what, as plain text."""
    say(browser, "What does a drone licence cost?")
    answer = browser.get("/chat/download?lang=en")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "attachment" in answer.headers["content-disposition"]
    assert re.search(r"You \(2026-11-23 12:00\)\nWhat does a drone licence cost\?", answer.text)


def test_conversation_can_be_deleted(browser: TestClient, parts: Parts) -> None:
    """Deleting removes the conversation from the database and from the browser."""
    say(browser, "Hello")
    conversation_id = browser.cookies[CHAT_COOKIE].partition(".")[0]
    browser.post("/chat/delete")
    assert parts.conversations.get(conversation_id) is None
    assert CHAT_COOKIE not in browser.cookies
    assert messages(browser.get("/chat").text) == []

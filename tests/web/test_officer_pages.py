"""Staff pages: signing in, the queue, one conversation, incidents."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from routes.parts import Parts
from routes.session import SESSION_COOKIE
from tests.web.conftest import PASSWORD, SignIn

Token = Callable[[TestClient], str]


def act(client: TestClient, conversation: str, action: str, token: str, **more: str) -> int:
    data = {"csrf": token, "client_message_id": "a1"} | more
    return client.post(f"/officer/conversations/{conversation}/{action}", data=data).status_code


@pytest.mark.parametrize("path", ["/officer", "/officer/incidents", "/officer/conversations/x", "/officer/incidents/x"])
def test_staff_pages_ask_to_sign_in(browser: TestClient, path: str) -> None:
    """Without a session every staff page leads to the sign-in."""
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/officer/sign-in")


def test_wrong_and_unknown_look_alike(browser: TestClient) -> None:
    """A wrong password and an unknown name give the same page."""
    pages = []
    for name in ("anna", "nobody"):
        answer = browser.post("/officer/sign-in?lang=en", data={"username": name, "password": "wrong password"})
        assert answer.status_code == 401
        pages.append(answer.text.replace(name, ""))
    assert pages[0] == pages[1]
    assert "Name or password is not right." in pages[0]


def test_session_cookie_is_strict(browser: TestClient) -> None:
    """The session's cookie is out of reach of scripts and of other sites."""
    answer = browser.post("/officer/sign-in", data={"username": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_other_sites_cannot_sign_anyone_in(browser: TestClient) -> None:
    """A sign-in form sent from another site is refused, also with the right password."""
    data = {"username": "anna", "password": PASSWORD}
    answer = browser.post("/officer/sign-in", data=data, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 409
    assert SESSION_COOKIE not in browser.cookies


def test_roles_open_their_own_pages_only(sign_in: SignIn, waiting: str) -> None:
    """An editor signs in but reads no conversation and no incident."""
    editor = sign_in("edyta")
    for path in ("/officer", f"/officer/conversations/{waiting}", "/officer/incidents", "/officer/events"):
        assert editor.get(path).status_code == 403


def test_queue_shows_who_waits(sign_in: SignIn, waiting: str) -> None:
    """The queue shows the first line masked, with reason, language and waiting time."""
    page = sign_in("anna").get("/officer?lang=en").text
    assert f"/officer/conversations/{waiting}" in page
    for shown in ("Asked for a person", "English", "waiting for 1 minute"):
        assert shown in page
    assert "600 100 200" not in page
    assert "<b>please" not in page


def test_conversation_is_masked(sign_in: SignIn, waiting: str) -> None:
    """The conversation shows no telephone number that the resident wrote in passing."""
    page = sign_in("anna").get(f"/officer/conversations/{waiting}?lang=en").text
    assert "call me" in page
    assert "600 100 200" not in page


def test_unhanded_conversations_stay_closed(sign_in: SignIn, parts: Parts) -> None:
    """A conversation that nobody handed over is not found, whoever asks."""
    started = parts.chat.start("en", "web")
    parts.chat.say(started.id, started.token, "private", "m1")
    assert sign_in("anna").get(f"/officer/conversations/{started.id}").status_code == 404


def test_conversation_from_taking_to_closing(sign_in: SignIn, csrf: Token, parts: Parts, waiting: str) -> None:
    """One officer takes it, answers and closes it; the resident has the words, a colleague cannot interfere."""
    anna, marek = sign_in("anna"), sign_in("marek")
    anna_token, marek_token = csrf(anna), csrf(marek)
    assert act(anna, waiting, "take", anna_token) == 303
    assert act(marek, waiting, "take", marek_token) == 409
    assert act(marek, waiting, "answer", marek_token, text="me too") == 409
    assert act(anna, waiting, "answer", anna_token, text="Good day, how can I help?") == 303
    assert act(anna, waiting, "answer", anna_token, text="Good day, how can I help?") == 303
    said = [message.text for message in parts.chat.transcript(waiting) if message.author == "officer"]
    assert said == ["Good day, how can I help?"]
    assert act(anna, waiting, "close", anna_token) == 303
    assert waiting in anna.get("/officer?list=closed").text
    assert act(anna, waiting, "answer", anna_token, text="one more") == 409


def test_refused_answer_stays_in_the_field(sign_in: SignIn, csrf: Token, waiting: str) -> None:
    """An answer that cannot be sent is shown again with the reason."""
    marek = sign_in("marek")
    data = {"csrf": csrf(marek), "client_message_id": "a2", "text": "a long careful answer"}
    answer = marek.post(f"/officer/conversations/{waiting}/answer?lang=en", data=data)
    assert answer.status_code == 409
    assert "A colleague has taken this conversation." in answer.text
    assert "a long careful answer" not in marek.get(f"/officer/conversations/{waiting}").text


def test_conversation_goes_back_to_the_assistant(sign_in: SignIn, csrf: Token, parts: Parts, waiting: str) -> None:
    """A returned conversation stands under Ended and the assistant answers again."""
    anna = sign_in("anna")
    token = csrf(anna)
    act(anna, waiting, "take", token)
    assert act(anna, waiting, "return", token) == 303
    entry = parts.handoffs.entry("nadrzecze", waiting)
    assert entry is not None
    assert entry.state == "returned"


@pytest.mark.parametrize("action", ["take", "answer", "return", "close"])
@pytest.mark.parametrize("token", ["", "wrong", "żółw"])
def test_changes_need_the_form_token(sign_in: SignIn, parts: Parts, waiting: str, action: str, token: str) -> None:
    """Without the session's form token nothing changes."""
    anna = sign_in("anna")
    assert act(anna, waiting, action, token, text="x") == 409
    entry = parts.handoffs.entry("nadrzecze", waiting)
    assert entry is not None
    assert entry.state == "queued"


def test_signing_out_ends_the_session(sign_in: SignIn, csrf: Token) -> None:
    """After signing out the old cookie opens nothing."""
    anna = sign_in("anna")
    cookie = anna.cookies[SESSION_COOKIE]
    assert anna.post("/officer/sign-out", data={"csrf": csrf(anna)}).status_code == 303
    anna.cookies.set(SESSION_COOKIE, cookie)
    assert anna.get("/officer").status_code == 303


def test_incidents_are_listed(sign_in: SignIn) -> None:
    """The incident list opens, and an unknown reference is explained."""
    anna = sign_in("anna")
    assert anna.get("/officer/incidents").status_code == 200
    assert anna.get("/officer/incidents/NDZ-0000-XXXX").status_code == 404


def test_every_form_carries_the_token(sign_in: SignIn, csrf: Token, waiting: str) -> None:
    """Each form of the staff pages has the session's token in it."""
    anna = sign_in("anna")
    act(anna, waiting, "take", csrf(anna))
    page = anna.get(f"/officer/conversations/{waiting}").text
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    assert len(forms) == 4
    assert all('name="csrf"' in form for form in forms)

"""The residents' API: what it promises, and what it does with bad input."""

import json
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.accounts import Role
from assistant.bootstrap import Installation
from assistant.desk import Actor


def _start(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post("/api/v1/conversations", json={"language": "pl", **body})
    assert response.status_code == 201
    started: dict[str, Any] = response.json()
    return started


def _auth(started: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {started['token']}"}


def _say(client: TestClient, started: dict[str, Any], text: Any, key: str = "1", **headers: str) -> Any:
    return client.post(
        f"/api/v1/conversations/{started['id']}/messages",
        json={"text": text, "client_message_id": key},
        headers=_auth(started) | headers,
    )


def test_start_tells_what_it_is_and_who_is_on_duty(client: TestClient) -> None:
    """The first answer holds token, greeting, the notice that this is an AI, duty and example questions."""
    started = _start(client, language="en")
    assert {"id", "token", "language", "greeting", "notice", "duty", "starters"} <= started.keys()
    assert "AI" in started["notice"]
    assert started["duty"]["on_duty"] is True
    assert "on duty until" in started["duty"]["text"]
    assert len(started["starters"]) == 4


def test_reply_keeps_the_promised_fields(client: TestClient) -> None:
    """A reply names outcome, text, language, route, confidence, citations and ids."""
    started = _start(client)
    reply = _say(client, started, "Gdzie oznakuję rower?").json()
    assert reply["outcome"] == "answered"
    fields = {"article", "version", "title", "language", "passage", "start", "end", "quote"}
    assert reply["citations"][0].keys() >= fields
    assert reply["message_id"]
    assert reply["sequence"] == 1


def test_conversation_is_resumed_whole(client: TestClient) -> None:
    """After a reload everything that was said is there, in order."""
    started = _start(client)
    _say(client, started, "Dzień dobry", "1")
    _say(client, started, "Gdzie oznakuję rower?", "2")
    resumed = client.get(f"/api/v1/conversations/{started['id']}", headers=_auth(started)).json()
    assert [message["sequence"] for message in resumed["messages"]] == [1, 2, 3, 4]
    assert [message["client_message_id"] for message in resumed["messages"]] == ["1", None, "2", None]
    assert resumed["last_event_id"] == 4


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 422, "invalid-request"),
        (b"{", 422, "invalid-request"),
        (b"\xff\xfe\x00", 422, "invalid-request"),
        (b'{"text": 5, "client_message_id": "1"}', 422, "invalid-request"),
        (b'{"text": "hello"}', 422, "invalid-request"),
        (b'{"text": "hello", "client_message_id": "1", "admin": true}', 422, "invalid-request"),
        (b'{"text": "", "client_message_id": "1"}', 422, "message-refused"),
        (json.dumps({"text": "x" * 5000, "client_message_id": "1"}).encode(), 422, "message-refused"),
        (json.dumps({"text": "x" * 100_000, "client_message_id": "1"}).encode(), 413, "too-large"),
    ],
)
def test_bad_bodies_get_problem_details(client: TestClient, body: bytes, status: int, kind: str) -> None:
    """Each kind of bad input gets a status, a stable type and a reason, and stores nothing."""
    started = _start(client)
    response = client.post(
        f"/api/v1/conversations/{started['id']}/messages",
        content=body,
        headers=_auth(started) | {"content-type": "application/json"},
    )
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith(kind)
    resumed = client.get(f"/api/v1/conversations/{started['id']}", headers=_auth(started)).json()
    assert resumed["messages"] == []


def test_other_tokens_open_nothing(client: TestClient) -> None:
    """Another conversation's token, none and a forged one are answered alike, on every path."""
    mine, other = _start(client), _start(client)
    bodies: dict[str, Any] = {"/messages": {"text": "hi", "client_message_id": "1"}, "/handoff": {}}
    for path, method in [("", "GET"), ("", "DELETE"), ("/messages", "POST"), ("/handoff", "POST"), ("/events", "GET")]:
        for token in (other["token"], "", "x" * 43):
            response = client.request(
                method,
                f"/api/v1/conversations/{mine['id']}{path}",
                headers={"Authorization": f"Bearer {token}"},
                json=bodies.get(path),
            )
            assert response.status_code == 404, (path, method)


def test_place_in_the_queue_survives_a_reload(client: TestClient) -> None:
    """Who waits is told their place whenever the conversation is loaded; who does not wait has none."""
    both = [_start(client), _start(client)]

    def places() -> set[int | None]:
        paths = [(f"/api/v1/conversations/{started['id']}", _auth(started)) for started in both]
        return {client.get(path, headers=auth).json()["position"] for path, auth in paths}

    assert places() == {None}
    for started in both:
        client.post(f"/api/v1/conversations/{started['id']}/handoff", json={}, headers=_auth(started))
    assert places() == {1, 2}


def test_unknown_language_falls_back(client: TestClient) -> None:
    """A page that asks for a language the site lacks gets the site's own."""
    assert _start(client, language="tlh")["language"] == "pl"


def test_choosing_an_unknown_language_is_refused(client: TestClient) -> None:
    """A language the site does not speak is refused with those that it does."""
    started = _start(client)
    response = client.post(
        f"/api/v1/conversations/{started['id']}/language", json={"language": "tlh"}, headers=_auth(started)
    )
    assert response.status_code == 422
    assert "pl" in response.json()["detail"]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202egnitset", "🙂" * 500, "a\x00b", "\u202e" + "ж" * 3999]
)
def test_odd_text_is_answered(client: TestClient, text: str) -> None:
    """Markup, control characters, emoji and one endless word get a reply like any other text."""
    response = _say(client, _start(client), text)
    assert response.status_code == 200
    assert response.json()["outcome"]


def test_feedback_belongs_to_the_conversation(client: TestClient) -> None:
    """Thumbs are kept for a reply of this conversation and refused for any other."""
    started = _start(client)
    reply = _say(client, started, "Gdzie oznakuję rower?").json()
    path = f"/api/v1/conversations/{started['id']}/feedback"
    good = client.post(path, json={"message_id": reply["reply_id"], "helpful": True}, headers=_auth(started))
    assert good.status_code == 204
    wrong = client.post(path, json={"message_id": "other", "helpful": True}, headers=_auth(started))
    assert wrong.status_code == 422


def test_what_cannot_be_read_is_explained(client: TestClient) -> None:
    """Halves of surrogate pairs, endless event numbers and unknown languages break nothing."""
    started = _start(client)
    path, auth = f"/api/v1/conversations/{started['id']}", _auth(started)
    json_type = {"content-type": "application/json"}
    for body in (
        rb'{"text": "a", "client_message_id": "\ud800"}',
        rb'{"text": "a", "client_message_id": "1", "\ud800": 1}',
    ):
        assert client.post(f"{path}/messages", content=body, headers=auth | json_type).status_code == 422
    foreign = {"text": "Where can I have my bicycle marked?", "client_message_id": "1", "language": "tlh"}
    assert client.post(f"{path}/messages", json=foreign, headers=auth).json()["outcome"] == "answered"
    client.delete(path, headers=auth)
    answer = client.get(f"{path}/events", headers=auth | {"Last-Event-ID": "9" * 5000})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_deleted_means_gone(client: TestClient) -> None:
    """After DELETE the conversation is unknown."""
    started = _start(client)
    path = f"/api/v1/conversations/{started['id']}"
    assert client.delete(path, headers=_auth(started)).status_code == 204
    assert client.get(path, headers=_auth(started)).status_code == 404


def test_too_many_messages_are_slowed(client: TestClient, installation: Installation) -> None:
    """More messages than the site allows in a minute are refused, politely and by status."""
    started = _start(client)
    limit = installation.settings.messages_per_minute
    statuses = [_say(client, started, "ok", "same").status_code for _ in range(limit + 5)]
    assert statuses[:limit] == [200] * limit
    assert statuses[-1] == 429


def test_officers_words_arrive_live_and_resume(client: TestClient, installation: Installation) -> None:
    """The event stream gives what was missed after Last-Event-ID and then what happens, each once, in order."""
    started = _start(client)
    client.post(f"/api/v1/conversations/{started['id']}/handoff", json={}, headers=_auth(started))
    account = installation.accounts.add(
        "anna", display_name="Anna", role=Role.OFFICER, site="nadrzecze", password="correct horse battery"
    )
    anna = Actor(account.id, account.display_name, account.site)

    def officer_side() -> None:
        installation.desk.claim(started["id"], anna)
        installation.desk.say(started["id"], anna, "Dzień dobry")
        installation.chat.delete(started["id"], started["token"])

    events: list[tuple[int, str]] = []
    threading.Timer(0.3, officer_side).start()
    headers = _auth(started) | {"Last-Event-ID": "1"}
    with client.stream("GET", f"/api/v1/conversations/{started['id']}/events", headers=headers) as stream:
        number = 0
        for line in stream.iter_lines():
            if line.startswith("id:"):
                number = int(line.split(":")[1])
            if line.startswith("event:"):
                events.append((number, line.split(":")[1].strip()))
    assert [kind for _, kind in events][:2] == ["message", "handoff"]


def test_security_headers_stand_on_every_answer(client: TestClient) -> None:
    """Strict content policy and no sniffing, on pages, API and errors alike."""
    for path in ("/health/live", "/chat", "/api/v1/conversations/none", "/nothing-here"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"


def test_health_and_metrics(client: TestClient) -> None:
    """Alive, ready with the number of passages, and countable."""
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json()["passages"] > 0
    assert "koban_requests_total" in client.get("/metrics").text

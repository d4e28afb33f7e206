"""The bench: what it counts is what happened."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from eval.bench import BenchInvalid, figures, parse_concurrency, read_script, show, sound
from eval.bench_load import Load, Script, drive
from eval.bench_server import BenchFailed, ServerProcess
from sites.site import LANGUAGES

SCRIPT = Script([("en", "Where is it?"), ("pl", "Gdzie to jest?")], [("en", ["Noise!", "on Lipowa", "yes"])], twice=0.4)


class _Service(BaseHTTPRequestHandler):
    """Speaks the residents' API over a dictionary; `fault` makes it lose or double messages, or fail."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fault: ClassVar[str] = ""
    talks: ClassVar[dict[str, list[dict[str, Any]]]] = {}
    lock: ClassVar[threading.Lock] = threading.Lock()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.lock:
            if self.path.endswith("/messages"):
                self._say(self.path.split("/")[-2], body)
                return
            name = f"c{len(self.talks)}"
            self.talks[name] = []
        self._send(201, {"id": name, "token": "t"})

    def _say(self, name: str, body: dict[str, Any]) -> None:
        stored = self.talks[name]
        earlier = next((m for m in stored if m.get("key") == body["client_message_id"]), None)
        if earlier and self.fault != "double":
            self._send(200, earlier["answer"])
            return
        number = len(stored)
        answer = {"message_id": f"{name}-{number}", "reply_id": f"{name}-{number}-r", "outcome": "answered"}
        if self.fault == "fail":
            self._send(503, {})
            return
        if self.fault != "lose":
            stored.append(
                {"id": answer["message_id"], "author": "resident", "key": body["client_message_id"]}
                | {"answer": answer}
            )
            stored.append({"id": answer["reply_id"], "author": "assistant"})
        self._send(200, answer)

    def do_GET(self) -> None:
        with self.lock:
            self._send(200, {"messages": self.talks[self.path.split("/")[-1]]})

    def _send(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    _Service.talks.clear()
    _Service.fault = ""


def _drive(url: str) -> Load:
    return asyncio.run(drive(url, SCRIPT, 3, 0.6))


def test_sound_service_has_no_losses(service: str) -> None:
    """Everybody is answered, also who sent twice, and nothing is missing afterwards."""
    load = _drive(service)
    assert (load.errors, load.lost, load.doubled) == ({}, 0, 0)
    assert load.sent_twice > 0
    assert len(load.enquiry_ms) > len(load.other_ms) > 0
    assert sum(load.outcomes.values()) == sum(len(talk.messages) for talk in load.talks)
    assert sound({"levels": [figures(load)]})


@pytest.mark.parametrize("fault", ["lose", "double"])
def test_losses_and_doubles_are_counted(service: str, fault: str) -> None:
    """An acknowledged message that is not stored is lost; the same message twice in the store is doubled."""
    _Service.fault = fault
    load = _drive(service)
    assert (load.lost > 0, load.doubled > 0) == (fault == "lose", fault == "double")
    assert not sound({"levels": [figures(load)]})


def test_failures_are_counted(service: str) -> None:
    """A refused message is an error, and no reply."""
    _Service.fault = "fail"
    load = _drive(service)
    assert load.errors["message 503"] > 0
    assert not load.outcomes


def test_nobody_listening_is_an_error_not_a_crash() -> None:
    """A connection that fails is counted."""
    load = asyncio.run(drive("http://127.0.0.1:9", SCRIPT, 1, 0.1))
    assert load.errors["ConnectError"] > 0


def test_questions_and_reports_in_every_language() -> None:
    """The script that ships asks in at least nine languages and reports in all."""
    script = read_script()
    assert len({language for language, _ in script.questions}) >= 9
    assert {language for language, _ in script.reports} == set(LANGUAGES)


def test_server_that_dies_is_reported_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason stands in its log."""
    monkeypatch.setenv("KOBAN_SITE", "atlantis")
    with pytest.raises(BenchFailed, match="no site 'atlantis'"), ServerProcess(tmp_path):
        pass


@pytest.mark.parametrize("given", ["", "0", "1,x", "5000"])
def test_concurrency_must_be_sensible(given: str) -> None:
    """Levels are between 1 and 1000."""
    with pytest.raises(BenchInvalid, match="--concurrency"):
        parse_concurrency(given)


def test_table_and_json_hold_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """A level without enquiries has no percentiles instead of false ones."""
    level = figures(Load(1, seconds=1.0, enquiry_ms=[1.0, 2.0, 3.0])) | {"rss_mb": 1.0}
    starts = {"first_start_seconds": 1, "start_seconds": 2, "start_cpu_seconds": 1, "warm_seconds": 3}
    result = {**starts, "peak_rss_mb": 3, "levels": [level]}
    show(result, as_json=True)
    assert json.loads(capsys.readouterr().out)["levels"][0]["p50_ms"] == 2.0
    show(result, as_json=False)
    assert "replies_per_second" in capsys.readouterr().out
    assert figures(Load(1))["p50_ms"] is None
    assert figures(Load(1, enquiry_ms=[1.0, 1.0]), 0.03)["cpu_ms_per_reply"] == 15.0

"""A small language-model server that speaks the OpenAI chat protocol over real HTTP and can misbehave on request."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[dict[str, Any]], Any]


class Raw:
    """Answers with exactly these bytes and status."""

    def __init__(self, body: bytes, status: int = 200, content_type: str = "application/json") -> None:
        self.body, self.status, self.content_type = body, status, content_type


class Endless:
    """Sends one byte every 20 ms and never ends."""


class Slow:
    """Says nothing for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class LanguageModelServer(ThreadingHTTPServer):
    """`behaviour(request)` gives the completion's text (a dict is sent as JSON), or Raw, Endless or Slow."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.requests: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: LanguageModelServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(request)
        answer = self.server.behaviour(request)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(answer)

    def _send(self, answer: Any) -> None:
        if isinstance(answer, Slow):
            time.sleep(answer.seconds)
            answer = "late"
        if isinstance(answer, Endless):
            self._trickle()
        elif isinstance(answer, Raw):
            self._whole(answer.body, answer.status, answer.content_type)
        else:
            text = answer if isinstance(answer, str) else json.dumps(answer)
            self._whole(json.dumps(_completion(text)).encode(), 200, "application/json")

    def _trickle(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        for _ in range(3000):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.02)

    def _whole(self, body: bytes, status: int, content_type: str) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def _completion(text: str) -> dict[str, Any]:
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": "small",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


@contextmanager
def language_model(behaviour: Behaviour) -> Iterator[LanguageModelServer]:
    """A running server; it stops at the end of the block."""
    server = LanguageModelServer(behaviour)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

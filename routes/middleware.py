"""What every request passes: size limit, security headers, a request count for /metrics. Plain ASGI, for speed."""

import time

from fastapi import FastAPI
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from routes.problems import problem_response
from settings import Settings

REQUESTS = Counter("koban_requests_total", "HTTP requests", ["method", "status"])
SECONDS = Histogram("koban_request_seconds", "Seconds to the start of the response", ["method"])
_CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self';"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)


def install_middleware(app: FastAPI, settings: Settings) -> None:
    app.add_middleware(SecurityHeaders)
    app.add_middleware(BodyLimit, most_bytes=settings.max_body_bytes)


class BodyLimit:
    """Refuses bodies over the limit, also those that do not say their length."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.most_bytes:
            await self._refuse(scope, receive, send)
            return
        body = await self._read(scope, receive)
        if body is None:
            await self._refuse(scope, receive, send)
            return
        await self.app(scope, _Replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> list[Message] | None:
        """The body's messages, or None when they are too large; nothing is read for methods without a body."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
            return []
        messages: list[Message] = []
        size = 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self.most_bytes:
                return None
            if message["type"] != "http.request" or not message.get("more_body"):
                return messages

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"at most {self.most_bytes} bytes are taken: send a shorter text"
        response = problem_response(413, "too-large", "The request is too large", detail)
        await response(scope, receive, send)


class _Replay:
    """`receive` that gives the read messages first."""

    def __init__(self, messages: list[Message], receive: Receive) -> None:
        self._messages = messages
        self._receive = receive

    async def __call__(self) -> Message:
        return self._messages.pop(0) if self._messages else await self._receive()


class SecurityHeaders:
    """A strict content policy everywhere; only pages that ask for it may be framed, and only by the listed origins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        scope.setdefault("state", {})

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *security_headers(scope)]
                REQUESTS.labels(scope["method"], str(message["status"])).inc()
                SECONDS.labels(scope["method"]).observe(time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, with_headers)


def security_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Policy headers of a response to this request."""
    ancestors = scope.get("state", {}).get("frame_ancestors", "'none'")
    policy = _CSP.format(ancestors=ancestors)
    headers = [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=(self)"),
    ]
    if scope["path"].startswith(("/api/", "/officer")):
        headers.append((b"cache-control", b"no-store"))
    return headers

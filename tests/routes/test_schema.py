"""What /openapi.json promises, tried with data that hypothesis makes up: nothing of it may break the server."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from requests.structures import CaseInsensitiveDict
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.bootstrap import Installation
from routes.limits import RateLimit
from server import create_app, parts_of

PLENTY = 1_000_000
EXAMPLES = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# A stream does not end while its conversation is there; it is tried with foreign conversations alone.
STREAM = "/api/v1/conversations/{conversation_id}/events"


class Started:
    """The application without its start-up, which would open an installation of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.app(scope, receive, send)
            return
        for phase in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{phase}.complete"})


@pytest.fixture
def app(installation: Installation) -> ASGIApp:
    """The whole application, with room for many requests a minute."""
    application = create_app(installation.settings)
    parts = parts_of(installation)
    object.__setattr__(parts, "messages_limit", RateLimit(PLENTY))
    object.__setattr__(parts, "conversations_limit", RateLimit(PLENTY))
    application.state.services = parts
    return Started(application)


def operations(app: ASGIApp) -> list[Any]:
    schema: Any = schemathesis.openapi.from_asgi("/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


def attempt(operation: Any, mode: GenerationMode, send: Callable[[Case[Any]], None]) -> None:
    """Send a few cases of one operation: the same ones each time the tests run."""

    @EXAMPLES
    @given(operation.as_strategy(generation_mode=mode))
    def tried(case: Case[Any]) -> None:
        send(case)

    tried()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_strangers_break_nothing(app: ASGIApp, mode: GenerationMode) -> None:
    """No request by a stranger, well formed or not, ends in an error of the server."""

    def send(case: Case[Any]) -> None:
        case.call_and_validate(checks=[not_a_server_error])

    for operation in operations(app):
        # An address without parameters takes no malformed ones.
        if mode is GenerationMode.POSITIVE or "{" in operation.path or operation.method == "post":
            attempt(operation, mode, send)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_residents_break_nothing(app: ASGIApp, mode: GenerationMode) -> None:
    """No request about a conversation by its own resident ends in an error of the server."""
    browser = TestClient(app)

    def send(case: Case[Any]) -> None:
        started = browser.post("/api/v1/conversations", json={"language": "en"}).json()
        case.path_parameters = {"conversation_id": started["id"]}
        case.headers = CaseInsensitiveDict({"Authorization": f"Bearer {started['token']}"})
        response = case.call()
        assert response.status_code != 404, (case.method, case.path, response.request.url, response.request.headers)
        case.validate_response(response, checks=[not_a_server_error])

    for operation in operations(app):
        if "{conversation_id}" in operation.path and operation.path != STREAM:
            attempt(operation, mode, send)

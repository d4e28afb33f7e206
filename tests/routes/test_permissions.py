"""Permission is a type: every route asks for one, save those on a short public list."""

from collections.abc import Callable, Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from routes.conversations import conversation_token
from routes.resident_cookie import known_conversation
from routes.session import RoleCheck, csrf_checked, signed_in
from server import create_app

PUBLIC = {
    # What this is, and how it runs.
    "GET /",
    "GET /widget.js",
    "GET /sources/{article_id}",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    # The beginning of a conversation, and forms that are filled in before there is one.
    "POST /api/v1/conversations",
    "GET /chat/person",
    "GET /chat/delete",
    # Signing in.
    "GET /officer/sign-in",
    "POST /officer/sign-in",
}
# Staff by their session, residents by their conversation's token: in a header, or in a cookie without scripts.
PERMISSIONS = (signed_in, conversation_token, known_conversation)
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def routes() -> Iterator[tuple[str, APIRoute]]:
    """Each route as `METHOD /path`; without the documentation and static files, which FastAPI itself serves."""
    for context in iter_route_contexts(create_app().routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                yield f"{method} {context.path}", route


def depends_on(dependant: Dependant) -> Iterator[Callable[..., object] | None]:
    for one in dependant.dependencies:
        yield one.call
        yield from depends_on(one)


def test_only_listed_routes_are_public() -> None:
    """A route without a permission stands on the list, and nothing else does."""
    without = {name for name, route in routes() if not set(depends_on(route.dependant)) & set(PERMISSIONS)}
    assert without == PUBLIC


def test_staff_routes_ask_for_a_role() -> None:
    """Being signed in is not enough: each route of staff names the roles it is open to, but for signing out."""
    staff = [(name, set(depends_on(route.dependant))) for name, route in routes()]
    any_role = {
        name for name, calls in staff if signed_in in calls and not any(isinstance(call, RoleCheck) for call in calls)
    }
    assert any_role == {"POST /officer/sign-out"}


def test_what_staff_change_needs_the_form_token() -> None:
    """Every route that changes something under a session cookie checks the session's token."""
    changing = [(name, set(depends_on(route.dependant))) for name, route in routes() if name.split()[0] in CHANGING]
    assert [name for name, calls in changing if signed_in in calls and csrf_checked not in calls] == []


def test_staff_routes_are_closed_to_strangers(client: TestClient) -> None:
    """Without a session every page of staff leads to the sign-in, and nothing is shown or changed."""
    browser = TestClient(client.app, follow_redirects=False, headers={"accept": "text/html"})
    for name, route in routes():
        method, path = name.split()
        if signed_in in depends_on(route.dependant):
            answer = browser.request(method, path)
            assert answer.status_code in (303, 401), name

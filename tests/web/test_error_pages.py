"""Whoever opens an address in a browser reads a page, also when something is wrong."""

import pytest
from fastapi.testclient import TestClient

from routes.parts import Parts
from server import create_app

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Broken(Exception):
    """Something nobody expected."""


@pytest.fixture
def breaking(parts: Parts) -> TestClient:
    """An application with two more addresses, which break."""

    def broken() -> None:
        raise Broken("secret detail")

    app = create_app(parts.settings)
    app.state.services = parts
    app.add_api_route("/broken", broken)
    app.add_api_route("/api/v1/broken", broken)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/nothing-here", "/officer/nothing", "/chat/nothing", "/favicon.ico"])
def test_unknown_addresses_are_explained(browser: TestClient, path: str) -> None:
    """An address that does not exist gives a browser a page with the way back, in its language."""
    answer = browser.get(path, headers={"accept-language": "de"})
    assert answer.status_code == 404
    assert '<html lang="de"' in answer.text
    assert 'href="/chat?lang=de"' in answer.text


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/nothing-here", "application/json"), ("/nothing-here", "*/*"), ("/api/v1/nothing", "text/html")],
)
def test_programs_get_problem_details(browser: TestClient, path: str, accept: str) -> None:
    """Callers that do not ask for a page, and all below /api, get problem details."""
    answer = browser.get(path, headers={"accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/http-404"


def test_wrong_method_names_the_right_one(browser: TestClient) -> None:
    """A form's address opened as a page is answered with a page, and `Allow` names the method."""
    answer = browser.get("/chat/feedback?lang=en")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert "<h1>This page does not exist</h1>" in answer.text


def test_unexpected_errors_get_a_page_without_details(breaking: TestClient) -> None:
    """A fault inside gives a browser a page and a program problem details; neither says what broke."""
    page = breaking.get("/broken?lang=en", headers=BROWSER)
    assert page.status_code == 500
    assert "<h1>Something went wrong</h1>" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    details = breaking.get("/api/v1/broken", headers=BROWSER)
    assert details.json()["type"] == "/problems/internal"
    assert "secret detail" not in page.text + details.text

"""The start page, the widget's script and the documents behind citations."""

import json
import re

import pytest
from fastapi.testclient import TestClient

from sites.site import LANGUAGES

PAGES = ("/", "/chat", "/chat/person", "/chat/delete", "/officer/sign-in", "/sources/marking.en?version=2")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language(browser: TestClient, path: str, language: str) -> None:
    """Each page answers in each of the ten languages and names it in its first tag."""
    page = browser.get(path, params={"lang": language} | ({"version": 2} if "version" in path else {}))
    assert page.status_code == 200
    assert f'<html lang="{language}" dir="ltr">' in page.text
    assert page.headers["content-language"] == language


@pytest.mark.parametrize("path", PAGES[:4])
def test_residents_always_see_the_emergency_number(browser: TestClient, path: str) -> None:
    """Every page of residents has the button that dials the site's emergency number."""
    assert 'href="tel:112"' in browser.get(path).text


def test_language_follows_browser_then_choice(browser: TestClient) -> None:
    """The browser's language is taken until another is chosen, which is then remembered."""
    german = {"accept-language": "de-AT,de;q=0.9"}
    assert '<html lang="de"' in browser.get("/", headers=german).text
    browser.get("/?lang=uk")
    assert '<html lang="uk"' in browser.get("/", headers=german).text


def test_unknown_language_gives_the_sites_own(browser: TestClient) -> None:
    """A language that the site does not speak gives its default language, not an error."""
    assert '<html lang="pl"' in browser.get("/?lang=xx", headers={"accept-language": "ja"}).text


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/chat"])
def test_only_the_chat_may_be_framed(browser: TestClient, path: str) -> None:
    """No page but the chat may stand in another site's frame."""
    assert "frame-ancestors 'none'" in browser.get(path).headers["content-security-policy"]


def test_chat_may_be_framed_by_listed_origins(browser: TestClient) -> None:
    """The chat names the site's and the settings' origins, and no others."""
    policy = browser.get("/chat").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://nadrzecze.example https://town.example")


def test_widget_speaks_every_language(browser: TestClient) -> None:
    """The widget's script carries its words in each language and may be loaded from anywhere."""
    answer = browser.get("/widget.js")
    found = re.search(r"const labels = (\{.*\});", answer.text)
    assert found
    assert set(json.loads(found[1])) == set(LANGUAGES)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_source_shows_the_sentence(browser: TestClient) -> None:
    """A citation's page marks the cited sentence and says which version it shows."""
    page = browser.get("/sources/marking.en?version=2&start=0&end=16&lang=en").text
    assert '<mark id="quote">Marking is free.</mark> Bring it.' in page
    assert "version 2" in page
    assert "updated 2 January 2026" in page


def test_documents_cannot_bring_markup(browser: TestClient) -> None:
    """Markup in a title or a body is shown as text."""
    assert "Marking &lt;b&gt;" in browser.get("/sources/marking.en?version=2").text
    page = browser.get("/sources/script.en?version=1").text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "path",
    ["/sources/none.en?version=1", "/sources/marking.en?version=9", "/sources/marking.en?version=x", "/sources/x"],
)
def test_unknown_documents_are_explained(browser: TestClient, path: str) -> None:
    """A document that is not there gives a page that says so, not a bare error."""
    answer = browser.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert answer.status_code == 404
    assert "<h1>This page does not exist</h1>" in answer.text


def test_pages_are_not_kept(browser: TestClient) -> None:
    """Pages that may hold a conversation are kept in no cache."""
    assert "no-store" in browser.get("/chat").headers["cache-control"]

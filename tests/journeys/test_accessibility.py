"""axe-core finds nothing on any page, narrow and wide, light and dark; and what axe cannot see."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from settings import ROOT
from sites.site import LANGUAGES
from tests.journeys.conftest import Say, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHAPES = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
PAGES = ("/?lang=en", "/chat/person?lang=en", "/chat/delete?lang=pl", "/officer/sign-in?lang=en", "/sources/x?lang=en")


def violations(page: Page) -> list[str]:
    """What axe-core objects to, as rule and place."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


@pytest.mark.parametrize(("width", "scheme"), SHAPES)
def test_chat_is_accessible(visit: Visit, say: Say, width: int, scheme: str) -> None:
    """The empty chat, an answer with sources, a report to check, the dialog and a warning pass axe-core."""
    page = visit("/chat?lang=en", width=width, color_scheme=scheme)
    assert violations(page) == []
    say(page, "Where can I have my bicycle marked?")
    page.locator(".sources summary").click()
    assert violations(page) == []
    say(page, "someone sprays the wall of the school on Lipowa every weekend")
    assert violations(page) == []
    page.locator("#person").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    say(page, "a man with a knife is in my flat now")
    assert violations(page) == []
    page.goto(page.locator(".sources a").first.get_attribute("href") or "")
    assert violations(page) == []


@pytest.mark.parametrize(("width", "scheme"), SHAPES)
def test_other_pages_are_accessible(visit: Visit, width: int, scheme: str) -> None:
    """The start page, the forms, the sign-in and the page for errors pass axe-core."""
    page = visit("/?lang=en", width=width, color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        assert violations(page) == [], path


@pytest.mark.parametrize(("width", "scheme"), SHAPES)
def test_staff_pages_are_accessible(
    visit: Visit, say: Say, officer: Callable[[str], Page], width: int, scheme: str
) -> None:
    """Queue, conversation before and after taking it, and incidents pass axe-core."""
    resident = visit("/chat?lang=en")
    question = f"Please let me talk to an officer, screen {width} {scheme}"
    say(resident, question)
    resident.locator("#person").click()
    resident.locator("#consent").check()
    resident.locator("#person-form button").click()
    expect(resident.locator("#status.queued")).to_be_visible()
    desk = officer("anna")
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert violations(desk) == []
    desk.get_by_role("link", name=question).click()
    assert violations(desk) == []
    desk.locator("#take").click()
    desk.locator("#answer").wait_for()
    assert violations(desk) == []
    for path in ("/officer/incidents", "/officer?list=closed"):
        desk.goto(path)
        assert violations(desk) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_hundred_percent_needs_no_sideways_scrolling(visit: Visit, language: str) -> None:
    """At 1280 pixels and 400 % zoom (320 by 200) text of every language wraps and nothing runs out sideways."""
    page = visit(f"/?lang={language}", width=320, height=200)
    for path in ("/", "/chat", "/chat/person", "/officer/sign-in"):
        page.goto(f"{path}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_four_hundred_percent_leaves_room_to_write(visit: Visit, say: Say) -> None:
    """At 400 % zoom one can still write, send and read."""
    page = visit("/chat?lang=en", width=320, height=200)
    say(page, "Where can I have my bicycle marked?")
    expect(page.locator(".message.assistant[data-id]")).to_be_in_viewport()


def test_chat_works_by_keyboard_alone(visit: Visit) -> None:
    """The first key leads past the header, Tab reaches the field, and Enter sends."""
    page = visit("/chat?lang=en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "text":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Where can I have my bicycle marked?")
    page.keyboard.press("Enter")
    expect(page.locator(".message.assistant[data-id]")).to_have_count(1)
    expect(page.locator("#text")).to_be_focused()


def test_reduced_motion_stops_the_dots(visit: Visit) -> None:
    """Who asks for less motion sees the typing dots stand still."""
    for preference, name in (("reduce", "none"), ("no-preference", "breathe")):
        page = visit("/chat?lang=en", reduced_motion=preference)
        style = "getComputedStyle(document.querySelector('.dots span')).animationName"
        assert page.evaluate(style) == name


def test_high_contrast_keeps_borders(visit: Visit) -> None:
    """With forced colours buttons and messages keep a visible border."""
    page = visit("/chat?lang=en", forced_colors="active")
    for selector in (".bubble", ".choice", ".send", ".emergency-call"):
        width = page.locator(selector).first.evaluate("(node) => getComputedStyle(node).borderTopWidth")
        assert float(width.removesuffix("px")) >= 1.5

"""Templates and scripts use the texts of the catalogue, and the catalogue holds no others."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from routes.chat_view import CLIENT_TEXTS
from routes.error_pages import ERROR_WORDS
from routes.pages import WIDGET_WORDS
from settings import ROOT

WEB = ROOT / "web"
CATALOGUE = ROOT / "locales" / "en" / "LC_MESSAGES" / "web.po"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static" / "js").rglob("*.js"))
# Families of texts whose end is data: a reason for handing over, a state of an incident, and so on.
FAMILIES = ("reason_", "urgency_", "state_", "recurrence_", "list_")


def catalogue() -> dict[str, Message]:
    with CATALOGUE.open("rb") as file:
        return {str(message.id): message for message in read_po(file, locale="en") if message.id}


def keys_in(paths: list[Path], pattern: str) -> set[str]:
    return {key for path in paths for key in re.findall(pattern, path.read_text())}


def used() -> set[str]:
    in_templates = keys_in(TEMPLATES, r"""_\(["'](\w+)["']""")
    ternary = keys_in(TEMPLATES, r"""_\("(\w+)" if """) | keys_in(TEMPLATES, r"""else "(\w+)"\)""")
    in_routes = keys_in(sorted((ROOT / "routes").glob("*.py")), r"""(?:text\(|"web", )"(\w+)\"""")
    errors = {f"{word}_{end}" for word in ERROR_WORDS for end in ("title", "text")}
    widget = {f"widget_{word}" for word in WIDGET_WORDS}
    returned = keys_in(sorted((ROOT / "routes").glob("sign_in*.py")), r'None, "(\w+)"')
    direct = {key for key in in_templates if not key.endswith("_")}
    return direct | ternary | in_routes | errors | widget | returned | set(CLIENT_TEXTS)


def test_every_text_that_is_used_exists() -> None:
    """No page or script asks for a text that the catalogue lacks."""
    assert used() - catalogue().keys() == set()


def test_every_text_of_the_catalogue_is_used() -> None:
    """The catalogue holds nothing that no page shows, so translators translate nothing in vain."""
    unused = {key for key in catalogue().keys() - used() if not key.startswith(FAMILIES)}
    assert unused == set()


def test_scripts_use_only_texts_they_are_given() -> None:
    """Every text that a script names is among those that the page hands to it."""
    pattern = r"""(?:say\(|texts\.|: )"?((?:error|feedback|queue|source|speaker|try|call|opens)\w+)\b"""
    named = keys_in([path for path in SCRIPTS if path.parent.name == "chat"], pattern)
    known = set(CLIENT_TEXTS) | {key.removesuffix("_label") for key in CLIENT_TEXTS}
    assert {key for key in named if "_" in key and key not in ("officer_name",)} <= known


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words_scripts_or_styles(path: Path) -> None:
    """Templates carry no words of their own, no inline script or style, and no address outside."""
    source = path.read_text()
    assert not re.search(r"<style|style=|\son\w+=", source)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", source)
    assert "//" not in re.sub(r"base_url }}/|<!doctype[^>]*>", "", source)
    unseen = r"""<pre.*?</pre>|{% block (?:body_class|brand_href) %}.*?{% endblock %}"""
    source = re.sub(unseen, "", source, flags=re.DOTALL)
    marks = r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]+>|&[^;]+;"
    assert re.findall(r"[A-Za-z]{3,}", re.sub(marks, " ", source, flags=re.DOTALL)) == []


def test_variables_are_known_ones() -> None:
    """Texts name their variables in braces that Python can fill."""
    for key, message in catalogue().items():
        names = set(re.findall(r"\{(\w*)\}", str(message.string)))
        assert names <= {"count", "date", "holiday", "latitude", "longitude", "metres", "name", "number"} | {
            "percent", "position", "site", "station", "time", "title", "version", "when"
        }, key  # fmt: skip

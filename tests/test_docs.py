"""The documents name everything that exists, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from typer.main import get_command

from assistant.types import HandoffReason, Outcome, Route
from cli import app as koban
from server import create_app
from settings import Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
_ROUTE_ROW = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE)` \| `([^`]+)` \|", re.MULTILINE)
_COMMAND_SECTION = re.compile(r"^## `(koban [^`]+)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_OPTION_ROW = re.compile(r"^\| `(--[a-z-]+)`|^\| `([A-Z]+)(?:\.\.\.)?`", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "deploy").glob("*.md")])


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    """docs/settings.md has a row for each setting."""
    assert f"`KOBAN_{name.upper()}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", [*Outcome, *Route, *HandoffReason])
def test_every_outcome_route_and_reason_is_explained(value: str) -> None:
    """docs/glossary.md explains the closed lists."""
    assert f"`{value}`" in (DOCS / "glossary.md").read_text(encoding="utf-8")


def test_the_documented_routes_are_those_of_the_application() -> None:
    """docs/api.md has a row for each method and path that is served, and no other."""
    documented = set(_ROUTE_ROW.findall((DOCS / "api.md").read_text(encoding="utf-8")))
    assert documented == set(_served())


def _served() -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(create_app(Settings()).routes):
        methods: set[str] = getattr(route, "methods", None) or {"GET"}  # a mount of files names no method
        yield from ((method, str(route.path)) for method in methods - {"HEAD"})


def test_the_documented_commands_are_those_of_koban() -> None:
    """docs/commands.md has a section for each command, with each of its arguments and options, and no other."""
    assert _documented_commands() == dict(_commands("koban", get_command(koban)))


def _documented_commands() -> dict[str, set[str]]:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    return {
        name: {option or argument for option, argument in _OPTION_ROW.findall(body)}
        for name, body in _COMMAND_SECTION.findall(text)
    }


def _commands(name: str, command: Any) -> Iterator[tuple[str, set[str]]]:
    """Each command below `command` by its full name, with its options, and its arguments in capitals."""
    if hasattr(command, "commands"):
        for word, inner in command.commands.items():
            yield from _commands(f"{name} {word}", inner)
        return
    yield (
        name,
        {
            parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.opts[0].upper()
            for parameter in command.params
        },
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    """Each relative link names a file or folder of the repository."""
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []

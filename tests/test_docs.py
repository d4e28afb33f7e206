"""The documents name everything that exists."""

from pathlib import Path

import pytest

from assistant.types import HandoffReason, Outcome, Route
from settings import Settings

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    """docs/settings.md has a row for each setting."""
    assert f"`KOBAN_{name.upper()}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", [*Outcome, *Route, *HandoffReason])
def test_every_outcome_route_and_reason_is_explained(value: str) -> None:
    """docs/glossary.md explains the closed lists."""
    assert f"`{value}`" in (DOCS / "glossary.md").read_text(encoding="utf-8")

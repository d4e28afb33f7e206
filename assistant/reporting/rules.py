"""The rule files of the report dialogue, read once per language and compiled."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent


@cache
def read_rules(folder: str, language: str) -> dict[str, Any]:
    """`<folder>/<language>.yaml` beside this file; English where a language has none."""
    path = HERE / folder / f"{language}.yaml"
    if not path.is_file():
        path = HERE / folder / "en.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def pattern(folder: str, language: str, name: str) -> re.Pattern[str]:
    """One pattern out of the list `name` of a rule file, from a word's start; nothing where the list is empty."""
    parts = read_rules(folder, language).get(name) or ["(?!)"]
    return re.compile("|".join(rf"(?<!\w)(?:{part})" for part in parts))

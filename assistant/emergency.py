"""Danger first: deterministic rules in ten languages, before anything else and without any model.

The rules lie in danger_rules/<language>.yaml, one regular expression a line, matched against folded text. All
languages are tried on every message, because a frightened writer may use any. The step only ever adds the
emergency number and an alert: it lowers or delays nothing.
"""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.folding import fold, visible

RULES_FOLDER = Path(__file__).parent / "danger_rules"
Label = Literal["emergency", "crisis", "none"]
_NEVER = re.compile(r"(?!)")
_LATIN, _CYRILLIC = re.compile("[a-z]"), re.compile("[\u0400-\u04ff]")


class RulesInvalid(Exception):
    """A rule file cannot be used; the message names the file and the pattern."""


class RuleFile(BaseModel):
    """The keys of one language's file."""

    model_config = ConfigDict(extra="forbid")
    emergency: dict[str, list[str]]
    crisis: dict[str, list[str]]
    idioms: list[str] = []
    now: list[str] = []
    not_now: list[str] = []
    not_self: list[str] = []


@dataclass(frozen=True, slots=True)
class Danger:
    """What the rules found; `matched` names language, group and the folded words that matched."""

    label: Label
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rules:
    language: str
    emergency: Mapping[str, re.Pattern[str]]
    crisis: Mapping[str, re.Pattern[str]]
    idioms: re.Pattern[str]
    now: re.Pattern[str]
    not_now: re.Pattern[str]
    not_self: re.Pattern[str]


class DangerRules:
    """The rules of all languages. Compiling them takes seconds and happens once: in the background after a start, or
    at the first check, which waits for it."""

    def __init__(self, folder: Path = RULES_FOLDER) -> None:
        self._paths = sorted(folder.glob("*.yaml"))
        self._lock = threading.Lock()
        self._rules: list[_Rules] = []
        self.languages = [path.stem for path in self._paths]

    def ready(self) -> list["_Rules"]:
        """The compiled rules. Raises RulesInvalid."""
        with self._lock:
            if not self._rules:
                self._rules = [_load(path) for path in self._paths]
            return self._rules

    def check(self, text: str, language: str | None = None) -> Danger:
        """The most serious label that a language's rules give `text`; `language` is tried first.

        Words that place the danger in the past or in a film count in whichever language they stand.
        """
        folded = fold(visible(text))
        # No rule of one script can match a text in the other; most texts have one.
        scripts = {script for script in (_LATIN, _CYRILLIC) if script.search(folded)}
        written = [rules for rules in self.ready() if (_CYRILLIC if rules.language == "uk" else _LATIN) in scripts]
        ordered = sorted(written, key=lambda rules: rules.language != language)
        verdicts = [_apply(rules, folded) for rules in ordered]
        for label in ("emergency", "crisis"):
            for verdict in verdicts:
                if verdict.label == label:
                    return verdict
        return Danger("none")


def _apply(rules: _Rules, folded: str) -> Danger:
    text = rules.idioms.sub(" ", folded)
    # What silences is looked for last: most messages name no danger at all.
    found = _matches(rules, rules.emergency, text)
    if found and (not rules.not_now.search(text) or rules.now.search(text)):
        return Danger("emergency", found)
    found = _matches(rules, rules.crisis, text)
    if found and not rules.not_self.search(text):
        return Danger("crisis", found)
    return Danger("none")


def _matches(rules: _Rules, groups: Mapping[str, re.Pattern[str]], text: str) -> tuple[str, ...]:
    return tuple(
        f"{rules.language}/{group}: {match.group(0)}"
        for group, pattern in groups.items()
        if (match := pattern.search(text))
    )


def _load(path: Path) -> _Rules:
    try:
        raw = RuleFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValueError) as error:
        raise RulesInvalid(f"{path}: {error}") from error
    return _Rules(
        language=path.stem,
        emergency={group: _compile(path, patterns) for group, patterns in raw.emergency.items()},
        crisis={group: _compile(path, patterns) for group, patterns in raw.crisis.items()},
        idioms=_compile(path, raw.idioms),
        now=_compile(path, raw.now),
        not_now=_compile(path, raw.not_now),
        not_self=_compile(path, raw.not_self),
    )


def _compile(path: Path, patterns: Sequence[str]) -> re.Pattern[str]:
    if not patterns:
        return _NEVER
    try:
        # One word border before all: tried for each pattern on its own, it would take most of the time.
        return re.compile(rf"\b(?:{'|'.join(f'(?:{pattern})' for pattern in patterns)})")
    except re.error as error:
        raise RulesInvalid(f"{path}: {_broken(patterns)}") from error


def _broken(patterns: Sequence[str]) -> str:
    """The pattern that is no regular expression, and why."""
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            return f"the pattern {pattern!r} is no regular expression: {error}"
    return "the patterns cannot stand side by side in one expression: check their groups"

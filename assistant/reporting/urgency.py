"""How soon an officer should look: the category's default, raised or lowered by what the text says, with the reasons.

It is a suggestion that an officer confirms; danger to life is answered before this by the danger rules.
"""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.folding import fold
from assistant.reporting.concepts import find_concepts
from assistant.reporting.rules import pattern
from assistant.reporting.when import When
from incidents.model import Urgency

CATEGORIES_FILE = Path(__file__).resolve().parent.parent.parent / "sites" / "categories.yaml"
FOLDER = "urgency_rules"
ORDER: tuple[Urgency, ...] = ("information", "routine", "urgent", "emergency")
RISKS = frozenset({"weapon", "hurt", "bite"})
# A child in these places is at risk; elsewhere a child is often the one who reports or is complained of.
CHILD_AT_RISK = frozenset({"level_crossing", "water_danger"})
JUST_NOW = timedelta(minutes=30)


@cache
def category_facts() -> dict[str, dict[str, Any]]:
    """Group, default urgency and safety-map counterpart of every category."""
    return dict(yaml.safe_load(CATEGORIES_FILE.read_text(encoding="utf-8")))


def judge_urgency(text: str, language: str, category: str, when: When, *, now: datetime) -> tuple[Urgency, list[str]]:
    """The urgency and why: `default`, `going_on`, `not_now`, `people_at_risk`, `over`."""
    default: Urgency = category_facts()[category]["urgency"]
    folded = fold(text)
    over = _says("over", folded, language)
    going_on = _goes_on(folded, language, when, now) and not over
    if default == "emergency":
        return _emergency(category, going_on, over)
    if over:
        return (_step(default, -1), ["over"]) if default == "urgent" else (default, ["default"])
    at_risk = _at_risk(folded, language, category)
    if at_risk and going_on and _in_the_past(folded, language, when) is False and default == "urgent":
        return "emergency", ["going_on", "people_at_risk"]
    if at_risk and default in ("routine", "information"):
        return "urgent", ["people_at_risk"]
    return default, ["default"]


def _emergency(category: str, going_on: bool, over: bool) -> tuple[Urgency, list[str]]:
    """Emergency only while it goes on, or while the person is still missing."""
    if category == "missing_person":
        return ("urgent", ["over"]) if over else ("emergency", ["default"])
    return ("emergency", ["going_on"]) if going_on else ("urgent", ["not_now"])


def _goes_on(folded: str, language: str, when: When, now: datetime) -> bool:
    """Said in words, or dated to a moment ago, and not told as a thing of the past."""
    occurred = when.occurred
    if occurred and occurred.precision != "since":
        return occurred.precision in ("minute", "hour") and now - occurred.end <= JUST_NOW
    if when.recurrence:
        return False
    return _says("going_on", folded, language)


def _in_the_past(folded: str, language: str, when: When) -> bool:
    return when.occurred is None and _says("past", folded, language) and not _says("going_on", folded, language)


def _at_risk(folded: str, language: str, category: str) -> bool:
    concepts = {name for name, _, _ in find_concepts(folded, language)}
    if concepts & RISKS or (category in CHILD_AT_RISK and "child" in concepts):
        return True
    return _says("risk", folded, language)


def _says(name: str, folded: str, language: str) -> bool:
    return bool(pattern(FOLDER, language, name).search(folded))


def _step(urgency: Urgency, by: int) -> Urgency:
    return ORDER[max(0, min(len(ORDER) - 1, ORDER.index(urgency) + by))]

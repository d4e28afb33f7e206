"""Context words of personal data, and whether one stands near a stretch of text."""

import re
from functools import cache
from pathlib import Path

import yaml

from assistant.folding import fold

DATA = Path(__file__).resolve().parent / "privacy_data"
BEFORE, AFTER = 40, 20


@cache
def words(name: str) -> re.Pattern[str]:
    """The context words of one kind, over folded text."""
    data = yaml.safe_load((DATA / "words.yaml").read_text(encoding="utf-8"))
    return re.compile(rf"(?<!\w)(?:{data[name]})(?!\w)")


@cache
def first_names() -> frozenset[str]:
    """Common first names, folded."""
    lines = (DATA / "first_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def near(name: str, text: str, start: int, end: int, reach: int = BEFORE) -> bool:
    """Does a context word stand at most `reach` characters before, or half as many after, in one sentence?"""
    before = re.split(r"[!?;\n]|\.\s", text[max(0, start - reach) : start])[-1]
    after = re.split(r"[.!?;\n]", text[end : end + reach // 2])[0]
    return bool(words(name).search(fold(before)) or words(name).search(fold(after)))

"""What a report is about, as concepts that all ten languages share: the field's thesaurus for the classifier.

A message's concepts are added to it as made-up words. So "ukradli mi rower" teaches the classifier something about
"mijn fiets is gestolen": both hold the concepts `steal` and `bike`. The stems are data, `concepts/<language>.yaml`.
"""

import re
from functools import cache

from assistant.folding import fold, visible
from assistant.reporting.rules import read_rules

FOLDER = "concepts"
WEIGHT = 3
_CONSONANTS = "bcdfghjklmnpqrstvwxz"


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rules = read_rules(FOLDER, language)
    return tuple((name, re.compile("|".join(map(_pattern, str(stems).split())))) for name, stems in rules.items())


def _pattern(stem: str) -> str:
    """`+` lets the stem stand inside a word, `$` ends the word, `_` is a space."""
    start = "" if stem.startswith("+") else r"(?<!\w)"
    end = r"(?!\w)" if stem.endswith(("$", "_")) else ""
    return start + re.escape(fold(stem.strip("+$_").replace("_", " "))) + end


def find_concepts(text: str, language: str) -> list[tuple[str, int, int]]:
    """The concepts of folded `text` with where each is first named."""
    found = ((name, pattern.search(text)) for name, pattern in _patterns(language))
    return [(name, match.start(), match.end()) for name, match in found if match]


def with_concepts(text: str, language: str) -> str:
    """`text` and a made-up word for each of its concepts, the same in every language and heavier than other words."""
    names = [name for name, _, _ in find_concepts(fold(visible(text)), language)]
    return " ".join([text, *(concept_word(name) for name in names for _ in range(WEIGHT))])


@cache
def concept_word(concept: str) -> str:
    """Letters that no word of our languages begins with; the order of the English file gives each its own."""
    number = list(read_rules(FOLDER, "en")).index(concept)
    size = len(_CONSONANTS)
    return f"zq{_CONSONANTS[number // size]}{_CONSONANTS[number % size]}x"

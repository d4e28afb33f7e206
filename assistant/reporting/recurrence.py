"""How often something happens: the first rhythm of a fixed order that the text names."""

import re
from dataclasses import dataclass
from functools import cache

from assistant.reporting.folded import words_pattern
from assistant.reporting.rules import read_rules
from assistant.reporting.time_words import time_words
from incidents.model import Recurrence

ORDER = ("weekends", "nights", "weekly", "daily", "ongoing", "weak")
_AND = "and|or|en|of|et|ou|und|oder|i|oraz|ja|tai|och|eller|y|e|o|та|и|і|&|,"
_NAMES: dict[str, Recurrence] = {
    "weekends": "weekends",
    "nights": "nights",
    "weekly": "weekly",
    "daily": "daily",
    "ongoing": "ongoing",
    "weak": "ongoing",
}
_END_OF_WEEK = ({4, 5}, {5, 6}, {4, 6})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`keeps_dates`: the words may also date the incident ("for three weeks now").

    `weak` words ("always", "still") tell of a lasting state only where no date is named.
    """

    name: Recurrence
    start: int
    end: int
    keeps_dates: bool = False
    weak: bool = False


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    words, rules = time_words(language), read_rules("when_rules", language)["recurrence"]
    return tuple((name, words_pattern(words.expand(pattern))) for name in ORDER for pattern in rules.get(name) or [])


@cache
def _second_day(language: str) -> re.Pattern[str]:
    """ " and Saturday" behind "every Friday"."""
    return re.compile(time_words(language).expand(rf" ?(?:{_AND})(?: \w{{1,7}})? {{weekday}}\w*"))


def find_recurrence(text: str, language: str) -> Rhythm | None:
    """The rhythm in folded `text`; Friday and Saturday, or Saturday and Sunday, are weekends."""
    for name, pattern in _patterns(language):
        match = pattern.search(text)
        if match is None:
            continue
        days = [match.groupdict().get(key) for key in ("weekday", "weekday2")]
        end = match.end()
        if days[0] and (second := _second_day(language).match(text[end:])):
            days, end = [*days, second["weekday"]], end + second.end()
        named = {time_words(language).weekday(day) for day in days if day}
        return Rhythm(
            "weekends" if named in _END_OF_WEEK else _NAMES[name],
            match.start(),
            end,
            keeps_dates=name in ("ongoing", "weak"),
            weak=name == "weak",
        )
    return None

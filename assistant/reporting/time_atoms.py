"""Expressions of time in a text: days, parts of the day, clock times and ready intervals, each with its place.

The words are data (`when_rules/<language>.yaml`): patterns over folded text, with placeholders in braces.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from assistant.reporting import calendar_rules as calendar
from assistant.reporting.calendar_rules import Day
from assistant.reporting.draft import Occurred
from assistant.reporting.folded import words_pattern
from assistant.reporting.rules import read_rules
from assistant.reporting.time_words import Clock, TimeWords, time_words

FOLDER = "when_rules"
NUMERIC_DATES = [
    r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<year>\d{4}|\d{2})",
    r"(?P<d>\d{1,2})[./](?P<m>1[0-2]|0?[1-9])\.",
    r"(?P<year>20\d\d)-(?P<m>\d{2})-(?P<d>\d{2})",
]


@dataclass(frozen=True, slots=True)
class Atom:
    """What one stretch `text[start:end]` says; joined stretches carry several parts."""

    start: int
    end: int
    day: Day | None = None
    part: str | None = None
    clock: Clock | None = None
    until: Clock | None = None
    interval: Occurred | None = None
    night_after: bool = False
    weekday: int | None = None

    def fits(self, other: "Atom") -> bool:
        """Can both be one expression? Nothing may be said twice, and intervals stand alone."""
        if self.interval or other.interval:
            return False
        return not any(
            getattr(self, name) is not None and getattr(other, name) is not None for name in ("part", "clock")
        ) and (self.day is None or other.day is None or self._names_day_of(other) or other._names_day_of(self))

    def _names_day_of(self, other: "Atom") -> bool:
        """ "Tuesday" beside "last week", "yesterday" or a date says which day of it is meant."""
        return self.weekday is not None and other.weekday is None

    def join(self, other: "Atom") -> "Atom":
        """Both as one expression."""
        return Atom(
            min(self.start, other.start),
            max(self.end, other.end),
            self._joined_day(other),
            self.part or other.part,
            self.clock or other.clock,
            self.until or other.until,
            None,
            self.night_after or other.night_after,
        )

    def _joined_day(self, other: "Atom") -> Day | None:
        if self.day is None or other.day is None:
            return self.day or other.day
        weekday, whole = (self.weekday, other.day) if self.weekday is not None else (other.weekday, self.day)
        if weekday is None or (whole.end - whole.start).days != 7:
            return whole
        return calendar.one_day(whole.start + timedelta(days=weekday))


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    value: str
    pattern: re.Pattern[str]


@cache
def _rules(language: str) -> tuple[_Rule, ...]:
    data, words = read_rules(FOLDER, language), time_words(language)
    found: list[_Rule] = []

    def add(kind: str, value: str, patterns: list[str]) -> None:
        found.extend(_Rule(kind, value, words_pattern(words.expand(pattern))) for pattern in patterns)

    for kind in ("days", "moments", "parts", "spans", "clock", "clock_range"):
        for value, patterns in (data.get(kind) or {}).items():
            add(kind, str(value), patterns)
    for kind in ("ago", "lasting", "few_ago", "now", "weekday_night", "night_between", "night_before", "weekday"):
        add(kind, kind, data.get(kind) or [])
    for kind in ("date", "month", "season", "year"):
        add(kind, kind, data.get(kind) or [])
    add(
        "numeric_date",
        "",
        [r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<year>\d{4}|\d{2})", r"(?P<d>\d{1,2})[./](?P<m>1[0-2]|0?[1-9])\."],
    )
    add("numeric_date", "", NUMERIC_DATES)
    return tuple(found)


def find_atoms(text: str, language: str, local: datetime) -> list[Atom]:
    """All expressions in folded `text`, the longest first where they overlap, in the order of the text."""
    words = time_words(language)
    found: list[Atom] = []
    for rule in _rules(language):
        for match in rule.pattern.finditer(text):
            atom = _read(rule, match, words, local)
            if atom is not None:
                found.append(atom)
    kept: list[Atom] = []
    for atom in sorted(found, key=lambda one: one.start - one.end):
        if all(atom.end <= other.start or atom.start >= other.end for other in kept):
            kept.append(atom)
    return sorted(kept, key=lambda one: one.start)


def _read(rule: _Rule, match: re.Match[str], words: TimeWords, local: datetime) -> Atom | None:
    start, end = match.span()
    return _READERS[rule.kind](Atom(start, end), rule.value, match, words, local)


def _read_days(atom: Atom, value: str, _m: re.Match[str], _w: TimeWords, local: datetime) -> Atom:
    return replace(atom, day=calendar.one_day(local.date() + timedelta(days=int(value))))


def _read_moments(atom: Atom, value: str, _m: re.Match[str], _w: TimeWords, local: datetime) -> Atom:
    offset, part = value.split()
    day = calendar.one_day(local.date() + timedelta(days=int(offset)))
    return replace(atom, day=day, part=part, night_after=part.endswith("night"))


def _read_parts(atom: Atom, value: str, _m: re.Match[str], _w: TimeWords, _l: datetime) -> Atom:
    return replace(atom, part=value)


def _read_spans(atom: Atom, value: str, _m: re.Match[str], _w: TimeWords, local: datetime) -> Atom:
    return replace(atom, day=calendar.named_span(value, local.date()))


def _read_clock(atom: Atom, value: str, match: re.Match[str], words: TimeWords, _l: datetime) -> Atom | None:
    clock = words.read_clock(value, match)
    return replace(atom, clock=clock) if clock else None


def _read_range(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, _l: datetime) -> Atom | None:
    ends = words.read_range(match)
    return replace(atom, clock=ends[0], until=ends[1]) if ends else None


def _read_ago(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom | None:
    amount = words.read_amount(match)
    return replace(atom, interval=calendar.ago(*amount, local)) if amount else None


def _read_lasting(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom | None:
    amount = words.read_amount(match)
    return replace(atom, interval=calendar.lasting(*amount, local)) if amount else None


def _read_few(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom:
    return replace(atom, interval=calendar.few_ago(words.unit(match["unit"]), local))


def _read_now(atom: Atom, _v: str, _m: re.Match[str], _w: TimeWords, local: datetime) -> Atom:
    return replace(atom, interval=calendar.just_now(local))


def _read_weekday(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom:
    weekday = words.weekday(match["weekday"])
    day = calendar.last_weekday(weekday, local.date())
    part = match.groupdict().get("part")
    return replace(atom, day=day, part=words.part(part) if part else None, weekday=weekday)


def _read_weekday_night(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom:
    day = calendar.last_weekday(words.weekday(match["weekday"]), local.date())
    return replace(atom, day=day, part="weekday_night", night_after=True)


def _read_night_between(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom:
    day = calendar.last_weekday(words.weekday(match["weekday"]), local.date())
    return replace(atom, day=day, part="dark", night_after=True)


def _read_night_before(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom:
    """ "In the night to Sunday" is Saturday's night."""
    morning = calendar.last_weekday(words.weekday(match["weekday"]), local.date(), today_counts=True)
    return replace(atom, day=calendar.one_day(morning.start - timedelta(days=1)), part="dark", night_after=True)


def _read_date(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom | None:
    parts = match.groupdict()
    day = calendar.day_of_year(int(parts["d"]), words.month(parts["month"]), _year(parts), local.date())
    return replace(atom, day=day) if day else None


def _read_numeric_date(atom: Atom, _v: str, match: re.Match[str], _w: TimeWords, local: datetime) -> Atom | None:
    parts = match.groupdict()
    day = calendar.day_of_year(int(parts["d"]), int(parts["m"]), _year(parts), local.date())
    return replace(atom, day=day) if day else None


def _year(parts: dict[str, Any]) -> int | None:
    written = parts.get("year")
    if not written:
        return None
    return int(written) + (2000 if len(written) == 2 else 0)


def _read_month(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom:
    return replace(atom, day=calendar.last_month_named(words.month(match["month"]), local.date()))


def _read_season(atom: Atom, _v: str, match: re.Match[str], words: TimeWords, local: datetime) -> Atom:
    return replace(atom, day=calendar.last_season(words.season(match["season"]), local.date()))


def _read_year(atom: Atom, _v: str, match: re.Match[str], _w: TimeWords, local: datetime) -> Atom | None:
    year = int(match["year"])
    if not 1990 <= year <= local.year:
        return None
    return replace(atom, day=Day(date(year, 1, 1), date(year + 1, 1, 1), "span"))


_READERS = {
    "days": _read_days,
    "moments": _read_moments,
    "parts": _read_parts,
    "spans": _read_spans,
    "clock": _read_clock,
    "clock_range": _read_range,
    "ago": _read_ago,
    "lasting": _read_lasting,
    "few_ago": _read_few,
    "now": _read_now,
    "weekday": _read_weekday,
    "weekday_night": _read_weekday_night,
    "night_between": _read_night_between,
    "night_before": _read_night_before,
    "date": _read_date,
    "numeric_date": _read_numeric_date,
    "month": _read_month,
    "season": _read_season,
    "year": _read_year,
}

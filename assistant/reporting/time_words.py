"""One language's words for numbers, weekdays, months, parts of the day and clock times."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.reporting.rules import read_rules

UNITS = ("minute", "hour", "day", "week", "month", "year")
SEASONS = ("spring", "summer", "autumn", "winter")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as said; `vague` hours may be morning or afternoon, `around` is half an hour either side."""

    hour: int
    minute: int = 0
    vague: bool = False
    around: bool = False


class TimeWords:
    """The word lists of when_rules/<language>.yaml, as placeholders for patterns and as values."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._numbers = {str(word): float(value) for word, value in data["numbers"].items()}
        self._hours = {str(word): int(value) for word, value in data["hours"].items()}
        self._weekdays: list[str] = data["weekdays"]
        self._months: list[str] = data["months"]
        self._seasons: list[str] = [data["seasons"][name] for name in SEASONS]
        self._units: dict[str, str] = data["units"]
        self._parts: dict[str, str] = {name: "|".join(patterns) for name, patterns in data["parts"].items()}
        self._part_words: dict[str, str] = data.get("part_words") or {}
        self._digits_vague = bool(data.get("twelve_hour_digits"))
        self._after_noon: str = data.get("after_noon") or "(?!)"
        self._before_noon: str = data.get("before_noon") or "(?!)"
        self._holders = self._placeholders(data)

    def _placeholders(self, data: dict[str, Any]) -> dict[str, str]:
        number = rf"\d{{1,3}}|{_any(self._numbers)}"
        unit, alone = _any(self._units.values()), data.get("unit_alone") or "(?!)"
        half_hour = data["half_hour"]
        amount = rf"(?:(?P<n>{number})[ -](?P<unit>{unit})|(?P<half>{half_hour})|(?P<alone>{alone}))"
        hour = rf"(?:[01]?\d|2[0-4])|{_any(self._hours)}"
        lists = {
            "weekday": _any(self._weekdays),
            "weekday2": _any(self._weekdays),
            "month": _any(self._months),
            "season": _any(self._seasons),
            "part": _any(self._parts.values()),
            "hour": hour,
            "hour2": hour,
            "minute": rf"[0-5]?\d|{_any(self._numbers)}",
            "unit": unit,
            "d": r"0?[1-9]|[12]\d|3[01]",
        }
        holders = {name: f"(?P<{name}>{pattern})" for name, pattern in lists.items()}
        noon = f"(?: ?(?P<noon>{self._after_noon}|{self._before_noon}))?"
        around = f"(?P<around>(?:{data['around']}) ?)?"
        return {**holders, "amount": amount, "noon": noon, "around": around, "few": data["few"]}

    def expand(self, pattern: str) -> str:
        """`pattern` with its placeholders filled in."""
        for name, filling in self._holders.items():
            pattern = pattern.replace("{" + name + "}", filling)
        return pattern

    def read_amount(self, match: re.Match[str]) -> tuple[float, str] | None:
        """How much of which unit: (2, "hour")."""
        parts = match.groupdict()
        if parts.get("half"):
            return 30.0, "minute"
        if parts.get("alone"):
            return 1.0, self.unit(parts["alone"])
        amount = self._number(parts["n"])
        return None if amount is None else (amount, self.unit(parts["unit"]))

    def unit(self, word: str) -> str:
        return _which(list(self._units.values()), word, list(self._units))

    def weekday(self, word: str) -> int:
        return int(_which(self._weekdays, word, [str(number) for number in range(7)]))

    def month(self, word: str) -> int:
        return int(_which(self._months, word, [str(number) for number in range(1, 13)]))

    def season(self, word: str) -> int:
        return int(_which(self._seasons, word, ["0", "1", "2", "3"]))

    def part(self, word: str) -> str:
        return self._part_words.get(word) or _which(list(self._parts.values()), word, list(self._parts))

    def read_clock(self, shape: str, match: re.Match[str]) -> Clock | None:
        """The time that a pattern of that shape found: `half_to` drei is 2:30, `half_past` two as well."""
        parts = match.groupdict()
        if parts.get("around2"):
            parts["around"] = parts["around2"]
        if shape in _FIXED:
            return Clock(_FIXED[shape], around=bool(parts.get("around")))
        hour = self._hour(parts["hour"])
        minute = self._minute(parts.get("minute"))
        if hour is None or minute is None:
            return None
        shift, sign = _SHAPES[shape]
        total = (hour * 60 + shift + sign * minute) % (24 * 60)
        noon = parts.get("noon")
        if noon:
            total = total % 720 + (720 if re.fullmatch(self._after_noon, noon) else 0)
        said_in_words = not parts["hour"].isdigit()
        vague = not noon and hour <= 12 and (said_in_words or self._digits_vague or shape != "h_m")
        if parts["hour"].startswith("0") or (shape == "h" and not said_in_words and not self._digits_vague):
            vague = False
        return Clock(total // 60, total % 60, vague, bool(parts.get("around")))

    def read_range(self, match: re.Match[str]) -> tuple[Clock, Clock] | None:
        """Both ends of "between two and four"; a half of the day said once counts for both."""
        parts = match.groupdict()
        first, second = self._hour(parts["hour"]), self._hour(parts["hour2"])
        if first is None or second is None:
            return None
        noon = parts.get("noon")
        shift = 720 if noon and re.fullmatch(self._after_noon, noon) else 0
        ends = []
        for hour, word, minute in (
            (first, parts["hour"], parts.get("from_minute")),
            (second, parts["hour2"], parts.get("to_minute")),
        ):
            total = hour * 60 + int(minute or 0)
            total = total % 720 + shift if noon else total
            vague = not noon and hour <= 12 and (not word.isdigit() or self._digits_vague)
            ends.append(Clock(total // 60 % 24, total % 60, vague))
        return ends[0], ends[1]

    def _number(self, word: str) -> float | None:
        if word.isdigit():
            return float(word)
        return next((value for form, value in self._numbers.items() if re.fullmatch(form, word)), None)

    def _hour(self, word: str) -> int | None:
        if word.isdigit():
            return int(word) if int(word) <= 24 else None
        return next((value for form, value in self._hours.items() if re.fullmatch(form, word)), None)

    def _minute(self, word: str | None) -> int | None:
        if word is None:
            return 0
        number = self._number(word)
        return None if number is None or number >= 60 else int(number)


_FIXED = {"noon": 12, "midnight": 0}
# Minutes that a spoken shape adds to the hour, and the sign of the minutes said with it.
_SHAPES = {
    "h": (0, 0),
    "h_m": (0, 1),
    "half_to": (-30, 0),
    "half_past": (30, 0),
    "quarter_past": (15, 0),
    "quarter_to": (-15, 0),
    "quarter_of": (-45, 0),
    "m_past": (0, 1),
    "m_to": (0, -1),
    "m_past_half": (-30, 1),
    "m_to_half": (-30, -1),
}


def _any(patterns: Any) -> str:
    return "|".join(sorted((str(pattern) for pattern in patterns), key=len, reverse=True))


def _which(patterns: list[str], word: str, names: list[str]) -> str:
    """The name of the first pattern that the whole word matches, or else that it begins with."""
    for matches in (re.fullmatch, re.match):
        for name, pattern in zip(names, patterns, strict=True):
            if matches(pattern, word):
                return name
    raise KeyError(word)


@cache
def time_words(language: str) -> TimeWords:
    """Read and compiled once per language."""
    return TimeWords(read_rules("when_rules", language))

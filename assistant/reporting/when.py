"""When something happened: expressions of time in a text, resolved against `now` to the widest honest interval.

Intervals are half-open in the site's local time and never reach beyond `now`; an exact time has start = end. A rhythm
("every Friday") has no date of its own. Words and widths are data: `when_rules/<language>.yaml`.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from assistant.reporting.calendar_rules import days_interval
from assistant.reporting.draft import Occurred
from assistant.reporting.folded import Folded, fold_with_offsets
from assistant.reporting.recurrence import find_recurrence
from assistant.reporting.rules import read_rules
from assistant.reporting.time_atoms import FOLDER, Atom, find_atoms
from assistant.reporting.time_words import Clock
from incidents.model import Recurrence

Span = tuple[int, int]
WIDTHS: dict[str, tuple[int, int]] = {
    "morning": (6, 12),
    "early": (4, 8),
    "lunchtime": (12, 14),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "night": (22, 30),
    "dark": (22, 30),
    "weekday_night": (17, 30),
    "last_night": (22, 30),
    "daytime": (8, 18),
}
AROUND = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class When:
    """Either part may be missing; the spans are offsets into the text."""

    occurred: Occurred | None = None
    recurrence: Recurrence | None = None
    occurred_span: Span | None = None
    recurrence_span: Span | None = None


def find_time(text: str, language: str, now: datetime, zone: ZoneInfo) -> When:
    """The interval and the rhythm that `text` tells of; `now` is aware."""
    folded, local = fold_with_offsets(text), now.astimezone(zone)
    rhythm = find_recurrence(folded.text, language)
    words = folded.text
    if rhythm and not rhythm.keeps_dates:
        words = words[: rhythm.start] + "\0" * (rhythm.end - rhythm.start) + words[rhythm.end :]
    found = _resolve_all(words, language, local)
    if rhythm and rhythm.name != "ongoing":
        found = [item for item in found if item.dated]
    best = _choose(found, words, language)
    if rhythm and rhythm.weak and best and best.dated and not best.since:
        rhythm = None
    recurrence: Recurrence | None = rhythm.name if rhythm else None
    if recurrence is None and best is not None and best.since:
        recurrence = "ongoing"
    return When(
        best.occurred if best else None,
        recurrence,
        _span(folded, best),
        folded.span(rhythm.start, rhythm.end) if rhythm else None,
    )


@dataclass(frozen=True, slots=True)
class _Resolved:
    """`dated` names a day of its own; `since` reaches to now."""

    start: int
    end: int
    occurred: Occurred
    dated: bool
    since: bool = False


@cache
def _link(language: str, name: str) -> re.Pattern[str]:
    """A linking word: `since` and `from` stand before an expression, `to` between two, `filler` inside one."""
    patterns = read_rules(FOLDER, language).get(name) or ["(?!)"]
    return re.compile(rf"(?:{'|'.join(patterns)})")


def _resolve_all(text: str, language: str, local: datetime) -> list[_Resolved]:
    groups = _complete(_group(find_atoms(text, language, local), text, language))
    resolved = []
    for group in groups:
        occurred = resolve(group, language, local)
        if occurred is not None:
            dated = group.day is not None or group.interval is not None
            resolved.append(_Resolved(group.start, group.end, occurred, dated))
    return _since(_ranges(resolved, text, language), text, language, local)


def _group(atoms: list[Atom], text: str, language: str) -> list[Atom]:
    """Neighbours with nothing but filler words between them are one expression."""
    filler, groups = _link(language, "filler"), list[Atom]()
    for atom in atoms:
        between = text[groups[-1].end : atom.start].strip(" ,") if groups else ""
        near = groups and (not between or filler.fullmatch(between))
        if near and groups[-1].fits(atom):
            groups[-1] = groups[-1].join(atom)
        else:
            groups.append(atom)
    return groups


def _complete(groups: list[Atom]) -> list[Atom]:
    """A clock time in another sentence belongs to the only day that is named."""
    days = [group for group in groups if group.day is not None]
    others = [group for group in groups if group.day is None and group.interval is None]
    if len(days) != 1 or len(others) != 1 or not days[0].fits(others[0]):
        return groups
    day, other = days[0], others[0]
    if not day.day or not day.day.single:
        return groups
    joined = Atom(day.start, day.end, day.day, day.part or other.part, other.clock or day.clock, other.until)
    return [joined if group is day else group for group in groups if group is not other]


def resolve(atom: Atom, language: str, local: datetime) -> Occurred | None:
    """One expression as an interval; None where it names no time of its own."""
    if atom.interval is not None:
        return atom.interval
    if atom.clock is not None:
        return _clock_interval(atom, atom.clock, language, local)
    if atom.part is not None:
        return _part_interval(atom, atom.part, language, local)
    return days_interval(atom.day, local) if atom.day else None


def _widths(part: str, language: str) -> tuple[int, int]:
    own = read_rules(FOLDER, language).get("widths") or {}
    start, end = own.get(part) or WIDTHS[part]
    return start, end


def _part_interval(atom: Atom, part: str, language: str, local: datetime) -> Occurred | None:
    first, last = _widths(part, language)
    if atom.day is not None and not atom.day.single:
        return days_interval(atom.day, local)
    day = atom.day.start if atom.day else local.date()
    if _wall(day, first, 0, local) >= local:
        day -= timedelta(days=1)
    start, end = _wall(day, first, 0, local), _wall(day, last, 0, local)
    return Occurred(start=start, end=min(end, local), precision="part_of_day")


def _clock_interval(atom: Atom, clock: Clock, language: str, local: datetime) -> Occurred | None:
    if atom.day is not None and not atom.day.single:
        return days_interval(atom.day, local)
    start = _moment(atom, clock, language, local)
    if atom.until is not None:
        return _until(atom, start, atom.until, local)
    if clock.around:
        end = min(start + AROUND, local)
        return Occurred(start=start - AROUND, end=end, precision="hour")
    return Occurred(start=start, end=start, precision="minute")


def _until(atom: Atom, start: datetime, until: Clock, local: datetime) -> Occurred:
    end = datetime.combine(start.date(), time(until.hour, until.minute), start.tzinfo)
    if end <= start and until.vague and until.hour < 12:
        end += timedelta(hours=12)
    if end <= start:
        end = datetime.combine(start.date() + timedelta(days=1), time(until.hour, until.minute), start.tzinfo)
    if end > local and atom.day is None:
        start, end = start - timedelta(days=1), end - timedelta(days=1)
    return Occurred(start=start, end=min(end, local), precision="span")


def _moment(atom: Atom, clock: Clock, language: str, local: datetime) -> datetime:
    """The clock time on the day that was named, or on the latest day on which it lies before now."""
    minutes = _hour_of_part(clock, atom.part, language)
    day = atom.day.start if atom.day else local.date()
    if atom.part and minutes < 12 * 60 and (atom.night_after or atom.part == "weekday_night"):
        day += timedelta(days=1)
    if atom.part is None and clock.vague:
        return _likeliest(day, clock, atom.day is not None, local)
    moment = _wall(day, 0, minutes, local)
    if moment > local:
        moment = _wall(day - timedelta(days=1 if atom.day is None else 0), 0, minutes, local)
    return min(moment, local)


def _hour_of_part(clock: Clock, part: str | None, language: str) -> int:
    """Minutes after midnight, with the half of the day that the part of the day tells."""
    minutes = clock.hour * 60 + clock.minute
    if part is None or (not clock.vague and clock.hour not in range(1, 12)):
        return minutes
    first, last = _widths(part, language)
    candidates = [minutes % 720, minutes % 720 + 720]
    for candidate in candidates:
        if first * 60 <= candidate < last * 60 or first * 60 <= candidate + 1440 < last * 60:
            return candidate
    return minutes


def _likeliest(day: date, clock: Clock, day_named: bool, local: datetime) -> datetime:
    """Of the two times a day that "at five" may mean: today the later one before now, else the one in daylight."""
    minutes = (clock.hour * 60 + clock.minute) % 720
    morning, later = _wall(day, 0, minutes, local), _wall(day, 0, minutes + 720, local)
    if day == local.date():
        if later <= local:
            return later
        if morning <= local and (minutes >= 5 * 60 or local.hour < 12):
            return morning
        return morning if day_named else _wall(day - timedelta(days=1), 0, minutes + 720, local)
    return later if minutes < 7 * 60 else morning


def _wall(day: date, hours: int, minutes: int, local: datetime) -> datetime:
    """Wall-clock time, also beyond midnight."""
    total = hours * 60 + minutes
    day += timedelta(days=total // 1440)
    return datetime.combine(day, time(total % 1440 // 60, total % 60), local.tzinfo)


def _ranges(found: list[_Resolved], text: str, language: str) -> list[_Resolved]:
    """ "From Friday to Sunday", "between Friday evening and Saturday morning": one interval."""
    opens, links, kept = _link(language, "from"), _link(language, "to"), list[_Resolved]()
    for item in found:
        before = kept[-1] if kept else None
        linked = before is not None and links.fullmatch(text[before.end : item.start].strip(" ,"))
        if before and linked and _ends_with(opens, text[: before.start]) is not None:
            span = Occurred(
                start=min(before.occurred.start, item.occurred.start),
                end=max(before.occurred.end, item.occurred.end),
                precision="span",
            )
            kept[-1] = _Resolved(before.start, item.end, span, before.dated or item.dated)
        else:
            kept.append(item)
    return kept


def _since(found: list[_Resolved], text: str, language: str, local: datetime) -> list[_Resolved]:
    """What follows "since" reaches to now; some languages say it behind."""
    since, behind, result = _link(language, "since"), _link(language, "since_after"), list[_Resolved]()
    for item in found:
        opening = _ends_with(since, text[: item.start])
        if behind.match(text[item.end :].lstrip()):
            opening = item.start
        if item.occurred.precision == "since":
            result.append(_Resolved(item.start, item.end, item.occurred, True, True))
        elif opening is not None and item.occurred.precision != "span":
            span = Occurred(start=item.occurred.start, end=local, precision="since")
            result.append(_Resolved(opening, item.end, span, True, True))
        else:
            result.append(item)
    return result


def _ends_with(pattern: re.Pattern[str], text: str) -> int | None:
    """Where a linking word that closes `text` begins."""
    found = re.search(rf"(?<![\w'])(?:{pattern.pattern}) ?$", text)
    return found.start() if found else None


def _choose(found: list[_Resolved], text: str, language: str) -> _Resolved | None:
    """Dated before undated, the first before later ones; last seen whole and found later make one interval."""
    if not found:
        return None
    dated = [item for item in found if item.dated] or found
    first = dated[0]
    if len(found) < 2 or first.since:
        return first
    discovery = _link(language, "found").search(text)
    others = [item for item in found if item.occurred.end != first.occurred.end]
    if discovery and others and len(dated) + len(others) >= 2:
        ends = [first, others[0]]
        span = Occurred(
            start=min(item.occurred.start for item in ends),
            end=max(item.occurred.end for item in ends),
            precision="span",
        )
        if span.end - span.start <= timedelta(days=31):
            return _Resolved(first.start, first.end, span, True)
    return first


def _span(folded: Folded, item: _Resolved | None) -> Span | None:
    return folded.span(item.start, item.end) if item else None

"""Days and intervals relative to now: yesterday, last Friday, last week, two weeks ago, last summer.

Widths follow the project's labelling: a week ago is three days either side, a few days are about a week.
Wall-clock ends are built from dates, so that a change of the clocks moves nothing.
"""

import calendar as months
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.reporting.draft import Occurred, Precision

SEASON_STARTS = (3, 6, 9, 12)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Day:
    """Whole days, from `start` to before `end`."""

    start: date
    end: date
    precision: Precision = "day"

    @property
    def single(self) -> bool:
        return (self.end - self.start).days == 1


def one_day(day: date) -> Day:
    return Day(day, day + timedelta(days=1))


def at_midnight(day: date, local: datetime) -> datetime:
    return datetime.combine(day, time(), local.tzinfo)


def days_interval(day: Day, local: datetime) -> Occurred:
    """From the first midnight to the last, not beyond now."""
    start, end = at_midnight(day.start, local), at_midnight(day.end, local)
    return Occurred(start=min(start, local), end=min(end, local), precision=day.precision)


def last_weekday(weekday: int, today: date, today_counts: bool = False) -> Day:
    """The latest day of that name (Monday is 0) before today."""
    back = (today.weekday() - weekday) % 7
    if back == 0 and not today_counts:
        back = 7
    return one_day(today - timedelta(days=back))


def day_of_year(day: int, month: int, year: int | None, today: date) -> Day | None:
    """A date; without a year the latest that is not after today. None where no such date exists."""
    for candidate in [year] if year else [today.year, today.year - 1, today.year - 2, today.year - 3]:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found <= today:
            return one_day(found)
    return None


def last_month_named(month: int, today: date) -> Day:
    """The latest month of that name that has begun."""
    year = today.year if month <= today.month else today.year - 1
    return _month(year, month)


def last_season(season: int, today: date) -> Day:
    """Spring 0, summer 1, autumn 2, winter 3: three months from 1 March, June, September, December."""
    start = SEASON_STARTS[season]
    year = today.year if start <= today.month else today.year - 1
    return Day(date(year, start, 1), _add_months(date(year, start, 1), 3), "season")


def named_span(name: str, today: date) -> Day:
    """last_week, this_week, last_month, this_month, last_year, this_year or a weekend."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    spans = {
        "last_week": Day(monday - timedelta(days=7), monday, "week"),
        "this_week": Day(monday, monday + timedelta(days=7), "week"),
        "last_month": Day(_add_months(first, -1), first, "month"),
        "this_month": Day(first, _add_months(first, 1), "month"),
        "last_year": Day(date(today.year - 1, 1, 1), date(today.year, 1, 1), "span"),
        "this_year": Day(date(today.year, 1, 1), date(today.year + 1, 1, 1), "span"),
        "weekend": _weekend(monday, today),
        "last_weekend": Day(monday - timedelta(days=2), monday, "days"),
    }
    return spans[name]


def _weekend(monday: date, today: date) -> Day:
    """This weekend once it has begun, else the last one."""
    back = 0 if today.weekday() >= 5 else 7
    saturday = monday + timedelta(days=5 - back)
    return Day(saturday, saturday + timedelta(days=2), "days")


def ago(amount: float, unit: str, local: datetime) -> Occurred:
    """So much time before now, as wide as people mean it."""
    if unit == "minute":
        return _around(local, timedelta(minutes=amount), timedelta(minutes=min(10.0, amount / 2)))
    if unit == "hour":
        return _around(local, timedelta(hours=amount), timedelta(minutes=30))
    today = local.date()
    if unit == "day":
        return days_interval(one_day(today - timedelta(days=round(amount))), local)
    if unit == "week":
        middle = today - timedelta(days=round(7 * amount))
        return days_interval(Day(middle - timedelta(days=3), middle + timedelta(days=4), "week"), local)
    if unit == "month":
        middle = _add_months(today, -round(amount))
        return days_interval(Day(middle - timedelta(days=14), middle + timedelta(days=15), "month"), local)
    middle = _add_months(today, -12 * round(amount))
    return days_interval(Day(middle - timedelta(days=90), middle + timedelta(days=91), "span"), local)


def few_ago(unit: str, local: datetime) -> Occurred:
    """A few days are about a week; the other units in proportion."""
    reach = {
        "minute": (timedelta(minutes=15), timedelta()),
        "hour": (timedelta(hours=6), timedelta(hours=2)),
        "day": (timedelta(days=7), timedelta()),
        "week": (timedelta(days=35), timedelta(days=14)),
        "month": (timedelta(days=183), timedelta(days=60)),
        "year": (timedelta(days=1826), timedelta(days=730)),
    }
    far, near = reach[unit]
    if unit in ("minute", "hour"):
        return Occurred(start=before(local, far), end=before(local, near), precision="hour")
    today = local.date()
    return days_interval(Day(today - far, today - near + timedelta(days=1), "days"), local)


def lasting(amount: float, unit: str, local: datetime) -> Occurred:
    """From so long ago to now."""
    if unit in ("minute", "hour"):
        past = timedelta(minutes=amount) if unit == "minute" else timedelta(hours=amount)
        return Occurred(start=before(local, past), end=local, precision="since")
    today = local.date()
    if unit in ("day", "week"):
        start = today - timedelta(days=round(amount * (7 if unit == "week" else 1)))
    else:
        start = _add_months(today, -round(amount * (12 if unit == "year" else 1)))
    return Occurred(start=at_midnight(start, local), end=local, precision="since")


def just_now(local: datetime) -> Occurred:
    """The last quarter of an hour."""
    return Occurred(start=before(local, QUARTER), end=local, precision="minute")


def before(local: datetime, past: timedelta) -> datetime:
    """Elapsed time counts in UTC, so that a change of the clocks does not stretch it."""
    return (local.astimezone(UTC) - past).astimezone(local.tzinfo)


def _around(local: datetime, past: timedelta, width: timedelta) -> Occurred:
    end = min(local, before(local, past - width))
    return Occurred(start=before(local, past + width), end=end, precision="hour")


def _month(year: int, month: int) -> Day:
    first = date(year, month, 1)
    return Day(first, _add_months(first, 1), "month")


def _add_months(day: date, count: int) -> date:
    """The same day so many months later, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + count
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))

"""Is anyone on duty now, and when next? Office hours and the country's public holidays."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from sites.site import WEEKDAYS, Hours, Site


@dataclass(frozen=True, slots=True)
class Duty:
    """Whether officers answer now; `until` ends the present shift, `next_opens` starts the next (local time)."""

    on_duty: bool
    until: datetime | None
    next_opens: datetime | None
    holiday: str | None


@lru_cache(maxsize=64)
def _holidays(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year).items())


def _hours(site: Site, day: date) -> Hours | None:
    if day in _holidays(site.country, site.subdivision, day.year):
        return None
    return site.duty_hours.get(WEEKDAYS[day.weekday()])


def duty_at(site: Site, now: datetime) -> Duty:
    """Duty at `now` (aware); looks at most three weeks ahead for the next shift."""
    local = now.astimezone(site.zone)
    holiday = _holidays(site.country, site.subdivision, local.year).get(local.date())
    hours = _hours(site, local.date())
    if hours and hours.opens <= local.time() < hours.closes:
        return Duty(True, datetime.combine(local.date(), hours.closes, site.zone), None, holiday)
    for ahead in range(22):
        day = local.date() + timedelta(days=ahead)
        shift = _hours(site, day)
        if shift:
            opens = datetime.combine(day, shift.opens, site.zone)
            if opens > local:
                return Duty(False, None, opens, holiday)
    return Duty(False, None, None, holiday)

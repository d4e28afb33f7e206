"""When something happened: expressions of time in a text, resolved against `now`."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from assistant.folding import fold
from assistant.reporting.draft import Occurred
from incidents.model import Recurrence

Span = tuple[int, int]
_RHYTHMS: tuple[tuple[str, Recurrence], ...] = (
    (r"every weekend|co weekend|jedes wochenende", "weekends"),
    (r"every (night)", "nights"),
    (r"every (day|morning|evening)|daily", "daily"),
    (r"every (mon|tues|wednes|thurs|fri|satur|sun)day|щоп'ятниці", "weekly"),
)


@dataclass(frozen=True, slots=True)
class When:
    """Either part may be missing; the spans are offsets into the text."""

    occurred: Occurred | None = None
    recurrence: Recurrence | None = None
    occurred_span: Span | None = None
    recurrence_span: Span | None = None


def find_time(text: str, language: str, now: datetime, zone: ZoneInfo) -> When:
    """The interval and the rhythm that `text` tells of."""
    del language
    folded, local = fold(text), now.astimezone(zone)
    midnight = datetime.combine(local.date(), time(), zone)
    occurred = None
    if re.search(r"\byesterday|wczoraj", folded):
        occurred = Occurred(start=midnight - timedelta(days=1), end=midnight, precision="day")
    recurrence = next((rhythm for words, rhythm in _RHYTHMS if re.search(words, folded)), None)
    return When(occurred, recurrence)

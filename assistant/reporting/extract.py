"""One message read as a report: what, where, when, how urgent, and where the text says so."""

from datetime import datetime

from assistant.privacy import find_personal_data, mask
from assistant.reporting.answers import tells
from assistant.reporting.category import Categories
from assistant.reporting.draft import IncidentDraft
from assistant.reporting.urgency import judge_urgency
from assistant.reporting.when import find_time
from assistant.reporting.where import find_place
from sites import Site


def extract(
    text: str, language: str, now: datetime, site: Site, classifier: Categories
) -> list[IncidentDraft]:
    """The incidents that `text` tells of, usually one. Offsets in `evidence` count in `text`."""
    return [_extract_one(text, language, now, site, classifier)]


def _extract_one(
    text: str, language: str, now: datetime, site: Site, classifier: Categories
) -> IncidentDraft:
    prediction = classifier.classify(text, language)
    when = find_time(text, language, now, site.zone)
    where = find_place(text, language, site)
    urgency, reasons = judge_urgency(text, language, prediction.label)
    evidence = {
        "location": (where.start, where.end) if where else None,
        "occurred": when.occurred_span,
        "recurrence": when.recurrence_span,
    }
    return IncidentDraft(
        category=prediction.label,
        confidence=round(prediction.confidence, 4),
        alternatives=[(code, round(chance, 4)) for code, chance in prediction.ranked[1:4]],
        urgency=urgency,
        urgency_reasons=reasons,
        location=where.location if where else None,
        occurred=when.occurred,
        recurrence=when.recurrence,
        anonymous_wish=tells("anonymous", text, language),
        description=mask(text, find_personal_data(text, language, site.country)),
        evidence={field: span for field, span in evidence.items() if span},
    )

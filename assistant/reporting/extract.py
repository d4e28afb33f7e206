"""One message read as a report: what, where, when, how urgent, and where the text says so."""

from datetime import datetime

from assistant.privacy import find_personal_data, mask
from assistant.reporting.answers import tells
from assistant.reporting.category import Categories
from assistant.reporting.draft import IncidentDraft
from assistant.reporting.evidence import category_evidence
from assistant.reporting.folded import fold_with_offsets
from assistant.reporting.rules import pattern
from assistant.reporting.urgency import judge_urgency
from assistant.reporting.when import When, find_time
from assistant.reporting.where import find_place
from incidents.model import Recurrence
from sites import Site

# States of things: without any word of time they are taken to go on.
LASTING = frozenset({"abandoned_vehicle", "dangerous_place", "level_crossing"})
SURE_OF_SECOND = 0.35
FEWEST_WORDS = 4
# What happens on the telephone or online has no place of its own.
ONLINE = frozenset(
    {"online_fraud", "phone_scam", "account_takeover", "cyberbullying", "sexual_extortion", "radicalisation"}
)


def extract(text: str, language: str, now: datetime, site: Site, classifier: Categories) -> list[IncidentDraft]:
    """The incidents that `text` tells of, usually one. Offsets in `evidence` count in `text`.

    A second incident needs a word such as "besides" and a category of its own; it inherits place and time where its
    part of the message names none.
    """
    whole = _read(text, 0, language, now, site, classifier)
    parts = _parts(text, language)
    if len(parts) < 2:
        return [whole]
    drafts = [_read(part, offset, language, now, site, classifier) for offset, part in parts]
    distinct = len({draft.category for draft in drafts}) == len(drafts)
    if not distinct or not all(map(_stands_alone, drafts)):
        return [whole]
    for draft in drafts[1:]:
        _inherit(draft, drafts[0])
        draft.anonymous_wish = whole.anonymous_wish
    return drafts


def _stands_alone(draft: IncidentDraft) -> bool:
    sure = draft.confidence >= SURE_OF_SECOND and draft.category != "other"
    return sure and "category" in draft.evidence


def _parts(text: str, language: str) -> list[tuple[int, str]]:
    """The message cut before its first "besides", if both sides say enough."""
    folded = fold_with_offsets(text)
    for match in pattern("answer_rules", language, "also").finditer(folded.text):
        cut = folded.offsets[match.start()]
        first, second = text[:cut], text[cut:]
        if min(len(first.split()), len(second.split())) >= FEWEST_WORDS:
            return [(0, first), (cut, second)]
    return [(0, text)]


def _inherit(draft: IncidentDraft, first: IncidentDraft) -> None:
    for name in ("location", "occurred"):
        if getattr(draft, name) is None and not (name == "occurred" and draft.recurrence):
            setattr(draft, name, getattr(first, name))
            if name in first.evidence:
                draft.evidence[name] = first.evidence[name]


def _read(text: str, offset: int, language: str, now: datetime, site: Site, classifier: Categories) -> IncidentDraft:
    prediction = classifier.classify(text, language)
    when = find_time(text, language, now, site.zone)
    where = find_place(text, language, site)
    if where and prediction.label in ONLINE and where.location.latitude is None:
        where = None  # "someone from the bank" is where a caller claims to be from
    urgency, reasons = judge_urgency(text, language, prediction.label, when, now=now)
    evidence = {
        "category": category_evidence(text, language, prediction.label, classifier),
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
        recurrence=_recurrence(prediction.label, when),
        anonymous_wish=tells("anonymous", text, language),
        description=mask(text, find_personal_data(text, language, site.country, site.public_numbers())).strip(),
        evidence={field: (span[0] + offset, span[1] + offset) for field, span in evidence.items() if span},
    )


def _recurrence(category: str, when: When) -> Recurrence | None:
    if when.recurrence is None and when.occurred is None and category in LASTING:
        return "ongoing"
    return when.recurrence

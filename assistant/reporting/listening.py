"""What a message adds to a pending report: answers, additions and corrections of any field."""

from datetime import date, datetime

from assistant.privacy import find_personal_data
from assistant.reporting.answers import is_short, means, tells
from assistant.reporting.draft import IncidentDraft, Location, Occurred, ReportDraft
from assistant.reporting.extract import extract
from assistant.reporting.urgency import judge_urgency
from assistant.reporting.when import When
from assistant.services import Services
from assistant.types import Turn

LONGEST_PLACE = 200
SURE_OF_CHANGE = 0.4
SURE_OF_SECOND = 0.35


def begin(turn: Turn, services: Services) -> ReportDraft:
    """A new report from its first message."""
    draft = ReportDraft(words=[turn.text])
    draft.incidents = _read(turn, services)
    _take_contact(turn, services, draft)
    return draft


def listen(turn: Turn, services: Services, draft: ReportDraft) -> bool:
    """Let the message answer what is pending, and replace or add what else it says; False if it said nothing new."""
    offset = sum(len(words) + 1 for words in draft.words)
    draft.words.append(turn.text)
    found = _read(turn, services)
    for item in found:
        item.evidence = {name: (start + offset, end + offset) for name, (start, end) in item.evidence.items()}
    _take_contact(turn, services, draft)
    if draft.pending == "description":
        draft.incidents = found
        return True
    second = found[-1]
    if tells("also", turn.text, turn.language) and _is_other(second, draft.incidents[0]):
        draft.incidents.append(second)
        return True
    if means("refuse", turn.text, turn.language) and found[0].occurred:
        draft.incidents[0].recurrence = None  # "no, on Wednesday" takes back "every night"
    return _merge(draft.incidents[0], found[0]) or _take_words(turn, draft, found[0])


def _read(turn: Turn, services: Services) -> list[IncidentDraft]:
    return extract(turn.text, turn.language, turn.message.at, services.site, services.categories)


def _is_other(new: IncidentDraft, known: IncidentDraft) -> bool:
    return new.category != known.category and new.confidence >= SURE_OF_SECOND


def _take_contact(turn: Turn, services: Services, draft: ReportDraft) -> None:
    """A telephone number or address is the reporter's own only where asked for or said so, never a suspect's."""
    asked = draft.pending == "confirmation" and is_short(turn.text)
    if not asked and not tells("contact", turn.text, turn.language):
        return
    site = services.site
    found = find_personal_data(turn.text, turn.language, site.country, site.public_numbers())
    draft.contact = next((item.text for item in found if item.kind in ("phone", "email")), draft.contact)


def _merge(known: IncidentDraft, new: IncidentDraft) -> bool:
    """Place, time, rhythm and the wish to stay unnamed; True if the message held any of them."""
    heard = new.anonymous_wish
    known.anonymous_wish = known.anonymous_wish or new.anonymous_wish
    if new.location is not None and not (new.location.vague and known.location):
        known.location, heard = new.location, True
    if new.occurred is not None:
        known.occurred, heard = _moved(known.occurred, new.occurred), True
    if new.recurrence is not None and "recurrence" in new.evidence:
        known.recurrence, heard = new.recurrence, True
    for name in ("location", "occurred", "recurrence"):
        if name in new.evidence:
            known.evidence[name] = new.evidence[name]
    return heard


def _moved(old: Occurred | None, new: Occurred) -> Occurred:
    """ "No, Wednesday" changes the day and keeps the hour that was said before."""
    within_a_day = old is not None and old.precision in ("minute", "hour", "part_of_day")
    if old is None or not within_a_day or new.precision != "day":
        return new
    shift = new.start.date() - old.start.date()
    start, end = (_on(moment, moment.date() + shift) for moment in (old.start, old.end))
    return old.model_copy(update={"start": start, "end": end})


def _on(moment: datetime, day: date) -> datetime:
    return datetime.combine(day, moment.timetz())


def _take_words(turn: Turn, draft: ReportDraft, found: IncidentDraft) -> bool:
    """A message without place or time: the answer itself, another category, or more to the description."""
    first = draft.incidents[0]
    if means("skip", turn.text, turn.language) and is_short(turn.text):
        return False
    if draft.pending == "location":
        first.location = Location(text=turn.text.strip()[:LONGEST_PLACE])
        return True
    named = found.confidence >= SURE_OF_CHANGE and "category" in found.evidence
    if named and is_short(turn.text) and draft.pending in ("category", "confirmation"):
        set_category(turn, first, found.category or "other", found.confidence)
        return True
    if not _is_contact(found.description):
        first.description = f"{first.description} {found.description}".strip()
    return False


def _is_contact(masked: str) -> bool:
    """Nothing but a telephone number or an address."""
    return masked.strip(" .,!") in ("[phone]", "[email]")


def set_category(turn: Turn, incident: IncidentDraft, code: str, confidence: float) -> None:
    """The resident's own choice; the urgency follows."""
    incident.category, incident.confidence = code, confidence
    when = When(incident.occurred, incident.recurrence)
    words = f"{incident.description} {turn.text}"
    incident.urgency, incident.urgency_reasons = judge_urgency(words, turn.language, code, when, now=turn.message.at)

"""What the report dialogue says: questions, the summary to confirm, and what follows filing."""

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_date, format_datetime, format_time

from assistant.reporting.draft import IncidentDraft, Occurred, ReportDraft, Wanted
from assistant.reporting.extract import ONLINE
from assistant.services import Services
from assistant.types import Choice, IncidentView, Outcome, Part, Reply, Route, Turn

LONGEST_SHOWN = 600
LOCALE_OF = {"en": "en_GB"}  # 24 hours and the day before the month, as in all of Europe
CHANGEABLE = ("category", "location", "time", "description")


def make_reply(
    turn: Turn,
    outcome: Outcome,
    parts: Sequence[Part],
    draft: ReportDraft,
    asks_for: tuple[str, ...] = (),
    *,
    choices: tuple[Choice, ...] = (),
    views: tuple[IncidentView, ...] = (),
) -> Reply:
    """A reply about `draft`, with its incidents as the resident may see them."""
    views = views or tuple(view(incident) for incident in draft.incidents)
    return Reply(
        outcome=outcome,
        text="\n".join(part.text for part in parts),
        language=turn.language,
        route=turn.route or Route.REPORT,
        confidence=min([incident.confidence for incident in draft.incidents] or [turn.route_confidence]),
        parts=tuple(parts),
        incident=views[0] if views else None,
        incidents=views,
        asks_for=asks_for,
        choices=choices,
    )


def view(incident: IncidentDraft) -> IncidentView:
    """The resident's view of one draft; coordinates and times as in the triage records."""
    location, occurred = incident.location, incident.occurred
    return IncidentView(
        category=incident.category,
        urgency=incident.urgency,
        location=location
        and {
            "text": location.text,
            "lat": location.latitude,
            "lon": location.longitude,
            "uncertainty_m": location.uncertainty_m,
        },
        occurred=occurred
        and {
            "start": occurred.start.isoformat(),
            "end": occurred.end.isoformat(),
            "precision": occurred.precision,
        },
        recurrence=incident.recurrence,
        anonymous_wish=incident.anonymous_wish,
        description=incident.description,
    )


def question(turn: Turn, services: Services, draft: ReportDraft, wanted: Wanted) -> Reply:
    """The one question that is open, with its buttons."""

    def say(key: str) -> str:
        return services.say(turn.language, key)

    parts = [Part(kind="question", text=say(f"report_ask_{wanted}"))]
    if draft.asked.get(wanted, 0) > 1:
        parts.insert(0, Part(kind="notice", text=say("report_ask_again")))
    choices: list[Choice] = []
    if wanted == "category":
        choices = [_button(say(f"category_{code}")) for code in _likely(draft.incidents[0])]
    if wanted in ("location", "time"):
        choices = [_button(say("report_choice_skip"))]
    return make_reply(turn, Outcome.REPORT_ASKS, parts, draft, (wanted,), choices=tuple(choices))


def summary(turn: Turn, services: Services, draft: ReportDraft) -> Reply:
    """Everything that was understood, numbered, and the question whether it may be sent."""
    several = len(draft.incidents) > 1
    heading = services.say(
        turn.language,
        "report_check_several" if several else "report_check_heading",
        count=len(draft.incidents),
    )
    words = "\n".join(draft.words)
    lines = [line for incident in draft.incidents for line in _lines(turn.language, services, incident, words)]
    if draft.contact:
        lines.append(services.say(turn.language, "report_line_contact", value=draft.contact))
    parts = [Part(kind="heading", text=heading)]
    parts += [Part(kind="item", text=f"{number}. {line}") for number, line in enumerate(lines, 1)]
    if not draft.contact and not any(incident.anonymous_wish for incident in draft.incidents):
        parts.append(Part(kind="sentence", text=services.say(turn.language, "report_contact_offer")))
    parts.append(Part(kind="question", text=services.say(turn.language, "report_check_question")))
    keys = ("report_choice_yes", "report_choice_no", "report_choice_cancel")
    choices = tuple(_button(services.say(turn.language, key)) for key in keys)
    return make_reply(turn, Outcome.REPORT_CHECK, parts, draft, ("confirmation",), choices=choices)


def _lines(language: str, services: Services, incident: IncidentDraft, words: str) -> list[str]:
    unknown = services.say(language, "report_unknown")
    values = {"category": services.say(language, f"category_{incident.category or 'other'}")}
    if incident.location or incident.category not in ONLINE:
        values["location"] = incident.location.text if incident.location else unknown
    values["time"] = describe_time(language, services, incident, words) or unknown
    values["description"] = shorten(incident.description)
    lines = [services.say(language, f"report_line_{name}", value=value) for name, value in values.items()]
    if incident.anonymous_wish:
        lines.append(services.say(language, "report_line_anonymous"))
    return lines


def describe_time(language: str, services: Services, incident: IncidentDraft, words: str) -> str:
    """Interval and rhythm, the rhythm as the resident said it; empty where neither is known."""
    pieces = [describe_interval(language, incident.occurred)] if incident.occurred else []
    if incident.recurrence:
        span = incident.evidence.get("recurrence")
        said = words[slice(*span)] if span else ""
        pieces.append(said or services.say(language, f"recurrence_{incident.recurrence}"))
    return ", ".join(pieces)


def shorten(text: str) -> str:
    """Long reports are shown in part; the whole is filed."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN].rsplit(' ', 1)[0]} …"


def describe_interval(language: str, occurred: Occurred) -> str:
    """`22.11.2026, 17:00 – 24:00` in the language's way."""
    start, end = occurred.start, occurred.end
    language = LOCALE_OF.get(language, language)
    if start == end:
        return format_datetime(start, "medium", locale=language)
    whole_days = start.hour == start.minute == end.hour == end.minute == 0
    first = format_date(start, "full" if whole_days else "medium", locale=language)
    if whole_days and (end - start).days <= 1:
        return first
    if whole_days:
        return f"{first} – {format_date(end, 'full', locale=language)}"
    closing = format_time(end, "short", locale=language)
    if end.date() != start.date() and (end - start) >= timedelta(hours=8):
        closing = f"{format_date(end, 'medium', locale=language)}, {closing}"
    return f"{first}, {format_time(start, 'short', locale=language)} – {closing}"


def _likely(incident: IncidentDraft) -> list[str]:
    codes = [incident.category, *(code for code, _ in incident.alternatives)]
    return [*dict.fromkeys(code for code in codes if code and code != "other"), "other"]


def _button(label: str) -> Choice:
    return Choice(label=label, send=label)

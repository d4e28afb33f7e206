"""What became of a report: told to who shows reference and code, or asks in the conversation that filed it."""

import re

from assistant.services import Services
from assistant.types import IncidentView, Outcome, Part, Reply, Route, Turn
from incidents.references import find_reference, new_reference
from storage.incidents import IncidentUnknown
from storage.tables import Incident

_WORD = re.compile(r"[\w-]{12,40}")


def report_status(turn: Turn, services: Services) -> Turn:
    """The state of the report that is asked about; otherwise how to ask."""
    found = _find(turn, services)
    if not found:
        prefix = services.site.reference_prefix
        text = services.say(turn.language, "report_status_ask", example=new_reference(prefix))
        return turn.with_(reply=_reply(turn, [text], (), ("reference",)))
    texts = [
        services.say(
            turn.language,
            "report_status",
            reference=incident.reference,
            state=services.say(turn.language, f"report_state_{incident.state}"),
        )
        for incident in found
    ]
    return turn.with_(reply=_reply(turn, texts, tuple(_view(incident) for incident in found), ()))


def _find(turn: Turn, services: Services) -> list[Incident]:
    """Only what this conversation filed, or what reference and code open together."""
    if services.incidents is None:
        return []
    own = services.incidents.of_conversation(turn.conversation.id)
    reference = find_reference(turn.text, services.site.reference_prefix)
    if reference is None:
        return own
    if mine := [incident for incident in own if incident.reference == reference]:
        return mine
    for word in _WORD.findall(turn.text):
        try:
            return [services.incidents.by_reference(reference, word)]
        except IncidentUnknown:
            continue
    return []


def _view(incident: Incident) -> IncidentView:
    return IncidentView(
        reference=incident.reference,
        submitted=True,
        category=incident.category,
        urgency=incident.urgency,
        state=incident.state,
        description=incident.description,
    )


def _reply(turn: Turn, texts: list[str], views: tuple[IncidentView, ...], asks_for: tuple[str, ...]) -> Reply:
    return Reply(
        outcome=Outcome.REPORT_STATUS,
        text="\n".join(texts),
        language=turn.language,
        route=Route.STATUS,
        confidence=turn.route_confidence,
        parts=tuple(Part(kind="sentence", text=text) for text in texts),
        incident=views[0] if views else None,
        incidents=views,
        asks_for=asks_for,
    )

"""The end of the report dialogue: incidents are made, and the resident learns the reference."""

from assistant.reporting.draft import IncidentDraft, ReportDraft
from assistant.reporting.wording import make_reply, view
from assistant.services import Services
from assistant.types import IncidentView, Outcome, Part, Turn
from incidents.filing import make_incident, new_secret
from incidents.model import Addition, Classification, Incident


def file_report(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """Hand the incidents to the transaction that stores this turn, and say what happens next."""
    secret = new_secret()
    incidents = [_incident(turn, services, draft, item, secret) for item in draft.incidents]
    draft.references = [incident.reference for incident in incidents]
    draft.pending = None
    views = tuple(shown.model_copy(update={"secret": secret}) for shown in _filed_views(draft))
    parts = _thanks(turn, services, draft, secret)
    reply = make_reply(turn, Outcome.REPORT_FILED, parts, draft, views=views)
    state = turn.state.model_copy(update={"report": draft.model_dump(mode="json")})
    return turn.with_(reply=reply, state=state, facts={**turn.facts, "file_incidents": incidents})


def filed_again(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """A second confirmation files nothing: the same reference once more."""
    references = ", ".join(draft.references)
    part = Part(kind="sentence", text=services.say(turn.language, "report_filed_again", reference=references))
    reply = make_reply(turn, Outcome.REPORT_FILED, [part], draft, views=_filed_views(draft))
    return turn.with_(reply=reply)


def add_to_report(turn: Turn, services: Services, draft: ReportDraft) -> Turn:
    """More about a report that is filed already: its words join the incident, with a line in its history."""
    reference = draft.references[0]
    draft.words.append(turn.text)
    addition = Addition(
        conversation_id=turn.conversation.id,
        reference=reference,
        words=turn.text,
        description=turn.masked,
        created_at=turn.message.at,
    )
    part = Part(kind="sentence", text=services.say(turn.language, "report_updated", reference=reference))
    reply = make_reply(turn, Outcome.REPORT_UPDATED, [part], draft, views=_filed_views(draft))
    state = turn.state.model_copy(update={"report": draft.model_dump(mode="json")})
    return turn.with_(reply=reply, state=state, facts={**turn.facts, "file_incidents": [addition]})


def _filed_views(draft: ReportDraft) -> tuple[IncidentView, ...]:
    filed = {"submitted": True, "state": "received"}
    return tuple(
        view(item).model_copy(update={**filed, "reference": reference})
        for item, reference in zip(draft.incidents, draft.references, strict=True)
    )


def _thanks(turn: Turn, services: Services, draft: ReportDraft, secret: str) -> list[Part]:
    references = ", ".join(draft.references)
    area = services.site.area(draft.incidents[0].location.area if draft.incidents[0].location else None)
    texts = [
        services.say(turn.language, "report_filed", reference=references),
        services.say(turn.language, "report_filed_secret", secret=secret),
    ]
    if area:
        texts.append(services.say(turn.language, "report_filed_officer", area=area.name, officer=area.officer.name))
    texts.append(services.say(turn.language, "report_filed_next"))
    if any(item.urgency in ("emergency", "urgent") for item in draft.incidents):
        number = services.site.emergency_number
        texts.append(services.say(turn.language, "report_filed_danger", number=number))
    return [Part(kind="sentence", text=text) for text in texts]


def _incident(turn: Turn, services: Services, draft: ReportDraft, item: IncidentDraft, secret: str) -> Incident:
    location, occurred = item.location, item.occurred
    return make_incident(
        services.site.reference_prefix,
        secret,
        conversation_id=turn.conversation.id,
        site=services.site.id,
        category=item.category or "other",
        classification=Classification(
            model=services.categories.model_hash,
            confidence=item.confidence,
            alternatives=tuple(item.alternatives),
            urgency_reasons=tuple(item.urgency_reasons),
        ),
        original_words="\n".join(draft.words),
        description=item.description,
        evidence=item.evidence,
        occurred_start=occurred and occurred.start,
        occurred_end=occurred and occurred.end,
        occurred_precision=occurred and occurred.precision,
        recurrence=item.recurrence,
        location_text=location and location.text,
        latitude=location and location.latitude,
        longitude=location and location.longitude,
        uncertainty_m=location and location.uncertainty_m,
        area=location and location.area,
        urgency=item.urgency,
        anonymous=item.anonymous_wish,
        contact=None if item.anonymous_wish else draft.contact,
        language=turn.language,
        created_at=turn.message.at,
    )

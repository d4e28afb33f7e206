"""Passing a conversation to officers: the offer, the queue, what is said meanwhile, and the summary for the officer."""

import re
from typing import Any

from assistant.services import Services
from assistant.types import Choice, HandoffReason, Outcome, Part, Reply, Route, Turn
from knowledge_base.types import Hit
from sites import Duty, duty_at

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d\s()/-]{6,}\d")


def offer(reply: Reply, services: Services, reason: HandoffReason) -> Reply:
    """The same reply with an officer offered, as a button too."""
    label = services.say(reply.language, "choice_officer")
    return reply.model_copy(
        update={
            "handoff": "offered",
            "handoff_reason": reason,
            "choices": (*reply.choices, Choice(label=label, send=label)),
        }
    )


def request_officer(turn: Turn, services: Services, reason: HandoffReason = HandoffReason.RESIDENT_ASKED) -> Turn:
    """Put the conversation in the queue and say honestly when someone will answer."""
    duty = duty_at(services.site, turn.message.at)
    parts = [Part(kind="sentence", text=duty_text(services, turn.language, duty))]
    if not duty.on_duty:
        parts.append(Part(kind="question", text=services.say(turn.language, "handoff_leave_contact")))
    reply = Reply(
        outcome=Outcome.HANDOFF_QUEUED,
        text="\n".join(part.text for part in parts),
        language=turn.language,
        route=turn.route or Route.HUMAN,
        confidence=1.0,
        parts=tuple(parts),
        handoff="queued",
        handoff_reason=reason,
        asks_for=() if duty.on_duty else ("contact",),
    )
    state = turn.state.model_copy(
        update={"handoff": "queued", "handoff_reason": reason, "awaiting_contact": not duty.on_duty}
    )
    return turn.with_(reply=reply, state=state, facts={**turn.facts, "handoff": reason})


def take_contact(turn: Turn, services: Services) -> Turn:
    """While contact details are awaited: keep them if the message holds some, else carry on as usual."""
    if not turn.state.awaiting_contact or turn.reply is not None:
        return turn
    if not _CONTACT.search(turn.text):
        return turn
    text = services.say(turn.language, "handoff_contact_taken")
    reply = Reply(
        outcome=Outcome.HANDOFF_CONTACT_TAKEN,
        text=text,
        language=turn.language,
        route=Route.HUMAN,
        confidence=1.0,
        parts=(Part(kind="sentence", text=text),),
        handoff="queued",
        handoff_reason=turn.state.handoff_reason,
    )
    state = turn.state.model_copy(update={"awaiting_contact": False})
    return turn.with_(
        reply=reply,
        state=state,
        route=Route.HUMAN,
        facts={**turn.facts, "handoff": turn.state.handoff_reason, "contact": turn.text},
    )


def duty_text(services: Services, language: str, duty: Duty) -> str:
    """Who answers when, in one sentence."""
    if duty.on_duty:
        return services.say(language, "handoff_on_duty")
    if duty.next_opens is None:
        return services.say(language, "handoff_no_hours", number=services.site.number("duty_desk"))
    weekday = services.say(language, f"weekday_{duty.next_opens.weekday()}")
    return services.say(
        language,
        "handoff_off_duty",
        weekday=weekday,
        date=f"{duty.next_opens:%d.%m.}",
        time=f"{duty.next_opens:%H:%M}",
    )


def summarise(turn: Turn) -> dict[str, Any]:
    """What an officer needs before the first word, without any language model."""
    hits: list[Hit] = turn.facts.get("hits", [])
    seen: dict[str, str] = {}
    for hit in hits:
        seen.setdefault(hit.passage.article, hit.passage.title)
    return {
        "asked": turn.masked,
        "last_question": turn.conversation.state.last_question,
        "route": turn.route,
        "near": [{"article": article, "title": title} for article, title in list(seen.items())[:3]],
        "failures": turn.state.failures,
        "report": turn.state.report,
        "language": turn.language,
    }


URGENCY = {HandoffReason.EMERGENCY: "emergency", HandoffReason.CRISIS: "urgent"}


def urgency_of(reason: HandoffReason) -> str:
    """How soon an officer should look: emergency, urgent or routine."""
    return URGENCY.get(reason, "routine")

"""What is said when there is danger: the emergency number at once, then who else helps, and officers are alerted."""

from assistant.emergency import Danger
from assistant.services import Services
from assistant.types import HandoffReason, Outcome, Part, Reply, Route, Turn

CERTAIN = 0.99
CRISIS_CONTACTS = ("emergency", "crisis", "children", "domestic_violence")


def check_emergency(turn: Turn, services: Services) -> Turn:
    """The first step. Without a rule that matches, the turn goes on unchanged."""
    danger = services.danger.check(turn.text, turn.language)
    turn = turn.with_(facts={**turn.facts, "danger": danger})
    if danger.label == "none":
        return turn
    return warn(turn.with_(route=Route(danger.label), language=_language(turn, services, danger)), services)


def warn(turn: Turn, services: Services) -> Turn:
    """The reply to danger: what the turn's route says, emergency or crisis."""
    language = turn.language
    crisis = turn.route is Route.CRISIS
    parts = _crisis(services, language) if crisis else _emergency(services, language)
    reason = HandoffReason.CRISIS if crisis else HandoffReason.EMERGENCY
    reply = Reply(
        outcome=Outcome.CRISIS if crisis else Outcome.EMERGENCY,
        text="\n".join(part.text for part in parts),
        language=language,
        route=Route.CRISIS if crisis else Route.EMERGENCY,
        confidence=turn.route_confidence or CERTAIN,
        parts=parts,
        handoff="queued",
        handoff_reason=reason,
    )
    state = turn.state.model_copy(update={"handoff": "queued", "handoff_reason": reason})
    return turn.with_(reply=reply, state=state, facts={**turn.facts, "handoff": reason})


def _language(turn: Turn, services: Services, danger: Danger) -> str:
    """The language whose rule matched, unless the resident chose one: detection may not delay this."""
    matched = danger.matched[0].split("/")[0]
    if turn.conversation.state.language_fixed or matched not in services.site.languages:
        return turn.language
    return matched


def _emergency(services: Services, language: str) -> tuple[Part, ...]:
    number = services.site.emergency_number
    return (
        Part(kind="notice", text=services.say(language, "emergency_call", number=number)),
        Part(kind="number", text=number),
        Part(kind="sentence", text=services.say(language, "emergency_safe")),
        Part(kind="sentence", text=services.say(language, "emergency_alerted")),
    )


def _crisis(services: Services, language: str) -> tuple[Part, ...]:
    known = {contact.key: contact.number for contact in services.site.contacts}
    lines = tuple(
        Part(kind="item", text=f"{services.say(language, f'contact_{key}')}: {known[key]}")
        for key in CRISIS_CONTACTS
        if key in known
    )
    return (
        Part(kind="notice", text=services.say(language, "crisis_opening")),
        *lines,
        Part(kind="sentence", text=services.say(language, "crisis_alerted")),
    )

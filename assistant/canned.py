"""Replies that need no search: small talk, what is not the police's business, insults."""

import re

from assistant.folding import fold
from assistant.handoff import offer
from assistant.services import Services
from assistant.types import HandoffReason, Outcome, Part, Reply, Route, Turn

_INJECTION = re.compile(
    r"\b(ignor|disregard|overrid|jailbreak|system prompt|developer mode|dan mode|prompt|instruc|instrukc|anweisung"
    r"|anvisning|instruktion|ohje|інструкц|iнструкц|forget (all|your|the)|pretend|act as|roleplay|debug)"
)


def small_talk(turn: Turn, services: Services) -> Turn:
    """A friendly word, and what the assistant is for."""
    return turn.with_(reply=_say(turn, services, Outcome.SMALL_TALK, "small_talk"))


def decline(turn: Turn, services: Services) -> Turn:
    """Out of scope, insult or an attempt on the instructions: plain, polite, with a way on."""
    if turn.route is Route.OUT_OF_SCOPE:
        reply = _say(turn, services, Outcome.OUT_OF_SCOPE, "out_of_scope")
        return turn.with_(reply=offer(reply, services, HandoffReason.NO_SOURCE))
    if _INJECTION.search(fold(turn.text)):
        return turn.with_(reply=_say(turn, services, Outcome.DECLINED_INJECTION, "declined_injection"))
    return turn.with_(reply=_say(turn, services, Outcome.DECLINED_ABUSE, "declined_abuse"))


def _say(turn: Turn, services: Services, outcome: Outcome, key: str) -> Reply:
    text = services.say(turn.language, key, site=services.site.name, number=services.site.emergency_number)
    return Reply(
        outcome=outcome,
        text=text,
        language=turn.language,
        route=turn.route or Route.SMALLTALK,
        confidence=turn.route_confidence,
        parts=(Part(kind="sentence", text=text),),
    )

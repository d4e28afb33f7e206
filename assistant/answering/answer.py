"""The step that answers an enquiry from the knowledge base, or says honestly that it cannot."""

from assistant.answering.compose import Composed, compose
from assistant.answering.generate import GenerationFailed, Generator
from assistant.answering.retrieve import Retrieved, retrieve
from assistant.handoff import offer
from assistant.services import Services
from assistant.types import HandoffReason, Outcome, Part, Reply, Turn

NOTHING_BELOW = 0.15


def answer_enquiry(turn: Turn, services: Services) -> Turn:
    """Set a cited reply, or an offer of an officer when confidence is below the site's threshold."""
    found: Retrieved = turn.facts.get("retrieved") or find_passages(turn, services)
    if not found.hits or found.confidence < services.site.answer_threshold:
        return _decline(turn, services, found)
    composed, trouble = _compose(turn, services, found)
    reply = _reply(turn, services, found, composed)
    best = found.hits[0].passage
    facts = {**turn.facts, "hits": found.hits, **({"generation": trouble} if trouble else {})}
    state = turn.state.model_copy(
        update={"last_question": turn.masked, "last_article": best.article_group, "failures": 0}
    )
    return turn.with_(reply=reply, state=state, facts=facts)


def find_passages(turn: Turn, services: Services) -> Retrieved:
    """What the documents hold for this message, in its language or else in another of the site's."""
    others = [code for code in services.site.languages if code != turn.language]
    return retrieve(services.library, turn.text, turn.language, others, services.site.answer_threshold)


def _compose(turn: Turn, services: Services, found: Retrieved) -> tuple[Composed, str]:
    """Generative where a model is configured, extractive otherwise and whenever the model fails; with the failure."""
    generator: Generator | None = services.generator
    if generator is None:
        return compose(turn.text, found.hits), ""
    try:
        return generator.compose(turn.masked, found.hits, turn.language), ""
    except GenerationFailed as error:
        return compose(turn.text, found.hits), error.kind


def _reply(turn: Turn, services: Services, found: Retrieved, composed: Composed) -> Reply:
    parts = list(composed.parts)
    foreign = found.language != turn.language and composed.citations[0].language != turn.language
    if foreign:
        name = services.say(turn.language, f"language_{found.language}")
        parts.insert(0, Part(kind="notice", text=services.say(turn.language, "answer_other_language", name=name)))
        parts.append(Part(kind="question", text=services.say(turn.language, "answer_offer_officer")))
    reply = Reply(
        outcome=Outcome.ANSWERED_IN_OTHER_LANGUAGE if foreign else Outcome.ANSWERED,
        text="\n".join(part.text for part in parts),
        language=turn.language,
        route=turn.route,
        confidence=round(found.confidence, 3),
        parts=tuple(parts),
        citations=composed.citations,
    )
    return offer(reply, services, HandoffReason.NO_SOURCE) if foreign else reply


def _decline(turn: Turn, services: Services, found: Retrieved) -> Turn:
    """Say what is not known, never guess, and offer a person."""
    nothing = not found.hits or found.confidence < NOTHING_BELOW
    outcome = Outcome.UNANSWERABLE_NO_SOURCE if nothing else Outcome.UNANSWERABLE_LOW_CONFIDENCE
    failures = turn.state.failures + 1
    reason = HandoffReason.NO_SOURCE if nothing else HandoffReason.LOW_CONFIDENCE
    if failures > 1:
        reason = HandoffReason.REPEATED_FAILURE
    parts = (
        Part(kind="sentence", text=services.say(turn.language, "unanswerable")),
        Part(kind="question", text=services.say(turn.language, "answer_offer_officer")),
    )
    reply = Reply(
        outcome=outcome,
        text="\n".join(part.text for part in parts),
        language=turn.language,
        route=turn.route,
        confidence=round(found.confidence, 3),
        parts=parts,
    )
    state = turn.state.model_copy(update={"failures": failures, "last_question": turn.masked})
    return turn.with_(
        reply=offer(reply, services, reason), state=state, facts={**turn.facts, "hits": found.hits, "gap": outcome}
    )

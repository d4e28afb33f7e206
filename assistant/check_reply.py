"""The last look at every reply, canned ones included: nothing leaves that the contract forbids."""

from assistant.folding import visible
from assistant.services import Services
from assistant.types import Outcome, Part, Reply, Turn

LONGEST_REPLY = 6000
_ANSWERS = {Outcome.ANSWERED, Outcome.ANSWERED_IN_OTHER_LANGUAGE}
_DANGER = {Outcome.EMERGENCY, Outcome.CRISIS}


class ReplyBroken(Exception):
    """A reply breaks the contract; the message says how. The resident gets `error_internal` instead."""


def check_reply(turn: Turn, services: Services) -> Turn:
    """Raises ReplyBroken unless the reply keeps the contract.

    Every answer cites, every cited number exists, every danger reply names the emergency number, no hidden characters.
    """
    reply = turn.reply
    if reply is None:
        raise ReplyBroken("no step gave a reply")
    if not reply.text.strip() or len(reply.text) > LONGEST_REPLY:
        raise ReplyBroken("the reply is empty or too long")
    if reply.outcome in _ANSWERS and not reply.citations:
        raise ReplyBroken("an answer without a source")
    numbers = {citation.number for citation in reply.citations}
    if any(part.source not in numbers for part in reply.parts if part.source is not None):
        raise ReplyBroken("a sentence names a source that is not there")
    if reply.outcome in _DANGER and services.site.emergency_number not in reply.text:
        raise ReplyBroken("a danger reply without the emergency number")
    return turn.with_(reply=_without_hidden(reply))


def _without_hidden(reply: Reply) -> Reply:
    if visible(reply.text) == reply.text:
        return reply
    parts = tuple(Part(kind=part.kind, text=visible(part.text), source=part.source) for part in reply.parts)
    return reply.model_copy(update={"text": visible(reply.text), "parts": parts})

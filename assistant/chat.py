"""Conversations as the outside uses them: start, say, resume, hand over. Each call stores what it did at once."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import uuid4

from assistant.folding import visible
from assistant.handoff import request_officer, summarise, urgency_of
from assistant.respond import respond
from assistant.services import Services
from assistant.types import Conversation, DialogueState, HandoffReason, Message, Reply, Turn
from assistant.wakeups import Wakeups
from incidents.filing import store_incident
from storage.conversations import (
    AlreadyStored,
    ConversationRecord,
    ConversationStore,
    NewMessage,
    NewReply,
    StoredMessage,
    TurnRecord,
)
from storage.handoffs import NewHandoff, add_handoff
from storage.tables import Feedback

STRIPES = 256
Author = Literal["resident", "assistant", "officer", "system"]
AUTHORS: tuple[Author, ...] = get_args(Author)


class ConversationUnknown(Exception):
    """No such conversation, or not this token's: the two are never told apart."""


class MessageRefused(Exception):
    """The message cannot be taken; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Started:
    id: str
    token: str
    language: str
    greeting: str
    notice: str


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a message; `reply` is None while an officer holds the conversation."""

    message_id: str
    sequence: int
    reply: Reply | None
    reply_id: str | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class TranscriptMessage:
    """A message as the resident's page shows it; `client_message_id` on the resident's own alone."""

    id: str
    sequence: int
    author: Author
    text: str
    language: str
    created_at: datetime
    reply: Reply | None
    officer_name: str | None
    client_message_id: str | None = None


class Chat:
    """One per process. Turns of one conversation run one after the other; different ones side by side."""

    def __init__(
        self,
        services: Services,
        store: ConversationStore,
        wakeups: Wakeups,
        longest: int = 4000,
        enabled: Callable[[], bool] = lambda: True,
    ) -> None:
        self._services = services
        self._store = store
        self._wakeups = wakeups
        self._longest = longest
        self._enabled = enabled
        self._locks = [threading.Lock() for _ in range(STRIPES)]

    def start(self, language: str | None = None, channel: str = "web", consent: bool = False) -> Started:
        """A new conversation in `language`, or the site's default where that is not one of the site's."""
        site = self._services.site
        spoken = language if language in site.languages else site.default_language
        token = secrets.token_urlsafe(32)
        record = ConversationRecord(
            id=uuid4().hex,
            token_hash=_hash(token),
            site=site.id,
            channel=channel,
            language=spoken,
            state=DialogueState().model_dump(mode="json"),
            last_sequence=0,
            created_at=self._services.clock(),
        )
        self._store.create(record, consent)
        return Started(record.id, token, spoken, *self.opening(spoken))

    def opening(self, language: str) -> tuple[str, str]:
        """The greeting and the notice that this is an AI."""
        site = self._services.site
        return (
            self._services.say(language, "greeting", site=site.name),
            self._services.say(language, "notice", number=site.emergency_number),
        )

    def open(self, conversation_id: str, token: str) -> ConversationRecord:
        """The conversation, if the token is its own. Raises ConversationUnknown."""
        return _own(self._store.get(conversation_id), token)

    def say(
        self, conversation_id: str, token: str, text: str, client_message_id: str, language: str | None = None
    ) -> Said:
        """Take one message: answer, store both at once, tell who listens. The same client id gives the same reply."""
        words = self._readable(text)
        with self._locks[hash(conversation_id) % STRIPES]:
            found, repeated = self._store.get_for_turn(conversation_id, client_message_id)
            record = _own(found, token)
            if repeated and (earlier := self._earlier(conversation_id, client_message_id)):
                return earlier
            said = self._turn(record, words, client_message_id, language)
        self._wakeups.notify(conversation_id, f"officers:{record.site}")
        return said

    def _turn(self, record: ConversationRecord, words: str, client_message_id: str, language: str | None) -> Said:
        began = time.perf_counter()
        conversation = _conversation(record, language)
        message = Message(words, self._services.clock(), language)
        held = conversation.state.handoff == "held"
        if held or not self._enabled():
            turn = self._without_assistant(message, conversation, held)
        else:
            turn = respond(message, conversation, self._services)
        milliseconds = (time.perf_counter() - began) * 1000
        said_id, reply_id = uuid4().hex, uuid4().hex
        stored = _record_turn(turn, said_id, reply_id, client_message_id, milliseconds)
        try:
            numbers = self._store.save(stored)
        except AlreadyStored:
            earlier = self._earlier(record.id, client_message_id)
            if earlier is None:
                raise
            return earlier
        return Said(said_id, numbers[said_id], turn.reply, reply_id if turn.reply else None)

    def _without_assistant(self, message: Message, conversation: Conversation, held: bool) -> Turn:
        """An officer holds the conversation, or the assistant is switched off: store, and queue in the latter case."""
        turn = Turn(
            message=message,
            conversation=conversation,
            language=conversation.language,
            text=message.text,
            masked=message.text,
            state=conversation.state,
        )
        return turn if held else request_officer(turn, self._services, HandoffReason.ERROR)

    def _readable(self, text: str) -> str:
        words = visible(text).strip()
        if not words:
            raise MessageRefused("the message is empty: write what you would like to ask or report")
        if len(words) > self._longest:
            raise MessageRefused(f"the message has {len(words)} characters; {self._longest} are allowed: shorten it")
        return words

    def _earlier(self, conversation_id: str, client_message_id: str) -> Said | None:
        found = self._store.find_said(conversation_id, client_message_id)
        if found is None:
            return None
        said, answer = found
        reply = Reply.model_validate(answer.reply) if answer and answer.reply else None
        return Said(said.id, said.sequence, reply, answer.id if answer else None, repeated=True)

    def transcript(self, conversation_id: str) -> list[TranscriptMessage]:
        return [as_transcript(stored) for stored in self._store.transcript(conversation_id)]

    def set_language(self, conversation_id: str, token: str, language: str) -> None:
        """The resident's choice: from now on detection leaves the language alone."""
        if language not in self._services.site.languages:
            known = ", ".join(self._services.site.languages)
            raise MessageRefused(f"this site does not speak {language!r}: choose one of {known}")
        record = self.open(conversation_id, token)
        state = DialogueState.model_validate(record.state).model_copy(update={"language_fixed": True})
        self._store.set_language(conversation_id, language, state.model_dump(mode="json"))

    def request_officer(
        self, conversation_id: str, token: str, contact: str | None = None, consent: bool = False
    ) -> Said:
        """The button "talk to a person". Contact details are kept only with consent."""
        if contact and not consent:
            raise MessageRefused("contact details need consent: set consent to true to pass them to officers")
        with self._locks[hash(conversation_id) % STRIPES]:
            record = self.open(conversation_id, token)
            conversation = _conversation(record, None)
            words = self._services.say(record.language, "choice_officer")
            turn = Turn(
                message=Message(words, self._services.clock()),
                conversation=conversation,
                language=record.language,
                text=words,
                masked=words,
                state=conversation.state,
            )
            if conversation.state.handoff != "held":
                turn = request_officer(turn, self._services)
            if contact:
                turn = turn.with_(facts={**turn.facts, "contact": visible(contact)[:200]})
            said_id, reply_id = uuid4().hex, uuid4().hex
            numbers = self._store.save(_record_turn(turn, said_id, reply_id, None, 0.0))
        self._wakeups.notify(conversation_id, f"officers:{record.site}")
        return Said(said_id, numbers[said_id], turn.reply, reply_id if turn.reply else None)

    def feedback(self, conversation_id: str, token: str, message_id: str, helpful: bool, reason: str | None) -> None:
        self.open(conversation_id, token)
        if not self._store.has_message(conversation_id, message_id):
            raise MessageRefused("that message is not part of this conversation")
        self._store.add_feedback(
            Feedback(
                conversation_id=conversation_id,
                message_id=message_id,
                helpful=helpful,
                reason=visible(reason)[:1000] if reason else None,
                created_at=self._services.clock(),
            )
        )

    def delete(self, conversation_id: str, token: str) -> None:
        """Remove the conversation for good; filed incidents stay with the police."""
        with self._locks[hash(conversation_id) % STRIPES]:
            self.open(conversation_id, token)
            self._store.delete(conversation_id)
        self._wakeups.notify(conversation_id)


def _author(name: str) -> Author:
    """The store holds no other names than these."""
    return next(author for author in AUTHORS if author == name)


def _own(record: ConversationRecord | None, token: str) -> ConversationRecord:
    """Raises ConversationUnknown unless there is one and the token is its own."""
    if record is None or not secrets.compare_digest(record.token_hash, _hash(token)):
        raise ConversationUnknown("no such conversation, or the token is not its own: start a new one")
    return record


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _conversation(record: ConversationRecord, language: str | None) -> Conversation:
    return Conversation(
        id=record.id,
        site=record.site,
        language=language or record.language,
        state=DialogueState.model_validate(record.state),
        turns=record.turns,
    )


def as_transcript(stored: StoredMessage) -> TranscriptMessage:
    """A stored message as the resident's page shows it."""
    return TranscriptMessage(
        id=stored.id,
        sequence=stored.sequence,
        author=_author(stored.author),
        text=stored.text,
        language=stored.language,
        created_at=stored.created_at,
        reply=Reply.model_validate(stored.reply) if stored.reply else None,
        officer_name=stored.officer_name,
        client_message_id=stored.client_message_id if stored.author == "resident" else None,
    )


def _record_turn(
    turn: Turn, said_id: str, reply_id: str, client_message_id: str | None, milliseconds: float
) -> TurnRecord:
    """Everything the turn stores in one transaction."""
    reply = turn.reply
    messages = [NewMessage(said_id, "resident", turn.text, turn.masked, turn.language, client_message_id)]
    stored_reply = None
    if reply:
        messages.append(NewMessage(reply_id, "assistant", reply.text, reply.text, reply.language))
        stored_reply = NewReply(
            outcome=reply.outcome,
            route=reply.route,
            confidence=reply.confidence,
            body=reply.model_dump(mode="json"),
            citations=[
                citation.model_dump(include={"number", "article", "version", "passage", "start", "end", "quote"})
                for citation in reply.citations
            ],
            timings={"ms": round(milliseconds, 2)},
        )
    gap = turn.facts.get("gap")
    return TurnRecord(
        conversation_id=turn.conversation.id,
        at=turn.message.at,
        language=turn.language,
        state=turn.state.model_dump(mode="json"),
        messages=messages,
        reply=stored_reply,
        gap=(turn.masked, str(gap)) if gap else None,
        events=_events(turn),
        also=[*_handoffs(turn), *_incidents(turn)],
    )


def _events(turn: Turn) -> list[tuple[str, dict[str, Any]]]:
    if "handoff" not in turn.facts:
        return []
    return [("handoff", {"state": "queued"})]


def _handoffs(turn: Turn) -> list[Callable[[Any], object]]:
    reason: HandoffReason | None = turn.facts.get("handoff")
    contact: str | None = turn.facts.get("contact")
    if reason is None and contact is None:
        return []
    new = NewHandoff(
        conversation_id=turn.conversation.id,
        site=turn.conversation.site,
        reason=reason or HandoffReason.RESIDENT_ASKED,
        language=turn.language,
        urgency=urgency_of(reason) if reason else "routine",
        summary=summarise(turn),
        contact=contact,
    )
    return [lambda session: add_handoff(session, new, turn.message.at)]


def _incidents(turn: Turn) -> list[Callable[[Any], object]]:
    return [
        lambda session, incident=incident: store_incident(session, incident)  # type: ignore[misc]
        for incident in turn.facts.get("file_incidents", [])
    ]

"""Conversations, messages, replies and events: what a turn reads and the one transaction that stores it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import (
    Citation,
    Conversation,
    Event,
    Feedback,
    KnowledgeGap,
    Message,
    Officer,
    Reply,
)


class AlreadyStored(Exception):
    """The same client message was stored a moment ago, by another worker."""


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    id: str
    token_hash: str
    site: str
    channel: str
    language: str
    state: dict[str, Any]
    last_sequence: int
    created_at: datetime
    turns: int = 0


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message to store; `reply` is set on the assistant's."""

    id: str
    author: str
    text: str
    masked_text: str
    language: str
    client_message_id: str | None = None
    officer_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewReply:
    outcome: str
    route: str
    confidence: float
    body: dict[str, Any]
    citations: list[dict[str, Any]]
    timings: dict[str, float]


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """Everything that one turn stores, at once or not at all.

    `state` None leaves the dialogue as it is. `also` holds further writes (a hand-off, incidents)
    that run in the same transaction."""

    conversation_id: str
    at: datetime
    language: str
    state: dict[str, Any] | None
    messages: list[NewMessage]
    reply: NewReply | None = None
    gap: tuple[str, str] | None = None
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    also: list[Callable[[Session], object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as a transcript shows it; `reply` is the assistant's reply body."""

    id: str
    sequence: int
    author: str
    text: str
    masked_text: str
    language: str
    created_at: datetime
    reply: dict[str, Any] | None
    officer_name: str | None
    client_message_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    sequence: int
    kind: str
    data: dict[str, Any]
    message: StoredMessage | None


class ConversationStore:
    """Queries on conversations. Methods open their own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, record: ConversationRecord, consent: bool) -> None:
        with self._database.write() as session:
            row = {
                "id": record.id,
                "token_hash": record.token_hash,
                "site": record.site,
                "channel": record.channel,
                "language": record.language,
                "state": record.state,
                "last_sequence": 0,
                "consent": consent,
                "created_at": record.created_at,
                "updated_at": record.created_at,
            }
            session.connection().execute(_ADD_CONVERSATIONS, [row])

    def get(self, conversation_id: str) -> ConversationRecord | None:
        with self._database.read() as session:
            return _get(session, conversation_id)

    def get_for_turn(self, conversation_id: str, client_message_id: str) -> tuple[ConversationRecord | None, bool]:
        """The conversation, and whether it holds a message with that client id already."""
        with self._database.read() as session:
            said = session.scalar(_SAID, {"conversation": conversation_id, "client_message": client_message_id})
            return _get(session, conversation_id), said is not None

    def find_said(
        self, conversation_id: str, client_message_id: str
    ) -> tuple[StoredMessage, StoredMessage | None] | None:
        """The stored message with that client id and its reply, if it was said before."""
        with self._database.read() as session:
            said = session.scalar(
                select(Message).where(
                    Message.conversation_id == conversation_id, Message.client_message_id == client_message_id
                )
            )
            if said is None:
                return None
            answer = session.execute(
                select(Message, Reply).join(Reply, Reply.message_id == Message.id).where(Reply.in_reply_to == said.id)
            ).first()
            return _stored(said, None, None), _stored(answer[0], answer[1], None) if answer else None

    def save(self, turn: TurnRecord) -> dict[str, int]:
        """Store a turn in one transaction; gives the sequence number of each message id.

        Raises AlreadyStored when another worker stored the same client message first.
        """
        try:
            with self._database.write() as session:
                return _save(session, turn)
        except IntegrityError as error:
            raise AlreadyStored(turn.conversation_id) from error

    def set_language(self, conversation_id: str, language: str, state: dict[str, Any]) -> None:
        with self._database.write() as session:
            row = session.get_one(Conversation, conversation_id)
            row.language, row.state = language, state

    def transcript(self, conversation_id: str) -> list[StoredMessage]:
        with self._database.read() as session:
            return _messages(session, conversation_id, None)

    def events_after(self, conversation_id: str, sequence: int) -> list[StoredEvent]:
        """Events with a higher sequence number, oldest first."""
        with self._database.read() as session:
            rows = session.scalars(
                select(Event)
                .where(Event.conversation_id == conversation_id, Event.sequence > sequence)
                .order_by(Event.sequence)
            ).all()
            if not rows:
                return []
            by_sequence = {stored.sequence: stored for stored in _messages(session, conversation_id, sequence)}
            return [StoredEvent(row.sequence, row.kind, row.data, by_sequence.get(row.sequence)) for row in rows]

    def add_feedback(self, feedback: Feedback) -> None:
        with self._database.write() as session:
            session.add(feedback)

    def has_message(self, conversation_id: str, message_id: str) -> bool:
        with self._database.read() as session:
            row = session.get(Message, message_id)
            return row is not None and row.conversation_id == conversation_id

    def delete(self, conversation_id: str) -> None:
        """Remove a conversation and all that hangs on it; incidents stay, without the link."""
        with self._database.write() as session:
            session.execute(delete(Conversation).where(Conversation.id == conversation_id))

    def counts(self, site: str) -> dict[str, int]:
        """How many replies had each outcome."""
        with self._database.read() as session:
            rows = session.execute(
                select(Reply.outcome, func.count())
                .join(Message, Message.id == Reply.message_id)
                .join(Conversation, Conversation.id == Message.conversation_id)
                .where(Conversation.site == site)
                .group_by(Reply.outcome)
            )
            return dict(row.tuple() for row in rows)


def _get(session: Session, conversation_id: str) -> ConversationRecord | None:
    row = session.execute(_RECORD, {"conversation": conversation_id}).one_or_none()
    if row is None:
        return None
    return ConversationRecord(**row._mapping, turns=row.last_sequence // 2)


def _save(session: Session, turn: TurnRecord) -> dict[str, int]:
    """Plain inserts: the session's bookkeeping of objects would take longer than the database."""
    connection = session.connection()
    before = connection.execute(_LAST, {"conversation": turn.conversation_id}).one_or_none()
    if before is None:
        raise KeyError(turn.conversation_id)
    numbers = {message.id: number for number, message in enumerate(turn.messages, before.last_sequence + 1)}
    events = [("message", {"message_id": message.id}) for message in turn.messages] + turn.events
    connection.execute(_ADD_MESSAGES, [_message_row(turn, message, numbers[message.id]) for message in turn.messages])
    connection.execute(
        _ADD_EVENTS,
        [
            {
                "conversation_id": turn.conversation_id,
                "sequence": number,
                "kind": kind,
                "data": data,
                "created_at": turn.at,
            }
            for number, (kind, data) in enumerate(events, before.last_sequence + 1)
        ],
    )
    connection.execute(
        _CHANGE,
        {
            "conversation": turn.conversation_id,
            "last_sequence": before.last_sequence + len(events),
            "language": turn.language,
            "updated_at": turn.at,
            "state": before.state if turn.state is None else turn.state,
        },
    )
    if turn.reply:
        said, answer = turn.messages[0], turn.messages[1]
        _add_reply(connection, turn.reply, said.id, answer.id)
    if turn.gap:
        question, outcome = turn.gap
        row = {"site": before.site, "language": turn.language, "question": question, "outcome": outcome}
        connection.execute(_ADD_GAPS, [{**row, "created_at": turn.at}])
    for write in turn.also:
        write(session)
    session.flush()
    return numbers


# Built once: building a statement takes longer than running it.
CHANGED = ("last_sequence", "language", "updated_at", "state")
_ROW = Conversation.id == bindparam("conversation")
_RECORD = select(
    *(
        getattr(Conversation, name)
        for name in ("id", "token_hash", "site", "channel", "language", "state", "last_sequence", "created_at")
    )
).where(_ROW)
_SAID = select(Message.id).where(
    Message.conversation_id == bindparam("conversation"), Message.client_message_id == bindparam("client_message")
)
_LAST = select(Conversation.last_sequence, Conversation.site, Conversation.state).where(_ROW)
_CHANGE = update(Conversation).where(_ROW).values({name: bindparam(name) for name in CHANGED})
_ADD_CONVERSATIONS = insert(Conversation)
_ADD_MESSAGES, _ADD_EVENTS = insert(Message), insert(Event)
_ADD_REPLIES, _ADD_CITATIONS = insert(Reply), insert(Citation)
_ADD_GAPS = insert(KnowledgeGap)


def _message_row(turn: TurnRecord, message: NewMessage, sequence: int) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": turn.conversation_id,
        "sequence": sequence,
        "author": message.author,
        "officer_id": message.officer_id,
        "client_message_id": message.client_message_id,
        "text": message.text,
        "masked_text": message.masked_text,
        "language": message.language,
        "created_at": turn.at,
    }


def _add_reply(connection: Connection, reply: NewReply, said_id: str, answer_id: str) -> None:
    row = {
        "message_id": answer_id,
        "in_reply_to": said_id,
        "outcome": reply.outcome,
        "route": reply.route,
        "confidence": reply.confidence,
        "body": reply.body,
        "timings": reply.timings,
    }
    connection.execute(_ADD_REPLIES, [row])
    if reply.citations:
        connection.execute(_ADD_CITATIONS, [{"message_id": answer_id, **citation} for citation in reply.citations])


def _messages(session: Session, conversation_id: str, after: int | None) -> list[StoredMessage]:
    query = (
        select(Message, Reply, Officer.display_name)
        .outerjoin(Reply, Reply.message_id == Message.id)
        .outerjoin(Officer, Officer.id == Message.officer_id)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.sequence)
    )
    if after is not None:
        query = query.where(Message.sequence > after)
    return [_stored(message, reply, name) for message, reply, name in session.execute(query)]


def _stored(message: Message, reply: Reply | None, officer_name: str | None) -> StoredMessage:
    return StoredMessage(
        id=message.id,
        sequence=message.sequence,
        author=message.author,
        text=message.text,
        masked_text=message.masked_text,
        language=message.language,
        created_at=message.created_at,
        reply=reply.body if reply else None,
        officer_name=officer_name,
        client_message_id=message.client_message_id,
    )

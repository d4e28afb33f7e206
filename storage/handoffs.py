"""Conversations that wait for an officer or are held by one: the queries.

States: queued → held → returned | closed. `held` is reached by exactly one officer: the change asks for
`state = 'queued'`, so the second of two finds nothing to change. The functions that take a session
run inside the caller's transaction; HandoffStore's methods are one transaction each.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, Select, and_, case, func, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import Handoff, Message, Officer, Reply

State = Literal["queued", "held", "returned", "closed"]
OPEN: tuple[State, ...] = ("queued", "held")


@dataclass(frozen=True, slots=True)
class NewHandoff:
    """What is known when a conversation joins the queue."""

    conversation_id: str
    site: str
    reason: str
    language: str
    urgency: str = "routine"
    summary: dict[str, Any] = field(default_factory=dict)
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One line of an officer's list. `first_line` is the resident's first message, masked."""

    id: str
    conversation_id: str
    state: State
    reason: str
    urgency: str
    language: str
    officer_id: str | None
    officer_name: str | None
    contact: str | None
    summary: dict[str, Any]
    first_line: str
    created_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MaskedMessage:
    """A message as staff see it: personal data stays masked. `reply` is the stored body of a Reply."""

    id: str
    sequence: int
    author: str
    text: str
    language: str
    created_at: datetime
    officer_name: str | None
    reply: dict[str, Any] | None


def add_handoff(session: Session, new: NewHandoff, now: datetime) -> str:
    """Join the queue and return the handoff's id; a conversation with an open handoff keeps that one."""
    open_one = session.scalar(
        select(Handoff).where(Handoff.conversation_id == new.conversation_id, Handoff.state.in_(OPEN))
    )
    if open_one is not None:
        open_one.contact = new.contact or open_one.contact
        return open_one.id
    row = Handoff(
        id=uuid4().hex,
        conversation_id=new.conversation_id,
        site=new.site,
        state="queued",
        reason=new.reason,
        urgency=new.urgency,
        summary=new.summary,
        language=new.language,
        officer_id=None,
        contact=new.contact,
        created_at=now,
        taken_at=None,
        closed_at=None,
    )
    session.add(row)
    session.flush()
    return row.id


def claim_handoff(session: Session, handoff_id: str, officer_id: str, now: datetime) -> bool:
    """Take it from the queue; False if it no longer waits."""
    waiting = and_(Handoff.id == handoff_id, Handoff.state == "queued")
    return _change(session, waiting, {"state": "held", "officer_id": officer_id, "taken_at": now})


def end_handoff(
    session: Session, handoff_id: str, officer_id: str, state: Literal["returned", "closed"], now: datetime
) -> bool:
    """Give it back to the assistant or close it; False unless that officer holds it."""
    held = and_(Handoff.id == handoff_id, Handoff.state == "held", Handoff.officer_id == officer_id)
    return _change(session, held, {"state": state, "closed_at": now})


def position(session: Session, handoff_id: str) -> int | None:
    """1 for the next in the site's queue (urgent first, then the oldest); None if it does not wait."""
    row = session.get(Handoff, handoff_id)
    if row is None or row.state != "queued":
        return None
    waiting = session.scalars(_waiting(row.site)).all()
    return waiting.index(row.id) + 1


def handoff_of(session: Session, conversation_id: str) -> Handoff | None:
    """The conversation's latest handoff."""
    return session.scalar(
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(Handoff.created_at.desc(), Handoff.id)
        .limit(1)
    )


class HandoffStore:
    """The same as transactions of their own, and the lists that officers read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, new: NewHandoff, now: datetime | None = None) -> str:
        with self._database.write() as session:
            return add_handoff(session, new, _at(now))

    def claim(self, handoff_id: str, officer_id: str, now: datetime | None = None) -> bool:
        with self._database.write() as session:
            return claim_handoff(session, handoff_id, officer_id, _at(now))

    def release(self, handoff_id: str, officer_id: str, now: datetime | None = None) -> bool:
        """Give the conversation back to the assistant."""
        with self._database.write() as session:
            return end_handoff(session, handoff_id, officer_id, "returned", _at(now))

    def close(self, handoff_id: str, officer_id: str, now: datetime | None = None) -> bool:
        with self._database.write() as session:
            return end_handoff(session, handoff_id, officer_id, "closed", _at(now))

    def position_in_queue(self, handoff_id: str) -> int | None:
        with self._database.read() as session:
            return position(session, handoff_id)

    def for_conversation(self, conversation_id: str) -> Handoff | None:
        with self._database.read() as session:
            return handoff_of(session, conversation_id)

    def queue(self, site: str) -> list[QueueEntry]:
        """Who waits at that site: urgent first, then the longest waiting."""
        waiting = and_(Handoff.site == site, Handoff.state == "queued")
        return self._entries(waiting, _URGENCY, Handoff.created_at)

    def held_by(self, site: str, officer_id: str) -> list[QueueEntry]:
        mine = and_(Handoff.site == site, Handoff.state == "held", Handoff.officer_id == officer_id)
        return self._entries(mine, Handoff.taken_at)

    def held_by_others(self, site: str, officer_id: str) -> list[QueueEntry]:
        others = and_(Handoff.site == site, Handoff.state == "held", Handoff.officer_id != officer_id)
        return self._entries(others, Handoff.taken_at)

    def ended(self, site: str, limit: int = 50) -> list[QueueEntry]:
        """Returned and closed ones, the latest first."""
        done = and_(Handoff.site == site, Handoff.state.in_(("returned", "closed")))
        return self._entries(done, Handoff.closed_at.desc(), limit=limit)

    def entry(self, site: str, conversation_id: str) -> QueueEntry | None:
        """The latest handoff of a conversation of that site; None if it was never handed over."""
        of_conversation = and_(Handoff.site == site, Handoff.conversation_id == conversation_id)
        found = self._entries(of_conversation, Handoff.created_at.desc(), limit=1)
        return found[0] if found else None

    def transcript(self, conversation_id: str) -> list[MaskedMessage]:
        """The whole conversation, masked, in order."""
        query = (
            select(Message, Reply.body, Officer.display_name)
            .outerjoin(Reply, Reply.message_id == Message.id)
            .outerjoin(Officer, Officer.id == Message.officer_id)
            .where(Message.conversation_id == conversation_id)
            .order_by(Message.sequence)
        )
        with self._database.read() as session:
            return [_masked(message, body, name) for message, body, name in session.execute(query)]

    def version(self, site: str, conversation_id: str | None = None) -> str:
        """Changes whenever a list of the site or that conversation does: what live pages compare."""
        times = (func.max(Handoff.created_at), func.max(Handoff.taken_at), func.max(Handoff.closed_at))
        handoffs = select(func.count(), *times).where(Handoff.site == site)
        of_conversation = Message.conversation_id == (conversation_id or "")
        messages = select(func.max(Message.sequence)).where(of_conversation)
        with self._database.read() as session:
            state = session.execute(handoffs).one()
            latest = session.scalar(messages)
        return "-".join(_stamp(value) for value in (*state, latest))

    def _entries(self, condition: ColumnElement[bool], *order: Any, limit: int | None = None) -> list[QueueEntry]:
        query = (
            select(Handoff, Officer.display_name, _FIRST_LINE)
            .outerjoin(Officer, Officer.id == Handoff.officer_id)
            .where(condition)
            .order_by(*order, Handoff.id)
            .limit(limit)
        )
        with self._database.read() as session:
            return [_entry(row, name, line) for row, name, line in session.execute(query)]


_URGENCY = case({"emergency": 0, "urgent": 1, "routine": 2, "information": 3}, value=Handoff.urgency, else_=4)
_FIRST_LINE = (
    select(Message.masked_text)
    .where(Message.conversation_id == Handoff.conversation_id, Message.author == "resident")
    .order_by(Message.sequence)
    .limit(1)
    .correlate(Handoff)
    .scalar_subquery()
)


def _waiting(site: str) -> Select[str]:
    return (
        select(Handoff.id)
        .where(Handoff.site == site, Handoff.state == "queued")
        .order_by(_URGENCY, Handoff.created_at, Handoff.id)
    )


def _change(session: Session, condition: ColumnElement[bool], values: dict[str, Any]) -> bool:
    result = session.execute(update(Handoff).where(condition).values(**values))
    return isinstance(result, CursorResult) and result.rowcount == 1


def _at(now: datetime | None) -> datetime:
    return now or datetime.now(UTC)


def _stamp(value: Any) -> str:
    return value.strftime("%s%f") if isinstance(value, datetime) else str(value)


def _entry(row: Handoff, officer_name: str | None, first_line: str | None) -> QueueEntry:
    return QueueEntry(
        id=row.id,
        conversation_id=row.conversation_id,
        state=row.state,  # type: ignore[arg-type]  # only this module writes it
        reason=row.reason,
        urgency=row.urgency,
        language=row.language,
        officer_id=row.officer_id,
        officer_name=officer_name,
        contact=row.contact,
        summary=row.summary,
        first_line=first_line or "",
        created_at=row.created_at,
        taken_at=row.taken_at,
        closed_at=row.closed_at,
    )


def _masked(message: Message, body: dict[str, Any] | None, officer_name: str | None) -> MaskedMessage:
    return MaskedMessage(
        id=message.id,
        sequence=message.sequence,
        author=message.author,
        text=message.masked_text,
        language=message.language,
        created_at=message.created_at,
        officer_name=officer_name,
        reply=body,
    )

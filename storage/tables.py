"""Every table. Times are UTC; JSON columns hold what pydantic models dump."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on every database; SQLite keeps no offset, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without offset reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it as declared
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: String,
    }


class Officer(Base):
    """An account of staff: officer, editor, evaluator or administrator."""

    __tablename__ = "officer"
    id: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    site: Mapped[str]
    area: Mapped[str | None]
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class OfficerSession(Base):
    """A signed-in browser. Only the SHA-256 of its token is kept."""

    __tablename__ = "officer_session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Conversation(Base):
    __tablename__ = "conversation"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    site: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    state: Mapped[dict[str, Any]]
    last_sequence: Mapped[int] = mapped_column(default=0)
    consent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Message(Base):
    """What a resident, the assistant or an officer said."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_message_id"),
        UniqueConstraint("conversation_id", "sequence"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    author: Mapped[str]
    officer_id: Mapped[str | None]
    client_message_id: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    masked_text: Mapped[str] = mapped_column(Text)
    language: Mapped[str]
    created_at: Mapped[datetime]


class Reply(Base):
    """The assistant's reply to one message: what was decided and why."""

    __tablename__ = "reply"
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    in_reply_to: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), unique=True)
    outcome: Mapped[str]
    route: Mapped[str]
    confidence: Mapped[float]
    body: Mapped[dict[str, Any]]
    timings: Mapped[dict[str, Any]]


class Citation(Base):
    __tablename__ = "citation"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    article: Mapped[str]
    version: Mapped[int]
    passage: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)


class Event(Base):
    """Append-only, per conversation, with a gapless sequence: what live views and resuming read."""

    __tablename__ = "event"
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Handoff(Base):
    __tablename__ = "handoff"
    __table_args__ = (Index("ix_handoff_queue", "site", "state", "created_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    site: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    urgency: Mapped[str]
    summary: Mapped[dict[str, Any]]
    language: Mapped[str]
    officer_id: Mapped[str | None]
    contact: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Incident(Base):
    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_list", "site", "state", "created_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str]
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversation.id", ondelete="SET NULL"), index=True)
    site: Mapped[str]
    state: Mapped[str]
    category: Mapped[str]
    classification: Mapped[dict[str, Any]]
    original_words: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]]
    occurred_start: Mapped[datetime | None]
    occurred_end: Mapped[datetime | None]
    occurred_precision: Mapped[str | None]
    recurrence: Mapped[str | None]
    location_text: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    uncertainty_m: Mapped[float | None]
    area: Mapped[str | None]
    urgency: Mapped[str]
    anonymous: Mapped[bool]
    contact: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str]
    channel: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class IncidentHistory(Base):
    __tablename__ = "incident_history"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    actor: Mapped[str]
    change: Mapped[dict[str, Any]]
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class Article(Base):
    """A document of the knowledge base; `current_version` is None when it is withdrawn."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_site", "site", "language"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    translation_of: Mapped[str | None]
    current_version: Mapped[int | None]
    source_path: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ArticleVersion(Base):
    """One edited state. `body` is what citations' offsets count in (characters)."""

    __tablename__ = "article_version"
    article_id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    meta: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    created_at: Mapped[datetime]


class Passage(Base):
    """A piece of an article's current version, with its vector; the indexes are derived from these rows."""

    __tablename__ = "passage"
    __table_args__ = (Index("ix_passage_article", "site", "article_id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str]
    article_id: Mapped[str]
    version: Mapped[int]
    position: Mapped[int]
    language: Mapped[str]
    title: Mapped[str]
    heading: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)


class IndexState(Base):
    """One row per site: raised with every change of passages, so that every process knows when to refresh."""

    __tablename__ = "index_state"
    site: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int]
    embedding_model: Mapped[str]
    dimension: Mapped[int]


class Feedback(Base):
    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str]
    helpful: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class KnowledgeGap(Base):
    """A question that nothing in the knowledge base answered, masked."""

    __tablename__ = "knowledge_gap"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    question: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str]
    created_at: Mapped[datetime]


class AuditEntry(Base):
    """Who of the staff saw or changed what; never updated, never deleted."""

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

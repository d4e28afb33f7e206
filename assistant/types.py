"""What the steps hand round: Message, Turn, Reply, Citation, Outcome."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Outcome(StrEnum):
    """What a reply was: a closed list, counted, translated and tested."""

    ANSWERED = "answered"
    ANSWERED_IN_OTHER_LANGUAGE = "answered_in_other_language"
    CLARIFY = "clarify"
    UNANSWERABLE_NO_SOURCE = "unanswerable_no_source"
    UNANSWERABLE_LOW_CONFIDENCE = "unanswerable_low_confidence"
    OUT_OF_SCOPE = "out_of_scope"
    REPORT_ASKS = "report_asks"
    REPORT_CHECK = "report_check"
    REPORT_FILED = "report_filed"
    REPORT_UPDATED = "report_updated"
    REPORT_WITHDRAWN = "report_withdrawn"
    REPORT_STATUS = "report_status"
    HANDOFF_OFFERED = "handoff_offered"
    HANDOFF_QUEUED = "handoff_queued"
    HANDOFF_CONTACT_TAKEN = "handoff_contact_taken"
    OFFICER_REPLIED = "officer_replied"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    SMALL_TALK = "small_talk"
    DECLINED_ABUSE = "declined_abuse"
    DECLINED_INJECTION = "declined_injection"
    ERROR_TIMEOUT = "error_timeout"
    ERROR_MODEL = "error_model"
    ERROR_INTERNAL = "error_internal"


class Route(StrEnum):
    """What kind of message it is (see LABELS in docs/glossary.md)."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    REPORT = "report"
    ENQUIRY = "enquiry"
    HUMAN = "human"
    STATUS = "status"
    SMALLTALK = "smalltalk"
    OUT_OF_SCOPE = "out_of_scope"
    ABUSE = "abuse"


class HandoffReason(StrEnum):
    RESIDENT_ASKED = "resident_asked"
    LOW_CONFIDENCE = "low_confidence"
    NO_SOURCE = "no_source"
    REPEATED_FAILURE = "repeated_failure"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    SENSITIVE_TOPIC = "sensitive_topic"
    COMPLAINT_ABOUT_POLICE = "complaint_about_police"
    ERROR = "error"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Frozen):
    """The exact sentence in the article's version: `quote == body[start:end]`."""

    number: int
    article: str
    version: int
    title: str
    language: str
    passage: str
    start: int
    end: int
    quote: str
    updated: str | None = None


class Part(_Frozen):
    """One piece of a reply as it is shown. `source` is the number of the citation that supports it."""

    kind: Literal["notice", "sentence", "step", "item", "heading", "question", "number", "more"]
    text: str
    source: int | None = None


class Choice(_Frozen):
    """A button: what it shows and what it sends."""

    label: str
    send: str


class IncidentView(BaseModel):
    """The draft or filed incident as the resident may see it."""

    model_config = ConfigDict(extra="forbid")
    reference: str | None = None
    secret: str | None = None
    submitted: bool = False
    category: str | None = None
    urgency: str | None = None
    location: dict[str, Any] | None = None
    occurred: dict[str, Any] | None = None
    recurrence: str | None = None
    anonymous_wish: bool = False
    description: str = ""
    state: str | None = None


class Reply(_Frozen):
    """What the resident gets. `text` is the parts joined, for readers that show plain text."""

    outcome: Outcome
    text: str
    language: str
    route: Route
    confidence: float = Field(ge=0, le=1)
    parts: tuple[Part, ...] = ()
    citations: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
    handoff: Literal["none", "offered", "queued"] = "none"
    handoff_reason: HandoffReason | None = None
    incident: IncidentView | None = None
    incidents: tuple[IncidentView, ...] = ()
    asks_for: tuple[str, ...] = ()


class DialogueState(BaseModel):
    """What a conversation remembers between turns; stored as JSON."""

    model_config = ConfigDict(extra="ignore")
    language_fixed: bool = False
    failures: int = 0
    handoff: Literal["none", "offered", "queued", "held"] = "none"
    handoff_reason: HandoffReason | None = None
    awaiting_contact: bool = False
    last_question: str = ""
    last_article: str | None = None
    report: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Message:
    text: str
    at: datetime
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the steps know of the conversation; `now` and the site's zone give local time."""

    id: str
    site: str
    language: str
    state: DialogueState
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One message on its way to a reply. A step returns a changed copy."""

    message: Message
    conversation: Conversation
    language: str
    text: str = ""
    masked: str = ""
    route: Route | None = None
    route_confidence: float = 0.0
    reply: Reply | None = None
    state: DialogueState = field(default_factory=DialogueState)
    facts: dict[str, Any] = field(default_factory=dict)

    def with_(self, **changes: Any) -> "Turn":
        return replace(self, **changes)

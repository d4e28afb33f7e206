"""An incident as it is filed: every field that an officer or another system can use."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Urgency = Literal["emergency", "urgent", "routine", "information"]
Recurrence = Literal["daily", "weekly", "weekends", "nights", "ongoing"]


class Classification(BaseModel):
    """How the category came about. `model` is the SHA-256 of the examples that trained the classifier."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
    model: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    confirmed_by: str | None = None
    urgency_reasons: tuple[str, ...] = ()


class Incident(BaseModel):
    """`original_words` are sealed: shown only with a logged reveal. `evidence` holds offsets into them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    reference: str
    secret_hash: str
    conversation_id: str | None
    site: str
    category: str
    classification: Classification
    original_words: str
    description: str
    evidence: dict[str, tuple[int, int]]
    occurred_start: datetime | None = None
    occurred_end: datetime | None = None
    occurred_precision: str | None = None
    recurrence: Recurrence | None = None
    location_text: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    uncertainty_m: float | None = None
    area: str | None = None
    urgency: Urgency
    anonymous: bool = False
    contact: str | None = None
    language: str
    channel: str = "web"
    created_at: datetime


class Addition(BaseModel):
    """More about an incident that is filed already, from the conversation that filed it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    conversation_id: str
    reference: str
    words: str
    description: str
    created_at: datetime

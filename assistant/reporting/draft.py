"""A report on its way: what is known of each incident, and what was asked."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from incidents.model import Recurrence, Urgency

Precision = Literal["minute", "hour", "part_of_day", "day", "days", "week", "month", "season", "since", "span"]
Wanted = Literal["category", "description", "location", "time", "contact", "confirmation"]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Occurred(_Frozen):
    """A half-open interval in the site's local time (aware). For an exact time both ends are equal."""

    start: datetime
    end: datetime
    precision: Precision


class Location(_Frozen):
    """The place as written; coordinates only where the site knows it.

    `vague` is a kind of place that nobody could find by its words alone ("the cellar", "a bar").
    """

    text: str
    latitude: float | None = None
    longitude: float | None = None
    uncertainty_m: float | None = None
    area: str | None = None
    vague: bool = False


class IncidentDraft(BaseModel):
    """What is known of one incident. `evidence` holds offsets into the words it was read from."""

    model_config = ConfigDict(extra="forbid")
    category: str | None = None
    confidence: float = 0.0
    alternatives: list[tuple[str, float]] = Field(default_factory=list)
    urgency: Urgency = "routine"
    urgency_reasons: list[str] = Field(default_factory=list)
    location: Location | None = None
    occurred: Occurred | None = None
    recurrence: Recurrence | None = None
    anonymous_wish: bool = False
    description: str = ""
    evidence: dict[str, tuple[int, int]] = Field(default_factory=dict)


class ReportDraft(BaseModel):
    """The dialogue's memory, kept as JSON in the conversation's state."""

    model_config = ConfigDict(extra="ignore")
    incidents: list[IncidentDraft] = Field(default_factory=list)
    words: list[str] = Field(default_factory=list)
    pending: Wanted | None = None
    skipped: list[Wanted] = Field(default_factory=list)
    asked: dict[str, int] = Field(default_factory=dict)
    contact: str | None = None
    references: list[str] = Field(default_factory=list)

    @property
    def filed(self) -> bool:
        return bool(self.references)

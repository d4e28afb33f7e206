"""What a site is: languages, numbers, hours, areas, places and neighbourhood officers."""

from datetime import date, time
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator
from shapely import Point
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

LANGUAGES = ("en", "nl", "fr", "de", "pl", "fi", "sv", "es", "pt", "uk")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Strict):
    """A public number. `key` names its label in the locales (`contact_<key>`)."""

    key: str
    number: str
    checked: date


class Hours(_Strict):
    """Opening hours of one weekday in the site's local time."""

    opens: time
    closes: time


class NeighbourhoodOfficer(_Strict):
    name: str
    phone: str


class Area(_Strict):
    """A neighbourhood with its polygon (GeoJSON, WGS 84) and its officer."""

    id: str
    name: str
    officer: NeighbourhoodOfficer
    geometry: dict[str, object]

    def polygon(self) -> BaseGeometry:
        return shape(self.geometry)


class Place(_Strict):
    """A street or point of interest; `points` is a line or a single point as (longitude, latitude)."""

    name: str
    kind: str
    area: str
    points: tuple[tuple[float, float], ...]
    aliases: tuple[str, ...] = ()


class Site(_Strict):
    """One force's or municipality's deployment."""

    id: str
    name: str
    station: str
    country: str
    subdivision: str | None = None
    time_zone: str
    languages: tuple[str, ...]
    default_language: str
    emergency_number: str
    demonstration: bool = False
    reference_prefix: str = Field(min_length=2, max_length=5)
    anonymous_reports: bool = True
    embed_origins: tuple[str, ...] = ()
    contacts: tuple[Contact, ...]
    duty_hours: dict[Weekday, Hours]
    areas: tuple[Area, ...]
    places: tuple[Place, ...]
    answer_threshold: float = Field(0.5, ge=0, le=1)

    @field_validator("languages")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(value) - set(LANGUAGES))
        if unknown:
            raise ValueError(f"unknown languages {unknown}; choose from {', '.join(LANGUAGES)}")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def number(self, key: str) -> str:
        """The public number with that key.

        Raises KeyError if the site has none.
        """
        for contact in self.contacts:
            if contact.key == key:
                return contact.number
        raise KeyError(key)

    def public_numbers(self) -> tuple[str, ...]:
        """Every number that is not somebody's own: emergency, help lines, neighbourhood officers."""
        officers = tuple(area.officer.phone for area in self.areas)
        return (self.emergency_number, *(contact.number for contact in self.contacts), *officers)

    def area_at(self, latitude: float, longitude: float) -> Area | None:
        """The area that contains the point, or None outside the site."""
        point = Point(longitude, latitude)
        return next((area for area in self.areas if area.polygon().covers(point)), None)

    def area(self, area_id: str | None) -> Area | None:
        return next((area for area in self.areas if area.id == area_id), None)

"""Where something happened: the phrase that names the place, and the place that the site knows by it."""

from dataclasses import dataclass

from assistant.folding import fold
from assistant.reporting.draft import Location
from sites import Place, Site


@dataclass(frozen=True, slots=True)
class Found:
    location: Location
    start: int
    end: int


def find_place(text: str, language: str, site: Site) -> Found | None:
    """The fullest phrase of `text` that names a place."""
    del language
    for place in site.places:
        at = fold(text).find(fold(place.name))
        if at >= 0:
            return Found(locate(text[at : at + len(place.name)], place), at, at + len(place.name))
    return None


def locate(words: str, place: Place) -> Location:
    longitude, latitude = place.points[len(place.points) // 2]
    return Location(text=words, latitude=latitude, longitude=longitude, uncertainty_m=100, area=place.area)

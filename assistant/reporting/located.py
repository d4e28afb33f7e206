"""From the places that a phrase names to coordinates, an honest uncertainty and an area."""

from collections.abc import Sequence
from math import cos, hypot, radians

from shapely import LineString, Point
from shapely.ops import nearest_points

from assistant.reporting.draft import Location
from assistant.reporting.gazetteer import Match
from sites import Place, Site

POINT = 50.0
JUNCTION = 30.0
ONLY_KIND = 200.0
METRES_PER_DEGREE = 111_320.0
NEAR_STREET = 150.0


def locate(words: str, site: Site, matches: Sequence[Match], kinds: Sequence[str]) -> Location:
    """The location of a phrase; without a place that the site knows only its words."""
    streets = [match.place for match in matches if len(match.place.points) > 1]
    points = [match.place for match in matches if len(match.place.points) == 1]
    if points and not streets:
        return _at(words, points[0].points[0], POINT, site, points[0].area)
    if len(streets) >= 2:
        return _junction(words, streets[0], streets[1], site)
    if streets:
        return _on_street(words, streets[0], [*points, *_of_kind(site, kinds)], site)
    alone = _of_kind(site, kinds)
    if len(alone) == 1:
        return _at(words, alone[0].points[0], ONLY_KIND, site, alone[0].area)
    return Location(text=words)


def _of_kind(site: Site, kinds: Sequence[str]) -> list[Place]:
    return [place for place in site.places if place.kind in kinds and len(place.points) == 1]


def _on_street(words: str, street: Place, points: Sequence[Place], site: Site) -> Location:
    """A known point beside the street ("the school on Lipowa"), else the middle of the street."""
    line = LineString(street.points)
    near = [place for place in points if _metres(*_closest(line, Point(place.points[0]))) <= NEAR_STREET]
    if near:
        return _at(words, near[0].points[0], POINT, site, near[0].area)
    middle = line.interpolate(0.5, normalized=True)
    # House numbers are not on the map: a number narrows the words for an officer, not the point.
    return _at(words, (middle.x, middle.y), max(POINT, _length(street) / 2), site, street.area)


def _junction(words: str, first: Place, second: Place, site: Site) -> Location:
    """Where two streets cross, or come closest."""
    one, other = nearest_points(LineString(first.points), LineString(second.points))
    gap = _metres((one.x, one.y), (other.x, other.y))
    middle = ((one.x + other.x) / 2, (one.y + other.y) / 2)
    return _at(words, middle, max(JUNCTION, gap / 2), site, first.area)


def _at(words: str, point: tuple[float, float], uncertainty: float, site: Site, area: str | None) -> Location:
    longitude, latitude = point
    around = site.area_at(latitude, longitude)
    return Location(
        text=words,
        latitude=round(latitude, 6),
        longitude=round(longitude, 6),
        uncertainty_m=round(uncertainty, 1),
        area=around.id if around else area,
    )


def _closest(line: LineString, point: Point) -> tuple[tuple[float, float], tuple[float, float]]:
    on_line, other = nearest_points(line, point)
    return (on_line.x, on_line.y), (other.x, other.y)


def _length(street: Place) -> float:
    return sum(_metres(first, second) for first, second in zip(street.points, street.points[1:], strict=False))


def _metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Distance on the plane, exact enough within a town; points are (longitude, latitude)."""
    east = (second[0] - first[0]) * METRES_PER_DEGREE * cos(radians(first[1]))
    return hypot(east, (second[1] - first[1]) * METRES_PER_DEGREE)

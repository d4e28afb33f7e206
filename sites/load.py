"""Read a site's folder and check it as a whole."""

import csv
import json
import tomllib
from pathlib import Path

from pydantic import ValidationError

from sites.site import Area, NeighbourhoodOfficer, Place, Site


class SiteInvalid(Exception):
    """A site's folder is missing or wrong; the message says which file and what to mend."""


def available_sites(folder: Path) -> list[str]:
    """Names of the site folders below `folder`."""
    return sorted(path.parent.name for path in folder.glob("*/site.toml"))


def load_site(folder: Path, name: str) -> Site:
    """Read site.toml, areas.geojson and streets.csv of one site.

    Raises SiteInvalid with the file and the reason.
    """
    home = folder / name
    if not (home / "site.toml").is_file():
        known = ", ".join(available_sites(folder)) or "none"
        raise SiteInvalid(f"no site {name!r} in {folder}: set KOBAN_SITE to one of: {known}")
    try:
        with (home / "site.toml").open("rb") as file:
            raw = tomllib.load(file)
        areas = tuple(_read_areas(home / "areas.geojson"))
        places = tuple(_read_places(home / "streets.csv"))
        site = Site.model_validate({**raw, "id": name, "areas": areas, "places": places})
    except (OSError, tomllib.TOMLDecodeError, json.JSONDecodeError, KeyError, ValueError, ValidationError) as error:
        raise SiteInvalid(f"the site in {home} cannot be read: {error}") from error
    area_ids = {area.id for area in site.areas}
    strays = sorted({place.area for place in site.places} - area_ids)
    if strays:
        raise SiteInvalid(f"{home / 'streets.csv'} names areas that areas.geojson lacks: {', '.join(strays)}")
    return site


def _read_areas(path: Path) -> list[Area]:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [
        Area(
            id=feature["properties"]["id"],
            name=feature["properties"]["name"],
            officer=NeighbourhoodOfficer(name=feature["properties"]["officer"], phone=feature["properties"]["phone"]),
            geometry=feature["geometry"],
        )
        for feature in features
    ]


def _read_places(path: Path) -> list[Place]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Place(
                name=row["name"],
                kind=row["kind"],
                area=row["area"],
                points=tuple(_point(pair) for pair in row["points"].split(";")),
                aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
            )
            for row in csv.DictReader(file)
        ]


def _point(pair: str) -> tuple[float, float]:
    longitude, latitude = pair.split()
    return float(longitude), float(latitude)

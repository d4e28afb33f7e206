"""Sites: read as a whole, refused with the reason, and their duty hours."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from sites import SiteInvalid, available_sites, duty_at, load_site

SITES = Path(__file__).parents[2] / "sites"
NADRZECZE = load_site(SITES, "nadrzecze")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NADRZECZE.zone)


@pytest.mark.parametrize("name", available_sites(SITES))
def test_every_site_can_be_read(name: str) -> None:
    """Each folder below sites/ is a valid site whose places lie in their areas."""
    site = load_site(SITES, name)
    for place in site.places:
        longitude = sum(point[0] for point in place.points) / len(place.points)
        latitude = sum(point[1] for point in place.points) / len(place.points)
        found = site.area_at(latitude, longitude)
        assert found is not None
        assert found.id == place.area, place.name


def test_unknown_site_names_the_known_ones() -> None:
    """A wrong KOBAN_SITE is answered with the choices."""
    with pytest.raises(SiteInvalid, match="nadrzecze"):
        load_site(SITES, "atlantis")


def test_wrong_key_is_refused_with_the_file(tmp_path: Path) -> None:
    """A misspelt key in site.toml is not silently ignored."""
    shutil.copytree(SITES / "nadrzecze", tmp_path / "town")
    toml = tmp_path / "town" / "site.toml"
    toml.write_text('languagez = ["pl"]\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(SiteInvalid, match="languagez"):
        load_site(tmp_path, "town")


@pytest.mark.parametrize(
    ("moment", "on_duty", "next_opens"),
    [
        ("2026-11-23T08:00", True, None),
        ("2026-11-23T19:59", True, None),
        ("2026-11-23T20:00", False, "2026-11-24T08:00"),
        ("2026-11-22T12:00", False, "2026-11-23T08:00"),
        ("2026-11-11T12:00", False, "2026-11-12T08:00"),
        ("2026-12-24T12:00", False, "2026-12-28T08:00"),
    ],
)
def test_duty_knows_hours_weekends_and_holidays(moment: str, on_duty: bool, next_opens: str | None) -> None:
    """Sundays and Poland's public holidays are free, 11 November and Christmas among them."""
    duty = duty_at(NADRZECZE, _at(moment))
    assert duty.on_duty is on_duty
    assert duty.next_opens == (_at(next_opens) if next_opens else None)

from pathlib import Path

import pytest
import yaml

from assistant.reporting.where import find_place
from sites import Site

PLACES = yaml.safe_load((Path(__file__).parent / "places.yaml").read_text(encoding="utf-8"))
CASES = [(language, text, phrase) for language, cases in PLACES.items() for text, phrase in cases]


@pytest.mark.parametrize(("language", "text", "phrase"), CASES)
def test_phrase(site: Site, language: str, text: str, phrase: str) -> None:
    """The place is the fullest phrase that names it, inflected as written; none where no place is named."""
    found = find_place(text, language, site)
    assert (text[found.start : found.end] if found else "") == phrase
    if found:
        assert found.location.text == phrase


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "na Lipowej"),
        ("pl", "ul. lipowa 3"),
        ("fi", "Lipowakadulla"),
        ("uk", "на Липовій"),
        ("uk", "біля Lipowej 4"),
        ("de", "in der Lipowastraße"),
        ("en", "on Lipova street"),
        ("nl", "in de Lipowa"),
    ],
)
def test_known_street(site: Site, language: str, text: str) -> None:
    """A street of the site is known in every case, script and spelling, to half its length."""
    found = find_place(text, language, site)
    assert found is not None
    assert found.location.area == "stare-miasto"
    assert found.location.latitude == pytest.approx(52.716, abs=0.001)
    assert found.location.uncertainty_m == pytest.approx(520, abs=5)


def test_school_on_street(site: Site) -> None:
    """A kind of place beside a street is the known place there."""
    found = find_place("the wall of the school on Lipowa", "en", site)
    assert found is not None
    assert (found.location.longitude, found.location.uncertainty_m) == (19.9245, 50)


def test_junction(site: Site) -> None:
    """Two streets mean the point where they cross."""
    found = find_place("na skrzyżowaniu Lipowej z Kościelną", "pl", site)
    assert found is not None
    assert found.location.uncertainty_m == 30
    assert found.location.longitude == pytest.approx(19.9205, abs=0.0005)


def test_unknown_place(site: Site) -> None:
    """A place that the site does not know is still a place, without coordinates."""
    found = find_place("in der Lindenstraße 5 ist Lärm", "de", site)
    assert found is not None
    assert (found.location.latitude, found.location.vague) == (None, False)


def test_vague_place(site: Site) -> None:
    """The cellar alone is not enough to find it."""
    found = find_place("ktoś był w piwnicy", "pl", site)
    assert found is not None
    assert found.location.vague

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.bootstrap import Tools
from assistant.reporting.draft import IncidentDraft
from assistant.reporting.extract import extract
from sites import Site

NOW = datetime(2026, 11, 18, 16, 30, tzinfo=ZoneInfo("Europe/Warsaw"))


def read(text: str, language: str, site: Site, tools: Tools) -> list[IncidentDraft]:
    return extract(text, language, NOW, site, tools.categories)


def test_sentence_of_the_plan(site: Site, tools: Tools) -> None:
    """Category, place and rhythm come out of one sentence, each with its evidence."""
    text = "someone sprays the wall of the school on Lipowa every weekend"
    (draft,) = read(text, "en", site, tools)
    assert (draft.category, draft.recurrence, draft.occurred) == ("vandalism", "weekends", None)
    assert draft.location is not None
    assert draft.location.text == "school on Lipowa"
    words = {name: text[slice(*span)] for name, span in draft.evidence.items()}
    assert words == {"category": "sprays", "location": "school on Lipowa", "recurrence": "every weekend"}


def test_ukrainian(site: Site, tools: Tools) -> None:
    """Music that keeps someone awake every Friday is weekly noise."""
    (draft,) = read("музика не дає спати щоп'ятниці", "uk", site, tools)
    assert (draft.category, draft.recurrence) == ("noise", "weekly")


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("en", "My bike was stolen at the station, and also someone dumped rubbish in the park", 2),
        ("de", "Gestern wurde mein Fahrrad am Bahnhof gestohlen, außerdem hat jemand im Park Müll abgeladen", 2),
        ("pl", "Ukradli mi rower spod dworca. Poza tym ktoś wyrzuca śmieci w parku", 2),
        ("en", "My bike was stolen and also my friend's bike was stolen", 1),
        ("de", "Mein Vater ist weggelaufen und noch nicht zurück", 1),
    ],
)
def test_several(site: Site, tools: Tools, language: str, text: str, codes: int) -> None:
    """A second incident needs a word such as "besides" and a category of its own."""
    assert len(read(text, language, site, tools)) == codes


def test_evidence_of_second(site: Site, tools: Tools) -> None:
    """Offsets of a second incident count in the whole message."""
    text = "My bike was stolen at the station, and also someone dumped rubbish in the park"
    second = read(text, "en", site, tools)[1]
    assert text[slice(*second.evidence["location"])] == "park"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please keep my name out of it, my neighbour beats his dog"),
        ("nl", "ik wil anoniem melden dat er gedeald wordt"),
        ("fr", "je veux rester anonyme, on deale dans le hall"),
        ("de", "er darf nicht erfahren, dass ich das war"),
        ("pl", "nie chcę, żeby sąsiad wiedział, że to ja"),
        ("fi", "haluan pysyä nimettömänä"),
        ("sv", "grannen får inte veta att det var jag"),
        ("es", "que no se entere mi vecino"),
        ("pt", "não quero que o vizinho saiba que fui eu"),
        ("uk", "щоб сусід не дізнався"),
    ],
)
def test_anonymous(site: Site, tools: Tools, language: str, text: str) -> None:
    """The wish to stay unnamed is heard in every language."""
    assert read(text, language, site, tools)[0].anonymous_wish


def test_masked_description(site: Site, tools: Tools) -> None:
    """The description for everyday use holds no names or numbers of persons."""
    (draft,) = read("Mój sąsiad Jan Kowalski, tel. 601 234 567, bije psa", "pl", site, tools)
    assert draft.description == "Mój sąsiad [name], tel. [phone], bije psa"


def test_online_has_no_place(site: Site, tools: Tools) -> None:
    """Where a caller claims to be from is no place of the incident."""
    (draft,) = read("ik werd gebeld door iemand van de bank, pincode gegeven", "nl", site, tools)
    assert draft.location is None


def test_lasting_state(site: Site, tools: Tools) -> None:
    """A dangerous crossing needs no time: it is a lasting state."""
    (draft,) = read("the zebra crossing on Szkolna has no light", "en", site, tools)
    assert draft.recurrence == "ongoing"

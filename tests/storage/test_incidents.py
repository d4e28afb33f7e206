from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidents.filing import make_incident, new_secret, store_incident
from incidents.model import Addition, Classification, Incident
from incidents.states import TransitionForbidden, check_transition
from storage.database import Database
from storage.incidents import IncidentStore, IncidentUnknown

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'koban.sqlite'}")
    opened.create_for_tests()
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> IncidentStore:
    return IncidentStore(database)


def filed(database: Database, code: str = "a code", **changes: object) -> Incident:
    fields = {
        "conversation_id": None,
        "site": "nadrzecze",
        "category": "vandalism",
        "classification": Classification(model="hash", confidence=0.9),
        "original_words": "sealed words",
        "description": "masked words",
        "evidence": {"category": (0, 6)},
        "urgency": "routine",
        "language": "en",
        "created_at": NOW,
    }
    incident = make_incident("NDZ", code, **{**fields, **changes})
    with database.write() as session:
        store_incident(session, incident)
    return incident


def test_secret_opens(database: Database, store: IncidentStore) -> None:
    """The secret of filing opens the incident; another one does not, and the two refusals read alike."""
    secret = new_secret()
    incident = filed(database, secret)
    assert store.by_reference(incident.reference, secret).original_words == "sealed words"
    with pytest.raises(IncidentUnknown) as wrong:
        store.by_reference(incident.reference, "wrong")
    with pytest.raises(IncidentUnknown) as missing:
        store.by_reference("NDZ-0000-0", secret)
    assert str(wrong.value) == str(missing.value)


def test_filters(database: Database, store: IncidentStore) -> None:
    """Every filter narrows the site's list."""
    one = filed(database, area="stare-miasto")
    filed(database, category="noise")
    assert [row.id for row in store.find("nadrzecze", category="vandalism", area="stare-miasto")] == [one.id]
    assert len(store.find("nadrzecze", states=("received",))) == 2
    assert store.find("elsewhere") == []


def test_history(database: Database, store: IncidentStore) -> None:
    """Filing and every change of state are in the history, with who and why."""
    incident = filed(database)
    store.change_state(incident.reference, "triaged", actor="officer", text="mine", now=NOW, check=check_transition)
    entries = store.history(incident.id)
    assert [entry.change for entry in entries] == [{"state": [None, "received"]}, {"state": ["received", "triaged"]}]
    assert (entries[1].actor, entries[1].reason) == ("officer", "mine")


def test_forbidden_change_changes_nothing(database: Database, store: IncidentStore) -> None:
    """A refused change leaves state and history as they were."""
    incident = filed(database)
    with pytest.raises(TransitionForbidden):
        store.change_state(incident.reference, "closed", actor="officer", text="x", now=NOW, check=check_transition)
    assert store.find("nadrzecze")[0].state == "received"
    assert len(store.history(incident.id)) == 1


def test_addition_of_a_stranger(database: Database) -> None:
    """Only the conversation that filed an incident can add to it."""
    incident = filed(database)
    addition = Addition(
        conversation_id="other", reference=incident.reference, words="x", description="x", created_at=NOW
    )
    with pytest.raises(IncidentUnknown), database.write() as session:
        store_incident(session, addition)

"""The officers' queue over a real SQLite file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.handoffs import HandoffStore, NewHandoff
from storage.tables import Conversation, Message, Officer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'koban.sqlite'}")
    database.create_for_tests()
    with database.write() as session:
        session.add_all(officer(name) for name in ("anna", "marek"))
        session.add_all(conversation(name) for name in ("c1", "c2", "c3"))
    with database.write() as session:
        session.add_all([message("c1", 1, "I am [PERSON]"), message("c1", 2, "and again")])
    yield database
    database.close()


@pytest.fixture
def handoffs(database: Database) -> HandoffStore:
    return HandoffStore(database)


def officer(name: str) -> Officer:
    return Officer(
        id=name,
        username=name,
        display_name=name.title(),
        password_hash="-",
        role="officer",
        site="nadrzecze",
        area=None,
        created_at=NOW,
    )


def conversation(name: str) -> Conversation:
    return Conversation(
        id=name,
        token_hash="-",
        site="nadrzecze",
        channel="web",
        language="pl",
        state={},
        created_at=NOW,
        updated_at=NOW,
    )


def message(conversation_id: str, sequence: int, masked: str) -> Message:
    return Message(
        id=f"{conversation_id}-{sequence}",
        conversation_id=conversation_id,
        sequence=sequence,
        author="resident",
        officer_id=None,
        client_message_id=str(sequence),
        text="I am Jan Kowalski",
        masked_text=masked,
        language="en",
        created_at=NOW,
    )


def new(conversation_id: str, urgency: str = "routine", site: str = "nadrzecze") -> NewHandoff:
    return NewHandoff(conversation_id, site, "resident_asked", "pl", urgency, {"question": "?"})


def test_one_of_two_officers_wins(handoffs: HandoffStore) -> None:
    """Of ten officers who take a conversation at once exactly one gets it."""
    handoff = handoffs.create(new("c1"))
    with ThreadPoolExecutor(10) as pool:
        won = list(pool.map(lambda name: handoffs.claim(handoff, name), ["anna", "marek"] * 5))
    assert won.count(True) == 1


def test_urgent_waits_first_then_longest(handoffs: HandoffStore) -> None:
    """The queue shows urgent conversations first and then the longest waiting, and counts places so."""
    late = handoffs.create(new("c1"), NOW + timedelta(minutes=2))
    early = handoffs.create(new("c2"), NOW)
    urgent = handoffs.create(new("c3", "emergency"), NOW + timedelta(minutes=5))
    assert [entry.id for entry in handoffs.queue("nadrzecze")] == [urgent, early, late]
    assert [handoffs.position_in_queue(one) for one in (urgent, early, late)] == [1, 2, 3]


def test_queue_shows_the_masked_first_line(handoffs: HandoffStore) -> None:
    """The list shows the first thing the resident said, masked."""
    handoffs.create(new("c1"))
    assert handoffs.queue("nadrzecze")[0].first_line == "I am [PERSON]"


def test_open_handoff_is_kept(handoffs: HandoffStore) -> None:
    """Asking for a person twice stands in the queue once; contact details that come later are added."""
    first = handoffs.create(new("c1"))
    later = NewHandoff("c1", "nadrzecze", "resident_asked", "pl", contact="600 100 200")
    assert handoffs.create(later) == first
    assert handoffs.queue("nadrzecze")[0].contact == "600 100 200"


def test_claimed_moves_to_mine(handoffs: HandoffStore) -> None:
    """A claimed conversation leaves the queue and stands in its officer's own list with the name."""
    handoff = handoffs.create(new("c1"))
    assert handoffs.claim(handoff, "anna")
    assert handoffs.queue("nadrzecze") == []
    assert handoffs.position_in_queue(handoff) is None
    assert [entry.officer_name for entry in handoffs.held_by("nadrzecze", "anna")] == ["Anna"]
    assert [entry.id for entry in handoffs.held_by_others("nadrzecze", "marek")] == [handoff]


@pytest.mark.parametrize(("end", "state"), [("release", "returned"), ("close", "closed")])
def test_only_the_holder_ends_it(handoffs: HandoffStore, end: str, state: str) -> None:
    """Only the officer who holds a conversation gives it back or closes it, and only once."""
    handoff = handoffs.create(new("c1"))
    finish = getattr(handoffs, end)
    assert not finish(handoff, "anna")
    handoffs.claim(handoff, "anna")
    assert not finish(handoff, "marek")
    assert finish(handoff, "anna")
    assert not finish(handoff, "anna")
    assert [entry.state for entry in handoffs.ended("nadrzecze")] == [state]


def test_after_closing_a_new_one_can_follow(handoffs: HandoffStore) -> None:
    """A closed conversation can be handed over again, and the latest handoff is the one that counts."""
    handoff = handoffs.create(new("c1"), NOW)
    handoffs.claim(handoff, "anna", NOW)
    handoffs.close(handoff, "anna", NOW)
    second = handoffs.create(new("c1"), NOW + timedelta(hours=1))
    latest = handoffs.for_conversation("c1")
    assert latest is not None
    assert latest.id == second != handoff


def test_other_sites_stay_apart(handoffs: HandoffStore) -> None:
    """Nothing of another site appears in any list."""
    handoffs.create(new("c1", site="elsewhere"))
    assert handoffs.queue("nadrzecze") == []
    assert handoffs.entry("nadrzecze", "c1") is None
    assert handoffs.entry("elsewhere", "c1") is not None


def test_transcript_is_masked(handoffs: HandoffStore) -> None:
    """Officers read what was said with personal data masked, in order."""
    assert [said.text for said in handoffs.transcript("c1")] == ["I am [PERSON]", "and again"]


def test_version_changes_with_queue_and_messages(handoffs: HandoffStore, database: Database) -> None:
    """The version that live pages compare changes with the queue and with the conversation's messages."""
    versions = [handoffs.version("nadrzecze", "c1")]
    handoff = handoffs.create(new("c1"))
    versions.append(handoffs.version("nadrzecze", "c1"))
    handoffs.claim(handoff, "anna")
    versions.append(handoffs.version("nadrzecze", "c1"))
    with database.write() as session:
        session.add(message("c1", 3, "more"))
    versions.append(handoffs.version("nadrzecze", "c1"))
    assert len(set(versions)) == 4
    assert handoffs.version("nadrzecze", "c1") == versions[-1]

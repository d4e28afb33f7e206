from typing import Any

from assistant.types import Outcome, Route
from incidents.states import check_transition

Talk = Any
SENTENCE = "graffiti on the school on Lipowa yesterday"


def file_one(talk: Talk) -> tuple[str, str]:
    talk.say(SENTENCE)
    view = talk.say("yes").incident
    return view.reference, view.secret


def test_own_conversation(talk: Talk) -> None:
    """In the conversation that filed it, the state is told in plain words."""
    reference, _ = file_one(talk)
    reply = talk.say("what became of my report?", Route.STATUS)
    assert reply.outcome is Outcome.REPORT_STATUS
    assert reference in reply.text
    assert "received" in reply.text


def test_after_a_change(talk: Talk) -> None:
    """A change of state is told at the next question."""
    reference, _ = file_one(talk)
    talk.services.incidents.change_state(
        reference, "triaged", actor="asp. Anna Wrzos", text=None, now=talk.services.clock(), check=check_transition
    )
    assert "assigned" in talk.say(f"status of {reference}", Route.STATUS).text


def test_stranger(talk: Talk) -> None:
    """Another conversation learns nothing without the code, not even that the reference exists."""
    reference, secret = file_one(talk)
    stranger = type(talk)(talk.services, talk.database, id="conversation-2")
    reply = stranger.say(f"status of {reference}", Route.STATUS)
    assert reply.asks_for == ("reference",)
    assert reference not in reply.text
    assert "received" in stranger.say(f"status of {reference}, code {secret}", Route.STATUS).text


def test_nothing_filed(talk: Talk) -> None:
    """Without a report the reply says how to ask."""
    assert talk.say("what about my report", Route.STATUS).asks_for == ("reference",)

"""Officers and residents: exactly one officer holds a conversation, and the assistant is silent meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.accounts import Role
from assistant.bootstrap import Installation
from assistant.chat import Started
from assistant.desk import Actor, AnswerRefused, HandoffUnknown, NotHolding


def _actor(installation: Installation, name: str, site: str = "nadrzecze") -> Actor:
    account = installation.accounts.add(
        name, display_name=name.title(), role=Role.OFFICER, site=site, password="correct horse battery"
    )
    return Actor(account.id, account.display_name, account.site)


def _queued(installation: Installation) -> Started:
    talk = installation.chat.start("pl")
    installation.chat.request_officer(talk.id, talk.token)
    return talk


def test_exactly_one_of_many_officers_wins(installation: Installation) -> None:
    """Eight officers at once: one holds the conversation, seven are told that they do not."""
    talk = _queued(installation)
    actors = [_actor(installation, f"officer{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda actor: installation.desk.claim(talk.id, actor), actors))
    assert won.count(True) == 1
    loser = actors[won.index(False)]
    with pytest.raises(NotHolding, match=actors[won.index(True)].name):
        installation.desk.say(talk.id, loser, "Dzień dobry")


def test_assistant_is_silent_while_an_officer_holds(installation: Installation) -> None:
    """The resident's words are stored and no reply is made up; after closing the assistant answers again."""
    talk = _queued(installation)
    anna = _actor(installation, "anna")
    assert installation.desk.claim(talk.id, anna)
    installation.desk.say(talk.id, anna, "Dzień dobry, w czym pomóc?")
    assert installation.chat.say(talk.id, talk.token, "Jak oznakować rower?", "1").reply is None
    installation.desk.close(talk.id, anna)
    assert installation.chat.say(talk.id, talk.token, "Jak oznakować rower?", "2").reply is not None
    authors = [message.author for message in installation.chat.transcript(talk.id)]
    assert authors == ["resident", "assistant", "system", "officer", "resident", "system", "resident", "assistant"]


def test_sequence_has_no_gap(installation: Installation) -> None:
    """Events of a conversation are numbered 1, 2, 3 … whoever wrote."""
    talk = _queued(installation)
    anna = _actor(installation, "anna")
    installation.desk.claim(talk.id, anna)
    installation.desk.say(talk.id, anna, "Dzień dobry", "a")
    installation.desk.say(talk.id, anna, "Dzień dobry", "a")
    installation.desk.give_back(talk.id, anna)
    numbers = [event.sequence for event in installation.conversations.events_after(talk.id, 0)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [message.text for message in installation.chat.transcript(talk.id)].count("Dzień dobry") == 1


def test_officer_of_another_site_finds_nothing(installation: Installation) -> None:
    """A conversation of another site does not exist for an officer."""
    talk = _queued(installation)
    with pytest.raises(HandoffUnknown):
        installation.desk.claim(talk.id, _actor(installation, "stranger", "elsewhere"))


def test_conversation_that_was_not_handed_over_is_private(installation: Installation) -> None:
    """Officers cannot open what no resident handed over."""
    talk = installation.chat.start("pl")
    with pytest.raises(HandoffUnknown):
        installation.desk.claim(talk.id, _actor(installation, "anna"))


def test_empty_answer_is_refused(installation: Installation) -> None:
    """An officer cannot send nothing."""
    talk = _queued(installation)
    anna = _actor(installation, "anna")
    installation.desk.claim(talk.id, anna)
    with pytest.raises(AnswerRefused):
        installation.desk.say(talk.id, anna, " \u200b ")

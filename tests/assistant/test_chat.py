"""Conversations over the real assistant: answers with sources, twice is once, hand-off, danger, deletion."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from assistant.bootstrap import Installation
from assistant.chat import ConversationUnknown, MessageRefused, Started
from assistant.types import Outcome
from storage.tables import Message


def _started(installation: Installation, language: str = "pl") -> Started:
    return installation.chat.start(language)


def test_answer_quotes_its_source_exactly(installation: Installation) -> None:
    """Every cited sentence stands in the article's version at the given offsets."""
    talk = _started(installation)
    reply = installation.chat.say(talk.id, talk.token, "Gdzie i kiedy można oznakować rower?", "1").reply
    assert reply is not None
    assert reply.outcome is Outcome.ANSWERED
    assert reply.citations
    for citation in reply.citations:
        article = installation.library.article(citation.article, citation.version)
        assert article is not None
        assert article.body[citation.start : citation.end] == citation.quote


def test_question_without_source_gets_an_honest_no(installation: Installation) -> None:
    """What nobody wrote about is declined, and a person is offered."""
    talk = _started(installation, "en")
    reply = installation.chat.say(talk.id, talk.token, "How do I apply for a fishing licence for the sea?", "1").reply
    assert reply is not None
    assert reply.outcome in (Outcome.UNANSWERABLE_NO_SOURCE, Outcome.UNANSWERABLE_LOW_CONFIDENCE, Outcome.OUT_OF_SCOPE)
    assert reply.handoff == "offered"
    assert not reply.citations


def test_same_message_twice_is_one_message(installation: Installation) -> None:
    """Sent again, also at the same moment, a message is stored once and gets the same reply."""
    talk = _started(installation)

    def send(_: int) -> str:
        return installation.chat.say(talk.id, talk.token, "Jak oznakować rower?", "same").message_id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(send, range(16)))
    assert len(ids) == 1
    assert [message.author for message in installation.chat.transcript(talk.id)] == ["resident", "assistant"]


def test_wrong_token_is_as_unknown_as_no_conversation(installation: Installation) -> None:
    """Nobody learns whether a conversation exists."""
    talk = _started(installation)
    other = _started(installation)
    with pytest.raises(ConversationUnknown) as wrong:
        installation.chat.open(talk.id, other.token)
    with pytest.raises(ConversationUnknown) as missing:
        installation.chat.open("nothing", other.token)
    assert str(wrong.value) == str(missing.value)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "x" * 4001])
def test_unusable_text_is_refused_and_nothing_is_stored(installation: Installation, text: str) -> None:
    """Empty, invisible and too long messages are refused with what to do."""
    talk = _started(installation)
    with pytest.raises(MessageRefused):
        installation.chat.say(talk.id, talk.token, text, "1")
    assert installation.chat.transcript(talk.id) == []


def test_danger_comes_before_everything(installation: Installation) -> None:
    """In danger the emergency number comes at once, and the conversation is in the officers' queue as the first."""
    calm = _started(installation)
    installation.chat.request_officer(calm.id, calm.token)
    talk = _started(installation)
    reply = installation.chat.say(talk.id, talk.token, "there is a man with a knife in front of my door", "1").reply
    assert reply is not None
    assert reply.outcome is Outcome.EMERGENCY
    assert reply.language == "en"
    assert "112" in reply.text
    assert [entry.conversation_id for entry in installation.handoffs.queue("nadrzecze")] == [talk.id, calm.id]


def test_contact_details_need_consent(installation: Installation) -> None:
    """Without consent no contact details are kept."""
    talk = _started(installation)
    with pytest.raises(MessageRefused, match="consent"):
        installation.chat.request_officer(talk.id, talk.token, "500 600 700", consent=False)
    installation.chat.request_officer(talk.id, talk.token, "500 600 700", consent=True)
    assert installation.handoffs.queue("nadrzecze")[0].contact == "500 600 700"


def test_deleted_conversation_is_gone(installation: Installation) -> None:
    """After deletion neither the conversation nor its hand-off can be found."""
    talk = _started(installation)
    installation.chat.request_officer(talk.id, talk.token)
    installation.chat.delete(talk.id, talk.token)
    with pytest.raises(ConversationUnknown):
        installation.chat.open(talk.id, talk.token)
    assert installation.handoffs.queue("nadrzecze") == []


def test_chosen_language_stays(installation: Installation) -> None:
    """After the resident chose a language, replies stay in it."""
    talk = _started(installation)
    installation.chat.set_language(talk.id, talk.token, "uk")
    reply = installation.chat.say(talk.id, talk.token, "Hello!", "1").reply
    assert reply is not None
    assert reply.language == "uk"


def test_broken_step_becomes_an_honest_error(installation: Installation) -> None:
    """When something breaks inside, the message is kept and a person is offered."""
    talk = _started(installation)
    installation.database.engine.dispose()
    object.__setattr__(installation.services, "library", _BrokenLibrary())
    reply = installation.chat.say(talk.id, talk.token, "Jak oznakować rower?", "1").reply
    assert reply is not None
    assert reply.outcome is Outcome.ERROR_INTERNAL
    assert reply.handoff == "offered"
    assert len(installation.chat.transcript(talk.id)) == 2


def test_question_in_between_does_not_lose_the_report(installation: Installation) -> None:
    """It is answered with its source, the report's pending question stands behind the answer, and its answer counts."""
    talk = _started(installation, "en")
    asked = installation.chat.say(talk.id, talk.token, "I want to report that my bike was stolen", "1").reply
    assert asked is not None
    assert asked.asks_for == ("location",)
    between = installation.chat.say(talk.id, talk.token, "What does bicycle marking cost?", "2").reply
    assert between is not None
    assert between.outcome is Outcome.ANSWERED
    assert between.citations
    assert between.asks_for == ("location",)
    assert between.text.endswith(asked.parts[-1].text)
    place = installation.chat.say(talk.id, talk.token, "in front of the railway station", "3").reply
    assert place is not None
    assert place.asks_for == ("time",)


def test_public_numbers_stay_readable(installation: Installation) -> None:
    """A help line is nobody's personal number; a resident's own is masked for everyday view."""
    talk = _started(installation, "en")
    installation.chat.say(talk.id, talk.token, "Is 116 111 free? Call me at 600 100 200", "1")
    with installation.database.read() as session:
        masked = session.scalars(select(Message.masked_text).where(Message.conversation_id == talk.id)).first()
    assert masked is not None
    assert "116 111" in masked
    assert "600 100 200" not in masked


class _BrokenLibrary:
    """A search whose index is gone."""

    def search(self, *_: object) -> list[object]:
        raise RuntimeError("the index is gone")

from typing import Any

import pytest

from assistant.types import Outcome, Reply, Route

# `talk` is the fixture of conftest.py; its class cannot be imported without a package.
Talk = Any
SENTENCE = "someone sprays the wall of the school on Lipowa every weekend"


def texts(reply: Reply) -> str:
    return "\n".join(part.text for part in reply.parts)


def test_nothing_to_ask(talk: Talk) -> None:
    """Where kind, place and rhythm are said, the summary comes at once."""
    reply = talk.say(SENTENCE)
    assert (reply.outcome, reply.asks_for) == (Outcome.REPORT_CHECK, ("confirmation",))
    assert reply.incident is not None
    assert reply.incident.category == "vandalism"
    assert reply.incident.location is not None
    assert reply.incident.location["text"] == "school on Lipowa"
    assert reply.incident.recurrence == "weekends"
    assert not reply.incident.submitted


def test_asks_only_what_is_missing(talk: Talk) -> None:
    """Place, then time; never what was said."""
    asked = [talk.say(text).asks_for for text in ("my bike was stolen", "in front of the railway station")]
    reply = talk.say("yesterday evening")
    assert [*asked, reply.asks_for] == [("location",), ("time",), ("confirmation",)]


def test_answers_given_early(talk: Talk) -> None:
    """An answer that holds more than was asked is taken whole."""
    assert talk.say("my bike was stolen").asks_for == ("location",)
    assert talk.say("at the station yesterday around five").asks_for == ("confirmation",)


def test_bare_wish(talk: Talk) -> None:
    """ "I want to report something" asks for the story, not for a category."""
    assert talk.say("I want to report something").asks_for == ("description",)
    assert talk.say(SENTENCE).outcome is Outcome.REPORT_CHECK


def test_filing(talk: Talk) -> None:
    """Yes files one incident with reference, sealed words and evidence; the secret is kept only as a hash."""
    talk.say(SENTENCE)
    reply = talk.say("yes")
    assert reply.outcome is Outcome.REPORT_FILED
    assert reply.incident is not None
    assert reply.incident.submitted
    assert reply.incident.reference in reply.text
    (stored,) = talk.services.incidents.of_conversation(talk.id)
    assert (stored.reference, stored.original_words, stored.state) == (reply.incident.reference, SENTENCE, "received")
    assert SENTENCE[slice(*stored.evidence["location"])] == "school on Lipowa"
    assert stored.area == "stare-miasto"
    assert reply.incident.secret
    assert reply.incident.secret not in str(vars(stored))
    assert talk.services.incidents.by_reference(stored.reference, reply.incident.secret).id == stored.id


def test_twice_yes(talk: Talk) -> None:
    """A second yes files nothing and names the same reference."""
    talk.say(SENTENCE)
    first, second = talk.say("yes"), talk.say("yes")
    assert second.outcome is Outcome.REPORT_FILED
    assert first.incident is not None
    assert second.incident is not None
    assert second.incident.reference == first.incident.reference
    assert len(talk.services.incidents.of_conversation(talk.id)) == 1


@pytest.mark.parametrize(
    ("language", "report", "correction", "day", "hour"),
    [
        ("en", "my bike was stolen at the station yesterday evening", "no, on Monday", 16, 17),
        ("pl", "wczoraj wieczorem ukradli mi rower pod dworcem", "nie, w poniedziałek", 16, 17),
        ("de", "gestern Abend wurde mein Fahrrad am Bahnhof gestohlen", "nein, am Montag", 16, 17),
        ("fi", "pyöräni varastettiin asemalla eilen illalla", "ei, maanantaina", 16, 17),
        ("uk", "вчора ввечері вкрали велосипед біля вокзалу", "ні, в понеділок", 16, 17),
        ("es", "ayer por la tarde me robaron la bici en la estación", "no, el lunes", 16, 12),
    ],
)
def test_another_day(talk: Talk, language: str, report: str, correction: str, day: int, hour: int) -> None:
    """ "No, on Monday" changes the day and keeps the part of the day."""
    talk.language = language
    assert talk.say(report).outcome is Outcome.REPORT_CHECK
    reply = talk.say(correction)
    assert reply.outcome is Outcome.REPORT_CHECK
    assert reply.incident is not None
    assert reply.incident.occurred is not None
    assert reply.incident.occurred["start"].startswith(f"2026-11-{day}T{hour}")


def test_another_place(talk: Talk) -> None:
    """A new place replaces the old one."""
    talk.say(SENTENCE)
    reply = talk.say("no, it is on Szkolna 5")
    assert reply.incident is not None
    assert reply.incident.location is not None
    assert reply.incident.location["text"] == "Szkolna 5"


def test_field_named(talk: Talk) -> None:
    """ "The place is wrong" asks for the place again, and only for that."""
    talk.say(SENTENCE)
    assert talk.say("the place is wrong").asks_for == ("location",)
    assert talk.say("Mostowa 3").asks_for == ("confirmation",)


def test_bare_no(talk: Talk) -> None:
    """A bare no asks what to change."""
    talk.say(SENTENCE)
    reply = talk.say("no")
    assert reply.outcome is Outcome.REPORT_ASKS
    assert "location" in reply.asks_for


def test_yes_but(talk: Talk) -> None:
    """ "Yes, but …" files nothing."""
    talk.say(SENTENCE)
    reply = talk.say("yes, but it was on Mostowa")
    assert reply.outcome is Outcome.REPORT_CHECK


def test_category_by_button(talk: Talk) -> None:
    """A kind of incident can be chosen by its name."""
    talk.say(SENTENCE)
    assert talk.say("1").asks_for == ("category",)
    reply = talk.say(talk.services.say("en", "category_hate_crime"))
    assert reply.incident is not None
    assert (reply.incident.category, reply.incident.urgency) == ("hate_crime", "urgent")


def test_unknown(talk: Talk) -> None:
    """ "I don't know" is respected: the question does not come back."""
    talk.say("my bike was stolen")
    assert talk.say("I don't know").asks_for == ("time",)
    assert talk.say("no idea").asks_for == ("confirmation",)


def test_not_understood(talk: Talk) -> None:
    """A question is asked at most twice, the second time with a hint."""
    talk.say("my bike was stolen at the station")
    reply = talk.say("blue with a basket")
    assert reply.asks_for == ("time",)
    assert len(reply.parts) == 2
    assert talk.say("and a bell").asks_for == ("confirmation",)


def test_cancel(talk: Talk) -> None:
    """ "Forget it" withdraws; the next report begins anew."""
    talk.say("my bike was stolen")
    assert talk.say("forget it").outcome is Outcome.REPORT_WITHDRAWN
    assert talk.state.report is None
    assert talk.say(SENTENCE).outcome is Outcome.REPORT_CHECK


def test_question_in_between(talk: Talk) -> None:
    """A question is answered, and the pending question follows it."""
    talk.say("my bike was stolen")
    reply = talk.say("who will read this?", Route.ENQUIRY)
    assert reply.text.startswith("An answer.")
    assert reply.asks_for == ("location",)
    assert talk.say("on Lipowa").asks_for == ("time",)


def test_person_wanted(talk: Talk) -> None:
    """A wish for a person is not taken for an answer, and no question is repeated behind it."""
    talk.say("my bike was stolen")
    reply = talk.say("I would rather talk to an officer please", Route.HUMAN)
    assert (reply.outcome, reply.asks_for) == (Outcome.HANDOFF_QUEUED, ())


def test_contact_is_optional(talk: Talk) -> None:
    """A telephone number given at the check is kept; a suspect's number in the story is not."""
    talk.say("a fake policeman called me from 601 234 567 yesterday")
    reply = talk.say("my number is 512 345 678")
    assert "512 345 678" in texts(reply)
    talk.say("yes")
    (stored,) = talk.services.incidents.of_conversation(talk.id)
    assert stored.contact == "512 345 678"
    assert "601 234 567" not in stored.description


def test_anonymous(talk: Talk) -> None:
    """Who wants no name given is filed without contact."""
    talk.say("my neighbour on Polna 3 beats his dog every evening, my number is 512 345 678, please keep my name out")
    talk.say("yes")
    (stored,) = talk.services.incidents.of_conversation(talk.id)
    assert (stored.anonymous, stored.contact) == (True, None)


def test_several(talk: Talk) -> None:
    """Two incidents in one message are shown apart and get a reference each."""
    talk.say("Yesterday my bike was stolen at the station, and also someone dumped rubbish in the park")
    reply = talk.say("yes")
    assert len(reply.incidents) == 2
    assert len({view.reference for view in reply.incidents}) == 2
    assert len(talk.services.incidents.of_conversation(talk.id)) == 2


def test_addition_after_filing(talk: Talk) -> None:
    """ "Please add …" joins the filed report."""
    talk.say(SENTENCE)
    talk.say("yes")
    reply = talk.say("please add that I saw two boys with a blue bag")
    assert reply.outcome is Outcome.REPORT_UPDATED
    (stored,) = talk.services.incidents.of_conversation(talk.id)
    assert "blue bag" in stored.description
    assert len(talk.services.incidents.history(stored.id)) == 2


def test_new_report_after_filing(talk: Talk) -> None:
    """Another matter after filing is another report."""
    talk.say(SENTENCE)
    talk.say("yes")
    assert talk.say("my bike was stolen").asks_for == ("location",)


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de", "pl", "fi", "sv", "es", "pt", "uk"])
def test_every_language(talk: Talk, language: str) -> None:
    """The whole way works in every language: the buttons' words file a report."""
    talk.language = language
    reports = {
        "en": "graffiti on the school wall on Lipowa yesterday",
        "nl": "gisteren graffiti op de school aan de Lipowa",
        "fr": "hier des graffitis sur l'école rue Lipowa",
        "de": "gestern Graffiti an der Schule in der Lipowa",
        "pl": "wczoraj graffiti na szkole przy Lipowej",
        "fi": "eilen graffiteja Lipowan koululla",
        "sv": "igår graffiti på skolan på Lipowa",
        "es": "ayer grafitis en el colegio de la calle Lipowa",
        "pt": "ontem grafitis na escola na Lipowa",
        "uk": "вчора графіті на школі на Липовій",
    }
    check = talk.say(reports[language])
    assert check.outcome is Outcome.REPORT_CHECK
    assert check.incident is not None
    assert check.incident.category == "vandalism"
    assert talk.say(check.choices[0].send).outcome is Outcome.REPORT_FILED

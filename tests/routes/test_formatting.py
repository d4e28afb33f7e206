"""Times, languages and numbers as pages write them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.types import Citation, Part
from routes import formatting

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Europe/Warsaw"))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Monday, 23 November, 08:00"),
        ("pl", "poniedziałek, 23 listopada, 08:00"),
        ("fi", "maanantai 23. marraskuuta, 8.00"),
        ("de", "Montag, 23. November, 08:00"),
        ("es", "lunes, 23 de noviembre, 8:00"),
        ("pt", "segunda-feira, 23 de novembro, 08:00"),
        ("uk", "понеділок, 23 листопада, 08:00"),
        ("fr", "lundi 23 novembre, 08:00"),
    ],
)
def test_weekday_and_time_follow_the_language(language: str, written: str) -> None:
    """A shift's beginning is written in each language's own order and clock."""
    assert formatting.weekday_and_time(MONDAY, language) == written


def test_languages_name_themselves() -> None:
    """The language menu shows each language in itself, with a capital."""
    names = [formatting.own_name(code) for code in ("en", "pl", "uk", "fr")]
    assert names == ["English", "Polski", "Українська", "Français"]


def test_languages_are_named_in_the_page_language() -> None:
    """A source's language is named in the reader's language."""
    assert formatting.language_name("pl", "en") == "Polish"
    assert formatting.language_name("en", "pl") == "angielski"


@pytest.mark.parametrize(
    ("text", "dialled"),
    [("112", "112"), ("Blue Line: 800 120 002", "800120002"), ("+48 47 000 01 00", "+48470000100"), ("-", "")],
)
def test_numbers_are_dialled_without_spaces(text: str, dialled: str) -> None:
    """A telephone link holds the number's digits alone."""
    assert formatting.phone(text) == dialled


def test_waiting_is_never_less_than_a_minute() -> None:
    """Somebody who has just come waits for one minute, not for none."""
    assert formatting.duration(timedelta(seconds=3), "en") == "1 minute"
    assert formatting.duration(timedelta(minutes=5), "pl") == "5 minut"


def test_dates_are_read_from_text_and_dates() -> None:
    """An article's date is written alike whether it is stored as text or as a date."""
    assert formatting.day("2026-01-02", "en") == formatting.day(date(2026, 1, 2), "en") == "2 January 2026"


def test_steps_stand_together() -> None:
    """Neighbouring steps are one list; sentences around them are paragraphs of their own."""
    kinds: list[Part] = [
        Part(kind="sentence", text="a"),
        Part(kind="step", text="b"),
        Part(kind="step", text="c"),
        Part(kind="sentence", text="d"),
    ]
    groups = formatting.grouped(kinds)
    assert [(kind, len(parts)) for kind, parts in groups] == [("sentence", 1), ("step", 2), ("sentence", 1)]


def test_numbered_items_are_counted_by_the_list() -> None:
    """A summary's own numbers are taken off and counted by the list, so that none is read twice."""
    items = [Part(kind="item", text="1. What: noise"), Part(kind="item", text="2. Where: Lipowa")]
    ((kind, parts),) = formatting.grouped(items)
    assert (kind, [part.text for part in parts]) == ("step", ["What: noise", "Where: Lipowa"])


def test_source_addresses_escape_the_article() -> None:
    """An article's id cannot lead out of /sources/."""
    citation = Citation(
        number=1, article="../x?y", version=2, title="t", language="pl", passage="p", start=3, end=9, quote="q"
    )
    url = formatting.source_url(citation, "en")
    assert url == "/sources/..%2Fx%3Fy?version=2&start=3&end=9&lang=en#quote"

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from assistant.reporting.rules import read_rules
from assistant.reporting.time_atoms import _rules
from assistant.reporting.when import find_time
from sites.site import LANGUAGES

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 18, 16, 30, tzinfo=WARSAW)
TIMES = yaml.safe_load((Path(__file__).parent / "times.yaml").read_text(encoding="utf-8"))
CASES = [(language, *case) for language, cases in TIMES.items() for case in cases]


@pytest.mark.parametrize(("language", "text", "start", "end", "recurrence"), CASES)
def test_expression(language: str, text: str, start: str | None, end: str | None, recurrence: str | None) -> None:
    """Parts of day, clock times, weekdays, spans and rhythms mean the widest honest interval in each language."""
    found = find_time(text, language, NOW, WARSAW)
    occurred = found.occurred and (
        found.occurred.start.strftime("%Y-%m-%dT%H:%M"),
        found.occurred.end.strftime("%Y-%m-%dT%H:%M"),
    )
    assert occurred == ((start, end) if start else None)
    assert found.recurrence == recurrence


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules(language: str) -> None:
    """Every language has its own words of time, and every pattern of them compiles."""
    assert len(read_rules("when_rules", language)["weekdays"]) == 7
    assert len(read_rules("when_rules", language)["months"]) == 12
    assert _rules(language)


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("language", LANGUAGES)
def test_never_later(language: str, hour: int) -> None:
    """No expression reaches beyond now, at whatever hour it is said."""
    now = NOW.replace(hour=hour)
    for text, *_ in TIMES[language]:
        occurred = find_time(text, language, now, WARSAW).occurred
        assert occurred is None or occurred.start <= occurred.end <= now


def test_evidence() -> None:
    """The span is the expression as it stands in the text, capitals and diacritics included."""
    text = "Mój rower: ukradli go Wczoraj wieczorem, koło ósmej"
    found = find_time(text, "pl", NOW, WARSAW)
    assert found.occurred_span is not None
    assert text[slice(*found.occurred_span)].startswith("Wczoraj wieczorem")


def test_clocks_go_back() -> None:
    """Hours that passed are counted, not the hands of the clock: the night of the change is an hour longer."""
    now = datetime(2026, 10, 25, 9, 0, tzinfo=WARSAW)
    occurred = find_time("10 hours ago", "en", now, WARSAW).occurred
    assert occurred is not None
    assert (now.astimezone(UTC) - occurred.start.astimezone(UTC)).total_seconds() == 10.5 * 3600
    assert (occurred.start.hour, occurred.start.minute) == (23, 30)


def test_other_zone() -> None:
    """`now` in UTC means local days: half past eleven at night in UTC is tomorrow in Warsaw."""
    now = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    occurred = find_time("yesterday", "en", now, WARSAW).occurred
    assert occurred is not None
    assert occurred.start.date().isoformat() == "2026-11-18"


def test_found_later() -> None:
    """What was whole on Monday evening and gone on Tuesday morning happened between the two."""
    occurred = find_time("I locked it on Monday evening, on Tuesday morning it was gone", "en", NOW, WARSAW).occurred
    assert occurred is not None
    assert (occurred.start.day, occurred.start.hour, occurred.end.day, occurred.end.hour) == (16, 17, 17, 12)


def test_time_in_another_sentence() -> None:
    """A clock time belongs to the only day that is named, also in the next sentence."""
    occurred = find_time("Yesterday I was at the market. It was around five in the afternoon.", "en", NOW, WARSAW)
    assert occurred.occurred is not None
    assert (occurred.occurred.start.day, occurred.occurred.start.hour) == (17, 16)


def test_nothing() -> None:
    """Ages, amounts and house numbers are no times."""
    for text in ("he is 17 and took 20 euro", "Lipowa 12", "there were 3 men"):
        assert find_time(text, "en", NOW, WARSAW).occurred is None

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.reporting.urgency import judge_urgency
from assistant.reporting.when import find_time

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 18, 16, 30, tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("language", "text", "category", "urgency"),
    [
        ("en", "a drunk man is driving off right now", "drunk_driving", "emergency"),
        ("en", "yesterday a drunk man drove off", "drunk_driving", "urgent"),
        ("en", "my father with dementia left and we cannot find him", "missing_person", "emergency"),
        ("en", "my father was missing but he came back", "missing_person", "urgent"),
        ("en", "loud music every night", "noise", "routine"),
        ("en", "cars race past, my child was almost hit", "speeding", "urgent"),
        ("en", "children play on the tracks", "level_crossing", "urgent"),
        ("en", "a van has stood here for weeks", "abandoned_vehicle", "information"),
        ("pl", "wczoraj pobili kolegę", "violence", "urgent"),
        ("pl", "podejrzany typ kręcił się przy domu, ale już go nie ma", "suspicious", "routine"),
        ("uk", "сусід зараз б'є дружину", "domestic_violence", "emergency"),
        ("de", "gestern wurde jemand verprügelt", "violence", "urgent"),
    ],
)
def test_urgency(language: str, text: str, category: str, urgency: str) -> None:
    """The default of the category is raised for people at risk and lowered when it is over."""
    when = find_time(text, language, NOW, WARSAW)
    found, reasons = judge_urgency(text, language, category, when, now=NOW)
    assert found == urgency
    assert reasons

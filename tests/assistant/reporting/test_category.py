import pytest

from assistant.bootstrap import Tools
from assistant.classifier import read_examples
from assistant.reporting.category import MODEL
from assistant.reporting.urgency import category_facts
from sites.site import LANGUAGES

FRESH = [
    ("en", "the lads next door have been blasting techno since dinner", "noise"),
    ("en", "my grandad handed ten thousand to a bogus detective", "phone_scam"),
    ("nl", "ze hebben mijn brommer meegenomen uit de schuur", "bicycle_theft"),
    ("fr", "on a peint une croix gammée sur le mur du cimetière juif", "hate_crime"),
    ("de", "im Park wird jeden Tag gekifft und gedealt", "drugs"),
    ("pl", "sąsiad wypala kable na podwórku, straszny dym", "dumping"),
    ("fi", "joku ajaa kännissä kylänraittia pitkin", "drunk_driving"),
    ("sv", "grannens hund är alltid lös och jagar cyklister", "stray_animals"),
    ("es", "un coche lleva semanas abandonado con las ruedas pinchadas", "abandoned_vehicle"),
    ("pt", "pararam a carrinha em cima da passadeira e não se passa", "parking"),
    ("uk", "музика не дає спати щоп'ятниці", "noise"),
    ("uk", "хтось перерізав замок і забрав мій велосипед", "bicycle_theft"),
]


@pytest.mark.parametrize(("language", "text", "code"), FRESH)
def test_unseen_report(tools: Tools, language: str, text: str, code: str) -> None:
    """A report in words that are not among the examples gets its category, or has it among the first three."""
    ranked = [name for name, _ in tools.categories.classify(text, language).ranked[:3]]
    assert code in ranked


def test_most_fresh_first(tools: Tools) -> None:
    """Most of them come first."""
    hits = [tools.categories.classify(text, language).label == code for language, text, code in FRESH]
    assert sum(hits) >= 10


def test_examples_cover_everything() -> None:
    """Every language has at least eight examples of every category."""
    examples = read_examples(MODEL.with_suffix(""))
    counts: dict[tuple[str, str], int] = {}
    for language, code, _ in examples:
        counts[language, code] = counts.get((language, code), 0) + 1
    assert {code for _, code in counts} == set(category_facts())
    assert all(counts[language, code] >= 8 for language in LANGUAGES for code in category_facts())


def test_codes(tools: Tools) -> None:
    """The model knows exactly the categories of the site's list."""
    assert set(tools.categories.codes) == set(category_facts())


def test_sign_of_hatred(tools: Tools) -> None:
    """A swastika makes it a hate crime, not vandalism."""
    assert tools.categories.classify("somebody sprayed a swastika on the bus shelter", "en").label == "hate_crime"

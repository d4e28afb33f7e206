import pytest

from assistant.folding import fold
from assistant.reporting.concepts import concept_word, find_concepts, with_concepts
from assistant.reporting.rules import read_rules
from sites.site import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_concepts(language: str) -> None:
    """Every language names the same concepts, so that what one language taught serves all."""
    assert list(read_rules("concepts", language)) == list(read_rules("concepts", "en"))


def test_own_words() -> None:
    """Each concept has a made-up word of its own."""
    names = list(read_rules("concepts", "en"))
    assert len({concept_word(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my bike was stolen"),
        ("nl", "mijn fiets is gestolen"),
        ("de", "mein Fahrrad wurde geklaut"),
        ("pl", "ukradli mi rower"),
        ("fi", "pyöräni varastettiin"),
        ("uk", "вкрали велосипед"),
    ],
)
def test_shared(language: str, text: str) -> None:
    """The same report in another language has the same concepts."""
    assert {"steal", "bike"} <= {name for name, _, _ in find_concepts(fold(text), language)}


def test_text_stays() -> None:
    """The words themselves stay in front of the concepts."""
    assert with_concepts("My bike was stolen", "en").startswith("My bike was stolen zq")

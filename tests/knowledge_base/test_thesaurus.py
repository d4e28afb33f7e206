"""The field's concepts across languages."""

import pytest

from knowledge_base.lexical import LexicalIndex
from knowledge_base.thesaurus import load_thesaurus
from knowledge_base.types import Passage
from sites.site import LANGUAGES


def names(text: str, language: str) -> list[str]:
    return [concept.id for concept in load_thesaurus().concepts_in(text, language)]


def test_every_concept_has_a_label_in_every_language() -> None:
    """No label is missing or blank."""
    for concept in load_thesaurus().concepts:
        assert set(concept.labels) == set(LANGUAGES), concept.id
        assert all(label for labels in concept.labels.values() for label in labels), concept.id


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("kto jest moim dzielnicowym", "pl", "neighbourhood-officer"),
        ("wie is mijn wijkagent", "nl", "neighbourhood-officer"),
        ("хто мій дільничний", "uk", "neighbourhood-officer"),
        ("zgloszenie szkody", "pl", "report"),
        ("aangifte van fietsdiefstal", "nl", "bicycle-theft"),
        ("aangifte van bakfietsdiefstal", "nl", "bicycle-theft"),
        ("víctimas de violencia doméstica", "es", "domestic-violence"),
    ],
)
def test_concepts_are_found_in_everyday_words(text: str, language: str, concept: str) -> None:
    """Inflected, unaccented and compound words name their concept."""
    assert concept in names(text, language)


@pytest.mark.parametrize(("text", "language"), [("ik wil het wel weten", "nl"), ("er hat sich beschwert", "de")])
def test_function_words_name_nothing(text: str, language: str) -> None:
    """A stem that looks like a function word (geweld, Sicherheit) does not make it one of the field."""
    assert not {"violence", "safety"} & set(names(text, language))


def test_a_phrase_wins_over_its_words() -> None:
    """The longest label is taken, its single words are not counted again."""
    assert names("domestic violence", "en") == ["domestic-violence"]


def test_a_question_is_put_into_another_language() -> None:
    """Known words become labels, unknown content words stay, function words go."""
    translated = load_thesaurus().translate("Jak zgłosić hałas na Lipowej?", "pl", "en")
    assert set(translated.preferred) == {"report", "noise"}
    assert "racket" in translated.labels
    assert translated.kept == ("lipowej",)


def test_an_unknown_language_translates_nothing() -> None:
    """A language without labels keeps its words."""
    translated = load_thesaurus().translate("hluk v noci", "cs", "en")
    assert translated.preferred == ()
    assert translated.kept == ("hluk", "v", "noci")


def test_a_finnish_question_finds_the_english_passage() -> None:
    """Where the languages share no letters the concepts carry the question over."""
    texts = [
        "Bicycle marking is free.",
        "Quiet hours: noise at night is an offence.",
        "Call your neighbourhood officer.",
    ]
    passages = [Passage(f"p{n}", f"a{n}", 1, 0, "en", "", "", 0, len(text), text) for n, text in enumerate(texts)]
    scores = LexicalIndex(passages, "en").scores("naapurin meteli yöllä", "fi")
    assert scores.grams.argmax() == 1
    assert scores.coverage[1] > 0.4

"""Search over passages."""

from datetime import date

import pytest

from knowledge_base.dense import MemoryVectors, embed_passages
from knowledge_base.search import DENSE, LEXICAL, Search
from knowledge_base.types import Passage
from tests.knowledge_base.doubles import HashedGrams

TEXTS = {
    "en": ["Bicycle marking is free.", "Call 112 in danger.", "Report a theft at the police station."],
    "pl": ["Znakowanie rowerów jest bezpłatne.", "W niebezpieczeństwie dzwoń 112.", "Kradzież zgłoś na komisariacie."],
    "es": ["Marcar la bicicleta es gratis."],
}


def passages() -> list[Passage]:
    return [
        Passage(f"{language}{n}", f"a{n}.{language}", 1, 0, language, "", "", 0, len(text), text)
        for language, texts in TEXTS.items()
        for n, text in enumerate(texts)
    ]


@pytest.fixture
def search() -> Search:
    return Search(passages(), HashedGrams())


def test_the_passage_that_answers_comes_first(search: Search) -> None:
    """Inflected words of a question find their passage in its own language."""
    assert search.search("znakowanie roweru", "pl")[0].passage.id == "pl0"
    assert search.search("how do I report thefts", "en")[0].passage.id == "en2"


def test_a_question_stays_in_its_language(search: Search) -> None:
    """Passages of other languages are not mixed in unless asked for."""
    assert {hit.passage.language for hit in search.search("112", "en")} == {"en"}
    mixed = search.search("112", "en", languages=["en", "pl"])
    assert {hit.passage.language for hit in mixed} == {"en", "pl"}


def test_a_language_without_passages_searches_all_others(search: Search) -> None:
    """A Dutch question finds the English passage by its international words."""
    assert search.search("bicycle marking gratis", "nl")[0].passage.id in ("en0", "es0")


def test_signals_explain_the_score(search: Search) -> None:
    """Each hit carries the parts of its score."""
    signals = search.search("bicycle marking", "en")[0].signals
    assert set(signals) == {*LEXICAL, *DENSE}
    assert signals["coverage"] == pytest.approx(1.0)
    assert 0 < signals["dense"] <= 1


def test_nothing_asked_nothing_found(search: Search) -> None:
    """Blank text, no passages, and a language nobody speaks give no hits and no error."""
    assert search.search("  \n", "en") == []
    assert search.search("bicycle", "en", languages=["fi"]) == []
    assert Search([], HashedGrams()).search("bicycle", "en") == []


def test_without_an_embedder_search_is_lexical() -> None:
    """No model is needed; what shares nothing with the question is no hit."""
    lexical = Search(passages())
    assert [hit.passage.id for hit in lexical.search("bicycle", "en")] == ["en0"]


def test_scores_fall_and_the_limit_holds(search: Search) -> None:
    """Hits come best first, no more than asked for."""
    hits = search.search("the police", "en", limit=2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


def test_dates_of_validity_are_respected() -> None:
    """What is not valid yet, or no longer, is not found; the last day still counts."""
    text = "Fireworks are forbidden."
    dated = Passage(
        "p", "a", 1, 0, "en", "", "", 0, len(text), text, valid_from=date(2026, 1, 1), expires=date(2026, 6, 30)
    )
    search = Search([dated])
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [len(search.search("fireworks", "en", now=day)) for day in days] == [0, 1, 1, 0]


def test_vectors_made_before_equal_vectors_made_here() -> None:
    """Stored vectors give the same result as embedding anew."""
    embedder = HashedGrams()
    stored = MemoryVectors(passages(), embed_passages(passages(), embedder))
    one = Search(passages(), embedder, stored).search("report a theft", "en")
    other = Search(passages(), embedder).search("report a theft", "en")
    assert [(hit.passage.id, hit.score) for hit in one] == [(hit.passage.id, hit.score) for hit in other]

"""BM25 and the index of one language."""

import math
import time
from collections import Counter

import numpy as np
import pytest

from knowledge_base.lexical import K1, B, Bm25, LexicalIndex
from knowledge_base.types import Passage


def passage(number: int, text: str, title: str = "", language: str = "en") -> Passage:
    return Passage(f"p{number}", f"a{number}", 1, 0, language, title, "", 0, len(text), text)


def test_bm25_is_the_published_formula() -> None:
    """Scores equal the formula worked out by hand."""
    index = Bm25([Counter("aab"), Counter("bc"), Counter("c")])
    idf = math.log1p((3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / 2))
    assert index.scores(["a"]).tolist() == pytest.approx([expected, 0, 0], rel=1e-5)


def test_an_index_of_nothing_scores_nothing() -> None:
    """Without documents there are no scores and no error."""
    assert Bm25([]).scores(["a"]).shape == (0,)
    assert Bm25([]).coverage(["a"]).shape == (0,)


def test_a_question_of_unknown_words_scores_zero() -> None:
    """Terms that no document has change nothing."""
    index = Bm25([Counter("ab")])
    assert index.scores(["x"]).tolist() == [0]
    assert index.coverage(["x"]).tolist() == [0]


def test_coverage_is_a_share() -> None:
    """A document with all terms covers 1; unknown terms lower it."""
    index = Bm25([Counter("ab"), Counter("c")])
    assert index.coverage(["a", "b"]).tolist() == pytest.approx([1, 0])
    assert 0 < index.coverage(["a", "x"])[0] < 0.5


def test_inflected_forms_and_missing_diacritics_match() -> None:
    """A question typed in haste finds the Polish passage."""
    index = LexicalIndex(
        [passage(1, "Zgłoś kradzież roweru na policji.", language="pl"), passage(2, "Cisza nocna.", language="pl")],
        "pl",
    )
    scores = index.scores("skradziono mi rowery zgloszenie", "pl")
    assert scores.grams[0] > scores.grams[1]
    assert scores.stem_coverage[0] > 0


def test_the_title_counts_more_than_the_text() -> None:
    """The passage whose title has the word comes first."""
    index = LexicalIndex([passage(1, "fireworks and other rules"), passage(2, "some rules here", "Fireworks")], "en")
    scores = index.scores("fireworks", "en")
    assert scores.grams[1] > scores.grams[0]
    assert scores.title.tolist() == pytest.approx([0, 1], abs=0.01)


def test_another_language_is_compared_by_grams_alone() -> None:
    """Names and international words meet across languages and scripts."""
    index = LexicalIndex([passage(1, "Phishing by e-mail"), passage(2, "The police of Nadrzecze")], "en")
    spanish = index.scores("¿qué es el phishing?", "es")
    ukrainian = index.scores("де є Надречє", "uk")
    assert spanish.grams[0] > spanish.grams[1]
    assert not spanish.stems.any()
    assert ukrainian.grams[1] > 0


def test_twenty_thousand_passages_answer_fast() -> None:
    """A large knowledge base is searched within some milliseconds."""
    random = np.random.default_rng(1)
    documents = [Counter(map(str, random.zipf(1.3, 60) % 20_000)) for _ in range(20_000)]
    index = Bm25(documents)
    started = time.perf_counter()
    for _ in range(10):
        index.scores([str(term) for term in range(1, 60)])
    assert (time.perf_counter() - started) / 10 < 0.25

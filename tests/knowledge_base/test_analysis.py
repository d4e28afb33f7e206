"""Folding, words, n-grams and stems in ten languages."""

import threading

import pytest

from knowledge_base.analysis import content_words, fold, grams, lemma_stems, stop_words, words
from sites import site


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zgłoszenie kradzieży", "zgloszenie kradziezy"),
        ("Straße", "strasse"),
        ("Bjørn Ærø đ", "bjorn aero d"),
        ("poliisiltä", "poliisilta"),
        ("Ґанок її", "ганок іі"),
        ("п’ять", "п'ять"),
        ("ﬁre １１２", "fire 112"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    """What people type without diacritics equals what the articles write with them."""
    assert fold(text) == folded


def test_apostrophes_part_latin_words_and_join_ukrainian_ones() -> None:
    """An elided article is no part of the word; the Ukrainian apostrophe is."""
    assert words("L’homme n'est pas п’ять") == ["homme", "est", "pas", "пять"]


def test_grams_stay_within_words() -> None:
    """N-grams carry the word's borders and never cross them."""
    assert grams("ulica a") == ["_uli", "ulic", "lica", "ica_", "_a_"]


def test_text_without_letters_has_no_terms() -> None:
    """Punctuation alone yields nothing."""
    assert grams("?! …") == []
    assert lemma_stems("?! …", "pl") == []


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "burglaries", "burglary"),
        ("nl", "huizen", "huis"),
        ("fr", "voleurs", "voleur"),
        ("es", "denuncias", "denuncia"),
        ("uk", "поліції", "поліція"),
    ],
)
def test_inflected_forms_share_a_stem(language: str, one: str, other: str) -> None:
    """Two forms of a word are one term."""
    assert lemma_stems(one, language) == lemma_stems(other, language)


def test_an_unknown_language_keeps_its_words() -> None:
    """A language without dictionary is indexed word by word."""
    assert lemma_stems("Mitä kuuluu", "xx") == ["mita", "kuuluu"]


def test_stems_agree_between_threads() -> None:
    """Stemmers hold state, yet threads do not disturb each other."""
    vocabulary = [f"burglar{ending}" for ending in ("s", "ies", "ed", "ing", "y")] * 40
    expected = lemma_stems(" ".join(vocabulary), "en")
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(lemma_stems(" ".join(vocabulary), "en"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_every_language_has_stop_words() -> None:
    """Ten languages, each with its function words."""
    assert all(len(stop_words(language)) > 80 for language in site.LANGUAGES)


def test_content_words_are_never_empty() -> None:
    """A question of nothing but function words keeps them."""
    assert content_words("What is bicycle marking?", "en") == ["bicycle", "marking"]
    assert content_words("who are you", "en") == ["who", "are", "you"]

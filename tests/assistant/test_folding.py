"""Folding and hidden characters."""

from assistant.folding import fold, visible


def test_fold_drops_case_diacritics_and_curly_apostrophes() -> None:
    """Text typed with and without diacritics folds to the same."""
    assert fold("HAŁAS  w Nocy’") == "halas w nocy'"
    assert fold("Їжак") == fold("іжак")


def test_visible_removes_what_cannot_be_seen() -> None:
    """Zero-width, right-to-left override and tag characters go; line breaks and emoji stay."""
    assert visible("a\u200bb\u202ec\U000e0041\nd🙂\x00") == "abc\nd🙂"

"""Articles in the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.articles import ArticleStore, ModelStamp, NewArticle, NewPassage, VectorsOfAnotherModel
from storage.database import Database

STAMP = ModelStamp("model", 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    database = Database(f"sqlite:///{tmp_path / 'k.sqlite'}")
    database.create_for_tests()
    yield ArticleStore(database, "town")
    database.close()


def article(body: str = "Marking is free.", identifier: str = "marking.en") -> NewArticle:
    return NewArticle(
        identifier, "en", "marking.pl", "Marking", body, {"audience": "cyclists"}, f"hash of {body}", "/a.md"
    )


def passage(text: str = "Marking is free.") -> NewPassage:
    return NewPassage(0, "", 0, len(text), text, b"\0" * 8)


def test_a_saved_article_can_be_searched_and_read(store: ArticleStore) -> None:
    """Passages, text, hash and the generation all follow one save."""
    assert store.generation() == 0
    assert store.save(article(), [passage()], STAMP) == 1
    (found,) = store.passages()
    assert (found.id, found.text, found.translation_of) == ("town:marking.en:1:0", "Marking is free.", "marking.pl")
    assert store.hashes() == {"marking.en": "hash of Marking is free."}
    assert store.generation() == 1
    read = store.article("marking.en")
    assert read is not None
    assert (read.version, read.body, read.title) == (1, "Marking is free.", "Marking")


def test_a_new_version_replaces_passages_and_keeps_the_old_text(store: ArticleStore) -> None:
    """A citation of version 1 still opens; search knows version 2 alone."""
    store.save(article(), [passage()], STAMP)
    store.save(article("It costs 5 zł."), [passage("It costs 5 zł.")], STAMP)
    assert [(row.version, row.text) for row in store.passages()] == [(2, "It costs 5 zł.")]
    old, current = store.article("marking.en", 1), store.article("marking.en")
    assert old is not None
    assert current is not None
    assert (old.body, current.body) == ("Marking is free.", "It costs 5 zł.")


def test_withdrawn_articles_are_not_found_but_can_be_cited(store: ArticleStore) -> None:
    """Withdrawing empties search, raises the generation, keeps the versions; twice changes nothing."""
    store.save(article(), [passage()], STAMP)
    assert store.withdraw("marking.en")
    assert not store.withdraw("marking.en")
    assert not store.withdraw("unknown")
    assert store.passages() == []
    assert store.generation() == 2
    assert store.article("marking.en") is None
    assert store.article("marking.en", 1) is not None


def test_a_failed_save_leaves_nothing(store: ArticleStore) -> None:
    """When the last passage cannot be stored, neither is the first, nor the version."""
    with pytest.raises(Exception, match="UNIQUE"):
        store.save(article(), [passage(), passage()], STAMP)
    assert store.passages() == []
    assert store.article("marking.en") is None
    assert store.generation() == 0


def test_vectors_of_two_models_are_not_mixed(store: ArticleStore) -> None:
    """Another model or dimension is refused with the command that mends it; the rebuild accepts it."""
    store.save(article(), [passage()], STAMP)
    other = ModelStamp("other", 3)
    with pytest.raises(VectorsOfAnotherModel, match="koban index rebuild"):
        store.save(article("new"), [passage("new")], other)
    with pytest.raises(VectorsOfAnotherModel, match="3"):
        store.check_stamp(other)
    store.replace_vectors({"town:marking.en:1:0": b"\1" * 12}, other)
    store.check_stamp(other)
    assert store.passages()[0].vector == b"\1" * 12


def test_sites_do_not_see_each_other(store: ArticleStore, tmp_path: Path) -> None:
    """The same id in two sites is two articles."""
    store.save(article(), [passage()], STAMP)
    database = Database(f"sqlite:///{tmp_path / 'k.sqlite'}")
    other = ArticleStore(database, "village")
    other.save(article("Other"), [passage("Other")], STAMP)
    assert [row.text for row in store.passages()] == ["Marking is free."]
    assert [row.text for row in other.passages()] == ["Other"]
    database.close()

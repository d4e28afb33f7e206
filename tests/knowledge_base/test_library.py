"""The knowledge base of a running service."""

import time
from pathlib import Path

import pytest

from knowledge_base import library as library_module
from knowledge_base.dense import IndexUnavailable
from knowledge_base.ingest import ingest
from knowledge_base.library import LEXICAL_FOLDER, VECTOR_FOLDER, Library
from knowledge_base.rebuild import rebuild
from settings import Settings
from storage.articles import ArticleStore, VectorsOfAnotherModel
from tests.knowledge_base.doubles import HashedGrams


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.md"
    path.write_text(f"---\nid: {name}\ntitle: {name}\nlanguage: en\n---\n{text}\n", encoding="utf-8")
    return path


@pytest.fixture
def filled(tmp_path: Path, store: ArticleStore, embedder: HashedGrams) -> Path:
    write(tmp_path, "marking", "Bicycle marking is free.\n\n## Where\nAt the station.")
    write(tmp_path, "noise", "Quiet hours last from 22:00 to 6:00.")
    ingest(sorted(tmp_path.glob("*.md")), store, embedder)
    return tmp_path


def test_stored_articles_are_found(
    filled: Path, settings: Settings, store: ArticleStore, embedder: HashedGrams
) -> None:
    """Search, whole articles and their passages come from the database."""
    library = Library(settings, store, embedder)
    assert (library.size, library.languages) == (3, frozenset({"en"}))
    hit = library.search("bicycle marking", "en")[0]
    article = library.article(hit.passage.article, hit.passage.version)
    assert article is not None
    assert article.body[hit.passage.start : hit.passage.end] == hit.passage.text
    assert [entry.passage.heading for entry in library.article_passages("marking")] == ["", "Where"]
    assert library.article_passages("unknown") == []
    assert library.article("unknown") is None


def test_an_edit_is_found_soon(
    filled: Path, settings: Settings, store: ArticleStore, embedder: HashedGrams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New and withdrawn articles reach a library that is open already, by itself and at once on demand."""
    library = Library(settings, store, embedder)
    assert not library.refresh()
    ingest([write(filled, "fireworks", "Fireworks are forbidden.")], store, embedder)
    assert library.refresh()
    assert library.search("fireworks", "en")[0].passage.article == "fireworks"
    store.withdraw("fireworks")
    monkeypatch.setattr(library_module, "LOOK_AGAIN_SECONDS", 0.0)
    time.sleep(0.001)
    assert "fireworks" not in {hit.passage.article for hit in library.search("fireworks", "en")}


@pytest.mark.parametrize("vector_store", ["none", "chroma"])
def test_both_vector_stores_find_the_same(
    filled: Path, settings: Settings, store: ArticleStore, embedder: HashedGrams, vector_store: str
) -> None:
    """The order of hits does not depend on where vectors are kept."""
    chosen = settings.model_copy(update={"vector_store": vector_store})
    library = Library(chosen, store, embedder)
    hits = library.search("marking at the station", "en")
    assert [hit.passage.id for hit in hits][:1] == ["nadrzecze:marking:1:1"]
    library.close()


def test_stems_are_kept_beside_the_database(
    filled: Path, settings: Settings, store: ArticleStore, embedder: HashedGrams
) -> None:
    """A second start reads the stems; a damaged file is made anew."""
    Library(settings, store, embedder)
    saved = settings.data_dir / LEXICAL_FOLDER / "stems.json"
    assert "bicycl" in saved.read_text(encoding="utf-8")
    saved.write_text("{broken", encoding="utf-8")
    assert Library(settings, store, embedder).size == 3
    assert "bicycl" in saved.read_text(encoding="utf-8")


def test_another_model_needs_a_rebuild(
    filled: Path, settings: Settings, store: ArticleStore, embedder: HashedGrams
) -> None:
    """A library refuses vectors of another model by name; after the rebuild it opens with the new one."""
    other = HashedGrams("other", 32)
    with pytest.raises(VectorsOfAnotherModel, match="koban index rebuild"):
        Library(settings, store, other)
    assert rebuild(settings, store, other) == 3
    assert Library(settings, store, other).search("bicycle", "en")[0].passage.article == "marking"


def test_a_damaged_vector_index_is_rebuilt(
    filled: Path, settings: Settings, store: ArticleStore, embedder: HashedGrams
) -> None:
    """Garbage in the vector folder stops the start with the command; the command clears the folder."""
    chosen = settings.model_copy(update={"vector_store": "chroma"})
    folder = settings.data_dir / VECTOR_FOLDER
    folder.mkdir(parents=True)
    (folder / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexUnavailable, match="koban index rebuild"):
        Library(chosen, store, embedder)
    assert rebuild(chosen, store, embedder) == 3
    assert not folder.exists()


def test_an_empty_site_answers_nothing(settings: Settings, store: ArticleStore, embedder: HashedGrams) -> None:
    """Before the first intake search works and finds nothing."""
    library = Library(settings, store, embedder)
    assert library.size == 0
    assert library.search("bicycle", "en") == []

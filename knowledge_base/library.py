"""The knowledge base as a running service holds it: articles from the database, search over their passages."""

import threading
import time

import numpy as np

from knowledge_base.analysis import preload
from knowledge_base.dense import ChromaVectors, MemoryVectors, VectorIndex
from knowledge_base.embedding import Embedder, Vectors
from knowledge_base.passages import asked_of, day_of
from knowledge_base.search import Search
from knowledge_base.stem_cache import load_stems, save_stems
from knowledge_base.thesaurus import load_thesaurus
from knowledge_base.types import Hit, Passage
from settings import Settings
from storage.articles import ArticleStore, ModelStamp, StoredArticle, StoredPassage

LOOK_AGAIN_SECONDS = 1.0
VECTOR_FOLDER = "vectors"
LEXICAL_FOLDER = "lexical"


class Library:
    """Search over one site's current passages. An edit is found within `LOOK_AGAIN_SECONDS`.

    Without an embedder search compares words only. Raises VectorsOfAnotherModel on opening and refreshing when the
    database's vectors are of another model.
    """

    def __init__(self, settings: Settings, store: ArticleStore, embedder: Embedder | None) -> None:
        self._store = store
        self._embedder = embedder
        self._folder = settings.data_dir / LEXICAL_FOLDER
        self._chroma = (
            ChromaVectors(settings.data_dir / VECTOR_FOLDER, store.site, embedder.name)
            if settings.vector_store == "chroma" and embedder
            else None
        )
        self._refreshing = threading.Lock()
        load_stems(self._folder)
        self._load()

    def _load(self) -> None:
        # The number is read first: passages that change meanwhile are then read once more, never missed.
        generation = self._store.generation()
        stored = self._store.passages()
        passages = [passage_of(row) for row in stored]
        self._search = Search(passages, self._embedder, self._vectors(passages, stored))
        self._by_article = _grouped(passages)
        self._size = len(passages)
        self._generation = generation
        self._looked = time.monotonic()
        save_stems(self._folder, self._search.languages)

    def _vectors(self, passages: list[Passage], stored: list[StoredPassage]) -> VectorIndex | None:
        if self._embedder is None:
            return None
        self._store.check_stamp(ModelStamp(self._embedder.name, self._embedder.dimension))
        vectors = _matrix(stored, self._embedder.dimension)
        if self._chroma is None:
            return MemoryVectors(passages, vectors)
        self._chroma.update(passages, vectors)
        return self._chroma

    @property
    def size(self) -> int:
        """How many passages can be found."""
        return self._size

    @property
    def languages(self) -> frozenset[str]:
        """Languages that have passages."""
        return self._search.languages

    def preload(self) -> None:
        """Load the dictionaries for questions; until then a new word waits for its own."""
        preload(sorted(self.languages))
        load_thesaurus().prepare(sorted(self.languages))

    def refresh(self) -> bool:
        """Load again if an article changed; whether one did. Questions meanwhile see the former state."""
        with self._refreshing:
            self._looked = time.monotonic()
            if self._store.generation() == self._generation:
                return False
            self._load()
            return True

    def search(self, query: str, language: str, limit: int = 10, languages: list[str] | None = None) -> list[Hit]:
        """See Search.search."""
        if time.monotonic() - self._looked > LOOK_AGAIN_SECONDS:
            self.refresh()
        return self._search.search(query, language, limit, languages)

    def close(self) -> None:
        """Let go of the vector index; the library answers no more."""
        if self._chroma:
            self._chroma.close()

    def article(self, article_id: str, version: int | None = None) -> StoredArticle | None:
        """One version, by default the current one; None if there is none."""
        return self._store.article(article_id, version)

    def article_passages(self, article: str) -> list[Hit]:
        """Every passage of an article's current version in its order, without scores."""
        return [Hit(passage, 0.0) for passage in self._by_article.get(article, [])]


def passage_of(row: StoredPassage) -> Passage:
    """A stored passage as search hands it round."""
    return Passage(
        id=row.id,
        article=row.article,
        version=row.version,
        position=row.position,
        language=row.language,
        title=row.title,
        heading=row.heading,
        start=row.start,
        end=row.end,
        text=row.text,
        audience=str(row.meta.get("audience", "residents")),
        translation_of=row.translation_of,
        updated=day_of(row.meta.get("updated")) or day_of(row.meta.get("valid_from")) or row.updated,
        valid_from=day_of(row.meta.get("valid_from")),
        expires=day_of(row.meta.get("expires")),
        asked=asked_of(row.meta),
    )


def _matrix(rows: list[StoredPassage], dimension: int) -> Vectors:
    """Vectors of the rows, shape (rows, dimension); zeros for one that has none."""
    vectors = np.zeros((len(rows), dimension), np.float32)
    for number, row in enumerate(rows):
        if row.vector is not None:
            vectors[number] = np.frombuffer(row.vector, "<f4")
    return vectors


def _grouped(passages: list[Passage]) -> dict[str, list[Passage]]:
    grouped: dict[str, list[Passage]] = {}
    for passage in passages:
        grouped.setdefault(passage.article, []).append(passage)
    return grouped

"""Where vectors are searched: in memory, or in Chroma embedded in this process."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from knowledge_base.embedding import Embedder, Vectors
from knowledge_base.lexical import Scores
from knowledge_base.sentences import plain, sentence_texts
from knowledge_base.types import Passage

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

NEAREST = 128
QUESTIONS_KEPT = 64
_AT_ONCE = 1000


class IndexUnavailable(Exception):
    """A derived index is damaged; the message names the command that restores it."""


class VectorIndex(Protocol):
    """Cosine similarities of a question to the passages of one language."""

    def similarities(self, vector: Vectors, language: str) -> Scores | None:
        """Shape (passages of that language,), in the order they were given; None if there are none."""


class MemoryVectors:
    """Exact similarities by one product; for evaluation corpora and small installations."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._by_language = {
            language: np.ascontiguousarray(vectors[rows]) for language, rows in rows_by_language(passages).items()
        }

    def similarities(self, vector: Vectors, language: str) -> Scores | None:
        held = self._by_language.get(language)
        return None if held is None else held @ vector


class ChromaVectors:
    """One Chroma collection, kept equal to the passages of the database.

    Only the nearest `NEAREST` passages of all languages get their own similarity, all others that of the last of
    these. Chroma's files belong to one process; they hold nothing that the database does not.
    """

    def __init__(self, folder: Path, site: str, model: str) -> None:
        # Takes two seconds to import, and evaluation and most commands do without.
        import chromadb  # noqa: PLC0415
        from chromadb.config import Settings as ChromaSettings  # noqa: PLC0415
        from chromadb.errors import ChromaError  # noqa: PLC0415

        folder.mkdir(parents=True, exist_ok=True)
        try:
            client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
        except (ChromaError, ValueError) as error:
            raise IndexUnavailable(
                f"the vector index in {folder} cannot be opened ({error}): stop the server and run"
                " `koban index rebuild`"
            ) from error
        self._client = cast("Client", client)  # declared as an interface that lacks close()
        self._site = f"koban-{zlib.crc32(site.encode()):08x}"
        self._name = f"{self._site}-{zlib.crc32(model.encode()):08x}"
        self._collection: Collection | None = None
        self._where: dict[str, tuple[str, int]] = {}
        self._sizes: dict[str, int] = {}
        # A question is looked up in its own language first and in the others when these have no answer.
        self._near: Callable[[bytes], dict[str, float]] = lru_cache(QUESTIONS_KEPT)(self._ask)

    def update(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Make the collection hold exactly these passages; only what changed is written."""
        for collection in self._client.list_collections():
            if collection.name.startswith(self._site) and collection.name != self._name:
                self._client.delete_collection(collection.name)
        collection = self._client.get_or_create_collection(
            self._name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        ids = [f"{passage.id}:{zlib.crc32(passage.text.encode()):08x}" for passage in passages]
        held = set(collection.get(include=[])["ids"])
        stale = sorted(held - set(ids))
        new = [row for row, identifier in enumerate(ids) if identifier not in held]
        for first in range(0, len(stale), _AT_ONCE):
            collection.delete(ids=stale[first : first + _AT_ONCE])
        for first in range(0, len(new), _AT_ONCE):
            rows = new[first : first + _AT_ONCE]
            collection.add(ids=[ids[row] for row in rows], embeddings=vectors[rows])
        grouped = rows_by_language(passages)
        self._where = {ids[row]: (language, at) for language, rows in grouped.items() for at, row in enumerate(rows)}
        self._sizes = {language: len(rows) for language, rows in grouped.items()}
        self._collection = collection
        self._near = lru_cache(QUESTIONS_KEPT)(self._ask)

    def close(self) -> None:
        """Let go of Chroma's files."""
        self._client.close()

    def similarities(self, vector: Vectors, language: str) -> Scores | None:
        if not self._sizes.get(language):
            return None
        nearest = self._near(vector.astype(np.float32).tobytes())
        scores = np.full(self._sizes[language], min(nearest.values(), default=0.0), np.float32)
        for identifier, similarity in nearest.items():
            # A passage may have gone while the question was on its way.
            spoken, row = self._where.get(identifier, ("", 0))
            if spoken == language:
                scores[row] = similarity
        return scores

    def _ask(self, vector: bytes) -> dict[str, float]:
        """Similarity by id of the passages nearest to a vector, given as its bytes."""
        if self._collection is None:
            return {}
        # LangChain's wrapper fetches every document's text as well, which takes three times as long.
        found = self._collection.query(
            query_embeddings=np.frombuffer(vector, np.float32)[None],
            n_results=min(NEAREST, len(self._where)),
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return {name: 1.0 - distance for name, distance in zip(found["ids"][0], distances[0], strict=True)}


class SentenceVectors:
    """A vector for every sentence and for every way of asking, in memory; for embedders that are light."""

    def __init__(self, passages: Sequence[Passage], embedder: Embedder) -> None:
        self._sentences: dict[str, _Grouped] = {}
        self._asked: dict[str, _Grouped] = {}
        for language, rows in rows_by_language(passages).items():
            here = [passages[row] for row in rows]
            self._sentences[language] = _grouped_vectors([sentence_texts(passage.text) for passage in here], embedder)
            self._asked[language] = _phrasings(here, embedder)

    def best(self, vector: Vectors, language: str) -> tuple[Scores, Scores]:
        """Of each passage's sentences and of its article's phrasings the nearest, each of shape (passages,)."""
        return self._sentences[language].best(vector), self._asked[language].best(vector)


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Vectors in groups, one after the other; `owners` are the passages that each group speaks for."""

    vectors: Vectors
    starts: NDArray[np.intp]
    owners: list[list[int]]
    size: int

    def best(self, vector: Vectors) -> Scores:
        found = np.zeros(self.size, np.float32)
        if len(self.vectors):
            nearest = np.maximum.reduceat(self.vectors @ vector, self.starts)
            for rows, similarity in zip(self.owners, nearest, strict=True):
                found[rows] = similarity
        return found


def _grouped_vectors(texts: Sequence[Sequence[str]], embedder: Embedder) -> _Grouped:
    owners = [[row] for row, held in enumerate(texts) if held]
    starts = np.cumsum([0] + [len(held) for held in texts if held])[:-1]
    return _Grouped(embedder.encode([text for held in texts for text in held]), starts, owners, len(texts))


def _phrasings(passages: Sequence[Passage], embedder: Embedder) -> _Grouped:
    """The ways of asking for an article speak for all of its passages."""
    owners: dict[str, list[int]] = {}
    asked: dict[str, tuple[str, ...]] = {}
    for row, passage in enumerate(passages):
        if passage.asked:
            owners.setdefault(passage.article, []).append(row)
            asked[passage.article] = passage.asked
    starts = np.cumsum([0] + [len(held) for held in asked.values()])[:-1].astype(np.intp)
    vectors = embedder.encode([text for held in asked.values() for text in held])
    return _Grouped(vectors, starts, list(owners.values()), len(passages))


def rows_by_language(passages: Sequence[Passage]) -> dict[str, list[int]]:
    """Positions of the passages of each language, in their order."""
    grouped: dict[str, list[int]] = {}
    for row, passage in enumerate(passages):
        grouped.setdefault(passage.language, []).append(row)
    return grouped


def embed_passages(passages: Sequence[Passage], embedder: Embedder) -> Vectors:
    """Vectors of the passages as they are searched: title, heading, text."""
    return embedder.encode([embedded_text(passage) for passage in passages])


def embedded_text(passage: Passage) -> str:
    """What stands for a passage before the model: title and heading path give the text its context."""
    return "\n".join(part for part in (passage.title, passage.heading, plain(passage.text)) if part)

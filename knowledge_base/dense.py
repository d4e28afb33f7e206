"""Where vectors are searched: in memory, or in Chroma embedded in this process through LangChain."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from knowledge_base.embedding import Embedder, Vectors
from knowledge_base.lexical import Scores
from knowledge_base.sentences import plain
from knowledge_base.types import Passage

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from langchain_chroma import Chroma

NEAREST = 30
_ADD_AT_ONCE = 1000


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
    """One Chroma collection per language, kept equal to the passages of the database.

    Only the nearest `NEAREST` passages get their own similarity, all others that of the last of these.
    Chroma's files belong to one process; they hold nothing that the database does not.
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
        self._site = f"koban-{zlib.crc32(site.encode()):08x}-"
        self._prefix = f"{self._site}{zlib.crc32(model.encode()):08x}-"
        self._stores: dict[str, Chroma] = {}
        self._rows: dict[str, dict[str, int]] = {}

    def update(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Make the collections hold exactly these passages; only what changed is written."""
        grouped = rows_by_language(passages)
        wanted = {self._collection_name(language) for language in grouped}
        for collection in self._client.list_collections():
            if collection.name.startswith(self._site) and collection.name not in wanted:
                self._client.delete_collection(collection.name)
        for language, rows in grouped.items():
            self._update_language(language, [passages[row] for row in rows], vectors[rows])
        for language in set(self._stores) - set(grouped):
            del self._stores[language], self._rows[language]

    def close(self) -> None:
        """Let go of Chroma's files."""
        self._client.close()

    def _collection_name(self, language: str) -> str:
        return f"{self._prefix}{language}"

    def _update_language(self, language: str, passages: Sequence[Passage], vectors: Vectors) -> None:
        from langchain_chroma import Chroma  # noqa: PLC0415  (as above)

        store = Chroma(
            collection_name=self._collection_name(language),
            client=self._client,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        ids = [f"{passage.id}:{zlib.crc32(passage.text.encode()):08x}" for passage in passages]
        held = set(store.get(include=[])["ids"])
        collection = self._client.get_collection(self._collection_name(language))
        if stale := sorted(held - set(ids)):
            collection.delete(ids=stale)
        new = [row for row, identifier in enumerate(ids) if identifier not in held]
        for first in range(0, len(new), _ADD_AT_ONCE):
            rows = new[first : first + _ADD_AT_ONCE]
            # LangChain's own adding would embed every text again.
            collection.add(
                ids=[ids[row] for row in rows],
                embeddings=vectors[rows],
                documents=[passages[row].heading for row in rows],
            )
        self._stores[language] = store
        self._rows[language] = {identifier: row for row, identifier in enumerate(ids)}

    def similarities(self, vector: Vectors, language: str) -> Scores | None:
        store, rows = self._stores.get(language), self._rows.get(language)
        if store is None or not rows:
            return None
        nearest = store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=min(NEAREST, len(rows)))
        found = {rows[str(document.id)]: 1.0 - distance for document, distance in nearest}
        scores = np.full(len(rows), min(found.values(), default=0.0), np.float32)
        scores[list(found)] = list(found.values())
        return scores


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

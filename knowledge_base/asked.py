"""How residents ask: phrasings that editors keep with an article (`asked_as`), compared with a question."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge_base.analysis import word_grams, words
from knowledge_base.types import Passage

GRAMS = 4


class AskedIndex:
    """The phrasings of one language's articles. Similarity is the cosine of tf-idf vectors of character 4-grams."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._size = len(passages)
        owners: dict[str, list[int]] = {}
        phrases: dict[str, tuple[str, ...]] = {}
        for row, passage in enumerate(passages):
            owners.setdefault(passage.article, []).append(row)
            phrases[passage.article] = passage.asked
        self._rows = [np.array(owners[article]) for article, asked in phrases.items() if asked]
        counts = [Counter(_grams(phrase)) for asked in phrases.values() for phrase in asked]
        self._ends = np.cumsum([len(asked) for asked in phrases.values() if asked])
        self._columns: dict[str, int] = {}
        for count in counts:
            for gram in count:
                self._columns.setdefault(gram, len(self._columns))
        self._idf, self._matrix = self._weigh(counts)

    def _weigh(self, counts: Sequence[Counter[str]]) -> tuple[NDArray[np.float32], csr_matrix]:
        rows = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
        columns = np.array([self._columns[gram] for count in counts for gram in count], dtype=np.int64)
        values = np.array([np.sqrt(n) for count in counts for n in count.values()], dtype=np.float32)
        holding = np.bincount(columns, minlength=len(self._columns))
        idf = np.log((len(counts) + 1) / (holding + 1)).astype(np.float32) + np.float32(1)
        weighed = values * idf[columns]
        norms = np.sqrt(np.bincount(rows, weights=weighed**2, minlength=len(counts)))
        shape = (len(counts), len(self._columns))
        return idf, csr_matrix((weighed / norms[rows], (rows, columns)), shape=shape)

    def similarities(self, query: str) -> NDArray[np.float32]:
        """Shape (passages,): how near the nearest phrasing of each passage's article is, from 0 to 1."""
        found = np.zeros(self._size, np.float32)
        count = Counter(_grams(query))
        if not self._rows or not count:
            return found
        rarest = float(self._idf.max())
        vector = np.zeros(len(self._columns), np.float32)
        squares = 0.0
        for gram, n in count.items():
            column = self._columns.get(gram)
            if column is None:
                squares += n * rarest**2
            else:
                vector[column] = np.sqrt(n) * self._idf[column]
        cosines = (self._matrix @ vector) / np.sqrt(squares + float(vector @ vector))
        starts = np.concatenate([[0], self._ends[:-1]])
        for rows, best in zip(self._rows, np.maximum.reduceat(cosines, starts), strict=True):
            found[rows] = best
        return found


def _grams(text: str) -> list[str]:
    return [gram for word in words(text) for gram in word_grams(word, GRAMS)]

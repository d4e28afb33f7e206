"""Find passages: BM25 over 4-grams and lemma-stems, their coverage, and sentence embeddings, fused per language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge_base.dense import MemoryVectors, SentenceVectors, VectorIndex, embed_passages, rows_by_language
from knowledge_base.embedding import Embedder, Vectors
from knowledge_base.lexical import LexicalIndex, LexicalScores, Scores
from knowledge_base.types import Hit, Passage


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal counts after max-normalising (docs/decisions/0003-search.md has the figures).

    `dense` holds where the model speaks the question's and the passage's language and these are the same, `across`
    where they differ, `unspoken` where it does not speak both.
    """

    grams: float = 1.0
    stems: float = 0.5
    stem_coverage: float = 1.0
    sentence: float = 0.75
    asked: float = 4.0
    dense: float = 1.0
    across: float = 2.0
    unspoken: float = 0.3
    asked_dense: float = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """The passages of one language."""

    passages: list[Passage]
    lexical: LexicalIndex
    valid_from: NDArray[np.int32]
    expires: NDArray[np.int32]

    def valid(self, day: date) -> NDArray[np.bool_]:
        return (self.valid_from <= day.toordinal()) & (self.expires >= day.toordinal())


@dataclass(frozen=True, slots=True)
class DenseScores:
    """Per passage, cosines to the question: of the passage, of its best sentence, of the nearest way of asking."""

    dense: Scores
    dense_sentence: Scores
    dense_asked: Scores


@dataclass(frozen=True, slots=True)
class _Found:
    """Signals of one shelf's passages, with the weight of its similarities."""

    shelf: _Shelf
    lexical: LexicalScores
    dense: DenseScores
    dense_weight: float
    valid: NDArray[np.bool_]


LEXICAL = tuple(field.name for field in fields(LexicalScores))
DENSE = tuple(field.name for field in fields(DenseScores))


class Search:
    """Search over passages. Immutable: when passages change, a new one takes its place."""

    def __init__(
        self,
        passages: Sequence[Passage],
        embedder: Embedder | None = None,
        vectors: VectorIndex | None = None,
        weights: Weights | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        """Without `vectors`, those of `embedder` are computed here and kept in memory; without either, search is
        lexical."""
        self._embedder = embedder
        self._vectors = vectors
        self._weights = weights or Weights()
        self._today = today
        self._missing: dict[tuple[str, str], NDArray[np.bool_]] = {}
        self._shelves = {
            language: _shelve([passages[row] for row in rows], language)
            for language, rows in rows_by_language(passages).items()
        }
        if embedder and vectors is None:
            self._vectors = MemoryVectors(passages, embed_passages(passages, embedder))
        self._sentences = SentenceVectors(passages, embedder) if embedder and embedder.light else None

    @property
    def languages(self) -> frozenset[str]:
        """Languages that have passages."""
        return frozenset(self._shelves)

    def search(
        self,
        query: str,
        language: str,
        limit: int = 10,
        languages: Sequence[str] | None = None,
        now: date | None = None,
    ) -> list[Hit]:
        """The best passages for a question in `language`, best first; none that shares nothing with it.

        `languages` are those of the passages; by default the question's own, or all where it has no passage. Where
        they leave out its own, articles that exist in its own are left out as well.
        """
        shelves = self._chosen(language, languages)
        if not shelves or not query.strip():
            return []
        day = now or self._today()
        vector = self._embedder.encode_query(query) if self._embedder and self._vectors else None
        chosen = [(shelf, mask) for shelf in shelves if (mask := self._wanted(shelf, language, shelves)).any()]
        found = [self._look(shelf, query, language, vector, shelf.valid(day) & mask) for shelf, mask in chosen]
        return self._fuse(found, limit) if found else []

    def _wanted(self, shelf: _Shelf, language: str, shelves: Sequence[_Shelf]) -> NDArray[np.bool_]:
        """Which passages of a shelf count for a question in `language`, shape (passages,)."""
        own = self._shelves.get(language)
        if own is None or own in shelves:
            return np.ones(len(shelf.passages), np.bool_)
        key = (shelf.lexical.language, language)
        if key not in self._missing:
            held = {passage.article_group for passage in own.passages}
            self._missing[key] = np.array([passage.article_group not in held for passage in shelf.passages])
        return self._missing[key]

    def _chosen(self, language: str, languages: Sequence[str] | None) -> list[_Shelf]:
        if languages is None:
            languages = [language] if language in self._shelves else list(self._shelves)
        return [self._shelves[code] for code in dict.fromkeys(languages) if code in self._shelves]

    def _look(
        self, shelf: _Shelf, query: str, language: str, vector: Vectors | None, valid: NDArray[np.bool_]
    ) -> _Found:
        own = shelf.lexical.language
        spoken = self._weights.dense if language == own else self._weights.across
        weight = spoken if self._speaks(language, own) else self._weights.unspoken
        return _Found(shelf, shelf.lexical.scores(query, language), self._near(shelf, vector), weight, valid)

    def _near(self, shelf: _Shelf, vector: Vectors | None) -> DenseScores:
        nothing = np.zeros(len(shelf.passages), np.float32)
        own = shelf.lexical.language
        dense = self._vectors.similarities(vector, own) if vector is not None and self._vectors else None
        if vector is None or dense is None:
            return DenseScores(nothing, nothing, nothing)
        if self._sentences is None:
            return DenseScores(dense, dense, nothing)
        return DenseScores(dense, *self._sentences.best(vector, own))

    def _speaks(self, *languages: str) -> bool:
        spoken = self._embedder.languages if self._embedder else frozenset[str]()
        return spoken is None or spoken.issuperset(languages)

    def _fuse(self, found: Sequence[_Found], limit: int) -> list[Hit]:
        lexical = {name: np.concatenate([getattr(part.lexical, name) for part in found]) for name in LEXICAL}
        dense = {name: np.concatenate([getattr(part.dense, name) for part in found]) for name in DENSE}
        dense_weight = np.concatenate([np.full(len(part.valid), part.dense_weight) for part in found])
        valid = np.concatenate([part.valid for part in found])
        weights = self._weights
        score = (
            weights.grams * _normalised(lexical["grams"])
            + weights.stems * _normalised(lexical["stems"])
            + weights.stem_coverage * lexical["stem_coverage"]
            + weights.sentence * lexical["sentence"]
            + weights.asked * lexical["asked"]
            + dense_weight * (_normalised(dense["dense"]) + _normalised(dense["dense_sentence"])) / 2
            + weights.asked_dense * np.maximum(dense["dense_asked"], 0.0)
        )
        score[~valid] = 0.0
        order = _best(score, limit)
        starts = np.cumsum([0] + [len(part.valid) for part in found])
        hits = []
        for index in order:
            shelf = int(np.searchsorted(starts, index, side="right")) - 1
            if score[index] > 0:
                hits.append(_hit(found[shelf], index - int(starts[shelf]), float(score[index])))
        return hits


def _shelve(passages: list[Passage], language: str) -> _Shelf:
    return _Shelf(
        passages,
        LexicalIndex(passages, language),
        np.array([p.valid_from.toordinal() if p.valid_from else 0 for p in passages], np.int32),
        np.array([(p.expires or date.max).toordinal() for p in passages], np.int32),
    )


def _normalised(scores: Scores) -> Scores:
    """Scores divided by their best, so that the best is 1; negative ones are 0."""
    highest = float(scores.max(initial=0.0))
    normalised: Scores = np.maximum(scores, 0.0).astype(np.float32)
    return normalised / np.float32(highest) if highest > 0 else normalised


def _best(score: NDArray[np.floating], limit: int) -> list[int]:
    """Positions of the `limit` highest, best first; equal ones in their order."""
    limit = min(limit, len(score))
    candidates = np.sort(np.argpartition(-score, limit - 1)[:limit])
    order: list[int] = candidates[np.argsort(-score[candidates], kind="stable")].tolist()
    return order


def _hit(found: _Found, row: int, score: float) -> Hit:
    lexical = {name: float(getattr(found.lexical, name)[row]) for name in LEXICAL}
    dense = {name: float(getattr(found.dense, name)[row]) for name in DENSE}
    return Hit(found.shelf.passages[row], score, lexical | dense)

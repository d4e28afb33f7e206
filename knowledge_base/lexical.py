"""BM25 over two fields, character 4-grams and lemma-stems, with precomputed impact scores."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from knowledge_base.analysis import content_stems, content_words, lemma_stems, romanise, word_grams, words
from knowledge_base.asked import AskedIndex
from knowledge_base.sentences import plain, sentence_texts
from knowledge_base.thesaurus import load_thesaurus
from knowledge_base.types import Passage

K1 = 1.2
B = 0.75
TITLE_WEIGHT = 2.0

Scores = NDArray[np.float32]


class Bm25:
    """BM25 (Robertson and Zaragoza, 2009): each term's column holds its impact on every document."""

    def __init__(self, documents: Iterable[Mapping[str, float]]) -> None:
        self._columns: dict[str, int] = {}
        rows, columns, frequencies, lengths = self._count(documents)
        self.size = len(lengths)
        holding = np.bincount(columns, minlength=len(self._columns))
        self.idf = np.log1p((self.size - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        average = max(float(lengths.mean()), 1e-9) if self.size else 1.0
        norm = K1 * (1 - B + B * lengths / average)
        impact = self.idf[columns] * frequencies * (K1 + 1) / (frequencies + norm[rows])
        shape = (self.size, len(self._columns))
        matrix = csc_matrix((impact.astype(np.float32), (rows, columns)), shape=shape)
        self._pointers: list[int] = matrix.indptr.tolist()
        self._rows, self._impact = matrix.indices, matrix.data
        # What a term that no document has would weigh.
        self._rarest = math.log1p((self.size + 0.5) / 0.5)

    def _count(
        self, documents: Iterable[Mapping[str, float]]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], Scores, Scores]:
        columns = self._columns
        holds: list[NDArray[np.intp]] = [np.empty(0, np.intp)]
        weights: list[Scores] = [np.empty(0, np.float32)]
        for document in documents:
            holds.append(np.array([columns.setdefault(term, len(columns)) for term in document], np.intp))
            weights.append(np.array(list(document.values()), np.float32))
        counts = [len(held) for held in holds[1:]]
        lengths = np.array([weight.sum() for weight in weights[1:]], np.float32)
        rows = np.repeat(np.arange(len(counts)), counts)
        return rows, np.concatenate(holds), np.concatenate(weights), lengths

    def scores(self, terms: Sequence[str]) -> Scores:
        """One score per document, shape (documents,)."""
        known = [(self._columns[term], times) for term, times in Counter(terms).items() if term in self._columns]
        slices = [slice(self._pointers[column], self._pointers[column + 1]) for column, _ in known]
        weights = [times * self._impact[where] for (_, times), where in zip(known, slices, strict=True)]
        return self._sum([self._rows[where] for where in slices], weights)

    def coverage(self, terms: Sequence[str]) -> Scores:
        """Share of the terms' idf mass that each document carries, 0 to 1; unknown terms count as rarest."""
        distinct = set(terms)
        known = [self._columns[term] for term in distinct if term in self._columns]
        mass = float(self.idf[known].sum()) + self._rarest * (len(distinct) - len(known))
        rows = [self._rows[self._pointers[column] : self._pointers[column + 1]] for column in known]
        weights = [np.full(len(held), self.idf[column]) for held, column in zip(rows, known, strict=True)]
        return self._sum(rows, weights) / np.float32(mass or 1.0)

    def _sum(self, rows: list[NDArray[np.int32]], weights: list[Scores]) -> Scores:
        if not rows:
            return np.zeros(self.size, np.float32)
        total = np.bincount(np.concatenate(rows), np.concatenate(weights), minlength=self.size)
        return total.astype(np.float32)


@dataclass(frozen=True, slots=True)
class LexicalScores:
    """Per passage, each of shape (passages,): BM25 of 4-grams and stems, and shares of the question's idf mass.

    `coverage` counts 4-grams in the whole passage, `title` those in title and headings, `stem_coverage` stems,
    `sentence` stems in the one sentence that has most. `asked` is the nearest way of asking.
    """

    grams: Scores
    stems: Scores
    stem_coverage: Scores
    coverage: Scores
    title: Scores
    sentence: Scores
    asked: Scores


class LexicalIndex:
    """The passages of one language; a word in title or heading counts as `TITLE_WEIGHT` further ones."""

    def __init__(self, passages: Sequence[Passage], language: str) -> None:
        self.language = language
        heads = [f"{passage.title}\n{passage.heading}" for passage in passages]
        bodies = [plain(passage.text) for passage in passages]
        pairs = list(zip(heads, bodies, strict=True))
        self._grams = Bm25(_weighted(_grams(words(head)), _grams(words(body))) for head, body in pairs)
        self._stems = Bm25(_weighted(lemma_stems(head, language), lemma_stems(body, language)) for head, body in pairs)
        self._titles = Bm25(Counter(_grams(words(head))) for head in heads)
        self._sentences = SentenceIndex([sentence_texts(passage.text) for passage in passages], language)
        self._asked = AskedIndex(passages)

    def scores(self, query: str, query_language: str) -> LexicalScores:
        """Scores of every passage for a question, which may speak another language.

        Across languages the thesaurus puts what it knows into the index's language; of the other content words
        only 4-grams are compared: names and international words.
        """
        content = content_words(query, query_language)
        if query_language != self.language:
            return self._foreign(query, query_language)
        core, stems = _grams(content), content_stems(query, self.language)
        return LexicalScores(
            grams=self._grams.scores(_grams(words(query))),
            stems=self._stems.scores(lemma_stems(query, self.language)),
            stem_coverage=self._stems.coverage(stems),
            coverage=self._grams.coverage(core),
            title=self._titles.coverage(core),
            sentence=self._sentences.coverage(stems),
            asked=self._asked.similarities(query),
        )

    def _foreign(self, query: str, query_language: str) -> LexicalScores:
        translated = load_thesaurus().translate(query, query_language, self.language)
        asked, kept = content_words(query, query_language), list(translated.kept)
        if query_language == "uk":
            asked, kept = [romanise(word) for word in asked], [romanise(word) for word in kept]
        named = len(translated.preferred)
        # A question of which the thesaurus knows one word in ten must not be led by that word.
        share = np.float32(named / max(named + len(kept), 1))
        preferred, labels = " ".join(translated.preferred), " ".join(translated.labels)
        core, stems = _grams([*kept, *words(preferred)]), content_stems(preferred, self.language)
        nothing = np.zeros(self._grams.size, np.float32)
        return LexicalScores(
            grams=self._grams.scores(_grams(asked)) + share * self._grams.scores(_grams(words(labels))),
            stems=nothing,
            stem_coverage=share * self._stems.coverage(stems),
            coverage=self._grams.coverage(core),
            title=self._titles.coverage(core),
            sentence=share * self._sentences.coverage(stems),
            asked=self._asked.similarities(query),
        )


class SentenceIndex:
    """Stems of single sentences: an answer mostly stands in one."""

    def __init__(self, texts: Sequence[Sequence[str]], language: str) -> None:
        self._index = Bm25(Counter(lemma_stems(text, language)) for held in texts for text in held)
        self._starts = np.cumsum([0] + [len(held) for held in texts if held])[:-1]
        self._holding = np.flatnonzero([bool(held) for held in texts])
        self._size = len(texts)

    def coverage(self, stems: Sequence[str]) -> Scores:
        """Per passage, the highest share of the stems' idf mass that one of its sentences carries."""
        found = np.zeros(self._size, np.float32)
        if len(self._holding):
            found[self._holding] = np.maximum.reduceat(self._index.coverage(stems), self._starts)
        return found


def _grams(folded: Iterable[str]) -> list[str]:
    return [gram for word in folded for gram in word_grams(word)]


def _weighted(head: Iterable[str], body: Iterable[str]) -> dict[str, float]:
    terms: dict[str, float] = dict(Counter(body))
    for term in head:
        terms[term] = terms.get(term, 0.0) + TITLE_WEIGHT
    return terms

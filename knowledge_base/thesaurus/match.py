"""Find concepts in a question, and put it into another language by their labels."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.analysis import lemma_stems, stop_words, words
from knowledge_base.thesaurus.concepts import Concept, read_concepts

COMPOUNDING = frozenset({"nl", "de", "fi", "sv"})
QUESTIONS_KEPT = 256
_LONGEST_LABEL = 5
_LEAST_IN_COMPOUND = 5
_LEAST_COMPOUND = 8


@dataclass(frozen=True, slots=True)
class Translation:
    """A question in another language as far as the thesaurus knows its words.

    `preferred` holds the preferred label of each concept found, `labels` all of them, `kept` the content words
    that belong to no concept, as they were asked.
    """

    preferred: tuple[str, ...]
    labels: tuple[str, ...]
    kept: tuple[str, ...]


class Thesaurus:
    """Concepts, found in a question by stems, by folded words, or inside compounds."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.concepts = concepts
        # A question is put into every other language one after the other: its words are looked up once.
        self._match: Callable[[str, str], list[tuple[list[Concept], str]]] = lru_cache(QUESTIONS_KEPT)(self._look_up)
        self._phrases: dict[str, dict[tuple[str, ...], list[Concept]]] = {}

    def concepts_in(self, text: str, language: str) -> list[Concept]:
        """Every concept that `text` names, in the order of its words."""
        return [concept for found, _ in self._match(text, language) for concept in found]

    def translate(self, text: str, source: str, target: str) -> Translation:
        """The words of `text` as the concepts' labels in `target`."""
        stop = stop_words(source)
        named: dict[str, Concept] = {}
        kept: list[str] = []
        for found, word in self._match(text, source):
            known = [concept for concept in found if target in concept.labels]
            named.update((concept.id, concept) for concept in known)
            if not known and word not in stop:
                kept.append(word)
        labels = [concept.labels[target] for concept in named.values()]
        return Translation(
            tuple(label[0] for label in labels), tuple(word for label in labels for word in label), tuple(kept)
        )

    def _look_up(self, text: str, language: str) -> list[tuple[list[Concept], str]]:
        """Each word of `text` with its concepts; of a phrase the first word carries them, the others none."""
        phrases = self._phrases_of(language)
        folded, stems = tuple(words(text)), tuple(lemma_stems(text, language))
        matched: list[tuple[list[Concept], str]] = []
        at = 0
        while at < len(folded):
            for length in range(min(_LONGEST_LABEL, len(folded) - at), 0, -1):
                until = at + length
                found = phrases.get(stems[at:until]) or phrases.get(folded[at:until])
                if found:
                    matched.append((found, folded[at]))
                    at = until
                    break
            else:
                inside = _in_compound(folded[at], phrases) if language in COMPOUNDING else []
                matched.append((inside, folded[at]))
                at += 1
        return matched

    def prepare(self, languages: Iterable[str]) -> None:
        """Find the stems of the labels ahead of the first question."""
        for language in languages:
            self._phrases_of(language)

    def _phrases_of(self, language: str) -> dict[tuple[str, ...], list[Concept]]:
        if language not in self._phrases:
            phrases: dict[tuple[str, ...], list[Concept]] = {}
            # A stem may look like a function word: Dutch "geweld" like "wel".
            nothing = {(word,) for word in stop_words(language)}
            for concept in self.concepts:
                for label in concept.labels.get(language, ()):
                    for key in {tuple(lemma_stems(label, language)), tuple(words(label))} - nothing:
                        if concept not in phrases.setdefault(key, []):
                            phrases[key].append(concept)
            self._phrases[language] = phrases
        return self._phrases[language]


def _in_compound(word: str, phrases: dict[tuple[str, ...], list[Concept]]) -> list[Concept]:
    """Concepts inside a long word: fietsdiefstal names a bicycle and a theft."""
    if len(word) < _LEAST_COMPOUND:
        return []
    return [
        concept
        for phrase, found in phrases.items()
        if len(phrase) == 1 and len(phrase[0]) >= _LEAST_IN_COMPOUND and phrase[0] in word
        for concept in found
    ]


@lru_cache(maxsize=1)
def load_thesaurus() -> Thesaurus:
    """The thesaurus that the knowledge base brings with it. Raises ThesaurusInvalid."""
    return Thesaurus(read_concepts())

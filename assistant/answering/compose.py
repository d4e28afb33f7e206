"""The extractive answer: the passage's own sentences, chosen and ordered, never re-worded; every one is cited.

A numbered procedure is kept whole. What is shown fits a screen; the rest is one click away, in the article.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.types import Citation, Part
from knowledge_base.analysis import grams
from knowledge_base.sentences import plain, sentences
from knowledge_base.types import Hit, Passage

SCREEN_WORDS = 120
NEARLY_AS_GOOD = 0.7
MOST_FURTHER_PASSAGES = 2
_STEP = re.compile(r"\d+[.)]\s+")
_ITEM = re.compile(r"[-*•]\s+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, step or list item of a passage; offsets count in the article's body."""

    passage: Passage
    start: int
    end: int
    kind: Literal["sentence", "step", "item"]
    quote: str

    @property
    def text(self) -> str:
        return plain(_ITEM.sub("", _STEP.sub("", self.quote, count=1), count=1))

    @property
    def words(self) -> int:
        return len(self.quote.split())


@dataclass(frozen=True, slots=True)
class Composed:
    parts: tuple[Part, ...]
    citations: tuple[Citation, ...]
    complete: bool


def compose(question: str, hits: Sequence[Hit]) -> Composed:
    """The best passage, then what fits of the same article's passages that are nearly as good."""
    best = hits[0]
    chosen = _fit(question, units_of(best.passage))
    complete = len(chosen) == len(units_of(best.passage))
    room = SCREEN_WORDS - sum(unit.words for unit in chosen)
    near = [
        hit
        for hit in hits[1:]
        if hit.passage.article == best.passage.article and hit.score >= NEARLY_AS_GOOD * best.score
    ]
    for hit in near[:MOST_FURTHER_PASSAGES]:
        further = units_of(hit.passage)
        extra = further if sum(unit.words for unit in further) <= room else _best_units(question, further, room)
        chosen += extra
        room -= sum(unit.words for unit in extra)
    return render(chosen, complete)


def units_of(passage: Passage) -> list[Unit]:
    """The passage cut into sentences, steps and items, with exact offsets."""
    return [
        Unit(passage, start, end, _kind(passage.text[start - passage.start : end - passage.start]), quote)
        for start, end, _ in sentences(passage.text, passage.start)
        if (quote := passage.text[start - passage.start : end - passage.start])
    ]


def _kind(quote: str) -> Literal["sentence", "step", "item"]:
    if _STEP.match(quote):
        return "step"
    return "item" if _ITEM.match(quote) else "sentence"


def _fit(question: str, units: list[Unit]) -> list[Unit]:
    """All units if they fit the screen; otherwise the procedure whole, or the sentences nearest to the question."""
    if sum(unit.words for unit in units) <= SCREEN_WORDS:
        return units
    steps = [unit for unit in units if unit.kind == "step"]
    if steps:
        return steps
    return _best_units(question, units, SCREEN_WORDS) or units[:1]


def _best_units(question: str, units: list[Unit], room: int) -> list[Unit]:
    """Units that share most with the question, in the article's order, within `room` words; steps go together."""
    if any(unit.kind == "step" for unit in units):
        return units if sum(unit.words for unit in units) <= room else []
    asked = set(grams(question))
    ranked = sorted(units, key=lambda unit: -_overlap(asked, unit.quote))
    kept: list[Unit] = []
    for unit in ranked:
        if unit.words <= room and (_overlap(asked, unit.quote) > 0 or not kept):
            kept.append(unit)
            room -= unit.words
    return sorted(kept, key=lambda unit: unit.start)


def _overlap(asked: set[str], quote: str) -> float:
    present = set(grams(quote))
    return len(asked & present) / (len(present) ** 0.5) if present else 0.0


def render(units: Sequence[Unit], complete: bool) -> Composed:
    """Parts for the page and one numbered citation per unit."""
    parts: list[Part] = []
    citations: list[Citation] = []
    for number, unit in enumerate(units, 1):
        passage = unit.passage
        if passage.heading and (number == 1 or passage is not units[number - 2].passage) and _several(units):
            parts.append(Part(kind="heading", text=passage.heading))
        parts.append(Part(kind=unit.kind, text=unit.text, source=number))
        citations.append(
            Citation(
                number=number,
                article=passage.article,
                version=passage.version,
                title=passage.title,
                language=passage.language,
                passage=passage.id,
                start=unit.start,
                end=unit.end,
                quote=unit.quote,
                updated=passage.updated.isoformat() if passage.updated else None,
            )
        )
    return Composed(tuple(parts), tuple(citations), complete)


def _several(units: Sequence[Unit]) -> bool:
    """Are the units of more than one passage? Then each passage's heading is shown."""
    return len({unit.passage.id for unit in units}) > 1

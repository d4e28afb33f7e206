"""Find what may answer: passages in the resident's language, and across languages when those are weak."""

from dataclasses import dataclass

from assistant.answering.confidence import confidence_of
from assistant.services import KnowledgeBase
from knowledge_base.types import Hit

PASSAGES = 8
OTHER_LANGUAGE_MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The best passages of one language, and the probability that they hold the answer."""

    hits: list[Hit]
    confidence: float
    language: str


def retrieve(library: KnowledgeBase, question: str, language: str, others: list[str], threshold: float) -> Retrieved:
    """Passages in `language`; those of another language only where it has none that answer."""
    own = library.search(question, language, PASSAGES, [language])
    here = Retrieved(own, confidence_of(question, own, language), language)
    if here.confidence >= threshold or not others:
        return here
    foreign = library.search(question, language, PASSAGES, others)
    if not foreign:
        return here
    best = foreign[0].passage.language
    there_hits = [hit for hit in foreign if hit.passage.language == best]
    there = Retrieved(there_hits, confidence_of(question, there_hits, language), best)
    return there if there.confidence > here.confidence + OTHER_LANGUAGE_MARGIN else here

"""`answer`: answered from the right article, in its language; left alone when no article answers."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.respond import respond
from assistant.types import Conversation, DialogueState, Message, Outcome, Reply
from eval.context import Context
from eval.metrics import auroc, calibration, ece, mean, risk_at, risk_coverage
from eval.records import DataRefused, Prediction, Record
from eval.scores import UNKNOWN, Pairs, Scores, Wrong, figures_by_language, paired, parity_of
from eval.tasks.labels import milliseconds

ANSWERED = {Outcome.ANSWERED.value, Outcome.ANSWERED_IN_OTHER_LANGUAGE.value}
CITATION_FIELDS = {"article", "version", "title", "language", "passage", "start", "end", "quote"}


class Question(Record):
    """{id, text, lang?, answerable, gold_articles[], must_contain[], must_not_contain[]}"""

    text: str
    answerable: bool | None = None
    gold_articles: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()


class Answered(Prediction):
    outcome: str
    text: str
    language: str
    confidence: float
    citations: tuple[dict[str, Any], ...] = ()
    handoff_reason: str | None = None
    ms: float = 0.0


def generate(records: Sequence[Question], context: Context) -> Iterator[dict[str, Any]]:
    _ = context.services  # loaded before the clock runs
    for record in records:
        began = time.perf_counter()
        reply = reply_to(record.text, record.lang, context)
        yield {
            "id": record.id,
            "outcome": reply.outcome.value,
            "text": reply.text,
            "language": reply.language,
            "confidence": round(reply.confidence, 4),
            "citations": [citation.model_dump(include=CITATION_FIELDS) for citation in reply.citations],
            "handoff_reason": reply.handoff_reason and reply.handoff_reason.value,
            "ms": milliseconds(began),
        }


def reply_to(text: str, language: str | None, context: Context) -> Reply:
    """The reply to the first message of a conversation. A language that is given is the resident's own choice."""
    services = context.services
    spoken = language or services.identification.identify(text).language
    state = DialogueState(language_fixed=language is not None)
    conversation = Conversation(id="evaluation", site=context.site.id, language=spoken, state=state)
    message = Message(text, services.clock(), language)
    reply = respond(message, conversation, services).reply
    if reply is None:
        raise AssertionError("respond() always sets a reply")
    return reply


def faults(question: Question, found: Answered) -> list[str]:
    """What is wrong with the answer, in words; empty when nothing is."""
    answered = found.outcome in ANSWERED
    if not question.answerable:
        return ["answered although no article answers it"] if answered else []
    if not answered:
        return [f"not answered ({found.outcome})"]
    text = found.text.casefold()
    wrong = []
    if question.gold_articles and not _cited(question, found):
        wrong.append("the right article is not cited")
    wrong += [f"{words!r} is missing" for words in question.must_contain if words.casefold() not in text]
    wrong += [f"{words!r} must not stand there" for words in question.must_not_contain if words.casefold() in text]
    return wrong


def _cited(question: Question, found: Answered) -> bool:
    """An article may be named with or without the language of the version that was cited."""
    cited = {str(citation["article"]) for citation in found.citations}
    cited |= {name.removesuffix(f".{citation['language']}") for citation in found.citations for name in cited}
    return not cited.isdisjoint(question.gold_articles)


def _measure(pairs: Pairs[Question, Answered]) -> dict[str, float]:
    answerable = [(question, found) for question, found in pairs if question.answerable]
    others = [(question, found) for question, found in pairs if not question.answerable]
    given = [(question, found) for question, found in answerable if found.outcome in ANSWERED]
    correct, sure = _answers(pairs)
    return {
        "correct": mean([float(not faults(*pair)) for pair in pairs]),
        "answered": mean([float(found.outcome in ANSWERED) for _, found in answerable]),
        "right_article": mean([float(_cited(*pair)) for pair in given if pair[0].gold_articles]),
        "right_when_answered": mean([float(not faults(*pair)) for pair in given]),
        "declined_unanswerable": mean([float(found.outcome not in ANSWERED) for _, found in others]),
        "right_language": mean([float(found.language == question.lang) for question, found in pairs if question.lang]),
        "answerable_auroc": auroc([bool(q.answerable) for q, _ in pairs], [found.confidence for _, found in pairs]),
        "correct_auroc": auroc(correct, sure),
        "ece": ece(correct, sure),
        "risk@0.2": risk_at(correct, sure, 0.2, len(pairs)),
        "risk@0.5": risk_at(correct, sure, 0.5, len(pairs)),
        "ms": mean([found.ms for _, found in pairs]),
    }


def _answers(pairs: Pairs[Question, Answered]) -> tuple[list[bool], list[float]]:
    """Of the questions that got an answer: whether it was right, and how sure the assistant was of it."""
    given = [(question, found) for question, found in pairs if found.outcome in ANSWERED]
    return [not faults(*pair) for pair in given], [found.confidence for _, found in given]


def score(data: Sequence[Question], predictions: Mapping[str, Answered]) -> Scores:
    if unlabelled := [question.key for question in data if question.answerable is None]:
        raise DataRefused(f"{len(unlabelled)} records lack `answerable`, such as {unlabelled[0]!r}")
    pairs = paired(data, predictions)
    figures, cases = figures_by_language(pairs, _measure)
    correct, sure = _answers(pairs)
    return Scores(
        task="answer",
        main="correct",
        cases=cases,
        figures=figures,
        parity=parity_of(figures, "correct"),
        calibration=calibration(correct, sure),
        risk_coverage=risk_coverage(correct, sure, len(pairs)),
        wrong=[_wrong(question, found, reasons) for question, found in pairs if (reasons := faults(question, found))],
    )


def _wrong(question: Question, found: Answered, reasons: list[str]) -> Wrong:
    return Wrong(
        id=question.key,
        lang=question.lang or UNKNOWN,
        text=question.text,
        expected=list(question.gold_articles) if question.answerable else "no answer",
        predicted={
            "outcome": found.outcome,
            "confidence": found.confidence,
            "text": found.text,
            "articles": [citation["article"] for citation in found.citations],
        },
        why="; ".join(reasons),
    )

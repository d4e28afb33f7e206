"""`language`: which language is a message in, without any conversation before it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.context import Context
from eval.metrics import accuracy, ece, mean
from eval.records import Prediction, Record
from eval.scores import Pairs, Scores
from eval.tasks.labels import label_scores, milliseconds


class Text(Record):
    """{id, text, lang}"""

    text: str


class Found(Prediction):
    language: str
    confidence: float = 0.0
    ms: float = 0.0


def generate(records: Sequence[Text], context: Context) -> Iterator[dict[str, Any]]:
    _ = context.identification  # loaded before the clock runs
    for record in records:
        began = time.perf_counter()
        found = context.identification.identify(record.text)
        yield {
            "id": record.id,
            "language": found.language,
            "confidence": round(found.confidence, 4),
            "ms": milliseconds(began),
        }


def _measure(pairs: Pairs[Text, Found]) -> dict[str, float]:
    gold = [str(record.lang) for record, _ in pairs]
    given = [prediction.language for _, prediction in pairs]
    right = [a == b for a, b in zip(gold, given, strict=True)]
    return {
        "accuracy": accuracy(gold, given),
        "ece": ece(right, [prediction.confidence for _, prediction in pairs]),
        "ms": mean([prediction.ms for _, prediction in pairs]),
    }


def score(data: Sequence[Text], predictions: Mapping[str, Found]) -> Scores:
    return label_scores(
        "language",
        data,
        predictions,
        gold=lambda record: record.lang,
        given=lambda prediction: prediction.language,
        measure=_measure,
        main="accuracy",
    )

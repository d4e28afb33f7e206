"""`route`: what kind of message is it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.types import Route
from eval.context import Context
from eval.metrics import accuracy, ece, macro_f1, mean
from eval.records import Prediction, Record
from eval.scores import Pairs, Scores
from eval.tasks.labels import label_scores, milliseconds


class Message(Record):
    """{id, text, lang?, route}"""

    text: str
    route: Route | None = None


class Routed(Prediction):
    route: Route
    confidence: float = 0.0
    ms: float = 0.0


def generate(records: Sequence[Message], context: Context) -> Iterator[dict[str, Any]]:
    _ = context.danger, context.router  # loaded before the clock runs
    for record in records:
        began = time.perf_counter()
        danger = context.danger.check(record.text, record.lang)
        routed = context.router.route(record.text, danger)
        yield {
            "id": record.id,
            "route": routed.route.value,
            "confidence": round(routed.confidence, 4),
            "ms": milliseconds(began),
        }


def _measure(pairs: Pairs[Message, Routed]) -> dict[str, float]:
    gold = [str(record.route) for record, _ in pairs]
    given = [prediction.route.value for _, prediction in pairs]
    right = [a == b for a, b in zip(gold, given, strict=True)]
    return {
        "accuracy": accuracy(gold, given),
        "macro_f1": macro_f1(gold, given),
        "ece": ece(right, [prediction.confidence for _, prediction in pairs]),
        "ms": mean([prediction.ms for _, prediction in pairs]),
    }


def score(data: Sequence[Message], predictions: Mapping[str, Routed]) -> Scores:
    return label_scores(
        "route",
        data,
        predictions,
        gold=lambda record: record.route and record.route.value,
        given=lambda prediction: prediction.route.value,
        measure=_measure,
        main="accuracy",
    )

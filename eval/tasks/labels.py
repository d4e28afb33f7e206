"""What the tasks that give one label per message share."""

import time
from collections.abc import Callable, Mapping, Sequence

from eval.metrics import confusion
from eval.records import DataRefused
from eval.scores import (
    UNKNOWN,
    DataLine,
    Pairs,
    PredictionLine,
    Scores,
    Wrong,
    figures_by_language,
    paired,
    parity_of,
)


def milliseconds(began: float) -> float:
    """Since `began` on the performance counter."""
    return round((time.perf_counter() - began) * 1000, 3)


def label_scores(
    task: str,
    data: Sequence[DataLine],
    predictions: Mapping[str, PredictionLine],
    *,
    gold: Callable[[DataLine], str | None],
    given: Callable[[PredictionLine], str],
    measure: Callable[[Pairs[DataLine, PredictionLine]], dict[str, float]],
    main: str,
) -> Scores:
    """Figures, confusion table and wrong cases. Raises DataRefused where a record has no gold label."""
    unlabelled = [record.key for record in data if gold(record) is None]
    if unlabelled:
        raise DataRefused(f"{len(unlabelled)} records have no label to score against, such as {unlabelled[0]!r}")
    pairs = paired(data, predictions)
    figures, cases = figures_by_language(pairs, measure)
    labels = [str(gold(record)) for record, _ in pairs]
    found = [given(prediction) for _, prediction in pairs]
    return Scores(
        task=task,
        main=main,
        cases=cases,
        figures=figures,
        parity=parity_of(figures, main),
        confusion=confusion(labels, found),
        wrong=[
            Wrong(
                id=record.key,
                lang=record.lang or UNKNOWN,
                text=record.text,
                expected=gold(record),
                predicted=given(prediction),
                why=f"{gold(record)} taken for {given(prediction)}",
            )
            for record, prediction in pairs
            if gold(record) != given(prediction)
        ],
    )

"""The field's measures on plain numbers; the tests check them against ir-measures and scikit-learn."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 10


def recall_at(ranking: Sequence[str], relevant: Mapping[str, int], k: int) -> float:
    """Share of the relevant documents among the first `k`."""
    wanted = {doc for doc, grade in relevant.items() if grade > 0}
    return len(wanted.intersection(ranking[:k])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, int], k: int = 10) -> float:
    """1 / rank of the first relevant document among the first `k`, 0 without one; its mean is MRR@k."""
    ranks = (rank for rank, doc in enumerate(ranking[:k], 1) if relevant.get(doc, 0) > 0)
    return 1 / next(ranks, math.inf)


def ndcg(ranking: Sequence[str], relevant: Mapping[str, int], k: int = 10) -> float:
    """Normalised discounted cumulative gain with the grade as gain and log2 discount, as trec_eval has it."""
    found = sum(relevant.get(doc, 0) / math.log2(rank + 1) for rank, doc in enumerate(ranking[:k], 1))
    grades = sorted((grade for grade in relevant.values() if grade > 0), reverse=True)[:k]
    ideal = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
    return found / ideal if ideal else 0.0


def mean(values: Sequence[float]) -> float:
    """NaN where there is nothing to take the mean of."""
    return math.fsum(values) / len(values) if values else math.nan


def accuracy(gold: Sequence[str], predicted: Sequence[str]) -> float:
    return mean([float(g == p) for g, p in zip(gold, predicted, strict=True)])


def f1(gold: Sequence[str], predicted: Sequence[str], label: str) -> float:
    """Harmonic mean of precision and recall of one label; NaN where it occurs in neither."""
    pairs = Counter((g == label, p == label) for g, p in zip(gold, predicted, strict=True))
    hits, missed, false = pairs[True, True], pairs[True, False], pairs[False, True]
    return 2 * hits / (2 * hits + missed + false) if hits + missed + false else math.nan


def macro_f1(gold: Sequence[str], predicted: Sequence[str]) -> float:
    """Mean F1 over the labels that occur in gold or prediction."""
    return mean([f1(gold, predicted, label) for label in sorted({*gold, *predicted})])


def recall(gold: Sequence[str], predicted: Sequence[str], label: str) -> float:
    """Share of the gold label's cases that were given it; NaN without such cases."""
    return mean([float(p == label) for g, p in zip(gold, predicted, strict=True) if g == label])


def precision(gold: Sequence[str], predicted: Sequence[str], label: str) -> float:
    """Share of those given the label that have it; NaN where it was never given."""
    return mean([float(g == label) for g, p in zip(gold, predicted, strict=True) if p == label])


def auroc(positive: Sequence[bool], score: Sequence[float]) -> float:
    """Probability that a positive case scores higher than a negative one, ties counting half; NaN without both."""
    wins = _ranks(np.asarray(score, float))[np.asarray(positive, bool)].sum()
    count = sum(positive)
    others = len(positive) - count
    return float((wins - count * (count + 1) / 2) / (count * others)) if count and others else math.nan


def _ranks(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, equal scores sharing the mean of theirs."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return shared


def calibration(correct: Sequence[bool], confidence: Sequence[float]) -> list[dict[str, float]]:
    """Per tenth of confidence that holds cases: mean confidence, share correct, number of cases."""
    rows = []
    bins = np.minimum((np.asarray(confidence, float) * BINS).astype(int), BINS - 1)
    for number in range(BINS):
        inside = np.flatnonzero(bins == number).tolist()
        if inside:
            rows.append(
                {
                    "confidence": mean([confidence[i] for i in inside]),
                    "correct": mean([float(correct[i]) for i in inside]),
                    "cases": float(len(inside)),
                }
            )
    return rows


def ece(correct: Sequence[bool], confidence: Sequence[float]) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017); NaN without cases."""
    if not correct:
        return math.nan
    rows = calibration(correct, confidence)
    return math.fsum(row["cases"] * abs(row["confidence"] - row["correct"]) for row in rows) / len(correct)


def risk_coverage(
    correct: Sequence[bool], confidence: Sequence[float], of: int | None = None
) -> list[tuple[float, float]]:
    """(coverage, risk) when only the most confident cases are answered; equal confidences are taken together.

    `of` is the number of all cases where some were not answered at all; by default there are none of these.
    """
    order = sorted(range(len(correct)), key=lambda i: -confidence[i])
    points, wrong = [], 0
    for taken, index in enumerate(order, 1):
        wrong += not correct[index]
        if taken == len(order) or confidence[order[taken]] != confidence[index]:
            points.append((taken / (of or len(order)), wrong / taken))
    return points


def risk_at(correct: Sequence[bool], confidence: Sequence[float], coverage: float, of: int | None = None) -> float:
    """Share of wrong ones among the most confident `coverage` of the cases; NaN where fewer were answered."""
    curve = risk_coverage(correct, confidence, of)
    return next((risk for share, risk in curve if share >= coverage - 1e-9), math.nan)


def confusion(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, dict[str, int]]:
    """Gold label → predicted label → cases."""
    table: dict[str, dict[str, int]] = {}
    for (wanted, given), cases in sorted(Counter(zip(gold, predicted, strict=True)).items()):
        table.setdefault(wanted, {})[given] = cases
    return table

"""Our measures give what the field's own libraries give."""

import math
from random import Random

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, R, nDCG
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score

from eval import metrics


@pytest.mark.parametrize("seed", range(5))
def test_ranking_measures_agree_with_ir_measures(seed: int) -> None:
    """Recall@k, MRR@10 and nDCG@10 are those of trec_eval, graded relevance included."""
    chance = Random(seed)  # noqa: S311  chance, not secrecy
    documents = [f"d{n}" for n in range(30)]
    relevant = {doc: chance.choice([0, 1, 1, 2, 3]) for doc in chance.sample(documents, 6)}
    relevant["d0"] = 1
    ranking = chance.sample(documents, 15)
    judged = [ir_measures.Qrel("q", doc, grade) for doc, grade in relevant.items()]
    run = [ir_measures.ScoredDoc("q", doc, 100.0 - rank) for rank, doc in enumerate(ranking)]
    wanted = ir_measures.calc_aggregate([R @ 1, R @ 5, R @ 10, RR @ 10, nDCG @ 10], judged, run)
    for k in (1, 5, 10):
        assert metrics.recall_at(ranking, relevant, k) == pytest.approx(wanted[R @ k])
    assert metrics.reciprocal_rank(ranking, relevant) == pytest.approx(wanted[RR @ 10])
    assert metrics.ndcg(ranking, relevant) == pytest.approx(wanted[nDCG @ 10])


@pytest.mark.parametrize("seed", range(5))
def test_label_measures_agree_with_scikit_learn(seed: int) -> None:
    """Accuracy, F1, macro F1, precision and recall are scikit-learn's."""
    chance = Random(seed)  # noqa: S311  chance, not secrecy
    gold = [chance.choice("abcd") for _ in range(60)]
    given = [chance.choice(["a", "b", "c", label]) for label in gold]
    assert metrics.accuracy(gold, given) == pytest.approx(accuracy_score(gold, given))
    assert metrics.macro_f1(gold, given) == pytest.approx(f1_score(gold, given, average="macro"))
    for label in "abc":
        assert metrics.f1(gold, given, label) == pytest.approx(f1_score(gold, given, average=None, labels=[label])[0])
        recalled = recall_score(gold, given, average=None, labels=[label])[0]
        assert metrics.recall(gold, given, label) == pytest.approx(recalled)
        precise = precision_score(gold, given, average=None, labels=[label])[0]
        assert metrics.precision(gold, given, label) == pytest.approx(precise)


@pytest.mark.parametrize("seed", range(5))
def test_auroc_agrees_with_scikit_learn(seed: int) -> None:
    """Ties count half."""
    chance = Random(seed)  # noqa: S311  chance, not secrecy
    positive = [chance.random() < 0.4 for _ in range(80)]
    score = [round(chance.random() + 0.3 * flag, 1) for flag in positive]
    assert metrics.auroc(positive, score) == pytest.approx(roc_auc_score(positive, score))


def test_auroc_of_one_class_is_unknown() -> None:
    """Without negatives there is nothing to tell apart."""
    assert math.isnan(metrics.auroc([True, True], [0.1, 0.2]))


def test_calibration_error_of_a_known_case() -> None:
    """Nine of ten right at confidence 0.9 is calibrated; none right at 0.9 is off by 0.9."""
    assert metrics.ece([True] * 9 + [False], [0.9] * 10) == pytest.approx(0.0)
    assert metrics.ece([False] * 4, [0.9] * 4) == pytest.approx(0.9)


def test_calibration_counts_full_confidence_in_the_last_bin() -> None:
    """A confidence of exactly 1 has a place."""
    assert metrics.calibration([True], [1.0]) == [{"confidence": 1.0, "correct": 1.0, "cases": 1.0}]


def test_risk_falls_with_coverage_when_confidence_is_right() -> None:
    """The most confident half holds no mistake, all of them hold half."""
    correct, confidence = [True, True, False, False], [0.9, 0.8, 0.2, 0.1]
    assert metrics.risk_at(correct, confidence, 0.5) == 0.0
    assert metrics.risk_at(correct, confidence, 1.0) == 0.5


def test_equal_confidences_are_answered_together() -> None:
    """The order of equal cases cannot flatter the curve."""
    assert metrics.risk_coverage([True, False], [0.5, 0.5]) == [(1.0, 0.5)]


def test_risk_beyond_what_was_answered_is_unknown() -> None:
    """Two answers to four questions cover half of them, never three quarters."""
    assert metrics.risk_at([True, False], [0.9, 0.8], 0.5, of=4) == 0.5
    assert math.isnan(metrics.risk_at([True, False], [0.9, 0.8], 0.75, of=4))


def test_nothing_to_measure_is_unknown_not_zero() -> None:
    """A mean of nothing is no figure."""
    assert math.isnan(metrics.mean([]))
    assert math.isnan(metrics.ece([], []))
    assert math.isnan(metrics.risk_at([], [], 0.5))
    assert math.isnan(metrics.f1(["a"], ["a"], "b"))


def test_confusion_counts_every_pair() -> None:
    """Gold labels are rows, predictions columns."""
    assert metrics.confusion(["a", "a", "b"], ["a", "b", "b"]) == {"a": {"a": 1, "b": 1}, "b": {"b": 1}}


def test_ranks_share_ties() -> None:
    """Equal scores get the mean of their ranks."""
    assert metrics._ranks(np.array([0.1, 0.2, 0.2])).tolist() == [1.0, 2.5, 2.5]

"""Figures per language, the distance between languages, thresholds."""

import pytest

from eval.records import Prediction, Record
from eval.run import Threshold, ThresholdInvalid, missed, parse_thresholds
from eval.scores import Scores, figures_by_language, parity_of


def _scores(figures: dict[str, dict[str, float]]) -> Scores:
    return Scores(task="t", main="m", cases=dict.fromkeys(figures, 1), figures=figures, parity=None)


def test_each_language_and_all_have_figures() -> None:
    """Records without a language count as unknown; figures without cases are left out."""
    pairs = [(Record(id=n, lang=lang), Prediction(id=n)) for n, lang in enumerate(("pl", "pl", "en", None))]
    figures, cases = figures_by_language(pairs, lambda part: {"n": float(len(part)), "none": float("nan")})
    assert figures == {"all": {"n": 4}, "pl": {"n": 2}, "en": {"n": 1}, "unknown": {"n": 1}}
    assert cases == {"all": 4, "pl": 2, "en": 1, "unknown": 1}


def test_parity_names_the_languages_furthest_apart() -> None:
    """`all` and unknown languages are no language."""
    figures = {"all": {"m": 0.1}, "unknown": {"m": 0.0}, "pl": {"m": 0.5}, "en": {"m": 0.9}, "fi": {"m": 0.7}}
    parity = parity_of(figures, "m")
    assert parity is not None
    assert (parity.worst, parity.best, parity.gap) == ("pl", "en", 0.4)


def test_one_language_has_no_parity() -> None:
    """There is nothing to compare."""
    assert parity_of({"all": {"m": 1.0}, "pl": {"m": 1.0}}, "m") is None


def test_threshold_may_name_a_language() -> None:
    """`pl.m` is the figure of Polish; equal is not below."""
    scores = _scores({"all": {"m": 0.8}, "pl": {"m": 0.4}})
    assert missed(scores, [Threshold("m", 0.8)]) == []
    assert missed(scores, [Threshold("pl.m", 0.5)]) == ["pl.m is 0.4000, below 0.5"]


@pytest.mark.parametrize("given", ["m", "m=", "m=high"])
def test_malformed_threshold_is_refused(given: str) -> None:
    """A threshold is a metric and a number."""
    with pytest.raises(ThresholdInvalid, match="metric=value"):
        parse_thresholds([given])


@pytest.mark.parametrize("metric", ["x", "fi.m"])
def test_unknown_figure_is_refused(metric: str) -> None:
    """A misspelt threshold must not pass for a met one."""
    with pytest.raises(ThresholdInvalid, match="choose one of m"):
        missed(_scores({"all": {"m": 1.0}}), [Threshold(metric, 0.5)])

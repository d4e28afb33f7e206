"""What scoring gives: figures for each language and for all, the distance between languages, and the wrong cases."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from eval.records import Prediction, Record

ALL = "all"
UNKNOWN = "unknown"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wrong(_Frozen):
    """One case that went wrong, to be read."""

    id: str
    lang: str
    text: str
    expected: Any
    predicted: Any
    why: str


class Parity(_Frozen):
    """The languages between which a figure differs most, and by how much."""

    metric: str
    best: str
    best_value: float
    worst: str
    worst_value: float
    gap: float


class Scores(_Frozen):
    """The figures of one run. `figures` maps a language, or `all`, to its metrics; `cases` counts the records."""

    task: str
    main: str = Field(description="The metric that the parity line compares.")
    cases: dict[str, int]
    figures: dict[str, dict[str, float]]
    parity: Parity | None
    confusion: dict[str, dict[str, int]] = Field(default_factory=dict)
    calibration: list[dict[str, float]] = Field(default_factory=list)
    risk_coverage: list[tuple[float, float]] = Field(default_factory=list)
    wrong: list[Wrong] = Field(default_factory=list)

    def value(self, name: str) -> float:
        """A figure by name, `accuracy`, or of one language, `pl.accuracy`. Raises KeyError."""
        language, _, metric = name.rpartition(".")
        return self.figures[language or ALL][metric]


DataLine = TypeVar("DataLine", bound=Record)
PredictionLine = TypeVar("PredictionLine", bound=Prediction)
Pairs = Sequence[tuple[DataLine, PredictionLine]]


def paired(
    data: Sequence[DataLine], predictions: Mapping[str, PredictionLine]
) -> list[tuple[DataLine, PredictionLine]]:
    """Each record with its prediction, in the data's order."""
    return [(record, predictions[record.key]) for record in data]


def figures_by_language(
    pairs: Pairs[DataLine, PredictionLine],
    measure: Callable[[Pairs[DataLine, PredictionLine]], dict[str, float]],
    language: Callable[[DataLine], str | None] = lambda record: record.lang,
) -> tuple[dict[str, dict[str, float]], dict[str, int]]:
    """`measure` over all pairs and over those of each language; figures that have no cases are left out."""
    groups: dict[str, list[tuple[DataLine, PredictionLine]]] = {ALL: list(pairs)}
    for record, prediction in pairs:
        groups.setdefault(language(record) or UNKNOWN, []).append((record, prediction))
    figures = {name: _known(measure(group)) for name, group in groups.items()}
    return figures, {name: len(group) for name, group in groups.items()}


def _known(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items() if not math.isnan(value)}


def parity_of(figures: Mapping[str, Mapping[str, float]], metric: str) -> Parity | None:
    """The distance between the best and the worst language; None with fewer than two."""
    values = {
        language: held[metric]
        for language, held in figures.items()
        if language not in (ALL, UNKNOWN) and metric in held
    }
    if len(values) < 2:
        return None
    best, worst = max(values, key=lambda code: values[code]), min(values, key=lambda code: values[code])
    gap = round(values[best] - values[worst], 4)
    return Parity(metric=metric, best=best, best_value=values[best], worst=worst, worst_value=values[worst], gap=gap)

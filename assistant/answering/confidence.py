"""One number per reply: the probability that what was found answers the question.

A logistic regression over named features of retrieval (docs/glossary.md explains each). Its weights are data,
confidence.json, fitted on development questions and never on the golden sets.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge_base.types import Hit

WEIGHTS_FILE = Path(__file__).parent / "confidence.json"


class Weights(BaseModel):
    """A fitted model: `version` tells which fit a stored confidence came from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    intercept: float
    features: dict[str, float]


@cache
def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    return Weights.model_validate(json.loads(path.read_text(encoding="utf-8")))


def features_of(question: str, hits: Sequence[Hit], language: str) -> dict[str, float]:
    """The named features of the best hit and its distance to the best hit of another article."""
    top = hits[0]
    rival = next((hit for hit in hits if hit.passage.article_group != top.passage.article_group), None)
    signals = top.signals
    return {
        "coverage": signals.get("coverage", 0.0),
        "stem_coverage": signals.get("stem_coverage", 0.0),
        "stems": math.log1p(max(0.0, signals.get("stems", 0.0))),
        "asked": signals.get("asked", 0.0),
        "sentence": signals.get("sentence", 0.0),
        "dense": signals.get("dense", 0.0),
        "dense_sentence": signals.get("dense_sentence", 0.0),
        "dense_asked": signals.get("dense_asked", 0.0),
        "title": signals.get("title", 0.0),
        "margin": (top.score - rival.score) / top.score if rival and top.score > 0 else 1.0,
        "score": top.score,
        "words": math.log1p(len(question.split())),
        "other_language": float(top.passage.language != language),
        f"language_{language}": 1.0,
    }


def confidence_of(question: str, hits: Sequence[Hit], language: str) -> float:
    """The calibrated probability; 0 when nothing was found."""
    return probability(features_of(question, hits, language)) if hits else 0.0


def probability(features: Mapping[str, float], weights: Weights | None = None) -> float:
    fitted = weights or load_weights()
    logit = fitted.intercept + sum(weight * features.get(name, 0.0) for name, weight in fitted.features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

"""Fit the confidence: a logistic regression from named features of retrieval to "the right article came first".

Languages share the weights; each has an offset of its own, held near zero by the penalty, so that a language with few
examples leans on the others (partial pooling). Learnt from development questions and from the enquiries among the
parallel texts, whose topics are articles; never from the golden sets. A question whose article its language lacks is
an example twice: its own language has no answer, another one has.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.answering.confidence import WEIGHTS_FILE, Weights, features_of
from assistant.answering.retrieve import PASSAGES
from assistant.classifier import TRAINING, read_parallel
from eval.knowledge import MemoryLibrary
from eval.records import DataRefused, parse_line, read_lines

PARALLEL = TRAINING / "parallel"
PENALTY = 1.0
FOLDS = 5


class DevelopmentQuestion(BaseModel):
    """A question with the articles that answer it; none for one that nothing answers."""

    model_config = ConfigDict(extra="ignore")
    id: str
    text: str
    lang: str
    answerable: bool
    gold_articles: list[str] = []


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The fitted weights with cross-validated figures over all questions."""

    weights: Weights
    questions: int
    auroc: float
    log_loss: float


def calibrate(library: MemoryLibrary, languages: Sequence[str], folder: Path, out: Path = WEIGHTS_FILE) -> Calibrated:
    """Fit on every `<language>.jsonl` of `folder` and on the parallel texts, and write the weights.

    Raises DataRefused."""
    # Takes a second to import, and only this command fits anything.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.metrics import log_loss, roc_auc_score  # noqa: PLC0415
    from sklearn.model_selection import cross_val_predict  # noqa: PLC0415

    questions, version = _read(folder)
    questions += _enquiries(library)
    rows, truth = _examples(library, languages, questions)
    names = sorted({name for row in rows for name in row})
    data = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    model = LogisticRegression(C=PENALTY, max_iter=2000)
    chances = cross_val_predict(model, data, truth, cv=FOLDS, method="predict_proba")[:, 1]
    model.fit(data, truth)
    weights = Weights(
        version=version,
        intercept=round(float(model.intercept_[0]), 4),
        features={name: round(float(value), 4) for name, value in zip(names, model.coef_[0], strict=True)},
    )
    out.write_text(json.dumps(weights.model_dump(), indent=2) + "\n", encoding="utf-8")
    return Calibrated(weights, len(questions), float(roc_auc_score(truth, chances)), float(log_loss(truth, chances)))


def _read(folder: Path) -> tuple[list[DevelopmentQuestion], str]:
    digest = hashlib.sha256()
    questions = []
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(path.read_bytes())
        questions += [parse_line(path, number, line, DevelopmentQuestion) for number, line in read_lines(path)]
    if not questions:
        raise DataRefused(f"{folder} holds no <language>.jsonl with development questions")
    return questions, f"dev-{digest.hexdigest()[:12]}"


def _enquiries(library: MemoryLibrary) -> list[DevelopmentQuestion]:
    """Enquiries of the parallel texts, about what an article says and about what none does; not those that editors
    keep with an article, since search knows them by heart."""
    known = {phrase for passage in library.passages for phrase in passage.asked}
    found = []
    for language, label, text, identifier in read_parallel(PARALLEL):
        route, _, topic = label.partition(":")
        if route == "enquiry" and topic and text not in known:
            gold = [] if topic == "other" else [topic]
            found.append(
                DevelopmentQuestion(
                    id=f"{language}-{identifier}", text=text, lang=language, answerable=bool(gold), gold_articles=gold
                )
            )
    return found


def _examples(
    library: MemoryLibrary, languages: Sequence[str], questions: Sequence[DevelopmentQuestion]
) -> tuple[list[dict[str, float]], list[bool]]:
    rows, truth = [], []
    held = {passage.article for passage in library.passages}
    for question in questions:
        gold = set(question.gold_articles)
        others = [code for code in languages if code != question.lang]
        at_home = any(f"{name}.{question.lang}" in held for name in gold)
        for spoken in [[question.lang]] if at_home else [[question.lang], others]:
            hits = library.search(question.text, question.lang, PASSAGES, spoken)
            if hits:
                rows.append(features_of(question.text, hits, question.lang))
                truth.append(hits[0].passage.article.rsplit(".", 1)[0] in gold)
    return rows, truth

"""`koban eval`: generate predictions and score them, apart, so that a run can be scored again."""

import hashlib
import importlib.metadata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.logs import configure_logs
from assistant.prepare import quiet
from eval.context import Context
from eval.records import line_writer, read_predictions
from eval.scores import Scores
from eval.tasks import TASKS, Task
from settings import Settings

Progress = Callable[[int, int, str], None]


class TaskUnknown(Exception):
    """There is no such task; the message lists them."""


class ThresholdInvalid(Exception):
    """A --fail-under cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure that may not fall below `least`; `metric` may name a language: `pl.accuracy`."""

    metric: str
    least: float


def find_task(name: str) -> Task:
    """Raises TaskUnknown."""
    if name not in TASKS:
        raise TaskUnknown(f"there is no task {name!r}: choose one of {', '.join(TASKS)}")
    return TASKS[name]


def generate(task: Task, context: Context, out: Path, progress: Progress = quiet) -> int:
    """Write predictions line by line; how many. The data is checked whole before the first."""
    configure_logs("error")
    records = task.read(context.data)
    out.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with out.open("wb") as file:
        write = line_writer(file)
        for prediction in task.generate(records, context):
            write(prediction)
            if task.identity in prediction:
                written += 1
                progress(written, len(records), "")
    return written


def score(task: Task, data: Path, predictions: Path) -> Scores:
    """Raises DataRefused, PredictionsRefused."""
    records = task.read(data)
    return task.score(records, read_predictions(predictions, task.prediction, task.identity, records))


def parse_thresholds(given: Iterable[str]) -> list[Threshold]:
    """`metric=value` each. Raises ThresholdInvalid."""
    thresholds = []
    for item in given:
        metric, _, value = item.partition("=")
        try:
            thresholds.append(Threshold(metric.strip(), float(value)))
        except ValueError as error:
            raise ThresholdInvalid(f"--fail-under {item!r}: write it as metric=value, such as accuracy=0.9") from error
    return thresholds


def missed(scores: Scores, thresholds: Sequence[Threshold]) -> list[str]:
    """The thresholds that the scores fall below, in words. Raises ThresholdInvalid for an unknown metric."""
    below = []
    for threshold in thresholds:
        try:
            value = scores.value(threshold.metric)
        except KeyError as error:
            known = ", ".join(scores.figures["all"])
            raise ThresholdInvalid(f"there is no figure {threshold.metric!r} here: choose one of {known}") from error
        if value < threshold.least:
            below.append(f"{threshold.metric} is {value:.4f}, below {threshold.least:g}")
    return below


def run_facts(settings: Settings, task: Task, data: Path, predictions: Path) -> dict[str, Any]:
    """What must be kept with figures so that they can be reproduced."""
    return {
        "task": task.name,
        "data": data.name,
        "data_sha256": _sha256(data),
        "predictions_sha256": _sha256(predictions),
        "site": settings.site,
        "embedding_model": settings.embedding_model or "all-MiniLM-L6-v2",
        "language_model": settings.llm_model or None,
        "version": importlib.metadata.version("koban-assistant"),
        "scored_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _sha256(path: Path) -> str:
    files = sorted(found for found in path.rglob("*") if found.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()

"""The tasks, one module each, all of one shape: `generate(records, context)` and `score(data, predictions)`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.context import Context
from eval.records import Prediction, Record, read_records
from eval.scores import Scores
from eval.tasks import answer, dialogue, emergency, language, retrieve, route, triage


@dataclass(frozen=True, slots=True)
class Task:
    """One task: how its data is read, predicted and scored. `identity` names the record in a prediction."""

    name: str
    read: Callable[[Path], Sequence[Record]]
    prediction: type[Prediction]
    generate: Callable[[Sequence[Any], Context], Iterator[dict[str, Any]]]
    score: Callable[[Sequence[Any], Mapping[str, Any]], Scores]
    identity: str = "id"


TASKS = {
    task.name: task
    for task in (
        Task("retrieve", retrieve.read, retrieve.Ranked, retrieve.generate, retrieve.score, "query_id"),
        Task("answer", lambda p: read_records(p, answer.Question), answer.Answered, answer.generate, answer.score),
        Task("language", lambda p: read_records(p, language.Text), language.Found, language.generate, language.score),
        Task("route", lambda p: read_records(p, route.Message), route.Routed, route.generate, route.score),
        Task(
            "emergency",
            lambda p: read_records(p, emergency.Message),
            emergency.Judged,
            emergency.generate,
            emergency.score,
        ),
        Task("triage", lambda p: read_records(p, triage.Report), triage.Triaged, triage.generate, triage.score),
        Task(
            "dialogue", lambda p: read_records(p, dialogue.Dialogue), dialogue.Played, dialogue.generate, dialogue.score
        ),
    )
}

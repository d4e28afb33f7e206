"""Every task: predictions of what exists, in the promised shape, scored against small golden sets."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.records import DataRefused
from eval.run import TaskUnknown, find_task, generate, score
from eval.scores import Scores
from eval.tasks import TASKS
from tests.eval.conftest import NewContext, Write

NOW = "2026-11-20T10:00:00+01:00"
CITATION = {"article", "version", "title", "language", "passage", "start", "end", "quote"}


class _Run:
    """Generates and scores through the files, as the command does."""

    def __init__(self, tmp_path: Path, write: Write, new_context: NewContext) -> None:
        self._folder = tmp_path
        self._write = write
        self._new_context = new_context

    def __call__(
        self, task: str, data: Path | Iterable[Mapping[str, Any]], corpus: Path | None = None
    ) -> tuple[list[dict[str, Any]], Scores]:
        path = data if isinstance(data, Path) else self._write(f"{task}.jsonl", data)
        out = self._folder / "out.jsonl"
        generate(find_task(task), self._new_context(path, corpus), out)
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        return lines, score(find_task(task), path, out)


@pytest.fixture
def run(tmp_path: Path, write: Write, new_context: NewContext) -> _Run:
    return _Run(tmp_path, write, new_context)


def test_unknown_task_lists_the_known_ones() -> None:
    """A misspelt task is answered with the seven."""
    with pytest.raises(TaskUnknown, match="retrieve, answer, language, route, emergency, triage, dialogue"):
        find_task("retreive")
    assert len(TASKS) == 7


def test_language(run: _Run) -> None:
    """A wrong gold label makes a wrong case that can be read."""
    lines, scores = run(
        "language",
        [
            {"id": 1, "text": "Gdzie jest najbliższy komisariat policji?", "lang": "pl"},
            {"id": 2, "text": "Where is the nearest police station?", "lang": "en"},
            {"id": 3, "text": "Where can I report a theft, please?", "lang": "fi"},
        ],
    )
    assert [line["language"] for line in lines] == ["pl", "en", "en"]
    assert set(lines[0]) == {"id", "language", "confidence", "ms"}
    assert scores.figures["all"]["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert [(wrong.id, wrong.expected, wrong.predicted) for wrong in scores.wrong] == [("3", "fi", "en")]
    assert scores.confusion["fi"] == {"en": 1}


def test_language_needs_labels_to_score(run: _Run) -> None:
    """Data without labels can be predicted, not scored."""
    with pytest.raises(DataRefused, match="no label"):
        run("language", [{"id": 1, "text": "Where is it?"}])


def test_route(run: _Run) -> None:
    """Danger stands above the classifier."""
    lines, scores = run(
        "route",
        [
            {
                "id": "a",
                "text": "Help, someone is breaking into my flat right now!",
                "lang": "en",
                "route": "emergency",
            },
            {"id": "b", "text": "Where can I have my bicycle marked?", "lang": "en", "route": "enquiry"},
        ],
    )
    assert set(lines[0]) == {"id", "route", "confidence", "ms"}
    assert lines[0]["route"] == "emergency"
    assert scores.cases == {"all": 2, "en": 2}


def test_unknown_route_is_refused(run: _Run) -> None:
    """A label that does not exist is an error in the data, not a wrong prediction."""
    with pytest.raises(DataRefused, match="line 1: route"):
        run("route", [{"id": "a", "text": "hello", "route": "chitchat"}])


def test_emergency(run: _Run) -> None:
    """Danger is found, prevention is left alone, and what matched is named."""
    lines, scores = run(
        "emergency",
        [
            {"id": "a", "text": "A man with a knife is attacking people here", "lang": "en", "label": "emergency"},
            {"id": "b", "text": "How do I protect my home from burglars?", "lang": "en", "label": "none"},
        ],
    )
    assert lines[0]["matched"]
    assert lines[1] == {**lines[1], "label": "none", "matched": []}
    assert scores.figures["all"]["danger_recall"] == 1.0
    assert scores.figures["all"]["false_alarm_rate"] == 0.0


def test_retrieve(run: _Run, beir: Path) -> None:
    """Ten best documents at most, a summary line last, figures by qrels."""
    lines, scores = run("retrieve", beir)
    assert [line["query_id"] for line in lines[:-1]] == ["q1", "q2", "q3"]
    assert lines[0]["ranking"][0]["doc_id"] == "d1"
    assert lines[-1]["summary"]["documents"] == 3
    assert lines[-1]["summary"]["peak_rss_mb"] > 50
    assert scores.figures["all"]["recall@1"] == 1.0
    assert 0 <= scores.figures["all"]["answerable_auroc"] <= 1


def test_retrieve_without_judgements_is_not_scored(run: _Run, beir: Path) -> None:
    """Rankings can be made for unjudged questions; scoring them is refused."""
    (beir / "qrels" / "test.tsv").unlink()
    with pytest.raises(DataRefused, match="no judgements"):
        run("retrieve", beir)


def test_malformed_judgements_are_refused(run: _Run, beir: Path) -> None:
    """The line of qrels is named."""
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1 d1 1\n", encoding="utf-8")
    with pytest.raises(DataRefused, match=r"test\.tsv, line 2"):
        run("retrieve", beir)


def test_answer(run: _Run) -> None:
    """Cited answers are checked for article and words; a question that nothing answers must be declined."""
    lines, scores = run(
        "answer",
        [
            {
                "id": "a",
                "text": "Gdzie mogę oznakować rower?",
                "lang": "pl",
                "answerable": True,
                "gold_articles": ["bicycle-marking"],
                "must_contain": ["LIPOW"],
            },
            {
                "id": "b",
                "text": "Gdzie mogę oznakować rower?",
                "lang": "pl",
                "answerable": True,
                "gold_articles": ["fireworks.pl"],
                "must_not_contain": ["rower"],
            },
            {"id": "c", "text": "Ile kosztuje przegląd instalacji gazowej?", "lang": "pl", "answerable": False},
        ],
    )
    assert set(lines[0]) == {"id", "outcome", "text", "language", "confidence", "citations", "handoff_reason", "ms"}
    assert set(lines[0]["citations"][0]) == CITATION
    assert lines[0]["outcome"] == "answered"
    wrong = {case.id: case.why for case in scores.wrong}
    assert "a" not in wrong
    assert wrong["b"] == "the right article is not cited; 'rower' must not stand there"
    assert scores.risk_coverage


def test_answer_from_a_corpus(run: _Run, beir: Path) -> None:
    """With --corpus the documents answer, whatever their subject."""
    question = {"id": "a", "text": "When are the lamps on the bridge lit?", "lang": "en", "answerable": True}
    lines, _ = run("answer", [question | {"gold_articles": ["d1"]}], beir)
    assert lines[0]["outcome"] in ("answered", "unanswerable_low_confidence", "unanswerable_no_source", "clarify")
    assert {citation["article"] for citation in lines[0]["citations"]} <= {"d1", "d2", "d3"}


def test_answer_needs_to_know_what_is_answerable(run: _Run) -> None:
    """Silence about it is not taken for no."""
    with pytest.raises(DataRefused, match="answerable"):
        run("answer", [{"id": "a", "text": "Where?"}])


def test_triage(run: _Run) -> None:
    """Times come back as wall-clock in the offset of `now`, evidence points into the text."""
    text = "Yesterday evening someone sprayed the wall of the school on Lipowa, write to a.b@example.com"
    lines, scores = run(
        "triage",
        [
            {
                "id": "a",
                "text": text,
                "lang": "en",
                "now": "2026-11-20T10:00:00+03:00",
                "category": "vandalism",
                "occurred": {"start": "2026-11-19T17:00:00+03:00", "end": "2026-11-20T00:00:00+03:00"},
                "recurrence": None,
                "pii": [{"kind": "email", "text": "a.b@example.com"}],
            }
        ],
    )
    incident = lines[0]["incidents"][0]
    assert incident["occurred"]["start"] == "2026-11-19T17:00:00+03:00"
    start, end = incident["evidence"]["location"]
    assert "Lipowa" in text[start:end]
    assert "a.b@example.com" not in lines[0]["masked_text"]
    assert scores.figures["all"]["occurred_exact"] == 1.0
    assert scores.figures["all"]["pii_recall"] == 1.0
    assert scores.figures["en"]["category_accuracy"] == 1.0


def test_triage_names_the_fields_that_differ(run: _Run) -> None:
    """A wrong case shows expected and predicted values of the wrong fields alone."""
    report = {"id": "a", "text": "Someone sprayed the wall of the school on Lipowa", "lang": "en", "now": NOW}
    _, scores = run("triage", [report | {"category": "noise", "recurrence": None, "location_text": "the harbour"}])
    assert scores.wrong[0].why == "category, location_text"
    assert scores.wrong[0].expected == {"category": "noise", "location_text": "the harbour"}


def test_triage_needs_an_offset(run: _Run) -> None:
    """A time without offset is refused."""
    with pytest.raises(DataRefused, match="line 1: now"):
        run("triage", [{"id": "a", "text": "Noise", "now": "2026-11-20T10:00:00"}])


def test_dialogue(run: _Run) -> None:
    """A report is told, checked and filed in one conversation; an empty message is answered without a crash."""
    lines, scores = run(
        "dialogue",
        [
            {
                "id": "a",
                "lang": "en",
                "now": NOW,
                "turns": [
                    {"say": "Someone sprayed the wall of the school on Lipowa yesterday evening"},
                    {"say": " ", "expect": {"outcome": None}},
                    {"say": "yes", "expect": {"outcome": "report_filed", "submitted": True, "category": "vandalism"}},
                ],
            },
            {"id": "b", "lang": "en", "turns": [{"say": "I want to talk to a person", "expect": {"handoff": "none"}}]},
        ],
    )
    filed = lines[0]["replies"][2]
    assert filed["incident"]["submitted"] is True
    assert filed["incident"]["reference"]
    assert filed["incident"]["occurred"]["start"] == "2026-11-19T17:00:00+01:00"
    assert "secret" not in filed["incident"]
    assert lines[1]["replies"][0]["handoff"] == "queued"
    assert scores.figures["all"]["report_filed"] == 0.5
    assert [wrong.why for wrong in scores.wrong] == ["turn 1: handoff is 'queued', expected 'none'"]


def test_unknown_expectation_is_refused(run: _Run) -> None:
    """An expectation that cannot be checked must not count as met."""
    with pytest.raises(DataRefused, match="expect knows"):
        run("dialogue", [{"id": "a", "turns": [{"say": "hello", "expect": {"mood": "good"}}]}])


def test_dialogues_do_not_know_each_other(run: _Run) -> None:
    """The same dialogue twice goes the same way twice."""
    turns = [{"say": "Someone sprayed the wall of the school"}, {"say": "on Lipowa"}]
    lines, _ = run("dialogue", [{"id": n, "lang": "en", "now": NOW, "turns": turns} for n in (1, 2)])
    first, second = ([reply["outcome"] for reply in line["replies"]] for line in lines)
    assert first == second

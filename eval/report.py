"""Show a run: a table for people, JSON for machines, and a folder with the report, the results and the wrong cases."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from rich.console import Console
from rich.table import Table

from eval.run import find_task, missed, parse_thresholds, run_facts, score
from eval.scores import ALL, Scores
from settings import Settings

TEMPLATE_FOLDER = Path(__file__).parent
SHOWN_WRONG = 500


def present(
    settings: Settings,
    task_name: str,
    data: Path,
    predictions: Path,
    *,
    as_json: bool,
    report: Path | None,
    fail_under: Sequence[str],
) -> int:
    """Score and show; the exit code: 1 when a figure is below its threshold, else 0.

    Raises TaskUnknown, ThresholdInvalid, DataRefused, PredictionsRefused.
    """
    task, thresholds = find_task(task_name), parse_thresholds(fail_under)
    scores = score(task, data, predictions)
    below = missed(scores, thresholds)
    facts = run_facts(settings, task, data, predictions)
    if report is not None:
        write_report(report, scores, facts)
    if as_json:
        print(json.dumps(results_json(scores, facts), ensure_ascii=False))
    else:
        show(scores)
    for line in below:
        print(f"below the threshold: {line}", file=sys.stderr)
    return 1 if below else 0


def results_json(scores: Scores, facts: dict[str, Any]) -> dict[str, Any]:
    """Figures and the facts of the run; the wrong cases are counted, not listed."""
    return {**facts, **scores.model_dump(mode="json", exclude={"wrong"}), "wrong": len(scores.wrong)}


def show(scores: Scores) -> None:
    """A table: one row per figure, one column per language, the last for all; then the parity line."""
    # Cut nothing off where the output goes into a file.
    console = Console(width=None if sys.stdout.isatty() else 240)
    languages = _languages(scores)
    metrics = list(dict.fromkeys(name for figures in scores.figures.values() for name in figures))
    table = Table(title=f"{scores.task}: {len(scores.wrong)} wrong cases", title_justify="left")
    table.add_column(no_wrap=True)
    for language in languages:
        table.add_column(language, justify="right", no_wrap=True, min_width=5)
    table.add_row("cases", *(str(scores.cases[language]) for language in languages))
    for name in metrics:
        table.add_row(name, *(_number(scores.figures[language].get(name)) for language in languages))
    console.print(table)
    console.print(parity_line(scores))


def _languages(scores: Scores) -> list[str]:
    return [*sorted(set(scores.figures) - {ALL}), ALL]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}" if value < 10 else f"{value:.1f}"


def parity_line(scores: Scores) -> str:
    """How far the languages lie apart, in one sentence."""
    found = scores.parity
    if found is None:
        return "parity: fewer than two languages"
    return (
        f"parity: {found.metric} from {found.worst_value:.3f} ({found.worst}) to {found.best_value:.3f}"
        f" ({found.best}), a gap of {found.gap:.3f}"
    )


def write_report(folder: Path, scores: Scores, facts: dict[str, Any]) -> None:
    """report.html (complete in itself), results.json and wrong.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    results = json.dumps(results_json(scores, facts), ensure_ascii=False, indent=2)
    (folder / "results.json").write_text(results + "\n", encoding="utf-8", errors="backslashreplace")
    lines = [json.dumps(wrong.model_dump(mode="json"), ensure_ascii=False) + "\n" for wrong in scores.wrong]
    (folder / "wrong.jsonl").write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
    html = render(scores, facts)
    (folder / "report.html").write_text(html, encoding="utf-8", errors="xmlcharrefreplace")


def render(scores: Scores, facts: dict[str, Any]) -> str:
    """The HTML of a report."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER), autoescape=select_autoescape(default=True), trim_blocks=True
    )
    environment.filters["number"] = _number
    environment.filters["readable"] = _readable
    return environment.get_template("report.html").render(
        scores=scores,
        facts=facts,
        languages=_languages(scores),
        metrics=list(scores.figures[ALL]),
        parity=parity_line(scores),
        predicted=sorted({label for row in scores.confusion.values() for label in row}),
        wrong=scores.wrong[:SHOWN_WRONG],
        curve=_points(scores.risk_coverage),
        calibration=_points([(row["confidence"], row["correct"]) for row in scores.calibration]),
    )


def _points(curve: Sequence[tuple[float, float]]) -> str:
    """Points of an SVG polyline in a square of 200 by 200, the origin below left."""
    return " ".join(f"{200 * x:.1f},{200 - 200 * y:.1f}" for x, y in curve)


def _readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)

"""`koban eval ...` and `koban bench`: options in, one call, figures out."""
# ruff: noqa: PLC0415  A command imports its own parts, so that `koban --help` does not wait for them.

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from assistant.terminal import JsonOption, LiveOption, SiteOption, progress_bar, read_settings

evaluation = typer.Typer(no_args_is_help=True, help="Predictions and figures, without a running server.")

TaskArgument = Annotated[str, typer.Argument(help="retrieve, answer, language, route, emergency, triage or dialogue.")]
DataOption = Annotated[Path, typer.Option("--data", help="JSON Lines; for retrieve a BEIR folder.")]
CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="For answer: answer from this BEIR folder.")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="Write report.html, results.json, wrong.jsonl here.")
]
FailUnderOption = Annotated[list[str] | None, typer.Option("--fail-under", help="metric=value, or pl.metric=value.")]


@evaluation.command("generate")
def eval_generate(
    *,
    task: TaskArgument,
    data: DataOption,
    out: Annotated[Path, typer.Option("--out", help="File for the predictions.")],
    site: SiteOption = None,
    corpus: CorpusOption = None,
    live: LiveOption = False,
) -> None:
    """Write one prediction per record."""
    from eval.context import Context
    from eval.run import find_task, generate

    chosen = find_task(task)
    with progress_bar(task) as progress:
        written = generate(chosen, Context(read_settings(site=site), data, corpus, live=live), out, progress)
    typer.echo(f"{written} predictions in {out}", err=True)


@evaluation.command("score")
def eval_score(
    *,
    task: TaskArgument,
    data: DataOption,
    predictions: Annotated[Path, typer.Option("--predictions", help="What `koban eval generate` wrote.")],
    as_json: JsonOption = False,
    report: ReportOption = None,
    fail_under: FailUnderOption = None,
) -> None:
    """Compare predictions with the data. Exit code 1 if a figure is below a --fail-under."""
    from eval.report import present

    raise typer.Exit(
        present(read_settings(), task, data, predictions, as_json=as_json, report=report, fail_under=fail_under or [])
    )


@evaluation.command("run")
def eval_run(
    *,
    task: TaskArgument,
    data: DataOption,
    as_json: JsonOption = False,
    report: ReportOption = None,
    fail_under: FailUnderOption = None,
    site: SiteOption = None,
    corpus: CorpusOption = None,
    live: LiveOption = False,
) -> None:
    """Generate, then score."""
    from eval.context import Context
    from eval.report import present
    from eval.run import find_task, generate

    settings, chosen = read_settings(site=site), find_task(task)
    with TemporaryDirectory(prefix="koban-eval-") as folder:
        out = (report or Path(folder)) / "predictions.jsonl"
        with progress_bar(task) as progress:
            generate(chosen, Context(settings, data, corpus, live=live), out, progress)
        raise typer.Exit(
            present(settings, task, data, out, as_json=as_json, report=report, fail_under=fail_under or [])
        )


@evaluation.command("calibrate")
def eval_calibrate(
    data: Annotated[Path, typer.Option("--data", help="Folder of development questions, <language>.jsonl.")],
    out: Annotated[Path | None, typer.Option("--out", help="File of weights; by default the one in force.")] = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the confidence to development questions; never use the golden sets for it."""
    from assistant.answering.confidence import WEIGHTS_FILE
    from eval.calibrate import calibrate
    from eval.context import Context
    from eval.knowledge import site_library

    context = Context(read_settings(site=site), data)
    library = site_library(context.settings, context.site, context.embedder)
    fitted = calibrate(library, context.site.languages, data, out or WEIGHTS_FILE)
    figures = {"questions": fitted.questions, "auroc": fitted.auroc, "log_loss": fitted.log_loss}
    if as_json:
        typer.echo(json.dumps({"version": fitted.weights.version, **figures}))
    else:
        typer.echo(
            f"{fitted.questions} questions, cross-validated AUROC {fitted.auroc:.3f}, log loss {fitted.log_loss:.3f};"
            f" weights {fitted.weights.version} in {out or WEIGHTS_FILE}"
        )


def bench(
    concurrency: Annotated[str, typer.Option(help="How many residents at once, parted by commas.")] = "1,8,32",
    seconds: Annotated[float, typer.Option(min=0.5, help="How long each level lasts.")] = 10.0,
    as_json: JsonOption = False,
) -> None:
    """Measure a real server under load. Exit code 1 if anything failed, was lost or was doubled."""
    from eval.bench import bench as measure
    from eval.bench import parse_concurrency, show, sound

    result = measure(parse_concurrency(concurrency), seconds, lambda line: typer.echo(line, err=True))
    show(result, as_json)
    raise typer.Exit(0 if sound(result) else 1)

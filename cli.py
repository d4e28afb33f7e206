"""The `koban` command. Each command reads its options, makes one call and prints; `--help` loads nothing heavy.

Exit codes: 0 done; 1 done, but something was refused, wrong or below a threshold; 2 could not be done, with the reason.
"""
# ruff: noqa: PLC0415  A command imports its own parts, so that `koban --help` does not wait for search and models.

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from knowledge_base.ingest import IngestReport
    from settings import Settings
    from storage.database import Database

OURS = {"assistant", "eval", "incidents", "knowledge_base", "settings", "sites", "storage", "server", "cli"}

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Koban Assistant.")
users = typer.Typer(no_args_is_help=True, help="Accounts of staff.")
schema = typer.Typer(no_args_is_help=True, help="The database's schema.")
app.add_typer(users, name="users")
app.add_typer(schema, name="migrate")
evaluation = typer.Typer(no_args_is_help=True, help="Predictions and figures, without a running server.")
app.add_typer(evaluation, name="eval")

SiteOption = Annotated[str | None, typer.Option("--site", help="Folder below sites/; by default KOBAN_SITE.")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="Two-letter code, such as pl.")]
TaskArgument = Annotated[str, typer.Argument(help="retrieve, answer, language, route, emergency, triage or dialogue.")]
DataOption = Annotated[Path, typer.Option("--data", help="JSON Lines; for retrieve a BEIR folder.")]
CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="For answer: answer from this BEIR folder.")]
LiveOption = Annotated[bool, typer.Option("--live", help="Use the installation's own articles, read only.")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="Write report.html, results.json, wrong.jsonl here.")
]
FailUnderOption = Annotated[list[str] | None, typer.Option("--fail-under", help="metric=value, or pl.metric=value.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


class SettingsInvalid(Exception):
    """A KOBAN_* variable cannot be used; the message names it."""


class PasswordMissing(Exception):
    """No password was given; the message says how to give one."""


def main() -> None:
    """Run the command. An error that this project raises says what to do, so it is shown without a traceback."""
    try:
        app()
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {*OURS, "__main__"}:
            raise
        typer.secho(f"koban: {error}", fg="red", err=True)
        sys.exit(2)


def _settings(**chosen: Any) -> "Settings":
    """Settings from the environment, with what the command line names on top."""
    from pydantic import ValidationError

    from settings import Settings

    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(f"KOBAN_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors())
        raise SettingsInvalid(f"these settings cannot be used: {wrong}. docs/settings.md describes each") from error


@contextmanager
def _database(settings: "Settings") -> Iterator["Database"]:
    from storage.database import Database

    database = Database(settings.database())
    try:
        database.check()
        yield database
    finally:
        database.close()


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on stderr, only where a person watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=f"{what} {name}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    site: SiteOption = None,
) -> None:
    """Bring the database and the site's articles up to date, then serve until stopped."""
    from assistant.prepare import prepare

    settings = _settings(host=host, port=port, site=site)
    with _progress("Loading articles") as progress:
        _tell(prepare(settings, progress))
    # Only now: importing the server and its models takes seconds that a refused start should not cost.
    from server import main as run

    run(settings)


def _tell(report: "IngestReport") -> None:
    if report.accepted:
        typer.echo(f"{len(report.accepted)} articles loaded, {report.passages} passages", err=True)
    for refused in report.refused:
        typer.secho(f"refused: {refused.path}: {refused.reason}", fg="yellow", err=True)


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="What a resident would write.")],
    language: LanguageOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    live: LiveOption = False,
) -> None:
    """Answer one message, without a server and without storing anything."""
    from eval.ask import ask_once

    record = ask_once(_settings(site=site), text, language, live)
    typer.echo(json.dumps(record, ensure_ascii=False) if as_json else _readable(record))


def _readable(record: dict[str, Any]) -> str:
    sources = [
        f"  [{item['number']}] {item['title']} ({item['language']}): {item['quote']}" for item in record["citations"]
    ]
    verdict = (
        f"({record['outcome']}, {record['language']}, confidence {record['confidence']:.2f}, {record['ms']:.0f} ms)"
    )
    return "\n".join([record["text"], *sources, verdict])


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: Markdown, HTML, text, PDF, DOCX.")],
    language: LanguageOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take documents into the knowledge base; unchanged ones are skipped. Exit code 1 if any was refused."""
    from assistant.prepare import take_in

    with _progress("Reading") as progress:
        report = take_in(_settings(site=site), paths, language, progress)
    if as_json:
        refused = [{"path": item.path, "reason": item.reason} for item in report.refused]
        typer.echo(
            json.dumps(
                {
                    "accepted": report.accepted,
                    "unchanged": report.unchanged,
                    "refused": refused,
                    "passages": report.passages,
                }
            )
        )
    else:
        _show_intake(report)
    raise typer.Exit(1 if report.refused else 0)


def _show_intake(report: "IngestReport") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(
        f"{len(report.accepted)} accepted ({report.passages} passages), {len(report.unchanged)} unchanged,"
        f" {len(report.refused)} refused"
    )
    if report.refused:
        table = Table("refused", "why")
        for item in report.refused:
            table.add_row(item.path, item.reason)
        console.print(table)


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
    with _progress(f"{task}") as progress:
        written = generate(chosen, Context(_settings(site=site), data, corpus, live), out, progress)
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
        present(_settings(), task, data, predictions, as_json=as_json, report=report, fail_under=fail_under or [])
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
    from tempfile import TemporaryDirectory

    from eval.context import Context
    from eval.report import present
    from eval.run import find_task, generate

    settings, chosen = _settings(site=site), find_task(task)
    with TemporaryDirectory(prefix="koban-eval-") as folder:
        out = (report or Path(folder)) / "predictions.jsonl"
        with _progress(task) as progress:
            generate(chosen, Context(settings, data, corpus, live), out, progress)
        raise typer.Exit(
            present(settings, task, data, out, as_json=as_json, report=report, fail_under=fail_under or [])
        )


@app.command()
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


@users.command("add")
def users_add(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    *,
    role: Annotated[str, typer.Option(help="officer, senior_officer, editor, evaluator or administrator.")] = "officer",
    name: Annotated[str, typer.Option("--name", help="The name that residents see.")] = "",
    area: Annotated[str | None, typer.Option(help="The area of a neighbourhood officer.")] = None,
    site: SiteOption = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
) -> None:
    """Make an account; the password is asked for, or read from stdin. There is no default password."""
    from assistant.staff import add_user

    settings = _settings(site=site)
    account = add_user(settings, username, role=role, display_name=name, area=area, password=_password(password_stdin))
    typer.echo(f"{account.username} can sign in at /officer as {account.role} of {account.site}")


def _password(from_stdin: bool) -> str:
    if from_stdin or not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\n")
        if not given:
            raise PasswordMissing("no password on stdin: write it there, or run the command in a terminal")
        return given
    asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


@users.command("list")
def users_list(site: SiteOption = None, as_json: JsonOption = False) -> None:
    """Show the accounts of the site."""
    from assistant.staff import list_users

    accounts = list_users(_settings(site=site))
    rows = [
        {"username": a.username, "name": a.display_name, "role": a.role, "area": a.area, "disabled": a.disabled}
        for a in accounts
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            typer.echo(f"{row['username']}\t{row['role']}\t{row['name']}{'  (disabled)' if row['disabled'] else ''}")


@users.command("disable")
def users_disable(username: str, site: SiteOption = None) -> None:
    """Switch an account off and end its sessions."""
    from assistant.staff import disable_user

    disable_user(_settings(site=site), username)
    typer.echo(f"{username} can no longer sign in")


@schema.command("up")
def migrate_up() -> None:
    """Bring the schema to the latest revision."""
    from storage import migrate

    with _database(_settings()) as database:
        migrate.up(database)
        typer.echo(f"the schema is at revision {migrate.current(database)}")


@schema.command("down")
def migrate_down(
    revision: Annotated[str, typer.Argument(help="How far: -1 for one step, base for an empty database.")] = "-1",
) -> None:
    """Take the schema back; the data of what is taken back is lost."""
    from storage import migrate

    with _database(_settings()) as database:
        migrate.down(database, revision)
        typer.echo(f"the schema is at revision {migrate.current(database) or 'base'}")


@schema.command("status")
def migrate_status(as_json: JsonOption = False) -> None:
    """Compare the schema with what this version needs. Exit code 1 if they differ."""
    from storage import migrate

    with _database(_settings()) as database:
        current, latest = migrate.current(database), migrate.latest()
    behind = current != latest
    if as_json:
        typer.echo(json.dumps({"current": current, "latest": latest, "up_to_date": not behind}))
    else:
        advice = ": run `koban migrate up`" if behind else ""
        typer.echo(f"revision {current or 'none'}, this version needs {latest}{advice}")
    raise typer.Exit(1 if behind else 0)


if __name__ == "__main__":
    main()

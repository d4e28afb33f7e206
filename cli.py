"""The `koban` command. Each command reads its options, makes one call and prints; `--help` loads nothing heavy.

Exit codes: 0 done; 1 done, but something was refused, wrong or below a threshold; 2 could not be done, with the reason.
"""
# ruff: noqa: PLC0415  A command imports its own parts, so that `koban --help` does not wait for search and models.

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.terminal import JsonOption, LanguageOption, LiveOption, SiteOption, progress_bar, read_settings
from assistant.thesaurus_commands import thesaurus
from eval.commands import bench, evaluation

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
app.add_typer(evaluation, name="eval")
app.add_typer(thesaurus, name="thesaurus")
app.command()(bench)
index = typer.Typer(no_args_is_help=True, help="What is derived from the database.")
app.add_typer(index, name="index")


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


@contextmanager
def _database(settings: "Settings") -> Iterator["Database"]:
    from storage.database import Database

    database = Database(settings.database())
    try:
        database.check()
        yield database
    finally:
        database.close()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    site: SiteOption = None,
) -> None:
    """Bring the database and the site's articles up to date, then serve until stopped."""
    from assistant.prepare import prepare

    settings = read_settings(host=host, port=port, site=site)
    with progress_bar("Loading articles") as progress:
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

    record = ask_once(read_settings(site=site), text, language, live)
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

    with progress_bar("Reading") as progress:
        report = take_in(read_settings(site=site), paths, language, progress)
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


@app.command()
def doctor(as_json: JsonOption = False, site: SiteOption = None) -> None:
    """Say what is wrong with this installation and how to mend it. Exit code 1 if anything is wrong."""
    from dataclasses import asdict

    from assistant.doctor import examine

    findings = examine(read_settings(site=site))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            advice = f"\n    → {finding.remedy}" if finding.remedy else ""
            typer.echo(f"{finding.verdict:8} {finding.check}: {finding.detail}{advice}")
    raise typer.Exit(1 if any(finding.verdict == "wrong" for finding in findings) else 0)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new .tar or .tar.gz; it holds personal data.")]) -> None:
    """Copy the database into one file, also while the server runs."""
    from storage.backup import back_up

    manifest = back_up(read_settings().database(), file)
    typer.echo(f"{file}: {manifest.bytes / 1e6:.1f} MB, schema {manifest.revision}, sha256 {manifest.sha256}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="What `koban backup` wrote.")]) -> None:
    """Put a backup in place, with the server stopped; the database that was there is kept beside it."""
    from storage.backup import restore as put_back

    settings = read_settings()
    manifest = put_back(settings.database(), settings.data_dir, file)
    typer.echo(f"restored the state of {manifest.created_at}; `koban serve` builds the rest anew")


@index.command("rebuild")
def index_rebuild(site: SiteOption = None) -> None:
    """Embed every passage anew and drop the derived files, with the server stopped."""
    from assistant.prepare import rebuild_index

    with progress_bar("Embedding") as progress:
        count = rebuild_index(read_settings(site=site), progress)
    typer.echo(f"{count} passages embedded")


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

    settings = read_settings(site=site)
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

    accounts = list_users(read_settings(site=site))
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

    disable_user(read_settings(site=site), username)
    typer.echo(f"{username} can no longer sign in")


@schema.command("up")
def migrate_up() -> None:
    """Bring the schema to the latest revision."""
    from storage import migrate

    with _database(read_settings()) as database:
        migrate.up(database)
        typer.echo(f"the schema is at revision {migrate.current(database)}")


@schema.command("down")
def migrate_down(
    revision: Annotated[str, typer.Argument(help="How far: -1 for one step, base for an empty database.")] = "-1",
) -> None:
    """Take the schema back; the data of what is taken back is lost."""
    from storage import migrate

    with _database(read_settings()) as database:
        migrate.down(database, revision)
        typer.echo(f"the schema is at revision {migrate.current(database) or 'base'}")


@schema.command("status")
def migrate_status(as_json: JsonOption = False) -> None:
    """Compare the schema with what this version needs. Exit code 1 if they differ."""
    from storage import migrate

    with _database(read_settings()) as database:
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

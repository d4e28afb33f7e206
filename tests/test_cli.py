"""The `koban` command: what it prints, what it leaves behind, and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app, main
from eval import bench
from settings import ROOT
from storage import migrate
from tests.running import small_site

PASSWORD = "a-long-enough-password"
HEAVY = ("torch", "sentence_transformers", "chromadb", "fastapi", "sqlalchemy", "numpy", "pydantic")


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own installation."""
    monkeypatch.setenv("KOBAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _koban(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def _refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command says that ends with exit code 2."""
    monkeypatch.setattr(sys, "argv", ["koban", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    return shown


def test_help_loads_nothing_heavy() -> None:
    """`koban --help` answers at once: no model, web framework or database is imported for it."""
    check = f"import sys, cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=ROOT)
    assert shown.stdout.strip() == "[]"


def test_every_command_is_documented() -> None:
    """The guides of operators and evaluators name each command."""
    pages = "".join((ROOT / "docs" / "guide" / f"{name}.md").read_text("utf-8") for name in ("operators", "evaluators"))
    commands = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    for group in app.registered_groups:
        subcommands = group.typer_instance.registered_commands if group.typer_instance else []
        commands += [f"{group.name} {command.name}" for command in subcommands]
    assert [name for name in commands if f"koban {name}" not in pages] == []


def test_users_are_added_listed_and_disabled() -> None:
    """The first administrator comes from the command line; the database is made on the way."""
    added = _koban("users", "add", "Wrzos", "--role", "administrator", "--name", "Anna Wrzos", stdin=PASSWORD + "\n")
    assert added.exit_code == 0, added.output
    assert "wrzos can sign in" in added.output
    assert PASSWORD not in added.output
    _koban("users", "disable", "wrzos")
    listed = json.loads(_koban("users", "list", "--json").stdout)
    wanted = {"username": "wrzos", "name": "Anna Wrzos", "role": "administrator", "area": None, "disabled": True}
    assert listed == [wanted]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["users", "disable", "nobody"], "there is no account 'nobody'"),
        (["users", "list", "--site", "atlantis"], "no site 'atlantis'"),
        (["ask", " "], "the message is empty"),
        (["ask", "hello", "--language", "tlh"], "no language 'tlh'"),
        (["ingest", "--language", "tlh", "."], "no language 'tlh'"),
        (["backup", "out.tar"], "there is no database"),
        (["restore", "none.tar"], "no backup that can be read"),
        (["eval", "score", "poetry", "--data", "x", "--predictions", "y"], "there is no task 'poetry'"),
        (["eval", "generate", "route", "--data", "none.jsonl", "--out", "out.jsonl"], "none.jsonl cannot be read"),
        (["bench", "--concurrency", "many"], "write numbers parted by commas"),
    ],
)
def test_refusals_say_what_to_do(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What cannot be done ends with exit code 2 and a reason, without a traceback."""
    monkeypatch.chdir(tmp_path)
    assert message in _refused(monkeypatch, capsys, *arguments)


@pytest.mark.parametrize(("name", "value"), [("KOBAN_PORT", "abc"), ("KOBAN_LOG_LEVEL", "loud")])
def test_wrong_setting_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variable that cannot be used is named with the page that describes it."""
    monkeypatch.setenv(name, value)
    shown = _refused(monkeypatch, capsys, "migrate", "status")
    assert name in shown
    assert "docs/settings.md" in shown


def test_no_password_is_refused() -> None:
    """There is no default password."""
    command = [sys.executable, "-m", "cli", "users", "add", "wrzos"]
    shown = subprocess.run(command, input="", capture_output=True, text=True, cwd=ROOT, check=False)
    assert shown.returncode == 2
    assert "no password on stdin" in shown.stderr


def test_unexpected_errors_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only errors of this project are shown as a line; a defect stays visible."""
    monkeypatch.setattr(sys, "argv", ["koban", "bench"])
    monkeypatch.setattr(bench, "parse_concurrency", lambda given: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        main()


def test_migrations_go_up_down_and_tell() -> None:
    """`status` exits with 1 until the schema is what the code needs."""
    behind = _koban("migrate", "status", "--json")
    assert (behind.exit_code, json.loads(behind.stdout)["current"]) == (1, None)
    assert migrate.latest() in _koban("migrate", "up").output
    assert _koban("migrate", "status").exit_code == 0
    assert "base" in _koban("migrate", "down", "base").output


def test_ingest_tells_what_was_refused_and_why(tmp_path: Path) -> None:
    """Good files are taken, bad ones named; exit code 1; a second run finds them unchanged."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.md").write_text("---\ntitle: Lamps\nlanguage: en\n---\nThe lamps are lit at dusk.\n", "utf-8")
    (folder / "bad.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)
    first = _koban("ingest", str(folder), "--json")
    report = json.loads(first.stdout)
    assert first.exit_code == 1
    assert [Path(path).name for path in report["accepted"]] == ["good.md"]
    assert [Path(item["path"]).name for item in report["refused"]] == ["bad.pdf"]
    again = _koban("ingest", str(folder / "good.md"))
    assert again.exit_code == 0
    assert "1 unchanged" in again.output


def test_backup_and_restore(tmp_path: Path) -> None:
    """A backup brings the accounts back."""
    _koban("users", "add", "wrzos", stdin=PASSWORD + "\n")
    file = str(tmp_path / "b.tar.gz")
    assert _koban("backup", file).exit_code == 0
    _koban("users", "add", "lis", stdin=PASSWORD + "\n")
    assert _koban("restore", file).exit_code == 0
    assert [row["username"] for row in json.loads(_koban("users", "list", "--json").stdout)] == ["wrzos"]


def test_doctor_exits_with_1_when_something_is_wrong() -> None:
    """A schema behind is wrong, and the remedy is named."""
    _koban("migrate", "up")
    _koban("migrate", "down", "base")
    sick = _koban("doctor", "--json")
    assert sick.exit_code == 1
    wrong = [finding for finding in json.loads(sick.stdout) if finding["verdict"] == "wrong"]
    assert [finding["remedy"] for finding in wrong] == ["run `koban migrate up`"]


def test_ask_answers_with_sources(tmp_path: Path, content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message, answered from the site's articles, nothing stored."""
    monkeypatch.setenv("KOBAN_SITES_DIR", str(small_site(tmp_path / "sites", content)))
    asked = _koban("ask", "Where can I have my bicycle marked?", "--language", "en", "--json")
    record = json.loads(asked.stdout)
    assert record["outcome"] == "answered"
    assert record["citations"][0]["article"] == "bicycle-marking.en"
    assert not (tmp_path / "data").exists()


def test_eval_run_leaves_predictions_and_report(tmp_path: Path) -> None:
    """Generate and score in one go; a figure below its threshold gives exit code 1."""
    data = tmp_path / "data.jsonl"
    data.write_text('{"id": 1, "text": "A man with a knife is attacking people here", "label": "none"}\n', "utf-8")
    arguments = ["eval", "run", "emergency", "--data", str(data), "--report", str(tmp_path / "report"), "--json"]
    assert _koban(*arguments).exit_code == 0
    assert _koban(*arguments, "--fail-under", "accuracy=0.5").exit_code == 1
    left = {path.name for path in (tmp_path / "report").iterdir()}
    assert left == {"predictions.jsonl", "report.html", "results.json", "wrong.jsonl"}

"""What every command shares: settings with readable errors, a progress bar, common options. Loads nothing heavy."""
# ruff: noqa: PLC0415  Settings and rich are imported when they are used, so that `koban --help` is quick.

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from settings import Settings

SiteOption = Annotated[str | None, typer.Option("--site", help="Folder below sites/; by default KOBAN_SITE.")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="Two-letter code, such as pl.")]
LiveOption = Annotated[bool, typer.Option("--live", help="Use the installation's own articles, read only.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


class SettingsInvalid(Exception):
    """A KOBAN_* variable cannot be used; the message names it."""


def read_settings(**chosen: Any) -> "Settings":
    """Settings from the environment, with what the command line names on top. Raises SettingsInvalid."""
    from pydantic import ValidationError

    from settings import Settings

    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        wrong = "; ".join(f"KOBAN_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors())
        raise SettingsInvalid(f"these settings cannot be used: {wrong}. docs/settings.md describes each") from error


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on stderr, only where a person watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=f"{what} {name}")

"""Schema changes through Alembic: up, down, status."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database

FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def latest() -> str:
    """The revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revisions() -> set[str]:
    """Every revision that this code knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def current(database: Database) -> str | None:
    """The revision that the database has; None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def up(database: Database) -> None:
    """Bring the schema to the latest revision."""
    _run(database, command.upgrade, "head")


def down(database: Database, revision: str = "-1") -> None:
    """Take back one revision, or go down to `revision`."""
    _run(database, command.downgrade, revision)


def new_revision(database: Database, message: str) -> None:
    """Write a revision from the difference between tables.py and the database, for developers."""
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True, rev_id=message.split(maxsplit=1)[0])


def _run(database: Database, action: object, revision: str) -> None:
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        action(config, revision)  # type: ignore[operator]

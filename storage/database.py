"""The engine, and the two ways to use it: `read` for a snapshot, `write` for one transaction."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from storage.tables import Base


class DatabaseUnavailable(Exception):
    """The database cannot be opened; the message says what to do."""


class DataFolderInUse(Exception):
    """Another process owns the data folder."""


class Database:
    """One engine. SQLite runs in WAL mode with synchronous=FULL, so an acknowledged commit survives a power cut."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite and (file := make_url(url).database):
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(url, connect_args={"timeout": 30} if self.is_sqlite else {})
        if self.is_sqlite:
            event.listen(self.engine, "connect", _configure_sqlite)
            event.listen(self.engine, "begin", _begin)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        # SQLite has one writer, and whoever waits for it sleeps and tries again: here the first to come is the first.
        self._turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that holds the write lock from its start: commits at the end, rolls back on any error."""
        with self._turn, self._sessions() as session:
            if self.is_sqlite:
                session.connection(execution_options={"koban_immediate": True})
            yield session
            session.commit()

    def check(self) -> None:
        """Raises DatabaseUnavailable unless a query can be answered."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except DatabaseError as error:
            raise DatabaseUnavailable(
                f"the database at {self.url} does not answer: {error.orig}. If its file is damaged, `koban restore`"
                " brings back a backup"
            ) from error

    def create_for_tests(self) -> None:
        """All tables at once, without migrations."""
        Base.metadata.create_all(self.engine)

    def close(self) -> None:
        self.engine.dispose()


def _configure_sqlite(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # SQLAlchemy emits BEGIN itself, below
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: object) -> None:
    options = connection.get_execution_options()  # type: ignore[attr-defined]
    immediate = options.get("koban_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")  # type: ignore[attr-defined]


def lock_data_folder(folder: Path) -> IO[str]:
    """Become the one owner of `folder`; keep the returned file open as long as that holds.

    Raises DataFolderInUse naming the other process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "owner.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise DataFolderInUse(
            f"the data folder {folder} is in use by process {owner}: stop that server, or set KOBAN_DATA_DIR"
            " to another folder"
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock

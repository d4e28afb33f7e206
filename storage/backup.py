"""Backup and restore: one tar file with a manifest and a consistent copy of the SQLite database.

Everything else in the data folder is derived and is built anew when the server starts.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from storage import migrate
from storage.database import Database, lock_data_folder

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "koban.sqlite"
DERIVED = ("vectors", "lexical")
MOST_MANIFEST_BYTES = 100_000


class BackupRefused(Exception):
    """A backup cannot be made or used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `sha256` is that of the database file, `revision` its schema."""

    format: int
    created_at: str
    revision: str
    sha256: str
    bytes: int


def back_up(url: str, target: Path) -> Manifest:
    """Copy the database, also while a server writes to it, into the new file `target` (readable by its owner only).

    Raises BackupRefused.
    """
    source = _sqlite_file(url)
    if not source.is_file():
        raise BackupRefused(f"there is no database at {source}: check KOBAN_DATA_DIR")
    if target.exists():
        raise BackupRefused(f"{target} exists: choose another name, or remove it first")
    with tempfile.TemporaryDirectory(prefix="koban-backup-", dir=target.resolve().parent) as folder:
        copy = Path(folder) / DATABASE
        _copy(source, copy)
        manifest = _manifest_of(copy)
        packed = Path(folder) / "packed.tar"
        _pack(packed, copy, manifest, compress=target.suffix in (".gz", ".tgz"))
        packed.replace(target)
    return manifest


def restore(url: str, data_dir: Path, source: Path) -> Manifest:
    """Put a backup's database in place; the one that was there is kept beside it with the time in its name.

    Raises BackupRefused, or DataFolderInUse while a server runs.
    """
    place = _sqlite_file(url)
    lock = lock_data_folder(data_dir)
    try:
        with tempfile.TemporaryDirectory(prefix="koban-restore-", dir=data_dir) as folder:
            unpacked = Path(folder) / DATABASE
            manifest = _unpack(source, unpacked)
            _check(unpacked, manifest)
            _keep_aside(place)
            unpacked.replace(place)
        for name in DERIVED:
            shutil.rmtree(data_dir / name, ignore_errors=True)
        return manifest
    finally:
        lock.close()


def faults_of(url: str) -> str:
    """What SQLite's own quick check finds wrong; empty where nothing is, or on another database."""
    if not url.startswith("sqlite"):
        return ""
    with closing(sqlite3.connect(f"file:{_sqlite_file(url)}?mode=ro", uri=True)) as connection:
        return _quick_check(connection)


def _sqlite_file(url: str) -> Path:
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        raise BackupRefused(f"{parsed.drivername} has its own tools: use pg_dump and pg_restore")
    return Path(parsed.database)


def _copy(source: Path, target: Path) -> None:
    """SQLite's online backup: a consistent state, whatever is written meanwhile."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        target.chmod(0o600)
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")
        if faults := _quick_check(writing):
            raise BackupRefused(f"the database at {source} is damaged: {faults}. Restore the last good backup")


def _quick_check(connection: sqlite3.Connection) -> str:
    try:
        rows = connection.execute("PRAGMA quick_check").fetchall()
    except sqlite3.DatabaseError as error:
        return str(error)
    found = "; ".join(str(row[0]) for row in rows[:3])
    return "" if found == "ok" else found


def _manifest_of(copy: Path) -> Manifest:
    database = Database(f"sqlite:///{copy}")
    try:
        revision = migrate.current(database) or ""
    finally:
        database.close()
    # Opening it may have switched it to WAL; the copy must be one file.
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(FORMAT, at, revision, _sha256(copy), copy.stat().st_size)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(packed: Path, copy: Path, manifest: Manifest, *, compress: bool) -> None:
    text = json.dumps(asdict(manifest), indent=2).encode()
    with tarfile.open(packed, "w:gz" if compress else "w") as archive:
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(text), 0o600
        archive.addfile(entry, io.BytesIO(text))
        archive.add(copy, DATABASE)
    packed.chmod(0o600)


def _unpack(source: Path, target: Path) -> Manifest:
    """Only the two files that belong there are read, wherever the archive says it would put them."""
    try:
        with tarfile.open(source) as archive:
            manifest = _read_manifest(source, archive)
            member = archive.extractfile(DATABASE)
            if member is None:
                raise BackupRefused(f"{source} holds no database")
            with member, target.open("wb") as file:
                target.chmod(0o600)
                shutil.copyfileobj(member, file)
                file.flush()
                os.fsync(file.fileno())
            return manifest
    except (OSError, tarfile.TarError, EOFError, KeyError) as error:
        raise BackupRefused(f"{source} is no backup that can be read: {error}") from error


def _read_manifest(source: Path, archive: tarfile.TarFile) -> Manifest:
    member = archive.extractfile(MANIFEST)
    if member is None:
        raise BackupRefused(f"{source} has no {MANIFEST}: it was not made by `koban backup`")
    with member:
        try:
            raw: Mapping[str, object] = json.loads(member.read(MOST_MANIFEST_BYTES))
            manifest = Manifest(
                format=int(str(raw["format"])),
                created_at=str(raw["created_at"]),
                revision=str(raw["revision"]),
                sha256=str(raw["sha256"]),
                bytes=int(str(raw["bytes"])),
            )
        except (ValueError, TypeError, KeyError) as error:
            raise BackupRefused(f"the {MANIFEST} in {source} cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise BackupRefused(f"{source} is of format {manifest.format}, this version reads {FORMAT}: update first")
    return manifest


def _check(unpacked: Path, manifest: Manifest) -> None:
    if _sha256(unpacked) != manifest.sha256:
        raise BackupRefused("the backup is damaged: the database in it does not have the SHA-256 of its manifest")
    if manifest.revision and manifest.revision not in migrate.revisions():
        raise BackupRefused(f"the backup is of a newer version (schema {manifest.revision}): update first")
    with closing(sqlite3.connect(f"file:{unpacked}?mode=ro", uri=True)) as connection:
        if faults := _quick_check(connection):
            raise BackupRefused(f"the database in the backup is damaged: {faults}")


def _keep_aside(place: Path) -> None:
    """What is restored over stays, as one file: a mistake must not cost the data."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        return
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    try:
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        # A damaged database is the very reason to restore; its write-ahead log is kept with it.
        log = place.with_name(f"{place.name}-wal")
        if log.exists():
            log.replace(place.with_name(f"{place.name}.before-{stamp}-wal"))
    place.replace(place.with_name(f"{place.name}.before-{stamp}"))
    for suffix in ("-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)

"""Backup and restore: what was acknowledged comes back, and nothing damaged is put in place."""

import io
import json
import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import migrate
from storage.accounts import AccountStore
from storage.backup import BackupRefused, back_up, faults_of, restore
from storage.database import Database, DataFolderInUse, lock_data_folder
from storage.tables import Officer


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'koban.sqlite'}"


def _officer(name: str) -> Officer:
    return Officer(
        id=name,
        username=name,
        display_name=name,
        password_hash="-",
        role="officer",
        site="nadrzecze",
        disabled=False,
        created_at=datetime.now(UTC),
    )


def _names(folder: Path) -> list[str]:
    database = Database(_url(folder))
    names = [row.username for row in AccountStore(database).all()]
    database.close()
    return names


def _add(folder: Path, name: str) -> None:
    database = Database(_url(folder))
    AccountStore(database).add(_officer(name))
    database.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one account in its database."""
    folder = tmp_path / "data"
    database = Database(_url(folder))
    migrate.up(database)
    database.close()
    _add(folder, "anna")
    return folder


@pytest.mark.parametrize("name", ["backup.tar", "backup.tar.gz"])
def test_restored_is_what_was_backed_up(data: Path, tmp_path: Path, name: str) -> None:
    """What came later is gone from the database, and kept beside it."""
    manifest = back_up(_url(data), tmp_path / name)
    _add(data, "marek")
    assert restore(_url(data), data, tmp_path / name) == manifest
    assert _names(data) == ["anna"]
    aside = next(data.glob("koban.sqlite.before-*"))
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("select count(*) from officer").fetchone() == (2,)


def test_backup_is_taken_while_others_write(data: Path, tmp_path: Path) -> None:
    """An open transaction is not in it, and is not in its way."""
    database = Database(_url(data))
    with database.write() as session:
        session.add(_officer("ewa"))
        session.flush()
        back_up(_url(data), tmp_path / "b.tar")
    database.close()
    restore(_url(data), data, tmp_path / "b.tar")
    assert _names(data) == ["anna"]


def test_backup_is_readable_by_its_owner_only(data: Path, tmp_path: Path) -> None:
    """It holds what residents wrote."""
    back_up(_url(data), tmp_path / "b.tar")
    assert (tmp_path / "b.tar").stat().st_mode & 0o077 == 0


def test_backup_overwrites_nothing(data: Path, tmp_path: Path) -> None:
    """An existing file is somebody's backup."""
    (tmp_path / "b.tar").write_text("precious")
    with pytest.raises(BackupRefused, match="exists"):
        back_up(_url(data), tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "precious"


def test_missing_database_is_refused(tmp_path: Path) -> None:
    """There is nothing to back up, and none is made."""
    with pytest.raises(BackupRefused, match="no database"):
        back_up(_url(tmp_path), tmp_path / "b.tar")
    assert list(tmp_path.iterdir()) == []


def test_other_databases_have_their_own_tools(tmp_path: Path) -> None:
    """PostgreSQL is pointed to pg_dump."""
    with pytest.raises(BackupRefused, match="pg_dump"):
        back_up("postgresql://host/koban", tmp_path / "b.tar")


def test_restore_waits_for_the_server_to_stop(data: Path, tmp_path: Path) -> None:
    """A database is never replaced under a running server."""
    back_up(_url(data), tmp_path / "b.tar")
    lock = lock_data_folder(data)
    with pytest.raises(DataFolderInUse):
        restore(_url(data), data, tmp_path / "b.tar")
    lock.close()


def test_restore_into_an_empty_folder(data: Path, tmp_path: Path) -> None:
    """A new machine starts from a backup."""
    back_up(_url(data), tmp_path / "b.tar")
    restore(_url(tmp_path / "new"), tmp_path / "new", tmp_path / "b.tar")
    assert _names(tmp_path / "new") == ["anna"]


def _tampered(source: Path, target: Path, **changes: object) -> Path:
    """A backup with other values in its manifest."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        manifest = json.load(old.extractfile("manifest.json") or io.BytesIO())
        text = json.dumps(manifest | changes).encode()
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(text)
        new.addfile(entry, io.BytesIO(text))
        new.addfile(old.getmember("koban.sqlite"), old.extractfile("koban.sqlite"))
    return target


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, "damaged"),
        ({"revision": "9999"}, "newer version"),
        ({"format": 2}, "format 2"),
        ({"bytes": None}, "cannot be read"),
    ],
)
def test_unfit_backups_change_nothing(data: Path, tmp_path: Path, changes: dict[str, object], message: str) -> None:
    """Damage, a newer schema and an unknown format are found before anything is replaced."""
    back_up(_url(data), tmp_path / "b.tar")
    _add(data, "marek")
    with pytest.raises(BackupRefused, match=message):
        restore(_url(data), data, _tampered(tmp_path / "b.tar", tmp_path / "bad.tar", **changes))
    assert _names(data) == ["anna", "marek"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08broken"])
def test_what_is_no_backup_is_refused(data: Path, tmp_path: Path, content: bytes) -> None:
    """Any other file is named as such."""
    (tmp_path / "b.tar").write_bytes(content)
    with pytest.raises(BackupRefused, match="no backup"):
        restore(_url(data), data, tmp_path / "b.tar")


def test_archive_without_manifest_is_refused(data: Path, tmp_path: Path) -> None:
    """A tar file of something else is no backup, wherever it would unpack to."""
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../../evil"))
    with pytest.raises(BackupRefused, match="no backup"):
        restore(_url(data), data, tmp_path / "b.tar")


def test_damaged_database_is_replaced_and_kept(data: Path, tmp_path: Path) -> None:
    """Restoring is what one does when the database cannot be opened any more."""
    back_up(_url(data), tmp_path / "b.tar")
    (data / "koban.sqlite").write_bytes(b"SQLite format 3\x00" + b"\x00" * 2000)
    assert faults_of(_url(data))
    restore(_url(data), data, tmp_path / "b.tar")
    assert _names(data) == ["anna"]
    assert faults_of(_url(data)) == ""

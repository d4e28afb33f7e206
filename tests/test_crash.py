"""Killed at any moment: no acknowledged message is lost, none is doubled, no half document can be found."""

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from settings import ROOT
from storage.articles import ArticleStore
from storage.database import Database
from tests.running import KOBAN, RunningServer, small_site

pytestmark = pytest.mark.timeout(500)


def _send(server: RunningServer, talk: dict[str, Any], key: str) -> bool:
    """True if the server acknowledged."""
    try:
        response = httpx.post(
            f"{server.url}/api/v1/conversations/{talk['id']}/messages",
            json={"text": f"Gdzie oznakuję rower? {key}", "client_message_id": key},
            headers={"Authorization": f"Bearer {talk['token']}"},
            timeout=20,
        )
    except httpx.TransportError:
        return False
    return response.status_code == 200


def test_kill_loses_no_acknowledged_message(library_folder: Path, content: Path, tmp_path: Path) -> None:
    """Four residents write while the server is killed; what was acknowledged is there once, and sending goes on."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(library_folder / "koban.sqlite", data / "koban.sqlite")
    server = RunningServer(data, small_site(tmp_path / "sites", content)).wait_ready()
    try:
        talks = [httpx.post(f"{server.url}/api/v1/conversations", json={}).json() for _ in range(4)]
        acknowledged: list[set[str]] = [set() for _ in talks]
        stop = threading.Event()

        def write(at: int) -> None:
            number = 0
            while not stop.is_set():
                if _send(server, talks[at], f"m{number}"):
                    acknowledged[at].add(f"m{number}")
                number += 1

        threads = [threading.Thread(target=write, args=(at,)) for at in range(4)]
        for thread in threads:
            thread.start()
        while not all(acknowledged):
            time.sleep(0.02)
        time.sleep(1.0)
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        server.restart()
        assert sum(len(keys) for keys in acknowledged) > 4
        for talk, keys in zip(talks, acknowledged, strict=True):
            _check(server, talk, keys)
    finally:
        server.stop()


def _check(server: RunningServer, talk: dict[str, Any], keys: set[str]) -> None:
    for key in sorted(keys):
        assert _send(server, talk, key)
    messages = httpx.get(
        f"{server.url}/api/v1/conversations/{talk['id']}", headers={"Authorization": f"Bearer {talk['token']}"}
    ).json()["messages"]
    said = [message["text"] for message in messages if message["author"] == "resident"]
    assert {text.rsplit(" ", 1)[1] for text in said} >= keys
    assert len(said) == len(set(said))
    assert [message["sequence"] for message in messages] == list(range(1, len(messages) + 1))
    assert len(messages) == 2 * len(said)


def test_second_server_on_the_same_folder_is_refused(library_folder: Path, content: Path, tmp_path: Path) -> None:
    """A second server says who owns the folder and what to do, and ends with 2."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(library_folder / "koban.sqlite", data / "koban.sqlite")
    sites = small_site(tmp_path / "sites", content)
    server = RunningServer(data, sites).wait_ready()
    try:
        environment = os.environ | {"KOBAN_DATA_DIR": str(data), "KOBAN_SITES_DIR": str(sites), "KOBAN_PORT": "1"}
        second = subprocess.run(
            [*KOBAN, "serve"], env=environment, capture_output=True, text=True, cwd=ROOT, check=False
        )
        assert second.returncode == 2
        assert str(server.process.pid) in second.stderr
        assert "KOBAN_DATA_DIR" in second.stderr
    finally:
        server.stop()


def test_killed_intake_leaves_no_half_document(tmp_path: Path) -> None:
    """Intake killed in the middle leaves whole documents only; running it again takes in the rest."""
    folder, data = tmp_path / "documents", tmp_path / "data"
    folder.mkdir()
    for slug in ("animals", "fireworks", "speeding", "stalking"):
        for copy in range(12):
            text = (ROOT / "knowledge_base" / "content" / "en" / f"{slug}.md").read_text(encoding="utf-8")
            (folder / f"{slug}-{copy}.md").write_text(text.replace(f"id: {slug}.en", f"id: {slug}-{copy}.en"))
    environment = os.environ | {"KOBAN_DATA_DIR": str(data), "OMP_NUM_THREADS": "1"}
    command = [*KOBAN, "ingest", str(folder)]
    first = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    store = ArticleStore(Database(f"sqlite:///{data / 'koban.sqlite'}"), "nadrzecze")
    ends = time.monotonic() + 120
    while first.poll() is None and time.monotonic() < ends and not _some(store):
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    _assert_whole(store)
    subprocess.run(command, env=environment, capture_output=True, cwd=ROOT, check=True)
    assert len(store.hashes()) == 48
    _assert_whole(store)


def _some(store: ArticleStore) -> bool:
    tables = Path(store._database.url.removeprefix("sqlite:///"))
    if not tables.exists() or tables.stat().st_size == 0:
        return False
    with store._database.engine.connect() as connection:
        if not store._database.engine.dialect.has_table(connection, "article"):
            return False
    return bool(store.hashes())


def _assert_whole(store: ArticleStore) -> None:
    """Each stored article has the passages that its text is cut into, each with its vector."""
    found: dict[str, list[str]] = {}
    for passage in store.passages():
        assert passage.vector
        found.setdefault(passage.article, []).append(passage.text)
    assert set(found) == set(store.hashes())
    by_slug: dict[str, set[tuple[str, ...]]] = {}
    for article, texts in found.items():
        by_slug.setdefault(article.rsplit("-", 1)[0], set()).add(tuple(texts))
    assert all(len(variants) == 1 for variants in by_slug.values())

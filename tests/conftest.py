"""Shared by all tests: no network beyond this machine, one installation over the demonstration site."""

import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from assistant.bootstrap import Installation, Tools, assemble, load_tools
from knowledge_base.embedding import Embedder, build_embeddings
from knowledge_base.ingest import ingest
from server import create_app, parts_of
from settings import ROOT, Settings
from sites import load_site
from storage import migrate
from storage.articles import ArticleStore
from storage.database import Database

WORKING_MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CONTENT = {
    "en": ["bicycle-marking", "noise-at-night", "safety-map", "telephone-and-doorstep-scams"],
    "pl": ["bicycle-marking", "noise-at-night", "telephone-and-doorstep-scams", "fireworks"],
    "uk": ["noise-at-night"],
}


class NetworkForbidden(Exception):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """Connections to other machines fail at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise NetworkForbidden(f"tests may not connect to {host}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """A test that sets up logs does so for itself: the stream it wrote to is closed when it ends."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small part of the demonstration articles: enough for answers in and across languages."""
    folder = tmp_path_factory.mktemp("content")
    for language, slugs in CONTENT.items():
        for slug in slugs:
            shutil.copy(ROOT / "knowledge_base" / "content" / language / f"{slug}.md", folder / f"{slug}.{language}.md")
    return folder


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real model, loaded once."""
    return build_embeddings(Settings())


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory, content: Path, embedder: Embedder) -> Path:
    """A data folder with a migrated database and the articles taken in."""
    folder = tmp_path_factory.mktemp("data")
    database = Database(f"sqlite:///{folder / 'koban.sqlite'}")
    migrate.up(database)
    ingest([content], ArticleStore(database, "nadrzecze"), embedder)
    database.close()
    return folder


@pytest.fixture(scope="session")
def tools() -> Tools:
    """Rules and trained models, loaded once."""
    return load_tools()


@pytest.fixture
def installation(library_folder: Path, tmp_path: Path, embedder: Embedder, tools: Tools) -> Iterator[Installation]:
    """A whole installation of its own: copied database, real search, a clock on a working Monday."""
    shutil.copy(library_folder / "koban.sqlite", tmp_path / "koban.sqlite")
    settings = Settings(data_dir=tmp_path)
    site = load_site(settings.sites_dir, settings.site)
    database = Database(settings.database())
    yield assemble(settings, site, database, lambda: WORKING_MONDAY, embedder, tools)
    database.close()


@pytest.fixture
def client(installation: Installation) -> TestClient:
    """The whole application over HTTP semantics, without a socket."""
    app = create_app(installation.settings)
    app.state.services = parts_of(installation)
    return TestClient(app)

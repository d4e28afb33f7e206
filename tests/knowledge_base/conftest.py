"""Parts that several tests of the knowledge base share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings
from storage.articles import ArticleStore
from storage.database import Database
from tests.knowledge_base.doubles import HashedGrams


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own, vectors in memory."""
    return Settings(data_dir=tmp_path / "data", vector_store="none", _env_file=None)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database())
    database.create_for_tests()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> ArticleStore:
    return ArticleStore(database, "nadrzecze")


@pytest.fixture
def embedder() -> HashedGrams:
    return HashedGrams()

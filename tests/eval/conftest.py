"""An evaluation over a few articles of the demonstration site, with a model-free embedder."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import Tools
from eval.context import Context
from settings import Settings
from tests.knowledge_base.doubles import HashedGrams
from tests.running import small_site

Write = Callable[[str, Iterable[Mapping[str, Any]]], Path]
NewContext = Callable[..., Context]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written to the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, content: Path) -> Path:
    return small_site(tmp_path_factory.mktemp("sites"), content)


@pytest.fixture
def settings(sites: Path, tmp_path: Path) -> Settings:
    return Settings(sites_dir=sites, data_dir=tmp_path / "data")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write objects as JSON Lines."""

    def lines(name: str, values: Iterable[Mapping[str, Any]]) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
        return path

    return lines


@pytest.fixture
def new_context(settings: Settings, tools: Tools) -> NewContext:
    """A run's context over `data`."""

    def context(data: Path, corpus: Path | None = None) -> Context:
        return Context(settings, data, corpus, embedder=HashedGrams(), tools=tools)

    return context


@pytest.fixture
def beir(write: Write, tmp_path: Path) -> Path:
    """A BEIR folder: three documents, three questions, one of them unanswerable."""
    write(
        "beir/corpus.jsonl",
        [
            {
                "_id": "d1",
                "title": "Lamps",
                "text": "The lamps on the bridge are lit at dusk.",
                "metadata": {"lang": "en"},
            },
            {"_id": "d2", "title": "Dogs", "text": "A dog must be on a lead in the park.", "metadata": {"lang": "en"}},
            {"_id": "d3", "title": "Boats", "text": "Boats may be moored for three days at the quay."},
        ],
    )
    write(
        "beir/queries.jsonl",
        [
            {"_id": "q1", "text": "When are the lamps on the bridge lit?", "metadata": {"lang": "en"}},
            {"_id": "q2", "text": "How long may a boat be moored at the quay?", "metadata": {"lang": "en"}},
            {"_id": "q3", "text": "Who painted the dog?", "metadata": {"lang": "en", "answerable": False}},
        ],
    )
    qrels = tmp_path / "beir" / "qrels" / "test.tsv"
    qrels.parent.mkdir()
    qrels.write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td3\t1\nq3\td2\t1\n", encoding="utf-8")
    return tmp_path / "beir"

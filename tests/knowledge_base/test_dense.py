"""Vectors in memory and in Chroma."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.dense import NEAREST, ChromaVectors, IndexUnavailable, MemoryVectors, embed_passages
from knowledge_base.types import Passage
from tests.knowledge_base.doubles import HashedGrams

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Chroma's own


def passages(count: int, language: str = "en") -> list[Passage]:
    return [
        Passage(f"s:{language}{n}:1:0", f"{language}{n}", 1, 0, language, "", "", 0, 9, f"topic number{n} of {n * 7}")
        for n in range(count)
    ]


def test_chroma_agrees_with_the_exact_product(tmp_path: Path) -> None:
    """The nearest passages have their exact cosine; the rest are no nearer than these."""
    embedder, given = HashedGrams(), passages(NEAREST + 60) + passages(3, "pl")
    vectors = embed_passages(given, embedder)
    chroma = ChromaVectors(tmp_path / "vectors", "site", "hashed")
    chroma.update(given, vectors)
    question = embedder.encode_query("topic number7")
    exact = MemoryVectors(given, vectors).similarities(question, "en")
    found = chroma.similarities(question, "en")
    assert exact is not None
    assert found is not None
    best = np.argsort(-exact)[:5]
    assert found[best] == pytest.approx(exact[best], abs=1e-4)
    assert found.min() >= np.sort(exact)[-NEAREST - 5] - 1e-4
    assert chroma.similarities(question, "fi") is None
    chroma.close()


def test_chroma_follows_the_database(tmp_path: Path) -> None:
    """Withdrawn, changed and new passages are the only ones written; a second opening finds them."""
    embedder, given = HashedGrams(), passages(5)
    chroma = ChromaVectors(tmp_path / "vectors", "site", "hashed")
    chroma.update(given, embed_passages(given, embedder))
    changed = [replace(given[0], text="fireworks"), *given[2:]]
    chroma.update(changed, embed_passages(changed, embedder))
    found = chroma.similarities(embedder.encode_query("fireworks"), "en")
    assert found is not None
    assert len(found) == 4
    assert found[0] == pytest.approx(1.0, abs=1e-4)
    chroma.close()
    again = ChromaVectors(tmp_path / "vectors", "site", "hashed")
    again.update(changed, embed_passages(changed, embedder))
    assert again.similarities(embedder.encode_query("fireworks"), "en") == pytest.approx(found)
    again.update([], np.zeros((0, 64), np.float32))
    assert again.similarities(embedder.encode_query("fireworks"), "en") is None
    again.close()


def test_a_damaged_index_names_the_command(tmp_path: Path) -> None:
    """Garbage in Chroma's file is refused with what to do."""
    (tmp_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexUnavailable, match="koban index rebuild"):
        ChromaVectors(tmp_path, "site", "hashed")

"""The embedding model from its wheel."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.embedding import (
    WHEEL_SHA256,
    EmbeddingUnavailable,
    SentenceTransformerEmbeddings,
    build_embeddings,
    verify,
    wheel_folder,
)
from settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own


@pytest.fixture(scope="module")
def model() -> SentenceTransformerEmbeddings:
    return build_embeddings(Settings(_env_file=None))


def test_the_wheel_brings_the_published_weights() -> None:
    """Its checksum is the one that the model was published with."""
    verify(wheel_folder() / "model.safetensors", WHEEL_SHA256)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    """A changed or missing file is named, with what to do."""
    weights = tmp_path / "model.safetensors"
    with pytest.raises(EmbeddingUnavailable, match="is missing"):
        verify(weights, WHEEL_SHA256)
    weights.write_bytes(b"other")
    with pytest.raises(EmbeddingUnavailable, match="make setup"):
        verify(weights, WHEEL_SHA256)


def test_a_model_that_is_none_is_refused(tmp_path: Path) -> None:
    """An empty folder as model is named in the error."""
    settings = Settings(embedding_model=str(tmp_path), _env_file=None)
    with pytest.raises(EmbeddingUnavailable, match="KOBAN_EMBEDDING_MODEL"):
        build_embeddings(settings)


def test_vectors_are_normalised_and_keep_their_order(model: SentenceTransformerEmbeddings) -> None:
    """Sorting by length inside does not change which vector belongs to which text."""
    texts = ["A rather long sentence about bicycles, locks and thieves in the night.", "Dog.", "Fireworks at night"]
    vectors = model.encode(texts)
    assert vectors.shape == (3, model.dimension) == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[1] == pytest.approx(model.encode_query("Dog."), abs=1e-5)


def test_langchain_gets_the_same_vectors(model: SentenceTransformerEmbeddings) -> None:
    """The LangChain interface and our own agree."""
    assert model.embed_query("Dog.") == pytest.approx(model.encode_query("Dog.").tolist())
    assert model.embed_documents([]) == []


def test_meaning_is_near(model: SentenceTransformerEmbeddings) -> None:
    """A paraphrase is nearer than another topic."""
    bike, theft, cake = model.encode(["Someone stole my bike", "bicycle theft", "chocolate cake recipe"])
    assert bike @ theft > bike @ cake + 0.2


def test_the_wheel_speaks_english_others_all() -> None:
    """Languages come from the settings, else from the model."""
    assert build_embeddings(Settings(_env_file=None)).languages == frozenset({"en"})
    named = Settings(embedding_languages="en, nl", _env_file=None)
    assert build_embeddings(named).languages == frozenset({"en", "nl"})

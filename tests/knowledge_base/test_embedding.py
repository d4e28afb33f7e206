"""The embedding of our own, and the one that comes by wheel."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from knowledge_base.embedding import (
    OWN_FOLDER,
    WHEEL_MODEL,
    WHEEL_SHA256,
    EmbeddingUnavailable,
    SentenceTransformerEmbeddings,
    TokenVectors,
    build_embeddings,
    verify,
    wheel_folder,
)
from settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own


@pytest.fixture(scope="module")
def model() -> SentenceTransformerEmbeddings:
    built = build_embeddings(Settings(embedding_model=WHEEL_MODEL, _env_file=None))
    assert isinstance(built, SentenceTransformerEmbeddings)
    return built


@pytest.fixture(scope="module")
def own() -> TokenVectors:
    built = build_embeddings(Settings(_env_file=None))
    assert isinstance(built, TokenVectors)
    return built


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The own model in a folder that a test may damage."""
    return Path(shutil.copytree(OWN_FOLDER, tmp_path / "model"))


def test_the_own_model_is_one_of_its_ecosystem(own: TokenVectors) -> None:
    """sentence-transformers loads the folder without remote code, and gives the vectors that search works with."""
    texts = ["Jak zgłosić kradzież roweru?", "Сусіди шумлять щоночі", "Where is the lost property office?"]
    theirs = SentenceTransformer(str(OWN_FOLDER), device="cpu").encode(texts, normalize_embeddings=True)
    assert own.encode(texts) == pytest.approx(theirs, abs=2e-3)
    assert own.encode_query(texts[1]) == pytest.approx(theirs[1], abs=2e-3)


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("Jak zgłosić kradzież roweru?", "My bicycle was stolen", "How late may music be played?"),
        ("Сусіди шумлять щоночі", "noisy neighbours at night", "How do I renew my passport?"),
        ("Naapurini lyö vaimoaan", "domestic violence", "Where can I find my lost keys?"),
        ("Jag blev lurad av en falsk nätbutik", "fake online shop", "dangerous dog in the park"),
    ],
)
def test_the_own_model_crosses_languages(own: TokenVectors, text: str, same: str, other: str) -> None:
    """What is meant is nearer than another topic, whatever the letters."""
    asked = own.encode_query(text)
    assert asked @ own.encode_query(same) > asked @ own.encode_query(other) + 0.1


@pytest.mark.parametrize("text", ["", "😀😀", "1234 5678", "ᚠᚢᚦ", "word " * 10_000, "Как дела, соседи шумят"])
def test_the_own_model_takes_any_text(own: TokenVectors, text: str) -> None:
    """Nothing, emoji, digits, unknown scripts, 10,000 words: a vector of length one, or of zeros."""
    vector = own.encode_query(text)
    assert vector.shape == (own.dimension,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1 if vector.any() else 0, abs=1e-4)


def test_a_damaged_own_model_is_refused(copied: Path) -> None:
    """Its checksum is named, and where to get the file again."""
    with (copied / "model.safetensors").open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    with pytest.raises(EmbeddingUnavailable, match=r"damaged \(sha256 \w+.*from the repository"):
        TokenVectors(copied, "own")


def test_an_incomplete_own_model_is_refused(copied: Path) -> None:
    """A missing file is named."""
    (copied / "tokenizer.json").unlink()
    with pytest.raises(EmbeddingUnavailable, match=r"tokenizer\.json is missing"):
        TokenVectors(copied, "own")


def test_the_wheel_brings_the_published_weights() -> None:
    """Its checksum is the one that the model was published with."""
    verify(wheel_folder() / "model.safetensors", WHEEL_SHA256, "")


def test_other_weights_are_refused(tmp_path: Path) -> None:
    """A changed or missing file is named, with what to do."""
    weights = tmp_path / "model.safetensors"
    with pytest.raises(EmbeddingUnavailable, match="is missing"):
        verify(weights, WHEEL_SHA256, "run `make setup`")
    weights.write_bytes(b"other")
    with pytest.raises(EmbeddingUnavailable, match="make setup"):
        verify(weights, WHEEL_SHA256, "run `make setup`")


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


def test_which_languages_a_model_speaks(model: SentenceTransformerEmbeddings, own: TokenVectors) -> None:
    """Languages come from the settings, else from the model: the wheel's speaks English, the own one all."""
    assert model.languages == frozenset({"en"})
    assert own.languages is None
    named = Settings(embedding_model=WHEEL_MODEL, embedding_languages="en, nl", _env_file=None)
    assert build_embeddings(named).languages == frozenset({"en", "nl"})

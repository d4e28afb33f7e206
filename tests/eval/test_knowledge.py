"""Knowledge bases of evaluation: the site's articles and BEIR corpora, in memory."""

from pathlib import Path

import numpy as np
import pytest

from eval.knowledge import corpus_library, read_corpus, site_library
from eval.records import DataRefused
from eval.vector_cache import CachedEmbedder
from settings import Settings
from sites import load_site
from tests.eval.conftest import Write
from tests.knowledge_base.doubles import HashedGrams


def test_site_articles_are_found_without_a_database(settings: Settings) -> None:
    """The articles that a site brings are searched in memory, and no data folder appears."""
    site = load_site(settings.sites_dir, settings.site)
    library = site_library(settings, site, HashedGrams())
    hits = library.search("gdzie oznakuję rower", "pl", 3, ["pl"])
    assert hits[0].passage.article == "bicycle-marking.pl"
    assert not settings.data_dir.exists()


def test_documents_without_language_take_that_of_the_corpus(beir: Path) -> None:
    """A document that names no language is searched in the one that most of its kind are in."""
    assert {document.id: document.metadata.lang for document in read_corpus(beir)}["d3"] == "en"


def test_corpus_offsets_are_those_of_the_document(beir: Path) -> None:
    """A passage is the document's own text."""
    library = corpus_library(beir, HashedGrams())
    hit = library.search("boats at the quay", "en", 1, ["en"])[0]
    assert hit.passage.article == "d3"
    assert hit.passage.text == "Boats may be moored for three days at the quay."


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "no documents"),
        ([{"_id": "a"}], "line 1: text"),
        ([{"_id": "a", "text": "x"}, {"_id": "a", "text": "y"}], "more than once"),
        ([{"_id": "a", "text": "x", "metadata": {"lang": "tlh"}}], "no language 'tlh'"),
    ],
)
def test_broken_corpus_is_refused(write: Write, lines: list[dict[str, object]], message: str) -> None:
    """Empty, malformed and doubled documents are named."""
    folder = write("broken/corpus.jsonl", lines).parent
    with pytest.raises(DataRefused, match=message):
        read_corpus(folder)


def test_vectors_are_computed_once(tmp_path: Path) -> None:
    """A second run asks the model only for what is new, and gets the same vectors in the same order."""
    first, second = HashedGrams(), HashedGrams()
    made = CachedEmbedder(first, folder=tmp_path).encode(["one", "two"])
    again = CachedEmbedder(second, folder=tmp_path).encode(["two", "three", "one"])
    assert second.batches == [1]
    np.testing.assert_array_equal(again[[2, 0]], made)


def test_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    """The cache holds nothing that cannot be computed."""
    embedder = HashedGrams()
    CachedEmbedder(embedder, folder=tmp_path).encode(["one"])
    next(tmp_path.glob("*.npz")).write_bytes(b"broken")
    CachedEmbedder(embedder, folder=tmp_path).encode(["one"])
    assert embedder.batches == [1, 1]


def test_models_do_not_share_vectors(tmp_path: Path) -> None:
    """Another model's name is another file."""
    CachedEmbedder(HashedGrams("one"), folder=tmp_path).encode(["text"])
    other = HashedGrams("other")
    CachedEmbedder(other, folder=tmp_path).encode(["text"])
    assert other.batches == [1]

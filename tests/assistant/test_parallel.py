"""The parallel texts: the same lines in ten languages."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.classifier import TRAINING, read_parallel
from assistant.reporting.urgency import category_facts
from assistant.types import Route
from knowledge_base.embedding import OWN_FOLDER
from scripts.embedding_data import DataMissing, bags_of, field_pairs, held_out, public_pairs
from sites.site import LANGUAGES

LINES = read_parallel(TRAINING / "parallel")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_every_line(language: str) -> None:
    """No line is missing, doubled or empty, and few are the English words themselves."""
    english = {identifier: text for code, _, text, identifier in LINES if code == "en"}
    here = {identifier: text for code, _, text, identifier in LINES if code == language}
    assert len(english) >= 3000
    assert here.keys() == english.keys()
    assert sum(code == language for code, *_ in LINES) == len(here)
    assert all(text.strip() for text in here.values())
    if language != "en":
        assert sum(here[key].casefold() == english[key].casefold() for key in english) < 0.01 * len(english)


def test_labels_are_routes_categories_and_topics() -> None:
    """Whatever trains a classifier is a label that it knows."""
    labels = {label.partition(":")[::2] for _, label, _, _ in LINES}
    assert {route for route, _ in labels} == {*Route, "passage"}
    assert {about for route, about in labels if route == "report" and about} == set(category_facts())
    topics = {path.stem for path in (TRAINING.parents[1] / "knowledge_base" / "content" / "pl").glob("*.md")}
    assert {about for route, about in labels if route == "enquiry" and about} == {*topics, "other"}


def test_held_out_lines_are_never_trained_on() -> None:
    """One line in ten, the same in every language, is kept for measuring."""
    trained = {pair.one for pair in field_pairs("fi", held=False)}
    measured = {pair.one for pair in field_pairs("fi", held=True)}
    assert not trained & measured
    assert 0.07 < len(measured) / (len(trained) + len(measured)) < 0.13
    assert held_out("q-0001") == held_out("q-0001")


def test_missing_parallel_text_says_what_to_bring(tmp_path: Path) -> None:
    """An empty folder is refused with the form that is needed; lines of another form are passed over."""
    with pytest.raises(DataMissing, match=r"pl\.tsv\.gz"):
        public_pairs(tmp_path)
    with gzip.open(tmp_path / "pl.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("dog\tpies\twiktionary\nbroken line\nGood evening\tDobry wieczór\tntrex\n")
    assert [(pair.other, pair.kind) for pair in public_pairs(tmp_path)["pl"]] == [
        ("pies", "word"),
        ("Dobry wieczór", "sentence"),
    ]


def test_bags_keep_texts_apart() -> None:
    """Tokens of any choice of texts come in their order with their beginnings; an empty text has one token."""
    tokenizer = Tokenizer.from_file(str(OWN_FOLDER / "tokenizer.json"))
    texts = ["hałas w nocy", "", "Diebstahl"]
    bags = bags_of(tokenizer, texts)
    tokens, begins = bags.take(np.array([2, 0, 1]))
    expected = [tokenizer.encode(text, add_special_tokens=False).ids or [0] for text in (texts[2], texts[0], texts[1])]
    assert tokens.tolist() == [token for row in expected for token in row]
    assert begins.tolist() == [0, len(expected[0]), len(expected[0]) + len(expected[1])]

"""The thesaurus as files and as SKOS."""

from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph
from typer.testing import CliRunner

from cli import app
from knowledge_base.thesaurus import Concept, ThesaurusInvalid, read_concepts, write_concepts
from knowledge_base.thesaurus.skos import from_turtle, to_turtle
from sites.site import LANGUAGES

THEFT = Concept("theft", {"en": ("theft", "nicked"), "pl": ("kradzież",)}, "Taking property", ("crime",), ("thief",))
SMALL = [Concept("crime", {"en": ("crime",)}), THEFT, Concept("thief", {"en": ("thief",)})]


def test_concepts_are_many_and_speak_ten_languages() -> None:
    """At least 500 concepts, each with a preferred and another label in every language."""
    concepts = read_concepts()
    assert len(concepts) >= 500
    for concept in concepts:
        assert set(concept.labels) == set(LANGUAGES), concept.id
        assert all(len(labels) >= 2 for labels in concept.labels.values()), concept.id


def test_turtle_is_skos(tmp_path: Path) -> None:
    """What is written is one scheme with a preferred label per language, and comes back the same."""
    file = tmp_path / "concepts.ttl"
    file.write_text(to_turtle(SMALL), encoding="utf-8")
    graph = Graph().parse(file)
    assert len(list(graph.subjects(RDF.type, SKOS.Concept))) == 3
    assert {str(label) for label in graph.objects(None, SKOS.altLabel)} == {"nicked"}
    assert {concept.id: concept for concept in from_turtle(file)} == {concept.id: concept for concept in SMALL}


def test_all_concepts_survive_the_journey(tmp_path: Path) -> None:
    """The whole thesaurus through Turtle and back into files keeps ids, links and labels."""
    runner = CliRunner()
    turtle, folder = str(tmp_path / "all.ttl"), tmp_path / "back"
    assert runner.invoke(app, ["thesaurus", "export", turtle]).exit_code == 0
    assert runner.invoke(app, ["thesaurus", "import", turtle, "--out", str(folder)]).exit_code == 0

    def comparable(concept: Concept) -> tuple[object, ...]:
        labels = {code: (words[0], sorted(set(words[1:]))) for code, words in concept.labels.items()}
        return concept.id, concept.gloss, sorted(concept.broader), sorted(concept.related), labels

    before = {concept.id: comparable(concept) for concept in read_concepts()}
    assert {concept.id: comparable(concept) for concept in read_concepts(folder)} == before


@pytest.mark.parametrize(
    ("turtle", "said"),
    [
        ("this is no turtle", "is no Turtle"),
        ("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "holds no skos:Concept"),
        ('<a:b> a skos:Concept ; skos:prefLabel "x" .', "names no language"),
        ('<a:b> a skos:Concept ; skos:prefLabel "x"@en, "y"@en .', "two skos:prefLabel"),
        ('<a:b> a skos:Concept ; skos:prefLabel "x"@en ; skos:broader <a:c> .', "does not exist"),
    ],
)
def test_wrong_turtle_is_refused(tmp_path: Path, turtle: str, said: str) -> None:
    """Each fault is named."""
    prefix = (
        ""
        if "prefix" in turtle or "no turtle" in turtle
        else "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    )
    file = tmp_path / "wrong.ttl"
    file.write_text(prefix + turtle, encoding="utf-8")
    with pytest.raises(ThesaurusInvalid, match=said):
        from_turtle(file)


def test_a_circle_of_broader_concepts_is_refused(tmp_path: Path) -> None:
    """A concept above itself is named, and nothing is written."""
    circle = [Concept("a", {"en": ("a",)}, broader=("b",)), Concept("b", {"en": ("b",)}, broader=("a",))]
    with pytest.raises(ThesaurusInvalid, match="broader than itself"):
        write_concepts(circle, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("labels", "said"),
    [("ghost: [ghost]", "no concept 'ghost'"), ("theft: []", "empty label"), ("theft: {a: b}", r"en\.yaml")],
)
def test_wrong_labels_are_refused(tmp_path: Path, labels: str, said: str) -> None:
    """Labels of an unknown concept, without words, or of another shape are named with their file."""
    write_concepts(SMALL, tmp_path)
    (tmp_path / "labels" / "en.yaml").write_text(labels, encoding="utf-8")
    with pytest.raises(ThesaurusInvalid, match=said):
        read_concepts(tmp_path)

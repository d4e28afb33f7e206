"""The thesaurus as SKOS in Turtle, for exchange with other vocabularies (W3C Recommendation of 2009)."""

from collections.abc import Sequence
from pathlib import Path

from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.exceptions import ParserError

from knowledge_base.thesaurus.concepts import Concept, ThesaurusInvalid, check_links

BASE = Namespace("https://koban.example/thesaurus/")
SCHEME = URIRef(str(BASE))


def to_turtle(concepts: Sequence[Concept]) -> str:
    """One scheme with every concept: prefLabel, altLabel, scopeNote, broader, related."""
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("", BASE)
    graph.add((SCHEME, RDF.type, SKOS.ConceptScheme))
    graph.add((SCHEME, SKOS.prefLabel, Literal("Community safety", lang="en")))
    for concept in concepts:
        node = BASE[concept.id]
        graph.add((node, RDF.type, SKOS.Concept))
        graph.add((node, SKOS.inScheme, SCHEME))
        if concept.gloss:
            graph.add((node, SKOS.scopeNote, Literal(concept.gloss, lang="en")))
        for language, (preferred, *others) in concept.labels.items():
            graph.add((node, SKOS.prefLabel, Literal(preferred, lang=language)))
            for label in others:
                graph.add((node, SKOS.altLabel, Literal(label, lang=language)))
        for broader in concept.broader:
            graph.add((node, SKOS.broader, BASE[broader]))
        for related in concept.related:
            graph.add((node, SKOS.related, BASE[related]))
        if not concept.broader:
            graph.add((SCHEME, SKOS.hasTopConcept, node))
    return str(graph.serialize(format="turtle"))


def from_turtle(path: Path) -> list[Concept]:
    """The concepts of a Turtle file, in the order of their ids. Raises ThesaurusInvalid."""
    graph = Graph()
    try:
        graph.parse(path, format="turtle")
    except (OSError, ParserError, SyntaxError, ValueError) as error:
        raise ThesaurusInvalid(f"{path} is no Turtle: {error}") from error
    nodes = sorted(str(node) for node in graph.subjects(RDF.type, SKOS.Concept))
    if not nodes:
        raise ThesaurusInvalid(f"{path} holds no skos:Concept")
    concepts = [_concept(graph, URIRef(node)) for node in nodes]
    check_links(concepts)
    return concepts


def _concept(graph: Graph, node: URIRef) -> Concept:
    labels: dict[str, tuple[str, ...]] = {}
    for literal in graph.objects(node, SKOS.prefLabel):
        language = _language(node, literal)
        if language in labels:
            raise ThesaurusInvalid(f"{node} has two skos:prefLabel in {language!r}; SKOS allows one")
        labels[language] = (str(literal),)
    for literal in sorted(graph.objects(node, SKOS.altLabel), key=str):
        language = _language(node, literal)
        labels[language] = (*labels.get(language, ()), str(literal))
    gloss = next((str(note) for note in graph.objects(node, SKOS.scopeNote)), "")
    return Concept(_id(node), labels, gloss, _ids(graph, node, SKOS.broader), _ids(graph, node, SKOS.related))


def _language(node: URIRef, literal: object) -> str:
    language = literal.language if isinstance(literal, Literal) else None
    if not language:
        raise ThesaurusInvalid(f'{node}: the label {literal!s} names no language, such as "{literal!s}"@en')
    return language[:2].lower()


def _ids(graph: Graph, node: URIRef, link: URIRef) -> tuple[str, ...]:
    return tuple(sorted(_id(other) for other in graph.objects(node, link)))


def _id(node: object) -> str:
    return str(node).rstrip("/").replace("#", "/").rsplit("/", 1)[-1]

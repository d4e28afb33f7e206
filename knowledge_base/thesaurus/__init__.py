"""The field's concepts in ten languages, in the terms of SKOS."""

from knowledge_base.thesaurus.concepts import Concept, ThesaurusInvalid, read_concepts, write_concepts
from knowledge_base.thesaurus.match import Thesaurus, Translation, load_thesaurus

__all__ = [
    "Concept",
    "Thesaurus",
    "ThesaurusInvalid",
    "Translation",
    "load_thesaurus",
    "read_concepts",
    "write_concepts",
]

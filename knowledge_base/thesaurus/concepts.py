"""Concepts as data: concepts.yaml says what they mean and how they hang together, labels/ how people say them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

FOLDER = Path(__file__).parent


class ThesaurusInvalid(Exception):
    """A file of the thesaurus cannot be used; the message names the file and the concept."""


@dataclass(frozen=True, slots=True)
class Concept:
    """`labels` per language, the preferred one first; `broader` and `related` are ids of other concepts."""

    id: str
    labels: Mapping[str, tuple[str, ...]]
    gloss: str = ""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    gloss: str = ""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


_ROWS = TypeAdapter(dict[str, _Row])
_LABELS = TypeAdapter(dict[str, tuple[str, ...]])


def read_concepts(folder: Path = FOLDER) -> list[Concept]:
    """Every concept with its labels. Raises ThesaurusInvalid."""
    rows: dict[str, _Row] = _read(folder / "concepts.yaml", _ROWS)
    labels: dict[str, dict[str, tuple[str, ...]]] = {identifier: {} for identifier in rows}
    for path in sorted((folder / "labels").glob("*.yaml")):
        for identifier, words in _read(path, _LABELS).items():
            if identifier not in labels:
                raise ThesaurusInvalid(f"{path}: concepts.yaml has no concept {identifier!r}")
            if not words or not all(word.strip() for word in words):
                raise ThesaurusInvalid(f"{path}: {identifier!r} has an empty label")
            labels[identifier][path.stem] = words
    concepts = [
        Concept(identifier, labels[identifier], row.gloss, row.broader, row.related) for identifier, row in rows.items()
    ]
    check_links(concepts)
    return concepts


def _read(path: Path, adapter: TypeAdapter[Any]) -> Any:
    try:
        return adapter.validate_python(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ThesaurusInvalid(f"{path}: {error}") from error


def check_links(concepts: Sequence[Concept]) -> None:
    """Raises ThesaurusInvalid for a link to nowhere and for a concept that is broader than itself."""
    known = {concept.id: concept for concept in concepts}
    for concept in concepts:
        for other in (*concept.broader, *concept.related):
            if other not in known:
                raise ThesaurusInvalid(f"concept {concept.id!r} names {other!r}, which does not exist")
    for concept in concepts:
        above, wave = set[str](), set(concept.broader)
        while wave:
            above |= wave
            wave = {up for identifier in wave for up in known[identifier].broader} - above
        if concept.id in above:
            raise ThesaurusInvalid(f"concept {concept.id!r} is broader than itself")


def write_concepts(concepts: Sequence[Concept], folder: Path) -> None:
    """The same files that `read_concepts` reads, one concept a line. Raises ThesaurusInvalid for wrong links."""
    check_links(concepts)
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    rows = {concept.id: _row(concept) for concept in concepts}
    (folder / "concepts.yaml").write_text(_lines(rows), encoding="utf-8")
    languages = sorted({language for concept in concepts for language in concept.labels})
    for language in languages:
        spoken = {item.id: list(item.labels[language]) for item in concepts if language in item.labels}
        (folder / "labels" / f"{language}.yaml").write_text(_lines(spoken), encoding="utf-8")


def _row(concept: Concept) -> dict[str, Any]:
    links = {"broader": list(concept.broader), "related": list(concept.related)}
    return {"gloss": concept.gloss} | {name: link for name, link in links.items() if link}


def _lines(rows: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(rows), allow_unicode=True, sort_keys=False, width=100_000, default_flow_style=None)

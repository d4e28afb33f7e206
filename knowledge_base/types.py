"""What the knowledge base hands round."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file. `body` is light Markdown (headings `## `, lists `1. ` and `- `, blank line between
    blocks); every offset in the project counts characters of `body`."""

    title: str
    body: str
    language: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of an article's version: `text == body[start:end]`, `heading` the path of headings above it."""

    id: str
    article: str
    version: int
    position: int
    language: str
    title: str
    heading: str
    start: int
    end: int
    text: str
    audience: str = "residents"
    translation_of: str | None = None
    updated: date | None = None
    valid_from: date | None = None
    expires: date | None = None
    asked: tuple[str, ...] = ()

    @property
    def article_group(self) -> str:
        """The article that this one and its translations share."""
        return self.translation_of or self.article


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found: `score` is the fused score, `signals` its parts (docs/glossary.md)."""

    passage: Passage
    score: float
    signals: dict[str, float] = field(default_factory=dict)

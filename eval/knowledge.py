"""Knowledge bases that evaluation answers from: the site's articles, a BEIR corpus, or the live articles read only.

Nothing here is stored; passages are cut and searched in memory by the same code that serves residents.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.prepare import article_files, content_folder
from eval.records import DataRefused, OptionalLanguage, parse_line, read_lines
from knowledge_base.embedding import Embedder
from knowledge_base.language_of import language_of
from knowledge_base.library import Library
from knowledge_base.parsing import DocumentRefused, parse
from knowledge_base.passages import passages_of
from knowledge_base.search import Search
from knowledge_base.types import Hit, Passage
from settings import Settings
from sites import Site
from sites.site import LANGUAGES
from storage.articles import ArticleStore
from storage.database import Database

SAMPLE = 50


class _Meta(BaseModel):
    model_config = ConfigDict(extra="ignore")
    lang: OptionalLanguage = None


class CorpusDocument(BaseModel):
    """A line of corpus.jsonl."""

    model_config = ConfigDict(extra="ignore")
    id: str = Field(alias="_id")
    title: str = ""
    text: str
    metadata: _Meta = Field(default_factory=_Meta)


@dataclass(frozen=True, slots=True)
class MemoryLibrary:
    """Search over passages that lie in memory: what answering needs of a knowledge base."""

    search_engine: Search
    passages: Sequence[Passage]

    def search(self, query: str, language: str, limit: int, languages: list[str] | None = None) -> list[Hit]:
        """See Search.search."""
        return self.search_engine.search(query, language, limit, languages)


def site_library(settings: Settings, site: Site, embedder: Embedder) -> MemoryLibrary:
    """The articles that the site brings with it, opened in memory. Raises DataRefused if it brings none."""
    folder = content_folder(settings, site)
    if folder is None:
        raise DataRefused(f"the site {site.id} brings no articles: use --live to measure those of the installation")
    passages = [passage for path in article_files(folder) for passage in _read_article(path, site)]
    return MemoryLibrary(Search(passages, embedder), passages)


def _read_article(path: Path, site: Site) -> list[Passage]:
    try:
        document = parse(path)
    except DocumentRefused as error:
        raise DataRefused(f"{path}: {error}") from error
    return passages_of(
        document.body,
        site=site.id,
        article=str(document.meta.get("id") or path.stem),
        version=1,
        language=document.language or language_of(document.body),
        title=document.title,
        meta=document.meta,
    )


def live_library(settings: Settings, site: Site, database: Database, embedder: Embedder) -> Library:
    """The installation's own articles; its vector index belongs to the server, so vectors are held in memory."""
    reading = settings.model_copy(update={"vector_store": "none"})
    return Library(reading, ArticleStore(database, site.id), embedder)


def corpus_library(folder: Path, embedder: Embedder | None) -> MemoryLibrary:
    """The documents of a BEIR folder, one article each. Raises DataRefused."""
    passages = [passage for document in read_corpus(folder) for passage in _document_passages(document)]
    return MemoryLibrary(Search(passages, embedder), passages)


def read_corpus(folder: Path) -> list[CorpusDocument]:
    """corpus.jsonl with a language for each document: its own, or that of most of the others."""
    path = folder / "corpus.jsonl"
    documents = [parse_line(path, number, value, CorpusDocument) for number, value in read_lines(path)]
    if not documents:
        raise DataRefused(f"{path} holds no documents")
    if twice := [name for name, count in Counter(document.id for document in documents).items() if count > 1]:
        raise DataRefused(f"{path}: the document {twice[0]!r} stands there more than once")
    unnamed = [document for document in documents if document.metadata.lang is None]
    if unnamed:
        common = _common_language(unnamed)
        for document in unnamed:
            document.metadata.lang = common
    return documents


def _common_language(documents: Sequence[CorpusDocument]) -> str:
    found = Counter(language_of(document.text) for document in documents[:SAMPLE])
    return next((code for code, _ in found.most_common() if code in LANGUAGES), "en")


def _document_passages(document: CorpusDocument) -> Iterator[Passage]:
    meta: dict[str, Any] = {}
    yield from passages_of(
        document.text,
        site="corpus",
        article=document.id,
        version=1,
        language=document.metadata.lang or "en",
        title=document.title,
        meta=meta,
    )

"""Take documents in: parse, cut, embed, store. Each document is stored whole in one transaction, so a crash leaves
nothing half searchable, and running the same command again goes on where it stopped (unchanged files are skipped)."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.dense import embed_passages
from knowledge_base.embedding import Embedder
from knowledge_base.language_of import language_of
from knowledge_base.parsing import DocumentRefused, parse
from knowledge_base.passages import passages_of
from knowledge_base.types import Document, Passage
from storage.articles import ArticleStore, ModelStamp, NewArticle, NewPassage

SUFFIXES = {".md", ".markdown", ".html", ".htm", ".txt", ".text", ".pdf", ".docx"}
MOST_BYTES = 50_000_000
BATCH_PASSAGES = 256
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Refused:
    path: str
    reason: str


@dataclass(slots=True)
class IngestReport:
    """What became of each file; `passages` counts those of accepted documents."""

    accepted: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passages: int = 0


@dataclass(frozen=True, slots=True)
class _Prepared:
    path: str
    article: NewArticle
    passages: list[Passage]


def ingest(
    paths: Iterable[Path],
    store: ArticleStore,
    embedder: Embedder,
    language: str | None = None,
    progress: Progress = lambda done, total, name: None,
) -> IngestReport:
    """Take in files and folders. `language` is used where a document does not say its own."""
    report = IngestReport()
    files = sorted(_files(paths, report))
    known = store.hashes()
    waiting: list[_Prepared] = []
    for done, path in enumerate(files, 1):
        progress(done, len(files), path.name)
        prepared = _prepare(path, store, known, language, report)
        if prepared is None:
            continue
        known[prepared.article.id] = prepared.article.content_hash
        waiting.append(prepared)
        if sum(len(item.passages) for item in waiting) >= BATCH_PASSAGES:
            _store(waiting, store, embedder, report)
            waiting = []
    _store(waiting, store, embedder, report)
    return report


def _files(paths: Iterable[Path], report: IngestReport) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            report.refused.append(Refused(str(path), "no such file or folder"))
        elif path.is_dir():
            yield from (
                found
                for found in path.rglob("*")
                if found.is_file() and found.suffix.lower() in SUFFIXES and _inside(found, path, report)
            )
        elif _inside(path, path.parent, report):
            yield path


def _inside(path: Path, folder: Path, report: IngestReport) -> bool:
    """Links are not followed: they could lead out of the folder."""
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
        report.refused.append(Refused(str(path), "a symbolic link: copy the file itself"))
        return False
    return True


def _prepare(
    path: Path, store: ArticleStore, known: dict[str, str], language: str | None, report: IngestReport
) -> _Prepared | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DocumentRefused(f"larger than {MOST_BYTES // 1_000_000} MB: split it")
        content_hash = hashlib.sha256(path.read_bytes()).hexdigest()
        document = parse(path)
    except (DocumentRefused, OSError) as error:
        report.refused.append(Refused(str(path), str(error)))
        return None
    article = _article(path, document, language, content_hash)
    if known.get(article.id) == content_hash:
        report.unchanged.append(str(path))
        return None
    passages = passages_of(
        article.body,
        site=store.site,
        article=article.id,
        version=0,
        language=article.language,
        title=article.title,
        meta=article.meta,
    )
    if not passages:
        report.refused.append(Refused(str(path), "no text in it (a scan needs text recognition first)"))
        return None
    return _Prepared(str(path), article, passages)


def _article(path: Path, document: Document, language: str | None, content_hash: str) -> NewArticle:
    meta = {key: value for key, value in document.meta.items() if key not in ("id", "title", "language")}
    return NewArticle(
        id=str(document.meta.get("id") or path.stem),
        language=document.language or language or language_of(document.body),
        translation_of=meta.get("translation_of"),
        title=document.title,
        body=document.body,
        meta=meta,
        content_hash=content_hash,
        source_path=str(path),
    )


def _store(prepared: Sequence[_Prepared], store: ArticleStore, embedder: Embedder, report: IngestReport) -> None:
    """Embed the passages of several documents together, then store each document for itself."""
    passages = [passage for item in prepared for passage in item.passages]
    if not passages:
        return
    vectors = iter(embed_passages(passages, embedder))
    stamp = ModelStamp(embedder.name, embedder.dimension)
    for item in prepared:
        rows = [
            NewPassage(
                passage.position,
                passage.heading,
                passage.start,
                passage.end,
                passage.text,
                next(vectors).astype("<f4").tobytes(),
            )
            for passage in item.passages
        ]
        store.save(item.article, rows, stamp)
        report.accepted.append(item.path)
        report.passages += len(rows)

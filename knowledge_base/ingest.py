"""Take documents in: parse, cut, embed, store.

Each document is stored whole in one transaction, so a crash leaves nothing half searchable, and running the same
command again goes on where it stopped: unchanged files are skipped.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.analysis import fold
from knowledge_base.dense import embed_passages
from knowledge_base.embedding import Embedder
from knowledge_base.language_of import language_of
from knowledge_base.parsing import SUFFIXES, DocumentRefused, parse
from knowledge_base.passages import passages_of
from knowledge_base.types import Document, Passage
from storage.articles import ArticleStore, KnownArticle, ModelStamp, NewArticle, NewPassage

__all__ = ["SUFFIXES", "IngestReport", "Refused", "ingest"]

MOST_BYTES = 50_000_000
BATCH_PASSAGES = 256
Progress = Callable[[int, int, str], None]
_NOT_IN_IDS = re.compile(r"[^a-z0-9._-]+")


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
    path: Path
    article: NewArticle
    passages: list[Passage]


def ingest(
    paths: Iterable[Path],
    store: ArticleStore,
    embedder: Embedder,
    language: str | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Take in files and folders. `language` is used where a document does not say its own.

    `progress` is called with (files done, files in all, name) before each file.
    Raises VectorsOfAnotherModel where the stored vectors are of another embedding.
    """
    intake = _Intake(store, embedder, language)
    files = sorted(intake.find(paths))
    for done, path in enumerate(files):
        if progress:
            progress(done, len(files), path.name)
        intake.take(path)
    intake.store_waiting()
    if progress and files:
        progress(len(files), len(files), "")
    return intake.report


class _Intake:
    """One run: documents wait until their passages fill some batches of the model, then each is stored."""

    def __init__(self, store: ArticleStore, embedder: Embedder, language: str | None) -> None:
        self._store = store
        self._embedder = embedder
        self._language = language
        self._known = store.known()
        self._sources = {known.source_path: known for known in self._known.values()}
        self._taken: dict[str, Path] = {}
        self._waiting: list[_Prepared] = []
        self.report = IngestReport()

    def find(self, paths: Iterable[Path]) -> Iterator[Path]:
        """The files to read. Links are not followed: they could lead out of the folder."""
        for given in paths:
            candidates = [given] if not given.is_dir() else [path for path in given.rglob("*") if _is_file(path)]
            home = (given if given.is_dir() else given.parent).resolve()
            for path in candidates:
                if not path.exists():
                    self._refuse(path, "no such file or folder")
                elif path.is_symlink() or not path.resolve().is_relative_to(home):
                    self._refuse(path, "a symbolic link: copy the file itself")
                elif not path.is_file():
                    self._refuse(path, "not a file")
                else:
                    yield path

    def take(self, path: Path) -> None:
        try:
            prepared = self._prepare(path)
        except (DocumentRefused, OSError) as error:
            self._refuse(path, str(error))
            return
        if prepared is None:
            self.report.unchanged.append(str(path))
            return
        self._waiting.append(prepared)
        if sum(len(item.passages) for item in self._waiting) >= BATCH_PASSAGES:
            self.store_waiting()

    def _prepare(self, path: Path) -> _Prepared | None:
        """None for a document that is stored already."""
        if path.stat().st_size > MOST_BYTES:
            raise DocumentRefused(f"larger than {MOST_BYTES // 1_000_000} MB: split it")
        content_hash = hashlib.sha256(path.read_bytes()).hexdigest()
        if self._is_stored(self._sources.get(str(path.resolve())), content_hash):
            return None
        document = parse(path)
        article = self._article(path, document, content_hash)
        if self._is_stored(self._known.get(article.id), content_hash):
            return None
        self._check_id(path, article.id, bool(document.meta.get("id")))
        passages = _passages(self._store.site, article)
        if not passages:
            raise DocumentRefused("no text in it (a scan needs text recognition first)")
        self._taken[article.id] = path
        return _Prepared(path, article, passages)

    def _is_stored(self, known: KnownArticle | None, content_hash: str) -> bool:
        return (
            known is not None
            and known.content_hash == content_hash
            and (self._language in (None, known.language) or known.states_language)
        )

    def _check_id(self, path: Path, identifier: str, stated: bool) -> None:
        other = self._taken.get(identifier)
        known = self._known.get(identifier)
        if other is None and known and not stated and known.source_path != str(path.resolve()):
            other = Path(known.source_path or identifier)
        if other is not None:
            raise DocumentRefused(
                f"{other} already has the id {identifier!r}: rename the file or state another `id` in front matter"
            )

    def _article(self, path: Path, document: Document, content_hash: str) -> NewArticle:
        meta = {key: value for key, value in document.meta.items() if key not in ("id", "title", "language")}
        return NewArticle(
            id=str(document.meta.get("id") or identifier_of(path)),
            language=document.language or self._language or language_of(document.body),
            translation_of=meta.get("translation_of"),
            title=document.title,
            body=document.body,
            meta={**meta, "states_language": True} if document.language else meta,
            content_hash=content_hash,
            source_path=str(path.resolve()),
        )

    def store_waiting(self) -> None:
        """Embed the passages of the waiting documents together, then store each document for itself."""
        passages = [passage for item in self._waiting for passage in item.passages]
        if not passages:
            return
        vectors = iter(embed_passages(passages, self._embedder))
        stamp = ModelStamp(self._embedder.name, self._embedder.dimension)
        for item in self._waiting:
            rows = [_row(passage, next(vectors).astype("<f4").tobytes()) for passage in item.passages]
            self._store.save(item.article, rows, stamp)
            self.report.accepted.append(str(item.path))
            self.report.passages += len(rows)
        self._waiting = []

    def _refuse(self, path: Path, reason: str) -> None:
        self.report.refused.append(Refused(str(path), reason))


def _is_file(path: Path) -> bool:
    return not path.is_dir() and not path.name.startswith(".")


def identifier_of(path: Path) -> str:
    """The id of a document that states none: its file's name, folded."""
    return _NOT_IN_IDS.sub("-", fold(path.stem)).strip("-.")[:120] or "document"


def _passages(site: str, article: NewArticle) -> list[Passage]:
    return passages_of(
        article.body,
        site=site,
        article=article.id,
        version=0,  # the store gives the number
        language=article.language,
        title=article.title,
        meta=article.meta,
    )


def _row(passage: Passage, vector: bytes) -> NewPassage:
    return NewPassage(passage.position, passage.heading, passage.start, passage.end, passage.text, vector)

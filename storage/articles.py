"""Articles, their versions and passages: one document goes in or out in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables import Article, ArticleVersion, IndexState, Passage


class VectorsOfAnotherModel(Exception):
    """The stored vectors were made by another embedding model; the message names the command that mends it."""


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which model made the stored vectors, and of which dimension they are."""

    name: str
    dimension: int


@dataclass(frozen=True, slots=True)
class NewArticle:
    id: str
    language: str
    translation_of: str | None
    title: str
    body: str
    meta: dict[str, Any]
    content_hash: str
    source_path: str | None


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """`states_language` tells whether the document itself names its language."""

    content_hash: str
    language: str
    states_language: bool
    source_path: str | None


@dataclass(frozen=True, slots=True)
class NewPassage:
    """One passage; `vector` holds float32 numbers, little-endian."""

    position: int
    heading: str
    start: int
    end: int
    text: str
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class StoredPassage:
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
    vector: bytes | None
    translation_of: str | None
    meta: dict[str, Any]
    updated: date


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One version of an article."""

    id: str
    version: int
    language: str
    title: str
    body: str
    meta: dict[str, Any]
    updated: date


class ArticleStore:
    """The articles of one site."""

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self.site = site

    def save(self, article: NewArticle, passages: Sequence[NewPassage], stamp: ModelStamp) -> int:
        """Store a new version with its passages, at once or not at all; its number.

        Raises VectorsOfAnotherModel when the other passages' vectors are of another model.
        """
        now = datetime.now(UTC)
        with self._database.write() as session:
            self._stamp(session, stamp)
            version = self._next_version(session, article.id)
            row = session.get(Article, (article.id, self.site))
            row = row or Article(id=article.id, site=self.site, created_at=now)
            row.language = article.language
            row.translation_of = article.translation_of
            row.current_version = version
            row.source_path = article.source_path
            row.updated_at = now
            session.add(row)
            session.add(self._version_row(article, version, now))
            self._remove_passages(session, article.id)
            session.add_all(self._passage_row(article, version, passage) for passage in passages)
            return version

    def withdraw(self, article_id: str) -> bool:
        """Take an article out of search; its versions stay, so that old citations can still be read."""
        with self._database.write() as session:
            row = session.get(Article, (article_id, self.site))
            if row is None or row.current_version is None:
                return False
            row.current_version = None
            row.updated_at = datetime.now(UTC)
            self._remove_passages(session, article_id)
            state = session.get_one(IndexState, self.site)
            state.generation += 1
            return True

    def hashes(self) -> dict[str, str]:
        """Content hash of each article's current version."""
        return {article: known.content_hash for article, known in self.known().items()}

    def known(self) -> dict[str, KnownArticle]:
        """What intake compares a file with: each article's current version by id."""
        with self._database.read() as session:
            rows = session.execute(
                select(Article, ArticleVersion.content_hash, ArticleVersion.meta)
                .join(
                    ArticleVersion,
                    (Article.id == ArticleVersion.article_id) & (Article.site == ArticleVersion.site),
                )
                .where(Article.site == self.site, ArticleVersion.version == Article.current_version)
            )
            return {
                article.id: KnownArticle(
                    content_hash, article.language, bool(meta.get("states_language")), article.source_path
                )
                for article, content_hash, meta in rows
            }

    def passages(self) -> list[StoredPassage]:
        """All passages that may be searched, in a stable order."""
        with self._database.read() as session:
            rows = session.execute(
                select(Passage, Article.translation_of, ArticleVersion.meta, ArticleVersion.created_at)
                .join(Article, (Article.id == Passage.article_id) & (Article.site == Passage.site))
                .join(
                    ArticleVersion,
                    (ArticleVersion.article_id == Passage.article_id)
                    & (ArticleVersion.site == Passage.site)
                    & (ArticleVersion.version == Passage.version),
                )
                .where(Passage.site == self.site)
                .order_by(Passage.article_id, Passage.position)
            )
            return [_stored(row, original, meta, made) for row, original, meta, made in rows]

    def article(self, article_id: str, version: int | None = None) -> StoredArticle | None:
        """One version, by default the current one; withdrawn articles only by version."""
        with self._database.read() as session:
            row = session.get(Article, (article_id, self.site))
            number = version or (row.current_version if row else None)
            if row is None or number is None:
                return None
            found = session.get(ArticleVersion, (article_id, self.site, number))
            if found is None:
                return None
            return StoredArticle(
                id=row.id,
                version=number,
                language=row.language,
                title=found.title,
                body=found.body,
                meta=found.meta,
                updated=found.created_at.date(),
            )

    def generation(self) -> int:
        """Rises with every change of what may be searched."""
        with self._database.read() as session:
            state = session.get(IndexState, self.site)
            return state.generation if state else 0

    def check_stamp(self, stamp: ModelStamp) -> None:
        """Raises VectorsOfAnotherModel unless the stored vectors, if any, are of that model."""
        with self._database.read() as session:
            state = session.get(IndexState, self.site)
            if state:
                self._compare(state, stamp)

    def replace_vectors(self, vectors: dict[str, bytes], stamp: ModelStamp) -> None:
        """New vectors for all passages, by another model perhaps: `koban index rebuild`."""
        with self._database.write() as session:
            for row in session.scalars(select(Passage).where(Passage.site == self.site)):
                row.vector = vectors.get(row.id)
            state = session.get(IndexState, self.site)
            if state is None:
                state = IndexState(site=self.site, generation=0, embedding_model="", dimension=0)
                session.add(state)
            state.generation += 1
            state.embedding_model, state.dimension = stamp.name, stamp.dimension

    def _stamp(self, session: Session, stamp: ModelStamp) -> None:
        state = session.get(IndexState, self.site)
        if state is None:
            session.add(IndexState(site=self.site, generation=1, embedding_model=stamp.name, dimension=stamp.dimension))
            return
        self._compare(state, stamp)
        state.generation += 1

    def _compare(self, state: IndexState, stamp: ModelStamp) -> None:
        if (state.embedding_model, state.dimension) != (stamp.name, stamp.dimension):
            raise VectorsOfAnotherModel(
                f"the vectors of site {self.site} were made by {state.embedding_model} ({state.dimension}"
                f" dimensions), the configured model is {stamp.name} ({stamp.dimension}):"
                " run `koban index rebuild`, or set KOBAN_EMBEDDING_MODEL back"
            )

    def _next_version(self, session: Session, article_id: str) -> int:
        latest = session.scalar(
            select(func.max(ArticleVersion.version)).where(
                ArticleVersion.article_id == article_id, ArticleVersion.site == self.site
            )
        )
        return (latest or 0) + 1

    def _remove_passages(self, session: Session, article_id: str) -> None:
        session.execute(delete(Passage).where(Passage.site == self.site, Passage.article_id == article_id))

    def _version_row(self, article: NewArticle, version: int, now: datetime) -> ArticleVersion:
        return ArticleVersion(
            article_id=article.id,
            site=self.site,
            version=version,
            title=article.title,
            body=article.body,
            meta=article.meta,
            content_hash=article.content_hash,
            created_at=now,
        )

    def _passage_row(self, article: NewArticle, version: int, passage: NewPassage) -> Passage:
        return Passage(
            id=f"{self.site}:{article.id}:{version}:{passage.position}",
            site=self.site,
            article_id=article.id,
            version=version,
            position=passage.position,
            language=article.language,
            title=article.title,
            heading=passage.heading,
            start=passage.start,
            end=passage.end,
            text=passage.text,
            vector=passage.vector,
        )


def _stored(row: Passage, original: str | None, meta: dict[str, Any], made: datetime) -> StoredPassage:
    return StoredPassage(
        id=row.id,
        article=row.article_id,
        version=row.version,
        position=row.position,
        language=row.language,
        title=row.title,
        heading=row.heading,
        start=row.start,
        end=row.end,
        text=row.text,
        vector=row.vector,
        translation_of=original,
        meta=meta,
        updated=made.date(),
    )

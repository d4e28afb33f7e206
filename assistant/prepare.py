"""Make an installation ready to be served: data folder, schema, and the articles that the site brings with it."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge_base.embedding import build_embeddings
from knowledge_base.ingest import SUFFIXES, IngestReport, ingest
from knowledge_base.rebuild import rebuild
from settings import ROOT, Settings
from sites import Site, load_site
from sites.site import LANGUAGES
from storage import migrate
from storage.articles import ArticleStore
from storage.database import Database, lock_data_folder

DEMONSTRATION_CONTENT = ROOT / "knowledge_base" / "content"
Progress = Callable[[int, int, str], None]


class LanguageUnknown(Exception):
    """The language is none of those that the assistant speaks; the message lists them."""


def quiet(done: int, total: int, name: str) -> None:
    """Progress for whoever does not watch."""
    del done, total, name


def prepare(settings: Settings, progress: Progress = quiet) -> IngestReport:
    """Create the data folder, bring the schema up and load the site's own articles where they changed.

    Raises DataFolderInUse, DatabaseUnavailable, SiteInvalid, VectorsOfAnotherModel, each with what to do.
    """
    site = load_site(settings.sites_dir, settings.site)
    lock = lock_data_folder(settings.data_dir)
    database = Database(settings.database())
    try:
        database.check()
        migrate.up(database)
        return _load_articles(settings, site, database, progress)
    finally:
        database.close()
        lock.close()


def take_in(
    settings: Settings, paths: Sequence[Path], language: str | None, progress: Progress = quiet
) -> IngestReport:
    """`koban ingest`: documents into the database. A running server finds them by the index's generation.

    Raises SiteInvalid, LanguageUnknown, DatabaseUnavailable, VectorsOfAnotherModel.
    """
    site = load_site(settings.sites_dir, settings.site)
    if language is not None and language not in LANGUAGES:
        raise LanguageUnknown(f"there is no language {language!r}: choose one of {', '.join(LANGUAGES)}")
    database = Database(settings.database())
    try:
        database.check()
        if migrate.current(database) != migrate.latest():
            migrate.up(database)
        return ingest(paths, ArticleStore(database, site.id), build_embeddings(settings), language, progress)
    finally:
        database.close()


def rebuild_index(settings: Settings, progress: Progress = quiet) -> int:
    """`koban index rebuild`: everything derived from the database, anew; how many passages there are.

    Raises DataFolderInUse while a server runs, SiteInvalid, DatabaseUnavailable, EmbeddingUnavailable.
    """
    site = load_site(settings.sites_dir, settings.site)
    lock = lock_data_folder(settings.data_dir)
    database = Database(settings.database())
    try:
        database.check()
        migrate.up(database)
        return rebuild(settings, ArticleStore(database, site.id), build_embeddings(settings), progress)
    finally:
        database.close()
        lock.close()


def content_folder(settings: Settings, site: Site) -> Path | None:
    """Where the articles lie that a site brings with it: its own `content`, or the demonstration's."""
    own = settings.sites_dir / site.id / "content"
    if own.is_dir():
        return own
    return DEMONSTRATION_CONTENT if site.demonstration else None


def _load_articles(settings: Settings, site: Site, database: Database, progress: Progress) -> IngestReport:
    """Only files that are new or changed are read further, and only then is the embedding model loaded."""
    folder, store = content_folder(settings, site), ArticleStore(database, site.id)
    if folder is None:
        return IngestReport()
    known = set(store.hashes().values())
    changed = [path for path in article_files(folder) if file_hash(path) not in known]
    if not changed:
        return IngestReport()
    return ingest(changed, store, build_embeddings(settings), progress=progress)


def article_files(folder: Path) -> list[Path]:
    """The documents below `folder`, in a stable order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)


def file_hash(path: Path) -> str:
    """What intake remembers a file by: the SHA-256 of its bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

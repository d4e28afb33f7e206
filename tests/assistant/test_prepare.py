"""Preparing an installation: schema, articles, and quick later starts."""

import shutil
from pathlib import Path

import pytest

from assistant.prepare import LanguageUnknown, content_folder, prepare, rebuild_index, take_in
from settings import Settings
from sites import load_site
from storage import migrate
from storage.articles import ArticleStore
from storage.database import Database, DataFolderInUse, lock_data_folder
from tests.running import small_site


@pytest.fixture
def settings(tmp_path: Path, content: Path) -> Settings:
    """The demonstration site with two articles, nothing prepared yet."""
    sites = small_site(tmp_path / "sites", content)
    for path in (sites / "nadrzecze" / "content").iterdir():
        if not path.name.startswith("safety-map") and path.name != "fireworks.pl.md":
            path.unlink()
    return Settings(sites_dir=sites, data_dir=tmp_path / "data")


def _hashes(settings: Settings) -> dict[str, str]:
    database = Database(settings.database())
    found = ArticleStore(database, settings.site).hashes()
    database.close()
    return found


def test_first_start_makes_everything(settings: Settings) -> None:
    """Data folder, schema and articles are there, and progress was told."""
    told: list[tuple[int, int, str]] = []
    report = prepare(settings, lambda *step: told.append(step))
    assert len(report.accepted) == 2
    assert set(_hashes(settings)) == {"safety-map.en", "fireworks.pl"}
    assert told[-1][:2] == (2, 2)
    database = Database(settings.database())
    assert migrate.current(database) == migrate.latest()
    database.close()


def test_later_start_reads_only_what_changed(settings: Settings) -> None:
    """Unchanged articles are skipped; a changed one is a new version."""
    prepare(settings)
    assert prepare(settings).accepted == []
    changed = settings.sites_dir / "nadrzecze" / "content" / "fireworks.pl.md"
    changed.write_text(changed.read_text("utf-8") + "\nNowe zdanie o fajerwerkach w Nadrzeczu.\n", "utf-8")
    assert [Path(path).name for path in prepare(settings).accepted] == ["fireworks.pl.md"]
    database = Database(settings.database())
    article = ArticleStore(database, settings.site).article("fireworks.pl")
    database.close()
    assert article is not None
    assert article.version == 2


def test_owned_folder_is_not_prepared(settings: Settings) -> None:
    """A second server is refused before it writes anything."""
    lock = lock_data_folder(settings.data_dir)
    with pytest.raises(DataFolderInUse, match="stop that server"):
        prepare(settings)
    lock.close()
    assert not (settings.data_dir / "koban.sqlite").exists()


def test_site_without_content_of_its_own(tmp_path: Path) -> None:
    """Only the demonstration falls back to the demonstration's articles."""
    shutil.copytree(Settings().sites_dir / "nadrzecze", tmp_path / "town")
    settings = Settings(sites_dir=tmp_path, site="town")
    site = load_site(tmp_path, "town")
    assert content_folder(settings, site) is not None
    assert content_folder(settings, site.model_copy(update={"demonstration": False})) is None


def test_unknown_language_is_refused(settings: Settings, tmp_path: Path) -> None:
    """The known ones are listed, before any model is loaded."""
    with pytest.raises(LanguageUnknown, match="en, nl"):
        take_in(settings, [tmp_path], "tlh")


def test_index_is_rebuilt_from_the_database(settings: Settings) -> None:
    """Every passage has a vector again, and derived files are gone."""
    prepare(settings)
    database = Database(settings.database())
    store = ArticleStore(database, settings.site)
    before = {row.id: row.vector for row in store.passages()}
    (settings.data_dir / "vectors").mkdir(exist_ok=True)
    assert rebuild_index(settings) == len(before)
    assert {row.id: row.vector for row in store.passages()} == before
    assert not (settings.data_dir / "vectors").exists()
    database.close()

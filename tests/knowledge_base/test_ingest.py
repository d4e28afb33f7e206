"""Taking documents in."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from knowledge_base.ingest import identifier_of, ingest
from storage.articles import ArticleStore, VectorsOfAnotherModel
from storage.database import Database
from tests.knowledge_base.doubles import HashedGrams

ROOT = Path(__file__).parents[2]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def article(name: str, words: str = "Marking is free.") -> str:
    return f"---\nid: {name}\ntitle: {name}\nlanguage: en\n---\n{words}\n\n## How\n1. Come.\n2. Sign.\n"


def test_a_folder_is_taken_in_once(tmp_path: Path, store: ArticleStore, embedder: HashedGrams) -> None:
    """The second run finds everything unchanged; the edited file alone is taken in again."""
    write(tmp_path / "in" / "a.md", article("a"))
    write(tmp_path / "in" / "sub" / "b.md", article("b"))
    first = ingest([tmp_path / "in"], store, embedder)
    assert (len(first.accepted), first.passages, first.refused) == (2, 4, [])
    assert len(ingest([tmp_path / "in"], store, embedder).unchanged) == 2
    write(tmp_path / "in" / "a.md", article("a", "Marking costs 5 zł."))
    again = ingest([tmp_path / "in"], store, embedder)
    assert (len(again.accepted), len(again.unchanged)) == (1, 1)
    assert {(row.article, row.version) for row in store.passages()} == {("a", 2), ("b", 1)}


def test_what_is_refused_does_not_stop_the_rest(tmp_path: Path, store: ArticleStore, embedder: HashedGrams) -> None:
    """Each refused file is listed with its reason, the good one is stored."""
    folder = tmp_path / "in"
    write(folder / "good.md", article("good"))
    write(folder / "empty.txt", "")
    write(folder / "fake.pdf", "no pdf")
    write(folder / "table.xlsx", "x")
    (folder / "link.md").symlink_to(write(tmp_path / "secret.md", article("secret")))
    write(folder / ".hidden.md", article("hidden"))
    report = ingest([folder, tmp_path / "missing.md"], store, embedder)
    reasons = {Path(refused.path).name: refused.reason for refused in report.refused}
    assert [Path(path).name for path in report.accepted] == ["good.md"]
    assert set(reasons) == {"empty.txt", "fake.pdf", "table.xlsx", "link.md", "missing.md"}
    assert "symbolic link" in reasons["link.md"]


def test_an_oversize_file_is_refused(tmp_path: Path, store: ArticleStore, embedder: HashedGrams) -> None:
    """A file beyond the limit is not even read."""
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(51_000_000)
    assert "larger than 50 MB" in ingest([path], store, embedder).refused[0].reason


def test_two_files_with_one_id_do_not_overwrite_each_other(
    tmp_path: Path, store: ArticleStore, embedder: HashedGrams
) -> None:
    """The second is refused, in one run and in the next; an id stated in front matter may move."""
    prose = "Bicycles are marked on Saturday mornings at the station. " * 5
    first, second = write(tmp_path / "x" / "readme.txt", prose), write(tmp_path / "y" / "readme.txt", prose + "New.")
    assert "already has the id" in ingest([first, second], store, embedder).refused[0].reason
    assert "already has the id" in ingest([second], store, embedder).refused[0].reason
    ingest([write(tmp_path / "x" / "a.md", article("a"))], store, embedder)
    assert ingest([write(tmp_path / "y" / "a.md", article("a", "Moved."))], store, embedder).refused == []


def test_the_language_comes_from_the_document_the_command_or_the_text(
    tmp_path: Path, store: ArticleStore, embedder: HashedGrams
) -> None:
    """Front matter wins over --language, and --language over detection."""
    polish = "Zgłoś kradzież roweru na najbliższym komisariacie policji, a dostaniesz potwierdzenie. " * 3
    write(tmp_path / "detected.txt", polish)
    ingest([write(tmp_path / "stated.md", article("stated")), tmp_path / "detected.txt"], store, embedder)
    ingest([write(tmp_path / "told.txt", polish + "Tak.")], store, embedder, language="uk")
    languages = {row.article: row.language for row in store.passages()}
    assert languages == {"stated": "en", "detected": "pl", "told": "uk"}
    assert ingest([tmp_path / "stated.md"], store, embedder, language="nl").unchanged
    assert ingest([tmp_path / "told.txt"], store, embedder, language="pl").accepted


def test_passages_of_many_documents_are_embedded_together(
    tmp_path: Path, store: ArticleStore, embedder: HashedGrams
) -> None:
    """Two hundred small documents fill a few large batches."""
    for number in range(200):
        write(tmp_path / "in" / f"{number}.md", article(f"a{number}"))
    seen: list[tuple[int, int]] = []
    report = ingest([tmp_path / "in"], store, embedder, progress=lambda done, total, _: seen.append((done, total)))
    assert report.passages == 400
    assert embedder.batches == [256, 144]
    assert seen[0] == (0, 200)
    assert seen[-1] == (200, 200)


def test_another_model_is_refused(tmp_path: Path, store: ArticleStore, embedder: HashedGrams) -> None:
    """Vectors of two models do not come into one index."""
    ingest([write(tmp_path / "a.md", article("a"))], store, embedder)
    with pytest.raises(VectorsOfAnotherModel, match="koban index rebuild"):
        ingest([write(tmp_path / "b.md", article("b"))], store, HashedGrams("other", 32))


def test_ids_from_names() -> None:
    """Names become ids of plain letters; a name without any is still an id."""
    assert identifier_of(Path("Zgłoś kradzież (2026).txt")) == "zglos-kradziez-2026"
    assert identifier_of(Path("…")) == "document"


CHILD = """
import sys
from pathlib import Path
from knowledge_base.ingest import ingest
from storage.articles import ArticleStore
from storage.database import Database
from tests.knowledge_base.doubles import HashedGrams
ingest([Path(sys.argv[2])], ArticleStore(Database(sys.argv[1]), "nadrzecze"), HashedGrams())
"""


def test_a_killed_intake_leaves_whole_documents_and_goes_on(
    tmp_path: Path, store: ArticleStore, database: Database, embedder: HashedGrams
) -> None:
    """After kill -9 each stored document has all its passages, and the next run takes in the rest."""
    for number in range(400):
        write(tmp_path / "in" / f"{number}.md", article(f"a{number}"))
    child = subprocess.Popen([sys.executable, "-c", CHILD, database.url, str(tmp_path / "in")], cwd=ROOT)
    deadline = time.monotonic() + 60
    while not store.hashes() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    stored = store.hashes()
    assert 0 < len(stored) < 400
    assert len(store.passages()) == 2 * len(stored)
    report = ingest([tmp_path / "in"], store, embedder)
    assert len(report.unchanged) == len(stored)
    assert len(store.passages()) == 800

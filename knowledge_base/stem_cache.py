"""Stems of the indexed words, saved beside the database, so that a start does not wait for dictionaries."""

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from knowledge_base.analysis import ANALYSED, LEMMA_LANGUAGES, known_stems, remember_stems

FILE = "stems.json"


def load_stems(folder: Path) -> None:
    """Take over the stems saved there; a missing, damaged or outdated file is passed over, as it is derived."""
    try:
        saved = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if not isinstance(saved, dict) or saved.get("made_by") != _made_by():
        return
    for language, stems in saved["stems"].items():
        if language in ANALYSED:
            remember_stems(language, stems)


def save_stems(folder: Path, languages: Iterable[str]) -> None:
    """Write the stems of these languages; the file is replaced at once or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    stems = {language: known_stems(language) for language in sorted(languages) if language in ANALYSED}
    draft = folder / f"{FILE}.new"
    draft.write_text(json.dumps({"made_by": _made_by(), "stems": stems}, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / FILE)


def _made_by() -> str:
    lemmas = " ".join(sorted(LEMMA_LANGUAGES))
    return f"simplemma {version('simplemma')} for {lemmas}, snowballstemmer {version('snowballstemmer')}"

"""Word documents."""

import zipfile
from pathlib import Path

import docx
import pytest

from knowledge_base.parsing import DocumentRefused, parse


def test_headings_lists_and_tables(tmp_path: Path) -> None:
    """Structure survives as light Markdown; the first heading is the title."""
    word = docx.Document()
    word.add_heading("Bicycle marking", 1)
    word.add_paragraph("Marking is free.")
    word.add_heading("How", 2)
    for step in ("Bring the bicycle.", "Sign the form."):
        word.add_paragraph(step, style="List Number")
    table = word.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Duty desk", "47 000 01 00"
    word.save(str(tmp_path / "a.docx"))
    document = parse(tmp_path / "a.docx")
    assert document.title == "Bicycle marking"
    assert document.body.split("\n\n") == [
        "Marking is free.",
        "## How",
        "1. Bring the bicycle.\n2. Sign the form.",
        "- Duty desk: 47 000 01 00",
    ]


def test_an_empty_document_is_refused(tmp_path: Path) -> None:
    """A document without words is no article."""
    docx.Document().save(str(tmp_path / "a.docx"))
    with pytest.raises(DocumentRefused, match="no text"):
        parse(tmp_path / "a.docx")


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    """An archive that unpacks to a thousand times its size is not unpacked."""
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 20_000_000)
    with pytest.raises(DocumentRefused, match="bomb"):
        parse(tmp_path / "a.docx")


def test_other_archives_and_broken_xml_are_refused(tmp_path: Path) -> None:
    """A zip of files is told from a document, and broken XML from text."""
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DocumentRefused, match="archive"):
        parse(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        archive.writestr("word/document.xml", "<broken")
    with pytest.raises(DocumentRefused, match="damaged"):
        parse(tmp_path / "b.docx")

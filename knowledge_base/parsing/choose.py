"""Choose the parser of a file by its first bytes and its name."""

import re
import zipfile
from pathlib import Path

from knowledge_base.parsing.docx import parse_docx
from knowledge_base.parsing.html import parse_html
from knowledge_base.parsing.markdown import parse_markdown
from knowledge_base.parsing.pdf import parse_pdf
from knowledge_base.parsing.refused import DocumentRefused
from knowledge_base.parsing.text import decode, parse_text
from knowledge_base.types import Document

MARKDOWN = {".md", ".markdown"}
HTML = {".html", ".htm"}
TEXT = {".txt", ".text"}
SUFFIXES = frozenset({*MARKDOWN, *HTML, *TEXT, ".pdf", ".docx"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = re.compile(r"\s*(<!doctype html|<html)", re.IGNORECASE)


def parse(path: Path) -> Document:
    """Read one file. Raises DocumentRefused with the reason."""
    content = path.read_bytes()
    suffix = path.suffix.lower()
    if not content.strip():
        raise DocumentRefused("the file is empty")
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return parse_pdf(path, path.stem)
    if content.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if content.startswith(_OLE):
        raise DocumentRefused("an old or encrypted Office file: save it as DOCX without a password")
    if suffix in {".pdf", ".docx"}:
        raise DocumentRefused(f"not a {suffix[1:].upper()} file, whatever its name says")
    if suffix in MARKDOWN:
        return parse_markdown(decode(content), path.stem)
    if suffix in HTML:
        return parse_html(decode(content), path.stem)
    if suffix in TEXT:
        text = decode(content)
        return parse_html(text, path.stem) if _PAGE.match(text) else parse_text(text, path.stem)
    raise DocumentRefused(
        f"files of kind {suffix or 'without suffix'} are not read: use Markdown, HTML, text, PDF or DOCX"
    )


def _zipped(path: Path) -> Document:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise DocumentRefused("a damaged archive") from error
    if "word/document.xml" in names:
        return parse_docx(path, path.stem)
    raise DocumentRefused("an archive, not a DOCX document: unpack it and take in the files")

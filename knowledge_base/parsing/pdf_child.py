"""Runs in a process of its own: prints the lines of a PDF's pages as JSON, within limits that the caller sets."""

import json
import re
import resource
import sys
from typing import Any

import pypdf
import pypdfium2
from pypdf.errors import PyPdfError

SECONDS_OF_PROCESSOR = 50


def read(path: str, most_pages: int) -> dict[str, Any]:
    """{title, pages: lines of each} or {refused: reason}. pypdfium2 first; pypdf where it fails."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            return {"refused": "the PDF is encrypted: save it without a password"}
        return _with_pypdf(path, most_pages)
    if len(document) > most_pages:
        return {"refused": f"the PDF has {len(document)} pages; {most_pages} are read: split it"}
    pages = [_lines(page.get_textpage().get_text_bounded()) for page in document]
    return {"title": (document.get_metadata_dict().get("Title") or "").strip(), "pages": pages}


def _with_pypdf(path: str, most_pages: int) -> dict[str, Any]:
    try:
        reader = pypdf.PdfReader(path)
        if len(reader.pages) > most_pages:
            return {"refused": f"the PDF has more than {most_pages} pages: split it"}
        return {"title": "", "pages": [_lines(page.extract_text()) for page in reader.pages]}
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        return {"refused": f"the PDF is damaged or cut off ({type(error).__name__})"}


def _lines(text: str) -> list[str]:
    """The reader marks a hyphen at the end of a line and joins the two lines: so does this, without the mark."""
    joined = re.sub("[\x02\ufffe](?:\r?\n)?", "", text)
    return joined.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def main() -> None:
    path, most_pages, most_memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_OF_PROCESSOR, SECONDS_OF_PROCESSOR))
    json.dump(read(path, most_pages), sys.stdout)


if __name__ == "__main__":
    main()

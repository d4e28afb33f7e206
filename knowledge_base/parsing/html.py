"""Web pages: the main text as Markdown, without navigation, scripts and hidden parts."""

import re

import trafilatura

from knowledge_base.parsing.refused import DocumentRefused
from knowledge_base.parsing.text import title_of
from knowledge_base.types import Document

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LANGUAGE = re.compile(r"<html[^>]*\blang=[\"']?([a-zA-Z]{2})", re.IGNORECASE)
_ENTITY_SPACES = re.compile(r"\s+")


def parse_html(text: str, name: str) -> Document:
    """Raises DocumentRefused where a page has no main text."""
    body = trafilatura.extract(text, output_format="markdown", include_tables=True, include_comments=False)
    if not body or not body.strip():
        raise DocumentRefused("no main text found in the page")
    metadata = trafilatura.extract_metadata(text)
    found = _TITLE.search(text)
    title = (metadata.title if metadata else None) or (found[1] if found else "") or title_of(name)
    language = _LANGUAGE.search(text)
    lines = body.strip().split("\n")
    clean = _ENTITY_SPACES.sub(" ", title).strip()
    if lines[0].lstrip("# ").strip() == clean:
        lines = lines[1:]
    return Document(clean, "\n".join(lines).strip() or body.strip(), language[1].lower() if language else None)

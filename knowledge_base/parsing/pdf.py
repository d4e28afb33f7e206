"""PDF files, read in a child process that can be killed: time, memory and pages are limited."""

import json
import subprocess
import sys
from pathlib import Path

from knowledge_base.parsing.refused import DocumentRefused
from knowledge_base.parsing.text import title_of
from knowledge_base.types import Document

SECONDS = 60
MOST_PAGES = 500
MOST_MEMORY = 1_000_000_000
LEAST_CHARACTERS_A_PAGE = 10


def parse_pdf(path: Path, name: str, seconds: float = SECONDS, memory: int = MOST_MEMORY) -> Document:
    """Raises DocumentRefused for encrypted, damaged, scanned, endless and oversize files."""
    # Isolated, so that neither this folder's module names nor the environment reach the child.
    child = str(Path(__file__).with_name("pdf_child.py"))
    command = [sys.executable, "-I", child, str(path.resolve()), str(MOST_PAGES), str(memory)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603  our own file
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused(f"reading the PDF took longer than {seconds:.0f} seconds") from error
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise DocumentRefused("reading the PDF needed too much memory or broke the reader") from error
    if "refused" in answer:
        raise DocumentRefused(answer["refused"])
    pages: list[list[str]] = answer["pages"]
    if sum(len("".join(page)) for page in pages) < LEAST_CHARACTERS_A_PAGE * len(pages):
        raise DocumentRefused("the PDF holds scanned pages without text: run text recognition (OCR) first")
    title = answer.get("title") or title_of(name)
    return Document(title, body_of(pages))


def body_of(pages: list[list[str]]) -> str:
    """Light Markdown from the lines of pages: running headers and footers dropped, wrapped lines joined."""
    lines = [line for page in _without_running_lines(pages) for line in page]
    blocks: list[str] = []
    longest = max((len(line) for line in lines), default=0)
    for line in lines:
        words = line.strip()
        if not words:
            blocks.append("")
        elif blocks and blocks[-1] and _continues(blocks[-1], words, longest):
            blocks[-1] = _join(blocks[-1], words)
        else:
            blocks.append(_marked(words, longest))
    return "\n\n".join(block for block in blocks if block)


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    if len(pages) < 3:
        return pages
    edges = [line.strip(" 0123456789") for page in pages for line in {*page[:1], *page[-1:]}]
    running = {line for line in edges if edges.count(line) > len(pages) / 2}
    return [
        [
            line
            for at, line in enumerate(page)
            if at not in (0, len(page) - 1) or line.strip(" 0123456789") not in running
        ]
        for page in pages
    ]


def _continues(block: str, words: str, longest: int) -> bool:
    if block.startswith("## ") or words[:2] in ("- ", "• ") or words.split(".", maxsplit=1)[0].isdigit():
        return False
    last = block.rsplit("\n", 1)[-1]
    return not last.endswith((".", "!", "?", ":")) or (len(last) > 0.8 * longest and words[0].islower())


def _join(block: str, words: str) -> str:
    if block.endswith("-") and words[0].islower():
        return block[:-1] + words
    return f"{block} {words}"


def _marked(words: str, longest: int) -> str:
    if words.startswith("• "):
        return f"- {words[2:]}"
    heading = len(words) < 0.6 * longest and words[-1].isalnum() and words[0].isupper() and len(words.split()) <= 10
    return f"## {words}" if heading else words

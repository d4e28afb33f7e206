"""Sentences with offsets, in ten languages; a list item or a numbered step is one unit."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from knowledge_base.blocks import Block, blocks

SentenceKind = Literal["sentence", "step", "item"]
_KINDS: dict[str, SentenceKind] = {"steps": "step", "items": "item", "rows": "item"}

# A full stop, its closing quotes, brackets and Markdown marks, a space, and a possible beginning.
_BORDER = re.compile(
    r"(?P<stop>[.!?…]+)[\"'“”’»)\]*_]*(?P<gap>\s+)(?=[\"'“„‚«‘(\[*_¿¡—–-]*(?P<next>[^\W_]))", re.UNICODE
)
_BEFORE = re.compile(r"(?:[^\W\d_]\.)*[^\W_]+[.]?$")
_MONTH = re.compile(r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3})(?=\S)(?P<text>.+?)(?<=\S)\1(?!\w)", re.DOTALL)
_CODE = re.compile(r"`+([^`]+)`+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])")
_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_SPACES = re.compile(r"\s+")


def sentences(text: str, offset: int = 0) -> list[tuple[int, int, SentenceKind]]:
    """(start, end, kind) of each unit of light Markdown, shifted by `offset`; headings are left out.

    A unit keeps its Markdown marks, so that it stands in the text exactly: `plain` removes them for display.
    """
    found: list[tuple[int, int, SentenceKind]] = []
    for block in blocks(text):
        if block.kind == "heading":
            continue
        if kind := _KINDS.get(block.kind):
            found += [(start + offset, end + offset, kind) for start, end in block.parts]
        else:
            found += [(start + offset, end + offset, "sentence") for start, end in _paragraph(text, block)]
    return found


def _paragraph(text: str, block: Block) -> list[tuple[int, int]]:
    spans, start = [], block.start
    for border in _BORDER.finditer(text, block.start, block.end):
        if border.start("stop") > start and _ends_here(text, start, border):
            spans.append((start, border.start("gap")))
            start = border.end("gap")
    spans.append((start, block.end))
    return spans


def _ends_here(text: str, start: int, border: re.Match[str]) -> bool:
    following = border.group("next")
    if following.islower():
        return False
    if border.group("stop") != ".":
        return True
    before = _BEFORE.search(text, max(start, border.start("stop") - 30), border.start("stop"))
    if before is None:
        return True
    word = before.group()
    if word.isdigit():
        return not (len(word) <= 2 and _MONTH.match(text, border.end("gap")))
    if len(word) == 1 and word.isalpha():
        # An initial ("J. Nowak") or half an abbreviation ("z. B."), but "2026 r." may end a sentence.
        return text[max(0, before.start() - 3) : before.start()].rstrip()[-1:].isdigit()
    always, before_number = _abbreviations()
    lowered = word.casefold()
    needs_number = lowered in before_number or lowered.endswith("str")  # Hauptstr. 5
    return not (lowered in always or (following.isdigit() and needs_number))


@lru_cache(maxsize=1)
def _abbreviations() -> tuple[frozenset[str], frozenset[str]]:
    """Abbreviations (without last stop) that never end a sentence, and that do not before a number."""
    path = Path(__file__).with_name("abbreviations.yaml")
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))
    always = " ".join(lists["always"].values()).casefold().split()
    return frozenset(always), frozenset(lists["before_number"].casefold().split())


def sentence_texts(text: str) -> list[str]:
    """Sentences, steps and items as they are shown."""
    return [plain(text[start:end]) for start, end, _ in sentences(text)]


def plain(text: str) -> str:
    """`text` without inline Markdown, on one line, for display."""
    text = _LINK.sub(lambda match: match["text"], _QUOTE_MARK.sub("", text))
    for _ in range(2):
        text = _EMPHASIS.sub(lambda match: match["text"], text)
    text = _ESCAPE.sub(r"\1", _CODE.sub(r"\1", text))
    return _SPACES.sub(" ", text).strip()

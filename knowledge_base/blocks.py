"""The blocks of light Markdown with exact offsets: headings, paragraphs, lists, table rows."""

import re
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "steps", "items", "rows"]

_HEADING = re.compile(r"(#{1,6})[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*$")
_STEP = re.compile(r"[ \t]*\d{1,3}[.)][ \t]+\S")
_ITEM = re.compile(r"[ \t]*[-*+•–][ \t]+\S")
_ROW = re.compile(r"[ \t]*\|")
_SKIPPED = re.compile(r"[ \t]*(?:([-*_])(?:[ \t]*\1){2,}|```.*|~~~.*|\|?[ \t:|-]*-{2,}[ \t:|-]*)[ \t]*$")
_COLOPHON = re.compile(r"([*_])(?!\1)[^*_]+\1$")


@dataclass(frozen=True, slots=True)
class Block:
    """`parts` are the spans of a list's items, or the block's own span; `level` counts a heading's marks."""

    kind: BlockKind
    start: int
    end: int
    parts: tuple[tuple[int, int], ...]
    level: int = 0


@dataclass(slots=True)
class _Open:
    """The block that following lines may still belong to."""

    kind: BlockKind
    parts: list[tuple[int, int]]
    blank_since: bool = False

    def extend(self, end: int) -> None:
        self.parts[-1] = (self.parts[-1][0], end)

    def close(self) -> Block:
        return Block(self.kind, self.parts[0][0], self.parts[-1][1], tuple(self.parts))


def blocks(text: str) -> list[Block]:
    """Blocks in their order; what lies between them (blank lines, rules, table borders) carries nothing."""
    found: list[Block] = []
    open_block: _Open | None = None
    position = 0
    for line in text.splitlines(keepends=True):
        start, bare = position, line.rstrip()
        position += len(line)
        lead = len(bare) - len(bare.lstrip())
        span = (start + lead, start + len(bare))
        if not bare:
            open_block = _after_blank(open_block, found)
        elif heading := _HEADING.match(bare):
            _finish(open_block, found)
            open_block = None
            found.append(Block("heading", *span, (span,), len(heading.group(1))))
        elif _SKIPPED.match(bare):
            _finish(open_block, found)
            open_block = None
        else:
            open_block = _add_line(open_block, _line_kind(bare), span, lead, found)
    _finish(open_block, found)
    return found


def _line_kind(line: str) -> BlockKind:
    if _STEP.match(line):
        return "steps"
    if _ITEM.match(line):
        return "items"
    return "rows" if _ROW.match(line) else "paragraph"


def _after_blank(block: _Open | None, found: list[Block]) -> _Open | None:
    """A blank line ends a paragraph; a list may go on after it."""
    if block and block.kind in ("steps", "items"):
        block.blank_since = True
        return block
    _finish(block, found)
    return None


def _add_line(block: _Open | None, kind: BlockKind, span: tuple[int, int], lead: int, found: list[Block]) -> _Open:
    if block is None:
        return _Open(kind, [span])
    in_list = block.kind in ("steps", "items")
    if kind == "paragraph" and (block.kind == "paragraph" or (in_list and (lead or not block.blank_since))):
        block.extend(span[1])
        return block
    if kind == block.kind or (block.kind == "steps" and kind == "items" and lead):
        block.parts.append(span)
        block.blank_since = False
        return block
    _finish(block, found)
    return _Open(kind, [span])


def _finish(block: _Open | None, found: list[Block]) -> None:
    if block:
        found.append(block.close())


def heading_text(text: str, block: Block) -> str:
    """The words of a heading block, without its marks."""
    match = _HEADING.match(text[block.start : block.end])
    return match.group("text") if match else ""


def is_colophon(text: str, block: Block) -> bool:
    """Whether the block is a paragraph in italics alone, such as a note on the text below an article."""
    return block.kind == "paragraph" and bool(_COLOPHON.match(text[block.start : block.end]))

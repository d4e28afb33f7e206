"""Cut an article's body into the passages that search returns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge_base.blocks import Block, blocks, heading_text, is_colophon
from knowledge_base.sentences import plain, sentences
from knowledge_base.types import Passage

WORDS = 200
LONGEST = 300
HEADING_BREAK = " › "


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the body and the path of headings above it."""

    start: int
    end: int
    heading: str


def cut(body: str, title: str = "") -> list[Piece]:
    """Pieces in their order: one per section, a long one parted at paragraphs (about 200 words).

    The summary before the first heading is a piece of its own. A numbered list is never cut and keeps the
    line that introduces it. A heading that repeats the title is left out of the path.
    """
    found: list[Piece] = []
    path: list[tuple[int, str]] = []
    section: list[Block] = []
    every = blocks(body)
    if every and is_colophon(body, every[-1]) and len(every) > 1:
        every.pop()
    for block in every:
        if block.kind != "heading":
            section.append(block)
            continue
        found += _pieces(body, section, path)
        section = []
        path = [entry for entry in path if entry[0] < block.level]
        if (words := plain(heading_text(body, block))) and words != title:
            path.append((block.level, words))
    return found + _pieces(body, section, path)


def _pieces(body: str, section: list[Block], path: list[tuple[int, str]]) -> list[Piece]:
    heading = HEADING_BREAK.join(words for _, words in path)
    found: list[Piece] = []
    start = end = count = 0
    for unit_start, unit_end in _units(body, section):
        size = len(body[unit_start:unit_end].split())
        if count and count + size > WORDS:
            found.append(Piece(start, end, heading))
            count = 0
        if not count:
            start = unit_start
        end, count = unit_end, count + size
    if count:
        found.append(Piece(start, end, heading))
    return found


def _units(body: str, section: list[Block]) -> Iterator[tuple[int, int]]:
    """Spans that stay whole; a list is one with the paragraph that introduces it."""
    intro: Block | None = None
    for block in section:
        start = block.start
        if intro and block.kind in ("steps", "items"):
            start = intro.start
        elif intro:
            yield intro.start, intro.end
        intro = block if block.kind == "paragraph" and body[block.end - 1] == ":" else None
        if not intro:
            yield from _parted(body, block, start)
    if intro:
        yield intro.start, intro.end


def _parted(body: str, block: Block, start: int) -> Iterator[tuple[int, int]]:
    if block.kind == "steps" or len(body[start : block.end].split()) <= LONGEST:
        yield start, block.end
        return
    for unit_start, unit_end, _ in sentences(body[block.start : block.end], block.start):
        yield min(start, unit_start), unit_end
        start = block.end


def passages_of(
    body: str, *, site: str, article: str, version: int, language: str, title: str, meta: dict[str, Any]
) -> list[Passage]:
    """The passages of one version, `text == body[start:end]`; `meta` is the front matter of the version."""
    return [
        Passage(
            id=f"{site}:{article}:{version}:{position}",
            article=article,
            version=version,
            position=position,
            language=language,
            title=title,
            heading=piece.heading,
            start=piece.start,
            end=piece.end,
            text=body[piece.start : piece.end],
            audience=str(meta.get("audience", "residents")),
            translation_of=meta.get("translation_of"),
            updated=day_of(meta.get("updated") or meta.get("valid_from")),
            valid_from=day_of(meta.get("valid_from")),
            expires=day_of(meta.get("expires")),
            asked=asked_of(meta),
        )
        for position, piece in enumerate(cut(body, title))
    ]


def day_of(value: Any) -> date | None:
    """A date from front matter, whether parsed or as it is stored."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def asked_of(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """How residents ask for an article, in its own language and in those that it is not written in."""
    elsewhere = [phrase for phrases in (meta.get("asked_in") or {}).values() for phrase in phrases]
    return (*(meta.get("asked_as") or ()), *elsewhere)

"""An article's light Markdown as HTML, with one stretch of it marked.

Offsets count characters of the body, so the body is walked line by line: block marks (`## `, `1. `, `- `)
are cut off with their offsets known, and the inline text goes through markdown-it with HTML switched off.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markupsafe import Markup

Kind = Literal["p", "h2", "h3", "h4", "ol", "ul"]

# Characters of the private use area stand for the borders of the mark while markdown-it works.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HEADING = re.compile(r"(#{1,4}) +")
_NUMBER = re.compile(r" {0,3}(\d{1,3})[.)] +")
_BULLET = re.compile(r" {0,3}[-*+] +")
_TAG_OR_BORDER = re.compile(f"(<[^>]+>|{_OPEN}|{_CLOSE})")


@dataclass(slots=True)
class _Block:
    """A paragraph, heading or list item: `body[start:end]` is its inline text."""

    kind: Kind
    start: int
    end: int
    number: int = 0


def document_html(body: str, start: int | None = None, end: int | None = None) -> Markup:
    """The body as HTML; `body[start:end]` stands in <mark>, the first of them with the id `quote`."""
    inline = MarkdownIt("commonmark", {"html": False}).disable("image")
    marked = _Marking(inline, body, start or 0, end or 0)
    html: list[str] = []
    open_list = ""
    for block in _blocks(body):
        if block.kind != open_list:
            html.append(f"</{open_list}>" if open_list else "")
            open_list = block.kind if block.kind in ("ol", "ul") else ""
            html.append(_open_list(block) if open_list else "")
        tag = "li" if open_list else block.kind
        html.append(f"<{tag}>{marked.inline(block)}</{tag}>\n")
    html.append(f"</{open_list}>" if open_list else "")
    return Markup("".join(html))  # noqa: S704  markdown-it escapes all text, HTML in the body is off


def _open_list(block: _Block) -> str:
    return f'<ol start="{block.number}">' if block.kind == "ol" and block.number != 1 else f"<{block.kind}>"


def _blocks(body: str) -> Iterator[_Block]:
    current: _Block | None = None
    offset = 0
    for line in body.splitlines(keepends=True):
        content_end = offset + len(line.rstrip())
        if not line.strip():
            if current:
                yield current
            current = None
        elif (new := _begins(line, offset, content_end)) is not None:
            if current:
                yield current
            current = new
        elif current is None or current.kind in ("h2", "h3", "h4"):
            if current:
                yield current
            current = _Block("p", offset, content_end)
        else:
            current.end = content_end
        offset += len(line)
    if current:
        yield current


def _begins(line: str, offset: int, end: int) -> _Block | None:
    if found := _HEADING.match(line):
        kinds: tuple[Kind, ...] = ("h2", "h2", "h3", "h4")
        return _Block(kinds[len(found[1]) - 1], offset + found.end(), end)
    if found := _NUMBER.match(line):
        return _Block("ol", offset + found.end(), end, int(found[1]))
    if found := _BULLET.match(line):
        return _Block("ul", offset + found.end(), end)
    return None


class _Marking:
    """Renders inline text and puts <mark> where the stretch lies; the id is given once."""

    def __init__(self, renderer: MarkdownIt, body: str, start: int, end: int) -> None:
        self._renderer = renderer
        self._body = body
        self._start, self._end = start, end
        self._named = False

    def inline(self, block: _Block) -> str:
        text = self._body[block.start : block.end]
        first, last = max(self._start, block.start), min(self._end, block.end)
        if first < last:
            first, last = first - block.start, last - block.start
            text = f"{text[:first]}{_OPEN}{text[first:last]}{_CLOSE}{text[last:]}"
        return self._with_marks(str(self._renderer.renderInline(text)))

    def _with_marks(self, html: str) -> str:
        """The mark is closed before every tag and opened again after it, so that tags stay nested."""
        out: list[str] = []
        inside = False
        for piece in _TAG_OR_BORDER.split(html):
            if piece in (_OPEN, _CLOSE):
                inside = piece == _OPEN
            elif inside and piece and not piece.startswith("<"):
                out.append(f"<mark{self._id()}>{piece}</mark>")
            else:
                out.append(piece)
        return "".join(out)

    def _id(self) -> str:
        if self._named:
            return ""
        self._named = True
        return ' id="quote"'

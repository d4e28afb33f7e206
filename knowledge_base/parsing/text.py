"""Plain text in any encoding."""

import re

from charset_normalizer import from_bytes

from knowledge_base.parsing.refused import DocumentRefused
from knowledge_base.types import Document

LONGEST_TITLE = 120
_BLANK_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(content: bytes) -> str:
    """The text of `content`, line ends as \\n. Raises DocumentRefused for binary data."""
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if len(_CONTROL.findall(text)) > len(text) / 1000 or "\x00" in text:
        raise DocumentRefused("binary data, not text")
    return _CONTROL.sub("", text)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content).best()
        if best is None:
            raise DocumentRefused("binary data, or text in an unknown encoding: save it as UTF-8") from None
        return str(best)


def parse_text(text: str, name: str) -> Document:
    """Paragraphs as they stand; a short first line is the title, short lines between blank ones are headings."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    if not lines or not lines[0]:
        raise DocumentRefused("no text in it")
    first = lines[0].strip()
    has_title = len(first) <= LONGEST_TITLE and not first.endswith((".", ",", ";")) and len(lines) > 1
    title = first if has_title else title_of(name)
    body = _BLANK_LINES.sub("\n\n", "\n".join(_as_markdown(lines[1:] if has_title else lines)).strip())
    return Document(title, body or first)


def title_of(name: str) -> str:
    """A title from a file's name."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _as_markdown(lines: list[str]) -> list[str]:
    """A line per paragraph becomes a block per paragraph; a short line without full stop before prose is a heading."""
    wrapped = sum(1 for line in lines if line) > 3 * sum(1 for line in lines if not line) and _is_wrapped(lines)
    if wrapped:
        return lines
    blocks: list[str] = []
    for at, line in enumerate(lines):
        words = line.strip()
        if not words:
            blocks.append("")
        elif _is_heading(words, lines, at):
            blocks += ["", f"## {words}", ""]
        elif words.startswith(("- ", "* ", "• ")) or re.match(r"\d+[.)]\s", words):
            blocks.append(words)
        else:
            blocks += ["", words, ""]
    return blocks


def _is_wrapped(lines: list[str]) -> bool:
    """Are paragraphs broken into lines of equal length?"""
    lengths = sorted(len(line) for line in lines if line)
    return bool(lengths) and lengths[int(len(lengths) * 0.9)] <= 100


def _is_heading(words: str, lines: list[str], at: int) -> bool:
    following = next((line.strip() for line in lines[at + 1 :] if line.strip()), "")
    plain = words[-1].isalnum() or words[-1] in "?!)"
    return len(words) <= 70 and plain and len(following) > len(words) and not words.startswith(("-", "*"))

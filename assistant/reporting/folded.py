"""A text folded for matching, with the way back: every offset of the folded text is known in the original."""

import re
from dataclasses import dataclass

from assistant.folding import fold


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` has the same words as `original`, without case and diacritics; `offsets[i]` is where `text[i]` stood."""

    original: str
    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that `text[start:end]` came from, without outer spaces and commas."""
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        while last < len(self.original) and not fold(self.original[last]) and self.original[last].strip():
            last += 1  # a combining mark belongs to the letter before it
        words = self.original[first:last]
        left = len(words) - len(words.lstrip(" ,.;:"))
        return first + left, first + len(words.rstrip(" ,;:"))


def fold_with_offsets(text: str) -> Folded:
    """Character by character, so that offsets are kept; runs of white space become one space."""
    pieces: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text):
        folded = " " if char.isspace() else fold(char)
        if folded == " " and pieces and pieces[-1] == " ":
            continue
        pieces.extend(folded)
        offsets.extend([at] * len(folded))
    return Folded(text, "".join(pieces), tuple(offsets))


def words_pattern(pattern: str) -> re.Pattern[str]:
    """`pattern` between word boundaries; an apostrophe inside a word does not end it."""
    return re.compile(rf"(?<![\w'])(?:{pattern})(?![\w])")

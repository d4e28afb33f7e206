"""Names of persons: after an introduction, a title or a relation ("my neighbour Jan"), or by a common first name.

Words with capitals are not enough: streets, firms and German nouns have them as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.folding import fold
from assistant.privacy_words import first_names, words

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_ENDINGS = (
    *("a", "u", "em", "iem", "owi", "ie", "y", "i", "e", "o", "om", "ego", "emu"),
    *("n", "lle", "lta", "sta", "lla", "ssa", "in", "en", "s"),
    *("ом", "ем", "у", "ю", "а", "я", "ові", "еві", "и", "і", "ою", "ею", "єм"),
)
LONGEST = 3


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    folded: str
    capital: bool
    opens: bool


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand; titles and relations are left outside."""
    found = [_word(match, text) for match in _WORD.finditer(text)]
    at = 0
    while at < len(found):
        last = _name_end(found, at, text)
        if last > at:
            yield found[at].start, found[last - 1].end
        at = max(last, at + 1)


def _word(match: re.Match[str], text: str) -> _Word:
    before = text[: match.start()].rstrip(" \"'„“(-–")
    return _Word(
        match[0],
        match.start(),
        match.end(),
        fold(match[0]),
        match[0][0].isupper() and not (len(match[0]) > 1 and match[0].isupper()),
        not before or before[-1] in ".!?\n",
    )


def _name_end(found: list[_Word], at: int, text: str) -> int:
    """The end of a name that begins at word `at`, or `at` where none does."""
    word = found[at]
    if not _may_be_name(word):
        return at
    first = _is_first_name(word.folded)
    before = found[at - 1] if at else None
    joined = before is not None and _joined(text, before, word)
    if joined and before and _matches("saint_or_street", before.folded):
        return at
    introduced = joined and _is_introduced(text, word.start)
    titled = joined and before is not None and _matches("titles", before.folded)
    related = joined and before is not None and _matches("relations", before.folded)
    last = _extend(found, at, text)
    if introduced or titled or (related and not word.opens):
        return last
    if first and (last - at > 1 or not word.opens) and not _followed_by_place(found, last, text):
        return last
    return at


def _may_be_name(word: _Word) -> bool:
    return word.capital and len(word.text) > 1 and not _matches("not_names", word.folded)


def _extend(found: list[_Word], at: int, text: str) -> int:
    """First name, particles, surname: at most three words with capitals."""
    last, capitals = at + 1, 1
    while last < len(found) and capitals < LONGEST and _joined(text, found[last - 1], found[last]):
        word = found[last]
        particle = _matches("particles", word.folded)
        if _may_be_name(word) and not _matches("saint_or_street", word.folded):
            capitals += 1
        elif not (particle and last + 1 < len(found) and _may_be_name(found[last + 1])):
            break
        last += 1
    return last


def _joined(text: str, first: _Word, second: _Word) -> bool:
    """Only a space, or the point of "Mr.", between the two."""
    return text[first.end : second.start] in (" ", ". ", ": ", ' "', ", ") and (
        text[first.end : second.start] != ", " or _matches("introductions", f"{first.folded},")
    )


def _is_introduced(text: str, start: int) -> bool:
    before = fold(text[max(0, start - 30) : start])
    return any(match.end() >= len(before) - 1 for match in words("introductions").finditer(before))


def _followed_by_place(found: list[_Word], last: int, text: str) -> bool:
    """ "Anna Street" is a street."""
    if last >= len(found) or not _joined(text, found[last - 1], found[last]):
        return False
    return _matches("saint_or_street", found[last].folded)


@cache
def _is_first_name(folded: str) -> bool:
    """A common first name, in whatever case the language puts it."""
    names = first_names()
    if folded in names:
        return True
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= 3:
            stem = folded.removesuffix(ending)
            if any(stem + vowel in names for vowel in ("", "a", "ia", "ek", "а", "я", "о", "ии")):
                return True
    return False


@cache
def _matches(name: str, folded: str) -> bool:
    return bool(words(name).fullmatch(folded))

"""Text as the danger rules and classifiers read it: no case, no diacritics, no look-alike apostrophes."""

import re
import unicodedata

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES = re.compile("[’ʼ`´‘]")
_SPACES = re.compile(r"\s+")
_INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs"}


def visible(text: str) -> str:
    """`text` without control, format and unassigned characters; line breaks and tabs become spaces or stay breaks.

    Joiners that emoji and scripts need carry no meaning for us and go as well.
    """
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in _INVISIBLE)
    return "".join(kept).replace("\t", " ")


def fold(text: str) -> str:
    """NFKC, case-folded, without combining marks, single spaces."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    straight = _APOSTROPHES.sub("'", lowered)
    bare = "".join(char for char in unicodedata.normalize("NFD", straight) if not unicodedata.combining(char))
    return _SPACES.sub(" ", bare).strip()

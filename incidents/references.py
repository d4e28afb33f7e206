"""References that people read out and type: `NDZ-7K3M-Q`, a prefix, four symbols and a check symbol.

The alphabet leaves out letters and digits that are mistaken for one another (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
The check symbol is a weighted sum modulo 23 (a prime, as with ISBN-10): one wrong symbol and two swapped neighbours
are always noticed.
"""

import re
import secrets

ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
_REFERENCE = re.compile(r"\b([A-Z]{2,5})[-\s]?([0-9A-Z]{4})[-\s]?([0-9A-Z])\b", re.IGNORECASE)


def new_reference(prefix: str) -> str:
    """A random reference; the caller retries where it is taken already."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(4))
    return f"{prefix}-{body}-{check_symbol(body)}"


def check_symbol(body: str) -> str:
    """The weighted sum of the symbols' places, modulo the size of the alphabet."""
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def find_reference(text: str, prefix: str) -> str | None:
    """The first valid reference with that prefix in `text`, in its written form, however it was typed."""
    for match in _REFERENCE.finditer(text):
        start, body, check = (part.upper() for part in match.groups())
        known = all(symbol in ALPHABET for symbol in body)
        if start == prefix and known and check_symbol(body) == check:
            return f"{start}-{body}-{check}"
    return None

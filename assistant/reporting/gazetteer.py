"""The places that a site knows, found in whatever case and script a resident writes them.

A name is compared by the sound of its stem: "na Lipowej", "Lipowakadulla", "Lypova" and "на Липовій" all hold `lipov`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.fuzz import ratio

from assistant.folding import fold
from sites import Place, Site

_CYRILLIC = dict(
    zip(
        "абвгдежзиіклмнопрстуфхцчшьєюя'",
        (
            *("a", "b", "v", "g", "d", "e", "z", "z", "i", "i", "k", "l", "m", "n", "o", "p"),
            *("r", "s", "t", "u", "f", "h", "c", "c", "s", "_", "ie", "iu", "ia", "_"),
        ),
        strict=True,
    )
)
_SOUNDS = (("szcz", "sc"), ("щ", "sc"), ("sz", "s"), ("cz", "c"), ("rz", "z"), ("ch", "h"), ("zh", "z"), ("sh", "s"))
_LETTERS = str.maketrans({"w": "v", "y": "i", "j": "i", "_": "", "'": "", "’": ""})
_ENDING = re.compile(r"[aeiou]+$")
LONGEST_ENDING = 4
SIMILAR = 87.0
COMPOUND = re.compile(r"^\w{0,3}-?(?:katu|kad|tie|torg|gat|stras|straat|street|vag|pl)")


@dataclass(frozen=True, slots=True)
class Named:
    """A place by one of its names, as the stems of the name's words."""

    place: Place
    stems: tuple[str, ...]


def sound(word: str) -> str:
    """`word` in Latin letters without case, diacritics and the spelling differences between our languages."""
    folded = fold(word)
    for written, heard in _SOUNDS:
        folded = folded.replace(written, heard)
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in folded)
    return latin.translate(_LETTERS)


def stem(word: str) -> str:
    heard = sound(word)
    return _ENDING.sub("", heard) if len(heard) >= 4 else heard


@cache
def named_places(places: tuple[Place, ...]) -> tuple[Named, ...]:
    """Every name and alias of the places, the longest first."""
    found = []
    for place in places:
        for name in (place.name, *place.aliases):
            words = [word for word in re.findall(r"[\w']+", name) if fold(word) not in ("ul", "pl", "al")]
            if words and any(len(word) >= 4 for word in words):
                stems = tuple(stem(word) for word in words)
                found.append(Named(place, stems))
                if stems[-1].endswith("ek"):  # Rynek, na Rynku
                    found.append(Named(place, (*stems[:-1], f"{stems[-1][:-2]}k")))
    return tuple(sorted(found, key=lambda named: -len(named.stems)))


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens `first` to before `last` name the place; `exact` only where case and letters leave no doubt."""

    place: Place
    first: int
    last: int
    exact: bool


def match_places(site: Site, words: Sequence[str]) -> list[Match]:
    """The places named by `words`, longer names first, without overlap."""
    heard = [sound(word) for word in words]
    taken: set[int] = set()
    matches = []
    for named in named_places(site.places):
        size = len(named.stems)
        for at in range(len(words) - size + 1):
            if taken.intersection(range(at, at + size)):
                continue
            capital = any(word[:1].isupper() for word in words[at : at + size])
            how = [_alike(heard[at + step], part) for step, part in enumerate(named.stems)]
            if all(how) and (capital or all(kind == "stem" for kind in how)):
                taken.update(range(at, at + size))
                matches.append(Match(named.place, at, at + size, capital or size > 1))
    return sorted(matches, key=lambda match: match.first)


def _alike(heard: str, part: str) -> str:
    """`stem` for the stem with any ending, `near` for a slip of the pen, empty otherwise."""
    if len(part) < 4:
        return "stem" if heard == part else ""
    if heard.startswith(part):
        rest = heard[len(part) :]
        return "stem" if len(rest) <= LONGEST_ENDING or COMPOUND.match(rest) else ""
    near = len(part) >= 5 and abs(len(heard) - len(part)) <= 3
    return "near" if near and ratio(heard[: len(part)], part) >= SIMILAR else ""

"""One language's words of place: each word of a text gets the tag that phrases of place are built from."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.folding import fold
from assistant.reporting.rules import read_rules

FOLDER = "where_rules"
_WORD = re.compile(
    r"\d+\s?[a-zA-Z]?(?:[/-]\d+[a-zA-Z]?)?(?!\w)"
    r"|(?<!\w)(?:ul|al|pl|os|str|st|av|ave|avda|bd|rd|nr|no|św|вул|пл|буд|просп|бул|пров)\.(?=\s?\w)"
    r"|[\w'’ʼ-]*\w|[.!?;:,&/()\n]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,4}\s?[a-zA-Z]?(?:[/-]\d{1,4}[a-zA-Z]?)?")
_BEFORE_NUMBER = re.compile(r"rue|avenue|boulevard|place|chemin|quai|impasse|allee|route|bis|ter")
_STREET_AFTER = re.compile(r"street|road|avenue|lane|square|drive|close|crescent|way")
_AFTER_STREET = re.compile(r".*str|ul|nr|no|pod|\w+(?:strasse|straat|gatan|katu|kadulla|vagen|weg|laan)")
_ENDS = re.compile(r"[.!?;:()\n]")
_TOWN = frozenset(("in", "i", "w", "we", "en", "a", "em", "no", "na", "te", "у", "в"))


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the text; `kind` is the kind of place that it names (school, park …)."""

    text: str
    start: int
    end: int
    folded: str
    kind: str | None = None
    locative: bool = False


@dataclass(frozen=True, slots=True)
class Tagged:
    """Words and their tags, one letter each."""

    words: tuple[Word, ...]
    tags: str
    postpositions: bool
    town_prepositions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Rules:
    place: tuple[tuple[str, ...], ...]
    inner: frozenset[tuple[str, ...]]
    single: tuple[tuple[str, re.Pattern[str]], ...]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    weak: re.Pattern[str]
    suffix: re.Pattern[str]
    stop: re.Pattern[str]
    locative: re.Pattern[str]
    postpositions: bool
    nouns_have_capitals: bool
    needs_opening: re.Pattern[str]


@cache
def _rules(language: str) -> _Rules:
    data: dict[str, Any] = read_rules(FOLDER, language)
    inner = frozenset(tuple(fold(words).split()) for words in data["inner"])
    # "on the corner of" opens nothing: the corner belongs to the place itself.
    corner = re.compile(data["corner"])
    place = {tuple(fold(words).split()) for words in data["place"]} | inner
    place = {phrase for phrase in place if not any(corner.fullmatch(word) for word in phrase)}
    single = (
        ("t", data["articles"]),
        ("j", data["corner"]),
        ("m", data["number_word"]),
        ("s", data["street"]),
        ("&", data["and_words"]),
        ("a", data["adjectives"]),
    )
    return _Rules(
        place=tuple(sorted(place, key=len, reverse=True)),
        inner=inner,
        single=tuple((tag, re.compile(pattern)) for tag, pattern in single),
        kinds=tuple((kind, re.compile(pattern)) for kind, pattern in data["kinds"].items()),
        weak=re.compile(data["weak"]),
        suffix=re.compile(data["street_suffix"]),
        stop=re.compile(data["stop_names"]),
        locative=re.compile(data.get("locative") or "(?!)"),
        postpositions=bool(data.get("postpositions")),
        nouns_have_capitals=bool(data.get("capitals_are_nouns")),
        needs_opening=re.compile(data.get("needs_opening") or "(?!)"),
    )


def tag_words(text: str, language: str) -> Tagged:
    """Every word of `text` with its tag; see `where._NAME` for the letters."""
    rules = _rules(language)
    words = [_word(match, rules) for match in _WORD.finditer(_apart(text))]
    tags = [_tag(words, at, rules) for at in range(len(words))]
    _tag_prepositions(words, tags, rules)
    for at, word in enumerate(words):
        # "they park on the pavement": without article, preposition or adjective these are verbs.
        if rules.needs_opening.fullmatch(word.folded) and (not at or tags[at - 1] not in "tapiskc&"):
            tags[at] = "-"
    return Tagged(tuple(words), "".join(tags), rules.postpositions, _TOWN)


def _apart(text: str) -> str:
    """French elisions are two words: l'école, d'Anna. The length stays."""
    return re.sub(r"(?<=\b[dlDL])['’](?=\w)", " ", text)


def _word(match: re.Match[str], rules: _Rules) -> Word:
    folded = fold(match[0]).rstrip(".") or match[0]
    kind = next((kind for kind, pattern in rules.kinds if pattern.fullmatch(folded)), None)
    return Word(match[0], match.start(), match.end(), folded, kind, bool(rules.locative.fullmatch(folded)))


def _tag(words: list[Word], at: int, rules: _Rules) -> str:
    word = words[at]
    if _ENDS.fullmatch(word.text) or word.text == ",":
        return "|"
    if _NUMBER.fullmatch(word.text):
        return "n" if _is_house_number(words, at) else "-"
    if rules.stop.fullmatch(word.folded):
        return "-"
    return _word_tag(words, at, rules)


def _word_tag(words: list[Word], at: int, rules: _Rules) -> str:
    word = words[at]
    if rules.suffix.fullmatch(word.folded):
        return "x"
    first = _first_tag(word, rules)
    if first and not (first == "m" and word.kind and not _is_before_number(words, at)):
        return first
    if word.kind:
        return "w" if rules.weak.fullmatch(word.folded) else "k"
    return "c" if _is_name(words, at, rules) else "-"


def _is_before_number(words: list[Word], at: int) -> bool:
    return at + 1 < len(words) and bool(_NUMBER.fullmatch(words[at + 1].text))


def _first_tag(word: Word, rules: _Rules) -> str | None:
    for tag, pattern in rules.single:
        if pattern.fullmatch(word.folded) and not (tag == "a" and word.kind):
            return "c" if tag == "a" and word.text[:1].isupper() and word.start else tag
    return None


def _is_house_number(words: list[Word], at: int) -> bool:
    """A house number stands behind a street, a place or a name; in English and French before them too."""
    if at and _may_number(words[at - 1]):
        return True
    following = words[at + 1].folded if at + 1 < len(words) else ""
    later = words[at + 2].folded if at + 2 < len(words) else ""
    return bool(_BEFORE_NUMBER.fullmatch(following) or _STREET_AFTER.fullmatch(later))


def _may_number(word: Word) -> bool:
    return word.text[:1].isupper() or word.kind is not None or bool(_AFTER_STREET.fullmatch(word.folded))


def _is_name(words: list[Word], at: int, rules: _Rules) -> bool:
    """A capital inside a sentence; where nouns have capitals only before a number or after another name's word."""
    word = words[at]
    if not word.text[:1].isupper() or len(word.text) < 3 or word.text.isupper():
        return False
    opening = at == 0 or bool(_ENDS.fullmatch(words[at - 1].text))
    if opening:
        return False
    if not rules.nouns_have_capitals:
        return True
    return _is_before_number(words, at) or words[at - 1].folded in ("in", "nach", "ul", "plac")


def _tag_prepositions(words: list[Word], tags: list[str], rules: _Rules) -> None:
    """Prepositions of several words are tagged as one; they give way to names and kinds of place."""
    folded = [word.folded for word in words]
    at = 0
    while at < len(words):
        for phrase in rules.place:
            last = at + len(phrase)
            if tuple(folded[at:last]) == phrase and tags[at] not in "zx|j":
                tags[at:last] = ("i" if phrase in rules.inner else "p") * len(phrase)
                at = last - 1
                break
        at += 1

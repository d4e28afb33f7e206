"""Where something happened: the fullest phrase that names the place, and the place that the site knows by it.

Each word gets a one-letter tag (preposition, article, street word, kind of place, name, number …); phrases are patterns
over the tags. The words are data, `where_rules/<language>.yaml`; the names come from the site.
"""

import re
from dataclasses import dataclass

from assistant.reporting.draft import Location
from assistant.reporting.gazetteer import Match, match_places
from assistant.reporting.located import locate
from assistant.reporting.place_words import Tagged, tag_words
from sites import Site

# p preposition of place, i one that also links, t article, a adjective, s street word, x whole street name,
# k kind of place, w the same but too common alone, c capitalised name, z name that the site knows, l locative case,
# n number, m word before a number, j corner, & and, - anything else, | end of a sentence
_NAME = r"n?[ta]{0,3}[skwxcjz](?:i{0,2}t?[askwxczj])*(?:m?n)?"
_PHRASE = re.compile(rf"(?P<open>[pi]*)(?P<phrase>{_NAME}(?:&?[pi]{{0,3}}{_NAME})*)(?P<after>p?)")
SCORES = {"z": 6, "x": 5, "s": 3, "n": 2, "k": 3, "j": 1, "c": 2, "w": 1}


@dataclass(frozen=True, slots=True)
class Found:
    """`text[start:end]` names the place."""

    location: Location
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    first: int
    last: int
    score: int


def find_place(text: str, language: str, site: Site) -> Found | None:
    """The phrase of `text` that names a place; None where it names none ("in front of us")."""
    tagged = tag_words(text, language)
    matches = match_places(site, [word.text for word in tagged.words])
    tags = _with_known(tagged, matches)
    candidates = [found for phrase in _PHRASE.finditer(tags) if (found := _judge(phrase, tagged))]
    if not candidates:
        return None
    best = max(candidates, key=lambda candidate: candidate.score)
    start, end = tagged.words[best.first].start, tagged.words[best.last - 1].end
    inside = [match for match in matches if best.first <= match.first < best.last]
    named = zip(tags, tagged.words, strict=True)
    kinds = [word.kind for tag, word in list(named)[best.first : best.last] if word.kind and tag in "kw"]
    location = locate(text[start:end], site, inside, kinds)
    if location.latitude is None and not set(tags[best.first : best.last]) & set("zxscnk"):
        location = location.model_copy(update={"vague": True})
    return Found(location, start, end)


def _with_known(tagged: Tagged, matches: list[Match]) -> str:
    """The tags, with `z` for the words of places that the site knows."""
    tags = list(tagged.tags)
    for match in matches:
        before = tags[match.first - 1] if match.first else "|"
        after = tags[match.last] if match.last < len(tags) else "|"
        if match.exact or before in "pis" or after == "n":
            tags[match.first : match.last] = "z" * (match.last - match.first)
    return "".join(tags)


def _judge(phrase: re.Match[str], tagged: Tagged) -> _Candidate | None:
    """How surely the phrase names a place; None where it does not.

    A name alone is no place ("Anna"), nor is a common word without a preposition of place ("the cellar door"):
    of such a phrase only what follows its first preposition may be one.
    """
    first, last = phrase.start("phrase"), phrase.end("phrase")
    # "na murze synagogi": the preposition may stand before the noun that the place belongs to.
    opened = bool(phrase["open"] or re.search(r"[pi][ta]*-$", phrase.string[:first]))
    stranger = re.match(r"c+[pi]+", phrase["phrase"])
    if stranger and not phrase["open"]:  # "Mrs Smith on Akacjowa": the name is not part of the place
        first, opened = first + stranger.end(), True
    if phrase["after"] and tagged.postpositions:
        opened, last = True, last + 1
    found = _score(phrase.string, first, last, opened, tagged)
    inner = re.search(r"[pi]+", phrase.string[first:last])
    if inner and (found is None or (not opened and phrase.string[first] == "w")):
        return _score(phrase.string, first + inner.end(), last, True, tagged)
    return found


def _score(all_tags: str, first: int, last: int, opened: bool, tagged: Tagged) -> _Candidate | None:
    tags = all_tags[first:last]
    while tags and tags[0] in "t&":
        tags, first = tags[1:], first + 1
    while tags and (tags[-1] in "t&m" or (tags[-1] in "pi" and not tagged.postpositions)):
        tags, last = tags[:-1], last - 1
    if dangling := re.search(r"[pi]+t*a+$", tags):  # "to the third" without a place
        tags, last = tags[: dangling.start()], last - len(dangling[0])
    kinds = set(tags)
    certain = kinds & set("zx") or re.search(r"s[a-z]*[czk]|[cz]s|[csk]n", tags)
    placed = opened or any(word.locative for word in tagged.words[first:last])
    if not tags or not (certain or placed):
        return None
    if not kinds & set("zxskwj") and not _names_town(tags, first, tagged):
        return None
    score = sum(SCORES.get(tag, 0) for tag in kinds) + min(len(tags), 4)
    return _Candidate(first, last, score + (4 if certain else 0) + (2 if placed else 0))


def _names_town(tags: str, first: int, tagged: Tagged) -> bool:
    """A bare name after a preposition ("in Radom")."""
    opening = tagged.words[first - 1].folded if first else ""
    return set(tags) == {"c"} and len(tags) <= 2 and opening in tagged.town_prepositions

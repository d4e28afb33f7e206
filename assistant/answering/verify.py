"""Is a generated sentence supported by the passage it cites? Figures must stand there; so must most of its words.

Whatever looks like a fact that a reader would act on (numbers, telephone numbers, times, amounts, dates, addresses) is
compared character by character; whatever looks like a link, an address or markup is refused outright.
"""

import re

from knowledge_base.analysis import lemma_stems

LEAST_SHARED_WORDS = 0.6
_FORBIDDEN = re.compile(
    r"https?:|www\.|\w@\w|[<>{}\[\]`]|\b[\w-]+\.(?:com|org|net|eu|pl|nl|be|fi|es|pt|ua|io|ly|info|example)\b"
)
_FIGURE = re.compile(r"\d+")
_NUMBER = re.compile(r"\d[\d\s.,:/–-]*\d|\d")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[^\W\d_a-zà-ÿ][\w'’-]+")
_NEGATION = frozenset(
    {
        *(
            "not",
            "no",
            "never",
            "nicht",
            "kein",
            "keine",
            "nie",
            "niemals",
            "niet",
            "geen",
            "nooit",
            "ne",
            "pas",
            "jamais",
        ),
        *("nunca", "não", "nao", "nigdy", "ei", "en", "emme", "älä", "inte", "ingen", "aldrig", "ні", "не", "ніколи"),
    }
)


def unsupported(sentence: str, passage: str, language: str) -> str | None:
    """Why `sentence` may not be shown beside `passage`, or None when nothing speaks against it."""
    objections = {
        "address or markup": bool(_FORBIDDEN.search(sentence)),
        "figure": not _figures(sentence) <= _figures(passage),
        "number": not _numbers(sentence) <= _numbers(passage),
        "name": bool(missing_names(sentence, passage, language)),
        "negation": _negates(sentence) and not _negates(passage),
        "words": _shared_words(sentence, passage, language) < LEAST_SHARED_WORDS,
    }
    return next((reason for reason, holds in objections.items() if holds), None)


def _shared_words(sentence: str, passage: str, language: str) -> float:
    asked = set(lemma_stems(sentence, language))
    return len(asked & set(lemma_stems(passage, language))) / len(asked) if asked else 1.0


def missing_names(sentence: str, passage: str, language: str) -> list[str]:
    """Capitalised words inside the sentence that the passage does not have, in any inflection."""
    known = set(lemma_stems(passage, language))
    return [
        name for name in _NAME.findall(sentence) if language != "de" and not set(lemma_stems(name, language)) <= known
    ]


def _figures(text: str) -> set[str]:
    return set(_FIGURE.findall(text))


def _numbers(text: str) -> set[str]:
    """Whole numbers without the spaces and signs inside them, so that 47 000 01 00 equals 470000100."""
    return {re.sub(r"\D", "", number) for number in _NUMBER.findall(text)}


def _negates(text: str) -> bool:
    return bool(_NEGATION & set(re.findall(r"\w+", text.casefold())))

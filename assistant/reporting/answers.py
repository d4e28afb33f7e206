"""What a short answer means: yes, no, skip, cancel, a question in between."""

from assistant.folding import fold
from assistant.reporting.rules import pattern

RULES = "answer_rules"
LONGEST_SHORT_ANSWER = 6


def means(name: str, text: str, language: str) -> bool:
    """Does `text` begin with a word for `name` (agree, refuse, skip …), in its language or English?"""
    folded = fold(text)
    return any(pattern(RULES, code, name).match(folded) for code in (language, "en"))


def tells(name: str, text: str, language: str) -> bool:
    """Does `text` hold a word for `name` (anonymous, also, correction) anywhere?"""
    return bool(pattern(RULES, language, name).search(fold(text)))


def is_short(text: str) -> bool:
    return len(text.split()) <= LONGEST_SHORT_ANSWER


def is_question(text: str, language: str) -> bool:
    """A question mark, or a question word at the start."""
    return text.rstrip().endswith("?") or means("question", text, language)

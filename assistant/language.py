"""Which of the site's languages a message is in: two published detectors and one trained on chat text, with priors.

Short chat text defeats each detector alone, so their log-probabilities are added: py3langid and a small classifier
trained on this project's own chat examples always, langdetect when those two disagree. The
conversation's and the page's language are priors that fade as a message grows; a message without letters, or one that
only names a place or says "ok", keeps the conversation's language. Figures: docs/decisions/0004-language.md.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from langdetect import PROFILES_DIRECTORY, DetectorFactory, LangDetectException
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from assistant.classifier import Classifier, load_classifier
from assistant.types import Turn
from sites.site import LANGUAGES

MODEL = Path(__file__).parent / "training" / "languages.npz"
FLOOR = 0.001
WEIGHTS = {"py3langid": 1.0, "chat": 1.0, "langdetect": 0.1}
CONVERSATION_PRIOR = 4.0
_LETTERS = re.compile(r"[^\W\d_]+")
LONGEST_NAME = 3
_REFERENCE = re.compile(r"[A-Z]{2,5}-[0-9A-Z]{4}-[0-9A-Z]", re.IGNORECASE)
_GREETINGS = frozenset({"guten", "gute", "grüß", "tag", "abend", "morgen", "nacht", "good", "bonjour", "hola", "hallo"})
_NEUTRAL = frozenset({"ok", "oke", "okay", "okey", "hi", "hello", "hm", "hmm", "lol", "haha", "stop", "taxi", "police"})


@dataclass(frozen=True, slots=True)
class Identified:
    language: str
    confidence: float


class LanguageIdentification:
    """The detectors, loaded once; under 1 ms a message."""

    def __init__(self, model: Path = MODEL) -> None:
        self._py3langid = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._py3langid.set_languages(list(LANGUAGES))
        self._langdetect = _langdetect_of(LANGUAGES)
        self._chat: Classifier = load_classifier(model)

    def identify(self, text: str, prior: str | None = None) -> Identified:
        """The language of `text`. `prior` is the conversation's language, None when nothing is known."""
        words = _LETTERS.findall(text)
        if not words or (prior and _says_no_language(text, words)):
            return Identified(prior or "en", 0.1)
        scores = self._scores(text)
        if prior:
            scores[prior] += CONVERSATION_PRIOR / len(words)
        top = max(scores.values())
        total = sum(math.exp(score - top) for score in scores.values())
        best = max(scores, key=lambda code: scores[code])
        return Identified(best, 1 / total)

    def _scores(self, text: str) -> dict[str, float]:
        readable = text.lower() if text.isupper() else text
        opinions: dict[str, Mapping[str, float]] = {
            "py3langid": {code: float(chance) for code, chance in self._py3langid.rank(readable)},
            "chat": dict(self._chat.predict(readable).ranked),
        }
        if _favourite(opinions["py3langid"]) != _favourite(opinions["chat"]):
            opinions["langdetect"] = self._ask_langdetect(readable)
        return {
            code: sum(WEIGHTS[name] * math.log(opinion.get(code, 0.0) + FLOOR) for name, opinion in opinions.items())
            for code in LANGUAGES
        }

    def _ask_langdetect(self, text: str) -> dict[str, float]:
        detector = self._langdetect.create()
        try:
            detector.append(text)
            return {found.lang: found.prob for found in detector.get_probabilities()}
        except LangDetectException:
            return {}


def _says_no_language(text: str, words: Sequence[str]) -> bool:
    """An "ok", a reference, or nothing but a name: a few capitalised words that are no greeting."""
    if all(word.casefold() in _NEUTRAL for word in words) or _REFERENCE.fullmatch(text.strip()):
        return True
    named = 2 <= len(words) <= LONGEST_NAME and all(word[0].isupper() and word[1:].islower() for word in words)
    return named and not any(word.casefold() in _GREETINGS for word in words)


def _favourite(opinion: Mapping[str, float]) -> str:
    return max(opinion, key=lambda code: opinion[code])


def _langdetect_of(languages: Sequence[str]) -> DetectorFactory:
    """Only these languages' profiles: all fifty-five would take five times the memory."""
    DetectorFactory.seed = 0  # langdetect is random without it
    factory = DetectorFactory()
    factory.load_json_profile([(Path(PROFILES_DIRECTORY) / code).read_text(encoding="utf-8") for code in languages])
    return factory


def detect_language(turn: Turn, identification: LanguageIdentification) -> Turn:
    """Set the turn's language; a choice that the resident made on the page stays."""
    if turn.conversation.state.language_fixed:
        return turn
    found = identification.identify(turn.text, turn.conversation.language)
    sure = found.language == turn.language or found.confidence >= 0.6
    return turn.with_(language=found.language) if sure else turn

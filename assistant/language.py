"""Which of the site's languages a message is in: three published detectors and one trained on chat text, with priors.

Short chat text defeats each detector alone, so their log-probabilities are added: py3langid and lingua always,
langdetect only when those two disagree, and a small classifier trained on this project's own chat examples. The
conversation's and the page's language are priors that fade as a message grows; a message without letters, or one that
only names a place or says "ok", keeps the conversation's language. Figures: docs/decisions/0004-language.md.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from langdetect import DetectorFactory, LangDetectException, detector_factory
from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from assistant.classifier import Classifier, load_classifier
from assistant.types import Turn
from sites.site import LANGUAGES

MODEL = Path(__file__).parent / "training" / "languages.npz"
FLOOR = 0.001
WEIGHTS = {"py3langid": 1.0, "lingua": 1.0, "chat": 1.0, "langdetect": 0.1}
CONVERSATION_PRIOR = 4.0
_LETTERS = re.compile(r"[^\W\d_]+")
_NEUTRAL = frozenset({"ok", "oke", "okay", "okey", "hi", "hello", "hm", "hmm", "lol", "haha", "stop", "taxi", "police"})


@dataclass(frozen=True, slots=True)
class Identified:
    language: str
    confidence: float


class LanguageIdentification:
    """The detectors, loaded once: about 80 MB and 0.3 s; 0.5 ms a message."""

    def __init__(self, model: Path = MODEL) -> None:
        self._lingua: LanguageDetector = LanguageDetectorBuilder.from_iso_codes_639_1(
            *(getattr(IsoCode639_1, code.upper()) for code in LANGUAGES)
        ).build()
        self._py3langid = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._py3langid.set_languages(list(LANGUAGES))
        DetectorFactory.seed = 0  # langdetect is random without it
        detector_factory.init_factory()
        self._chat: Classifier = load_classifier(model)

    def identify(self, text: str, prior: str | None = None) -> Identified:
        """The language of `text`. `prior` is the conversation's language, None when nothing is known."""
        words = _LETTERS.findall(text)
        if not words or (prior and all(word.casefold() in _NEUTRAL for word in words)):
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
        first = {code: float(chance) for code, chance in self._py3langid.rank(readable)}
        second = {
            value.language.iso_code_639_1.name.lower(): value.value
            for value in self._lingua.compute_language_confidence_values(readable)
        }
        opinions: dict[str, Mapping[str, float]] = {
            "py3langid": first,
            "lingua": second,
            "chat": dict(self._chat.predict(readable).ranked),
        }
        if max(first, key=lambda code: first[code]) != max(second, key=lambda code: second[code]):
            opinions["langdetect"] = _langdetect(readable)
        return {
            code: sum(WEIGHTS[name] * math.log(opinion.get(code, 0.0) + FLOOR) for name, opinion in opinions.items())
            for code in LANGUAGES
        }


def _langdetect(text: str) -> dict[str, float]:
    detector = detector_factory._factory.create()  # its public functions allow no restriction to languages
    detector.set_prior_map(dict.fromkeys(LANGUAGES, 1.0))
    try:
        detector.append(text)
        return {found.lang: found.prob for found in detector.get_probabilities()}
    except LangDetectException:
        return {}


def detect_language(turn: Turn, identification: LanguageIdentification) -> Turn:
    """Set the turn's language; a choice that the resident made on the page stays."""
    if turn.conversation.state.language_fixed:
        return turn
    found = identification.identify(turn.text, turn.conversation.language)
    sure = found.language == turn.language or found.confidence >= 0.6
    return turn.with_(language=found.language) if sure else turn

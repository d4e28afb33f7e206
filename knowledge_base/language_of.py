"""The language of a whole document; langdetect is sure enough on long text."""

from langdetect import DetectorFactory, LangDetectException, detect

LONGEST = 5000


def language_of(text: str) -> str:
    """A two-letter code; `en` where the text holds no words."""
    DetectorFactory.seed = 0  # langdetect is random without it
    try:
        found: str = detect(text[:LONGEST])
    except LangDetectException:
        return "en"
    return found

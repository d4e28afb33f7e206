"""From text to the terms that are indexed: folding, words, character n-grams, lemma-stems."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import snowballstemmer
import yaml
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import StreamDictionaryFactory

STEMMERS = {
    "en": "english",
    "nl": "dutch",
    "fr": "french",
    "de": "german",
    "pl": "polish",
    "fi": "finnish",
    "sv": "swedish",
    "es": "spanish",
    "pt": "portuguese",
}
# Where dictionaries found more than stems alone (docs/decisions/0003-search.md); Ukrainian has no Snowball stemmer.
LEMMA_LANGUAGES = frozenset({"pl", "fi", "uk"})
ANALYSED = frozenset({*STEMMERS, *LEMMA_LANGUAGES})

# Letters that Unicode does not decompose into a base letter and a mark, but that people type without it.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ґ": "г"})
# The national system of 2010, folded, without its special beginnings of words.
_LATIN = str.maketrans(
    dict(zip("абвгґдезиіїйклмнопрстуфы", "abvhgdezyiiiklmnoprstufy", strict=True))
    | {"є": "ie", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": ""}
    | {"ю": "iu", "я": "ia"}
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′＇", "'"))
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# Python's stemmers keep their state in the object, and a dictionary must not be loaded twice at once.
_locks = {language: threading.Lock() for language in ANALYSED}
_stems: dict[str, dict[str, str]] = {language: {} for language in ANALYSED}
_MOST_STEMS = 300_000


def fold(text: str) -> str:
    """NFKC, casefold, diacritics dropped (also those of ł, ø, đ, ß), every apostrophe as '."""
    text = text.translate(_APOSTROPHES)
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Folded words. Latin words part at an apostrophe (l'homme); Ukrainian ones lose it (п'ять)."""
    return list(_split(fold(text)))


def _split(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text):
        word = match.group()
        if "'" not in word:
            yield word
        elif word[0] >= "\u0400":
            yield word.replace("'", "")
        else:
            yield from (part for part in word.split("'") if len(part) > 1)


@lru_cache(maxsize=100_000)
def word_grams(word: str, n: int = 4) -> tuple[str, ...]:
    """The n-grams of one folded word between boundary marks; a short word is one gram."""
    marked = f"_{word}_"
    if len(marked) <= n:
        return (marked,)
    return tuple(marked[i : i + n] for i in range(len(marked) - n + 1))


def grams(text: str, n: int = 4) -> list[str]:
    """Character n-grams within the folded words of `text` (McNamee and Mayfield, 2004)."""
    return [gram for word in words(text) for gram in word_grams(word, n)]


def lemma_stems(text: str, language: str) -> list[str]:
    """Folded Snowball stems, of lemmas in Polish and Finnish; in Ukrainian lemmas, in an unknown language words."""
    if language not in ANALYSED:
        return words(text)
    return [lemma_stem(word, language) for word in _lowered_words(text)]


def content_stems(text: str, language: str) -> list[str]:
    """The lemma-stems of the words that are no stop words; of all words if nothing else is left."""
    stop = stop_words(language)
    if language not in ANALYSED:
        return content_words(text, language)
    everything = _lowered_words(text)
    kept = [word for word in everything if fold(word) not in stop] or everything
    return [lemma_stem(word, language) for word in kept]


def _lowered_words(text: str) -> list[str]:
    return list(_split(unicodedata.normalize("NFKC", text).lower().translate(_APOSTROPHES)))


def lemma_stem(word: str, language: str) -> str:
    """The folded term of one lower-case word; remembered for the life of the process."""
    known = _stems[language]
    stem = known.get(word)
    if stem is None:
        with _locks[language]:
            base = _lemmatizer().lemmatize(word, language).lower() if language in LEMMA_LANGUAGES else word
            stem = fold(_stemmer(language).stemWord(base) if language in STEMMERS else base)
        if len(known) < _MOST_STEMS:
            known[word] = stem
    return stem


def known_stems(language: str) -> dict[str, str]:
    """Every word of the language met so far, with its stem."""
    return dict(_stems[language])


def remember_stems(language: str, stems: Mapping[str, str]) -> None:
    """Take over stems found in another run, so that these words need no dictionary."""
    _stems[language].update(stems)


def preload(languages: Iterable[str]) -> None:
    """Load the dictionaries of `languages` (up to two seconds each), so that no resident waits for one."""
    for language in languages:
        if language in LEMMA_LANGUAGES:
            with _locks[language]:
                _lemmatizer().lemmatize("preload", language)


@lru_cache(maxsize=1)
def _lemmatizer() -> Lemmatizer:
    # Streamed dictionaries take a tenth of the memory of plain ones.
    dictionaries = StreamDictionaryFactory(cache_max_size=len(LEMMA_LANGUAGES))
    return Lemmatizer(cache_max_size=1, lemmatization_strategy=DefaultStrategy(dictionary_factory=dictionaries))


@lru_cache(maxsize=len(STEMMERS))
def _stemmer(language: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(STEMMERS[language])


@lru_cache(maxsize=1)
def _stop_words() -> dict[str, frozenset[str]]:
    path = Path(__file__).with_name("stopwords.yaml")
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {language: frozenset(words(text)) for language, text in lists.items()}


def stop_words(language: str) -> frozenset[str]:
    """Folded function words of the language; empty for an unknown one."""
    return _stop_words().get(language, frozenset())


def romanise(text: str) -> str:
    """Folded Ukrainian letters as Latin ones, so that names and international words meet across scripts."""
    return text.translate(_LATIN)


def content_words(text: str, language: str) -> list[str]:
    """Folded words without the language's stop words; all words if nothing else is left."""
    everything = words(text)
    stop = stop_words(language)
    return [word for word in everything if word not in stop] or everything

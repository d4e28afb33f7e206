"""What the multilingual embedding learns from: pairs of texts that mean the same, and collections to measure on."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge_base.parsing.markdown import parse_markdown
from knowledge_base.thesaurus import read_concepts
from knowledge_base.types import Document
from settings import ROOT

FIELD = ROOT / "assistant" / "training" / "parallel"
CONTENT = ROOT / "knowledge_base" / "content"
LONGEST = 300
HELD_OUT_IN = 10

HOW_TO_BRING = (
    "Bring a folder with one gzip file a language, such as pl.tsv.gz; each line holds English, a tab, the other"
    " language, a tab, and the source."
)


class DataMissing(Exception):
    """There is nothing to learn from; the message says what to bring in which form."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of one meaning, the first in English except for kind `answer`. `kind` decides how often it is drawn."""

    one: str
    other: str
    kind: str


def kind_of(source: str) -> str:
    """Sentences, dictionary words, their glosses, and inflected forms are drawn at different rates."""
    if not source.startswith("wiktionary"):
        return "sentence"
    return {"wiktionary-gloss": "gloss", "wiktionary-forms": "form"}.get(source, "word")


def public_pairs(folder: Path) -> dict[str, list[Pair]]:
    """The pairs of each language of a folder. Raises DataMissing."""
    files = sorted(folder.glob("*.tsv.gz"))
    if not files:
        raise DataMissing(f"{folder} holds no parallel text. {HOW_TO_BRING}")
    found = {}
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = (line.rstrip("\n").split("\t") for line in lines)
            found[path.name[:2]] = [
                Pair(row[0][:LONGEST], row[1][:LONGEST], kind_of(row[2])) for row in rows if len(row) == 3
            ]
    return found


def held_out(identifier: str) -> bool:
    """Whether a line of this field's parallel text is kept for measuring, the same line in every language."""
    return zlib.crc32(identifier.encode()) % HELD_OUT_IN == 0


def field_lines(language: str) -> dict[str, str]:
    """Identifier to text of this field's parallel sentences; empty where a language has none."""
    path = FIELD / f"{language}.tsv"
    if not path.is_file():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {row[0]: row[-1] for row in rows}


def field_pairs(language: str, held: bool) -> list[Pair]:
    """This field's sentences with their English counterparts; only the held-out ones, or only the others."""
    english, other = field_lines("en"), field_lines(language)
    return [Pair(english[key], other[key], "field") for key in english if key in other and held_out(key) == held]


def concept_pairs(language: str) -> list[Pair]:
    """Each label of a concept with its preferred English label, and the preferred label with each English one."""
    pairs = []
    for concept in read_concepts():
        here, english = concept.labels.get(language), concept.labels.get("en")
        if here and english:
            pairs += [Pair(english[0], label, "concept") for label in here]
            pairs += [Pair(label, here[0], "concept") for label in english[1:]]
    return pairs


def article_pairs(language: str) -> list[Pair]:
    """Ways of asking in `language` with the summary of that article, in `language` and in English."""
    pairs = []
    for path in sorted((CONTENT / language).glob("*.md")):
        article = parse_markdown(path.read_text(encoding="utf-8"), path.name)
        english = CONTENT / "en" / path.name
        summaries = [_summary(article)]
        if english.is_file() and language != "en":
            summaries.append(_summary(parse_markdown(english.read_text(encoding="utf-8"), english.name)))
            pairs.append(Pair(summaries[1], summaries[0], "field"))
        asked = article.meta.get("asked_as") or []
        pairs += [Pair(summary, str(phrase), "answer") for phrase in asked for summary in summaries]
    return pairs


def _summary(article: Document) -> str:
    parts = (part.strip() for part in article.body.split("\n\n"))
    return f"{article.title}\n{next((part for part in parts if part and not part.startswith('#')), '')}"[:LONGEST]


def all_pairs(folder: Path) -> dict[str, list[Pair]]:
    """Everything to train on, by the language that is not English. Raises DataMissing."""
    found = public_pairs(folder)
    english = article_pairs("en")
    for language in found:
        found[language] += [
            *field_pairs(language, held=False),
            *concept_pairs(language),
            *article_pairs(language),
            *english,
        ]
    return found


def lines_for_tokenizer(pairs: dict[str, list[Pair]], seed: int) -> Iterator[str]:
    """Text of all languages in comparable amounts; this field's own text several times."""
    rng = np.random.default_rng(seed)
    english: set[str] = set()
    for rows in pairs.values():
        forms = [pair.other for pair in rows if pair.kind == "form"]
        yield from (forms[i] for i in rng.permutation(len(forms))[:120_000])
        for pair in rows:
            if pair.kind == "form":
                continue
            english.add(pair.one)
            times = {"sentence": 2, "field": 8, "concept": 8, "answer": 3}.get(pair.kind, 1)
            yield from [pair.other] * times
    everything = sorted(english)
    yield from (everything[i] for i in rng.permutation(len(everything))[:250_000])


@dataclass(frozen=True, slots=True)
class Bags:
    """Token numbers of many texts, one after the other; text i is `tokens[starts[i] : starts[i + 1]]`."""

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The tokens of these texts in one row, and where each begins."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        where = np.repeat(self.starts[rows] - begins, lengths) + np.arange(lengths.sum())
        return self.tokens[where].astype(np.int64), begins.astype(np.int64)


def bags_of(tokenizer: Tokenizer, texts: Sequence[str], most: int = 64) -> Bags:
    """At most `most` tokens of each text; a text without any gets the unknown token."""
    rows = [
        encoded.ids[:most] or [0]
        for first in range(0, len(texts), 20_000)
        for encoded in tokenizer.encode_batch(list(texts[first : first + 20_000]), add_special_tokens=False)
    ]
    starts = np.cumsum([0] + [len(row) for row in rows], dtype=np.int64)
    return Bags(np.fromiter((token for row in rows for token in row), np.int32, int(starts[-1])), starts)


def records(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]

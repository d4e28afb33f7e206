"""A small linear text classifier: hashed character and word n-grams, multinomial logistic regression.

One machinery for routes, categories and languages. Training needs scikit-learn and takes seconds; the trained model is
one .npz file (float16 weights, the labels, a temperature, and the SHA-256 of its examples), read with numpy alone.
Features follow the hashing trick (Weinberger et al. 2009), calibration is temperature scaling (Guo et al. 2017).
"""

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from assistant.folding import fold, visible

TRAINING = Path(__file__).parent / "training"
BUCKETS = 1 << 16
LONGEST_GRAM = 5
_WORD = re.compile(r"\w+|[?!]")
_DIGITS = re.compile(r"\d+")
FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


class ClassifierInvalid(Exception):
    """A trained model's file is missing or damaged; the message names the training command."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Labels with calibrated probabilities, the best first; the probabilities sum to 1."""

    ranked: tuple[tuple[str, float], ...]

    @property
    def label(self) -> str:
        return self.ranked[0][0]

    @property
    def confidence(self) -> float:
        return self.ranked[0][1]

    def probability(self, label: str) -> float:
        return next((value for name, value in self.ranked if name == label), 0.0)


@lru_cache(maxsize=256)
def features(text: str) -> tuple[IntArray, FloatArray]:
    """Bucket numbers and square roots of counts in `text`: word uni- and bigrams, character 2- to 5-grams in words.

    Remembered, as language and route ask for the same message.
    """
    counts: dict[int, float] = {}
    for name in _names(_DIGITS.sub("0", fold(visible(text)))[:2000]):
        bucket = crc32(name.encode()) & (BUCKETS - 1)
        counts[bucket] = counts.get(bucket, 0.0) + 1.0
    buckets = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    weights = np.sqrt(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    buckets.setflags(write=False)
    weights.setflags(write=False)
    return buckets, weights


def _names(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    yield from (f"w {word}" for word in words)
    yield from (f"b {first} {second}" for first, second in pairwise(words))
    for word in words:
        marked = f"_{word}_"
        for size in range(2, LONGEST_GRAM + 1):
            yield from (marked[at : at + size] for at in range(len(marked) - size + 1))


class Classifier:
    """A trained model. `predict` takes about 0.2 ms for a message of twenty words."""

    def __init__(
        self, labels: Sequence[str], idf: FloatArray, weights: FloatArray, bias: FloatArray, data_hash: str
    ) -> None:
        """`idf` has shape (BUCKETS,), `weights` (BUCKETS, labels); weights and bias hold the temperature already."""
        self.labels = tuple(labels)
        self.data_hash = data_hash
        self._idf = idf
        self._weights = weights
        self._bias = bias

    def predict(self, text: str, prior: Mapping[str, float] | None = None) -> Prediction:
        """Probabilities for `text`; `prior` adds to the log-odds of the labels it names."""
        buckets, values = features(text)
        values = values * self._idf[buckets]
        norm = float(np.linalg.norm(values)) or 1.0
        logits = (values / norm) @ self._weights[buckets] + self._bias
        if prior:
            logits = logits + np.array([prior.get(label, 0.0) for label in self.labels], dtype=np.float32)
        exponents = np.exp(logits - logits.max())
        chances = exponents / exponents.sum()
        order = np.argsort(-chances, kind="stable")
        return Prediction(tuple((self.labels[at], float(chances[at])) for at in order))

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path,
            labels=np.array(self.labels),
            idf=self._idf.astype(np.float16),
            weights=self._weights.astype(np.float16),
            bias=self._bias,
            data_hash=np.array(self.data_hash),
        )


def load_classifier(path: Path) -> Classifier:
    """Read a trained model. Raises ClassifierInvalid naming the command that makes it."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            return Classifier(
                [str(label) for label in data["labels"]],
                data["idf"].astype(np.float32),
                data["weights"].astype(np.float32),
                data["bias"].astype(np.float32),
                str(data["data_hash"]),
            )
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ClassifierInvalid(
            f"the model {path} cannot be read ({error}): make it with scripts/train_classifiers.py"
        ) from error


def read_examples(folder: Path) -> list[tuple[str, str, str]]:
    """(language, label, text) from `<language>.txt` files with `[label]` headers and one example a line."""
    examples: list[tuple[str, str, str]] = []
    for path in sorted(folder.glob("*.txt")):
        label = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            text = line.strip()
            if header := re.fullmatch(r"\[(\w+)\]", text):
                label = header[1]
            elif text and not text.startswith("#"):
                examples.append((path.stem, label, text))
    return examples


def read_parallel(folder: Path) -> list[tuple[str, str, str, str]]:
    """(language, label, text, id) from `<language>.tsv`: the same lines in every language, labelled in en.tsv.

    A label is a route, with what it is about behind a colon where that is known: `report:noise`.
    """
    labels = {row[0]: row[1] for row in _rows(folder / "en.tsv")}
    return [
        (path.stem, labels[row[0]], row[-1], row[0]) for path in sorted(folder.glob("*.tsv")) for row in _rows(path)
    ]


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]


def hash_examples(examples: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over the examples, so that a model knows what it was trained on."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update("\x1f".join(example).encode() + b"\x1e")
    return digest.hexdigest()

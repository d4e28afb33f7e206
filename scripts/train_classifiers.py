"""Train the classifiers from the examples below assistant/training/ and print their cross-validated figures.

    python scripts/train_classifiers.py [routes categories languages] [--check]

With --check nothing is written: cross-validation only, in which the same message in another language is never on the
other side. Needs scikit-learn; takes minutes.
"""

import argparse
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.preprocessing import normalize

from assistant.classifier import BUCKETS, Classifier, features, hash_examples, read_examples, read_parallel
from assistant.reporting.concepts import with_concepts
from assistant.routing import report_openings
from assistant.types import Route

TRAINING = Path(__file__).resolve().parent.parent / "assistant" / "training"
STRENGTH = {"routes": 20.0, "categories": 20.0, "languages": 10.0}
FOLDS = 4
Example = tuple[str, str, str]
PASSAGE = "passage"


def matrix(texts: Sequence[str]) -> tuple[csr_matrix, np.ndarray]:
    """Unit-length rows of tf-idf weights, and the idf of each bucket."""
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        buckets, weights = features(text)
        rows.append(np.full(len(buckets), row))
        columns.append(buckets)
        values.append(weights)
    counts = csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(texts), BUCKETS)
    )
    idf = np.log((len(texts) + 1) / (np.bincount(counts.indices, minlength=BUCKETS) + 1)) + 1
    return normalize(counts @ diags(idf)).tocsr(), idf.astype(np.float32)


def fit(data: csr_matrix, labels: Sequence[str], strength: float) -> LogisticRegression:
    counts = Counter(labels)
    # Half way to equal weights: with equal ones the rare routes would swallow the frequent.
    weights = {label: (len(labels) / count) ** 0.5 for label, count in counts.items()}
    return LogisticRegression(C=strength, max_iter=400, tol=1e-3, class_weight=weights).fit(data, labels)


def temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The divisor of the logits that gives held-out predictions the least log loss."""

    def loss(divisor: float) -> float:
        scaled = logits / divisor
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(truth)), truth]).mean())

    return float(min(np.linspace(0.2, 2.0, 91), key=loss))


def cross_validate(
    examples: Sequence[Example], groups: Sequence[str], data: csr_matrix, strength: float
) -> tuple[float, list[str]]:
    labels = np.array([label for _, label, _ in examples])
    names = sorted(set(labels))
    logits = np.zeros((len(examples), len(names)))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=7)
    for train, test in folds.split(data, labels, groups):
        model = fit(data[train], labels[train], strength)
        logits[test] = model.decision_function(data[test])
    truth = np.array([names.index(label) for label in labels])
    guessed = [names[at] for at in logits.argmax(axis=1)]
    return temperature(logits, truth), guessed


def report(examples: Sequence[Example], guessed: Sequence[str]) -> None:
    by_language: dict[str, list[bool]] = defaultdict(list)
    by_label: dict[str, list[bool]] = defaultdict(list)
    for (language, label, _), guess in zip(examples, guessed, strict=True):
        by_language[language].append(guess == label)
        by_label[label].append(guess == label)
    for title, table in (("language", by_language), ("label", by_label)):
        print(title, "  ".join(f"{key} {np.mean(hits):.3f}" for key, hits in sorted(table.items())))


def train(task: str, check: bool) -> None:
    grouped = task_examples(task)
    examples, groups = [example for example, _ in grouped], [group for _, group in grouped]
    data, idf = matrix([text for _, _, text in examples])
    if task == "languages":  # measured on other people's sentences, not by splitting pieces of the same ones
        save(task, fit(data, [label for _, label, _ in examples], STRENGTH[task]), idf, 1.0, examples)
        return
    divisor, guessed = cross_validate(examples, groups, data, STRENGTH[task])
    accuracy = np.mean([label == guess for (_, label, _), guess in zip(examples, guessed, strict=True)])
    print(f"{task}: {len(examples)} examples, accuracy {accuracy:.3f} ({FOLDS}-fold), temperature {divisor:.2f}")
    report(examples, guessed)
    if check:
        return
    save(task, fit(data, [label for _, label, _ in examples], STRENGTH[task]), idf, divisor, examples)


def save(task: str, model: LogisticRegression, idf: np.ndarray, divisor: float, examples: Sequence[Example]) -> None:
    Classifier(
        [str(name) for name in model.classes_],
        idf,
        (model.coef_.T / divisor).astype(np.float32),
        (model.intercept_ / divisor).astype(np.float32),
        hash_examples(examples),
    ).save(TRAINING / f"{task}.npz")
    print("written:", TRAINING.name, f"{task}.npz")


def task_examples(task: str) -> list[tuple[Example, str]]:
    """Examples, each with the name of its group. Languages are learnt from all texts, whole and in short pieces."""
    written = read_examples(TRAINING / ("categories" if task == "categories" else "routes"))
    parallel = read_parallel(TRAINING / "parallel")
    if task == "languages":
        texts = {(language, text) for language, _, text in written + read_examples(TRAINING / "categories")}
        texts |= {(language, text) for language, _, text, _ in parallel}
        return [((language, language, piece), text) for language, text in sorted(texts) for piece in pieces(text)]
    own = [((language, label, text), f"{task} {number}") for number, (language, label, text) in enumerate(written)]
    kept = [
        ((language, part, text), group)
        for language, label, text, group in parallel
        if (part := label_for(task, label)) is not None
    ]
    if task == "categories":
        return [
            ((language, label, with_concepts(text, language)), group) for (language, label, text), group in own + kept
        ]
    plain = [
        ((language, str(Route.REPORT), text), text) for language, _, text in read_examples(TRAINING / "categories")
    ]
    return own + kept + plain + opened(kept + plain)


def opened(examples: Sequence[tuple[Example, str]]) -> list[tuple[Example, str]]:
    """Every other report once more, as people open one: "I want to report …"."""
    openings = report_openings()
    found = []
    for (language, label, text), group in examples:
        chance = zlib.crc32(f"{language} {group}".encode())
        if label == Route.REPORT and chance % 2:
            begin = openings[language][chance // 2 % len(openings[language])]
            found.append(((language, label, f"{begin}: {text}" if chance % 3 else f"{begin} {text}"), group))
    return found


def label_for(task: str, label: str) -> str | None:
    """What a label of the parallel texts says for a task; None for nothing."""
    route, _, about = label.partition(":")
    if task == "routes":
        return None if route == PASSAGE else route
    return about if route in ("report", "emergency") and about else None


def pieces(text: str) -> list[str]:
    """The message, and its words in ones, twos and threes: short messages are what is hard."""
    words = text.split()
    return [text] + [
        " ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(0, len(words) - size + 1, size)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", default=["routes"])
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    for task in arguments.tasks:
        train(task, arguments.check)


if __name__ == "__main__":
    main()

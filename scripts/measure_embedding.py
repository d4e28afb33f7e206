"""How well an embedding alone crosses languages: `python scripts/measure_embedding.py MODEL [DATA]`.

Prints, per language, how often the right English text is nearest: among 400 Tatoeba sentences, among this field's
held-out sentences, and Recall@1/@5 of the public paragraph sets.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from scripts.embedding_data import field_lines, field_pairs, records

LANGUAGES = ("nl", "fr", "de", "pl", "fi", "sv", "es", "pt", "uk")


def measure(model_folder: Path, data: Path | None) -> None:
    """Print a table; the public part is left out without `data`."""
    model = SentenceTransformer(str(model_folder), device="cpu")
    print("field, held out:", _row({code: _matched(model, *_sides(code)) for code in LANGUAGES if field_lines(code)}))
    if data is None:
        return
    pairs = defaultdict(list)
    for record in records(data / "tatoeba-pairs.jsonl"):
        pairs[record["lang"]].append((record["text"], record["en"]))
    print("tatoeba:", _row({code: _matched(model, *zip(*rows, strict=True)) for code, rows in pairs.items()}))
    for folder in sorted(path for path in data.iterdir() if (path / "corpus.jsonl").is_file()):
        first, five = _recall(model, folder)
        print(f"{folder.name:14} R@1 {first:.3f}  R@5 {five:.3f}")


def _sides(language: str) -> tuple[list[str], list[str]]:
    pairs = field_pairs(language, held=True)
    return [pair.other for pair in pairs], [pair.one for pair in pairs]


def _row(figures: dict[str, float]) -> str:
    mean = float(np.mean(list(figures.values()))) if figures else 0.0
    return "  ".join(f"{code} {figure:.3f}" for code, figure in sorted(figures.items())) + f"  mean {mean:.3f}"


def _matched(model: SentenceTransformer, texts: Sequence[str], english: Sequence[str]) -> float:
    one = model.encode(list(texts), normalize_embeddings=True)
    other = model.encode(list(english), normalize_embeddings=True)
    return float(((one @ other.T).argmax(1) == np.arange(len(texts))).mean())


def _recall(model: SentenceTransformer, folder: Path) -> tuple[float, float]:
    documents = list(records(folder / "corpus.jsonl"))
    rows = {record["_id"]: number for number, record in enumerate(documents)}
    lines = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    right = {question: rows[document] for question, document, _ in (line.split("\t") for line in lines)}
    questions = [record for record in records(folder / "queries.jsonl") if record["_id"] in right]
    texts = [f"{record.get('title', '')} {record['text']}" for record in documents]
    passages = model.encode(texts, normalize_embeddings=True)
    asked = model.encode([record["text"] for record in questions], normalize_embeddings=True)
    order = np.argsort(-(asked @ passages.T), axis=1)[:, :5]
    found = order == np.array([right[record["_id"]] for record in questions])[:, None]
    return float(found[:, 0].mean()), float(found.any(1).mean())


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)

"""Recall of search over BEIR folders: `python scripts/measure_search.py FOLDER... [--vectors CACHE] [--lexical]`.

Prints Recall@1, Recall@5 and MRR@10 of documents over the questions that have one, and milliseconds a question.
"""

import argparse
import hashlib
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.dense import MemoryVectors, embed_passages
from knowledge_base.embedding import Embedder, Vectors, build_embeddings
from knowledge_base.passages import passages_of
from knowledge_base.search import Search
from knowledge_base.types import Passage
from settings import Settings

RANKED = 10
PASSAGES_FOR_RANKED = 30


@dataclass(frozen=True, slots=True)
class Collection:
    passages: list[Passage]
    questions: list[dict[str, Any]]
    relevant: dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    recall_at_1: float
    recall_at_5: float
    mrr: float
    milliseconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--vectors", type=Path, help="folder in which passages' vectors are kept between runs")
    parser.add_argument("--lexical", action="store_true", help="without sentence embeddings")
    options = parser.parse_args()
    embedder = None if options.lexical else build_embeddings(Settings())
    for folder in options.folders:
        collection = read_collection(folder)
        found = measure(collection, search_over(collection.passages, embedder, options.vectors))
        print(
            f"{folder.name:14} R@1 {found.recall_at_1:.3f}  R@5 {found.recall_at_5:.3f}  MRR@10 {found.mrr:.3f}"
            f"  {found.milliseconds:5.1f} ms  ({len(collection.passages)} passages)",
            flush=True,
        )


def read_collection(folder: Path) -> Collection:
    """Documents cut as articles are; questions without a relevant document are left out."""
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant[question].add(document)
    questions = [question for question in _records(folder / "queries.jsonl") if question["_id"] in relevant]
    passages = [passage for document in _records(folder / "corpus.jsonl") for passage in _passages(document)]
    return Collection(passages, questions, dict(relevant))


def _records(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _language(record: dict[str, Any]) -> str:
    return str((record.get("metadata") or {}).get("lang", "en"))


def _passages(document: dict[str, Any]) -> list[Passage]:
    return passages_of(
        document["text"],
        site="beir",
        article=document["_id"],
        version=1,
        language=_language(document),
        title=document.get("title", ""),
        meta={},
    )


def search_over(passages: list[Passage], embedder: Embedder | None, cache: Path | None) -> Search:
    if embedder is None or cache is None:
        return Search(passages, embedder)
    return Search(passages, embedder, MemoryVectors(passages, _cached_vectors(passages, embedder, cache)))


def _cached_vectors(passages: list[Passage], embedder: Embedder, cache: Path) -> Vectors:
    key = hashlib.sha256("\n".join([embedder.name, *(f"{p.title}\n{p.text}" for p in passages)]).encode())
    path = cache / f"{key.hexdigest()[:16]}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, embed_passages(passages, embedder))
    vectors: Vectors = np.load(path)
    return vectors


def measure(collection: Collection, search: Search) -> Figures:
    ranks: list[int | None] = []
    times: list[float] = []
    for question in collection.questions:
        started = time.perf_counter()
        hits = search.search(question["text"], _language(question), PASSAGES_FOR_RANKED)
        times.append(time.perf_counter() - started)
        ranking = list(dict.fromkeys(hit.passage.article for hit in hits))[:RANKED]
        right = collection.relevant[question["_id"]]
        ranks.append(next((rank for rank, document in enumerate(ranking, 1) if document in right), None))
    count = max(len(ranks), 1)
    return Figures(
        sum(rank == 1 for rank in ranks) / count,
        sum(rank is not None and rank <= 5 for rank in ranks) / count,
        sum(1 / rank for rank in ranks if rank) / count,
        float(np.median(times)) * 1000 if times else 0.0,
    )


if __name__ == "__main__":
    main()

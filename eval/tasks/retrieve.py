"""`retrieve`: the right document for a question, on a BEIR folder."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from pydantic import BaseModel, ConfigDict, Field

from assistant.answering.confidence import confidence_of
from eval.context import Context
from eval.knowledge import MemoryLibrary, corpus_library
from eval.metrics import auroc, mean, ndcg, recall_at, reciprocal_rank
from eval.records import DataRefused, OptionalLanguage, Prediction, Record, parse_line, read_lines, unique
from eval.scores import UNKNOWN, Pairs, Scores, Wrong, figures_by_language, paired, parity_of
from eval.tasks.labels import milliseconds
from knowledge_base.types import Hit

DOCUMENTS = 10
PASSAGES = 60


class _Meta(BaseModel):
    model_config = ConfigDict(extra="ignore")
    lang: OptionalLanguage = None
    answerable: bool = True


class Query(Record):
    """A line of queries.jsonl, with the judgements of qrels/test.tsv: document id → grade."""

    metadata: _Meta = Field(default_factory=_Meta)
    relevant: dict[str, int] = Field(default_factory=dict)


class _Place(BaseModel):
    doc_id: str
    score: float


class Ranked(Prediction):
    ranking: list[_Place]
    confidence: float = 0.0
    ms: float = 0.0


def read(folder: Path) -> list[Query]:
    """The queries of a BEIR folder. Raises DataRefused."""
    path = folder / "queries.jsonl"
    judged = _read_judgements(folder / "qrels" / "test.tsv")
    queries = []
    for number, value in read_lines(path):
        query = parse_line(path, number, {**value, "id": value.get("_id")}, Query)
        relevant = judged.get(query.key, {})
        queries.append((number, query.model_copy(update={"lang": query.metadata.lang, "relevant": relevant})))
    return unique(path, queries)


def _read_judgements(path: Path) -> dict[str, dict[str, int]]:
    """Without a qrels file there is nothing to score against, but rankings can be generated."""
    if not path.is_file():
        return {}
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if not line.strip() or (number == 1 and not fields[-1].strip().lstrip("-").isdecimal()):
            continue
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdecimal():
            raise DataRefused(f"{path}, line {number}: expected query-id, corpus-id and grade, parted by tabs")
        judged.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return judged


def generate(records: Sequence[Query], context: Context) -> Iterator[dict[str, Any]]:
    embedder = context.embedder
    began = time.perf_counter()
    library = corpus_library(context.data, embedder)
    seconds = time.perf_counter() - began
    for record in records:
        yield _rank(record, library, context)
    documents = len({passage.article for passage in library.passages})
    yield {
        "summary": {
            "documents": documents,
            "index_seconds": round(seconds, 3),
            "peak_rss_mb": round(_peak_memory() / 1e6, 1),
        }
    }


def _rank(record: Query, library: MemoryLibrary, context: Context) -> dict[str, Any]:
    began = time.perf_counter()
    language = context.language_of(record.text, record.lang)
    hits = library.search(record.text, language, PASSAGES, sorted(library.search_engine.languages))
    ranking = _documents(hits)
    return {
        "query_id": record.id,
        "ranking": ranking,
        "confidence": round(confidence_of(record.text, hits, language), 4),
        "ms": milliseconds(began),
    }


def _documents(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Documents by their best passage."""
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.passage.article, hit.score)
    return [{"doc_id": doc, "score": round(score, 6)} for doc, score in list(best.items())[:DOCUMENTS]]


def _peak_memory() -> int:
    """Highest resident set of this process in bytes, where the system tells; else the present one."""
    memory = psutil.Process().memory_info()
    return int(getattr(memory, "peak_wset", 0) or _high_water() or memory.rss)


def _high_water() -> int:
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0
    lines = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def _measure(pairs: Pairs[Query, Ranked]) -> dict[str, float]:
    judged = [(query, found) for query, found in pairs if query.relevant]
    rankings = [([place.doc_id for place in found.ranking], query.relevant) for query, found in judged]
    measures = {f"recall@{k}": mean([recall_at(*pair, k) for pair in rankings]) for k in (1, 5, 10)}
    return {
        **measures,
        "mrr@10": mean([reciprocal_rank(*pair) for pair in rankings]),
        "ndcg@10": mean([ndcg(*pair) for pair in rankings]),
        "answerable_auroc": auroc(
            [query.metadata.answerable for query, _ in pairs], [found.confidence for _, found in pairs]
        ),
        "ms": mean([found.ms for _, found in pairs]),
    }


def score(data: Sequence[Query], predictions: Mapping[str, Ranked]) -> Scores:
    if not any(query.relevant for query in data):
        raise DataRefused("there are no judgements: put them into qrels/test.tsv beside queries.jsonl")
    pairs = paired(data, predictions)
    figures, cases = figures_by_language(pairs, _measure)
    return Scores(
        task="retrieve",
        main="mrr@10",
        cases=cases,
        figures=figures,
        parity=parity_of(figures, "mrr@10"),
        wrong=[
            Wrong(
                id=query.key,
                lang=query.lang or UNKNOWN,
                text=query.text,
                expected=sorted(query.relevant),
                predicted=[place.doc_id for place in found.ranking],
                why="no relevant document comes first",
            )
            for query, found in pairs
            if query.relevant and not recall_at([place.doc_id for place in found.ranking], query.relevant, 1)
        ],
    )

"""`koban bench`: a real server under load from simulated residents, over real HTTP."""

import asyncio
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from eval.bench_load import Load, Script, drive
from eval.bench_server import ServerProcess
from eval.records import read_lines

DATA = Path(__file__).parent / "data"
PERCENTILES = (50, 95, 99)
WARM_UP_SECONDS = 3.0


class BenchInvalid(Exception):
    """The options cannot be used; the message says why."""


def parse_concurrency(given: str) -> list[int]:
    """`1,8,32`. Raises BenchInvalid."""
    try:
        levels = [int(part) for part in given.split(",")]
    except ValueError as error:
        raise BenchInvalid(f"--concurrency {given!r}: write numbers parted by commas, such as 1,8,32") from error
    if not levels or min(levels) < 1 or max(levels) > 1000:
        raise BenchInvalid(f"--concurrency {given!r}: each must be between 1 and 1000")
    return levels


def read_script(data: Path = DATA) -> Script:
    """The golden questions of all languages and the reports of bench/."""
    questions = [
        (str(line["lang"]), str(line["text"]))
        for path in sorted((data / "answer").glob("*.jsonl"))
        for _, line in read_lines(path)
    ]
    reports = [(str(line["lang"]), list(line["say"])) for _, line in read_lines(data / "bench" / "reports.jsonl")]
    return Script(questions, reports)


def bench(levels: Sequence[int], seconds: float, tell: Callable[[str], None]) -> dict[str, Any]:
    """Start twice (with empty and with filled data folder), drive each level; all figures.

    Raises BenchFailed when the server does not come up.
    """
    script = read_script()
    with tempfile.TemporaryDirectory(prefix="koban-bench-") as folder:
        tell("first start: the demonstration site is loaded")
        with ServerProcess(Path(folder)) as server:
            first = server.start_seconds
        tell(f"up after {first:.1f} s; second start")
        with ServerProcess(Path(folder)) as server:
            start_cpu = server.cpu_seconds()
            tell(f"up after {server.start_seconds:.1f} s; warming up")
            warm = server.wait_until_warm()
            asyncio.run(drive(server.url, script, 2, min(seconds, WARM_UP_SECONDS), seed=1))
            results = []
            for level in levels:
                tell(f"{level} at once for {seconds:g} s")
                before = server.cpu_seconds()
                load = asyncio.run(drive(server.url, script, level, seconds))
                used = server.cpu_seconds() - before
                results.append({**figures(load, used), "rss_mb": server.memory().rss_mb})
            return {
                "first_start_seconds": round(first, 2),
                "start_seconds": round(server.start_seconds, 2),
                "start_cpu_seconds": round(start_cpu, 2),
                "warm_seconds": round(warm, 2),
                "peak_rss_mb": server.memory().peak_rss_mb,
                "levels": results,
            }


def figures(load: Load, cpu_seconds: float = 0.0) -> dict[str, Any]:
    """One level in numbers; times in milliseconds, as the residents saw them. `cpu_seconds` is what the server used."""
    percentiles = {f"p{p}_ms": _percentile(load.enquiry_ms, p) for p in PERCENTILES}
    return {
        "concurrency": load.concurrency,
        "seconds": round(load.seconds, 2),
        "conversations": len(load.talks),
        "enquiries": len(load.enquiry_ms),
        **percentiles,
        "report_p50_ms": _percentile(load.other_ms, 50),
        "replies_per_second": round(load.answered / load.seconds, 1) if load.seconds else 0.0,
        "cpu_ms_per_reply": round(1000 * cpu_seconds / load.answered, 1) if load.answered else None,
        "sent_twice": load.sent_twice,
        "errors": dict(load.errors),
        "lost": load.lost,
        "doubled": load.doubled,
        "outcomes": dict(load.outcomes.most_common()),
    }


def _percentile(values: Sequence[float], percent: int) -> float | None:
    return round(float(np.percentile(values, percent)), 2) if values else None


def sound(result: dict[str, Any]) -> bool:
    """Nothing failed, nothing was lost or doubled."""
    return not any(level["errors"] or level["lost"] or level["doubled"] for level in result["levels"])


def show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))
        return
    console = Console()
    rows = [name for name in result["levels"][0] if name not in ("concurrency", "outcomes")]
    table = Table(title="koban bench", title_justify="left")
    table.add_column("at once")
    for level in result["levels"]:
        table.add_column(str(level["concurrency"]), justify="right")
    for name in rows:
        table.add_row(name, *(str(level[name] if level[name] != {} else 0) for level in result["levels"]))
    console.print(table)
    console.print(
        f"first start {result['first_start_seconds']} s, second start {result['start_seconds']} s"
        f" ({result['start_cpu_seconds']} s of processor time), warm after {result['warm_seconds']} s,"
        f" highest memory {result['peak_rss_mb']} MiB"
    )

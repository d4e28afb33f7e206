"""A real server process for `koban bench`: started, awaited, measured, stopped."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx
import psutil

START_SECONDS = 600.0
STOP_SECONDS = 20.0


class BenchFailed(Exception):
    """The server did not come up or went away; the message ends with its last words."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MiB: now and at its highest."""

    rss_mb: float
    peak_rss_mb: float


class ServerProcess:
    """`koban serve` over `folder`, on a free port, without rate limits. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "server.log"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ServerProcess":
        began = time.perf_counter()
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "cli", "serve"]
            self._process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)  # noqa: S603
        try:
            self._wait(began)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def memory(self) -> Memory:
        """Of the server process itself."""
        process = self._running()
        rss = psutil.Process(process.pid).memory_info().rss / 2**20
        status = Path(f"/proc/{process.pid}/status")
        lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
        peak = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), rss)
        return Memory(round(rss, 1), round(peak, 1))

    def cpu_seconds(self) -> float:
        """Processor time of the server so far; unlike the clock it hardly depends on what else the machine does."""
        used = psutil.Process(self._running().pid).cpu_times()
        return float(used.user + used.system)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "KOBAN_DATA_DIR": str(self._folder),
            "KOBAN_DATABASE_URL": "",
            "KOBAN_HOST": "127.0.0.1",
            "KOBAN_PORT": str(self.port),
            "KOBAN_LOG_LEVEL": "warning",
            "KOBAN_MESSAGES_PER_MINUTE": "1000000",
            "KOBAN_CONVERSATIONS_PER_MINUTE": "1000000",
        }

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise BenchFailed("the server was not started: use ServerProcess as a context manager")
        return self._process

    def _wait(self, began: float) -> None:
        process = self._running()
        with httpx.Client(timeout=2, trust_env=False) as client:
            while not self._ready(client):
                self.start_seconds = time.perf_counter() - began
                if process.poll() is not None or self.start_seconds > START_SECONDS:
                    tail = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
                    raise BenchFailed(f"the server did not come up within {START_SECONDS:.0f} s:\n{tail}")
                time.sleep(0.05)
        self.start_seconds = time.perf_counter() - began

    def _ready(self, client: httpx.Client) -> bool:
        try:
            return client.get(f"{self.url}/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    def wait_until_warm(self) -> float:
        """Seconds from the start until nothing was left to load. Raises BenchFailed."""
        began = time.perf_counter() - self.start_seconds
        with httpx.Client(timeout=30, trust_env=False) as client:
            while not client.get(f"{self.url}/health/ready").json()["warm"]:
                if time.perf_counter() - began > START_SECONDS:
                    raise BenchFailed(f"the server was not warm within {START_SECONDS:.0f} s")
                time.sleep(0.2)
        return time.perf_counter() - began

    def _stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

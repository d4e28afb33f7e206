"""A real server in its own process, which tests may kill."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from settings import ROOT

KOBAN = [sys.executable, "-c", "from cli import main; main()"]
START_SECONDS = 240.0


class NotStarted(Exception):
    """The server did not get ready; the message holds what it printed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def small_site(folder: Path, articles: Path) -> Path:
    """A sites folder with the demonstration site and only `articles` as its content."""
    shutil.copytree(ROOT / "sites" / "nadrzecze", folder / "nadrzecze")
    shutil.copytree(articles, folder / "nadrzecze" / "content")
    return folder


class RunningServer:
    """`koban serve` over a data folder. `kill` is kill -9."""

    def __init__(self, data: Path, sites: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = data / "server.log"
        self._environment = os.environ | {
            "KOBAN_DATA_DIR": str(data),
            "KOBAN_SITES_DIR": str(sites),
            "KOBAN_PORT": str(self.port),
            "OMP_NUM_THREADS": "1",
        }
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen([*KOBAN, "serve"], env=self._environment, stdout=log, stderr=log, cwd=ROOT)

    def wait_ready(self) -> "RunningServer":
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
        raise NotStarted(self._log.read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> "RunningServer":
        self.process = self._start()
        return self.wait_ready()

"""A real server in its own process, and a real browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from settings import ROOT

PASSWORD = "four unrelated words"
ARTICLES = ("bicycle-marking", "noise-at-night", "neighbourhood-officer", "telephone-and-doorstep-scams")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
KOBAN = [sys.executable, "-c", "from cli import main; main()"]
START_SECONDS = 300


@dataclass(frozen=True)
class Town:
    """A municipal website that embeds the widget; `stranger` is the same page under an origin that is not listed."""

    welcome: str
    stranger: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed for each request."""


@pytest.fixture(scope="session")
def ports() -> dict[str, int]:
    return {"koban": free_port(), "town": free_port()}


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, ports: dict[str, int]) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><title>Town</title><h1>Town</h1><a href="#x">A link</a>'
        f'<script src="http://127.0.0.1:{ports["koban"]}/widget.js" data-language="pl" async></script></html>'
    )
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", ports["town"]), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield Town(f"http://127.0.0.1:{ports['town']}/", f"http://localhost:{ports['town']}/")
        server.shutdown()
        thread.join()


def site_folder(folder: Path) -> Path:
    """The demonstration site without its articles, so that the server starts with the few that are taken in."""
    shutil.copytree(ROOT / "sites" / "nadrzecze", folder / "nadrzecze")
    description = folder / "nadrzecze" / "site.toml"
    text = description.read_text()
    assert "demonstration = true" in text
    description.write_text(text.replace("demonstration = true", "demonstration = false"))
    return folder


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, ports: dict[str, int]) -> dict[str, str]:
    return os.environ | {
        "KOBAN_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "KOBAN_SITES_DIR": str(site_folder(tmp_path_factory.mktemp("sites"))),
        "KOBAN_SITE": "nadrzecze",
        "KOBAN_PORT": str(ports["koban"]),
        "KOBAN_WIDGET_ORIGINS": f'["http://127.0.0.1:{ports["town"]}"]',
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }


def koban(environment: dict[str, str], *arguments: str, said: str = "") -> None:
    done = subprocess.run(
        [*KOBAN, *arguments], env=environment, cwd=ROOT, input=said, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def prepared(environment: dict[str, str]) -> dict[str, str]:
    """A database with a few articles in Polish and English and two officers."""
    content = ROOT / "knowledge_base" / "content"
    koban(environment, "migrate", "up")
    paths = [str(content / language / f"{name}.md") for language in ("pl", "en") for name in ARTICLES]
    koban(environment, "ingest", *paths)
    for username, name in (("anna", "asp. Anna Wrzos"), ("marek", "asp. szt. Marek Bród")):
        koban(environment, "users", "add", username, "--name", name, "--password-stdin", said=f"{PASSWORD}\n")
    return environment


@pytest.fixture(scope="session")
def base_url(
    prepared: dict[str, str], ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a running server; stopped afterwards."""
    url = f"http://127.0.0.1:{ports['koban']}"
    log = tmp_path_factory.mktemp("log") / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen([*KOBAN, "serve"], env=prepared, cwd=ROOT, stdout=output, stderr=output)
        try:
            wait_until_ready(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            httpx.get(f"{url}/health/live", timeout=2, trust_env=False)
            return
        except httpx.TransportError:
            time.sleep(0.3)
    raise AssertionError(f"the server did not start: {log.read_text()[-3000:]}")


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: .ci/run installs it; browser tests are never skipped there")
        pytest.skip("no Chromium: install it or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(chrome: Browser, base_url: str) -> Iterator[Visit]:
    """Open a fresh browser at a path: `visit("/chat?lang=pl", width=360, color_scheme="dark")`.

    A script error or a refused resource on any page fails the test.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def opened(path: str, width: int = 1280, height: int = 800, **options: object) -> Page:
        context = chrome.new_context(
            base_url=base_url,
            viewport={"width": width, "height": height},
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: _note(troubles, message.type, message.text))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def _note(troubles: list[str], kind: str, text: str) -> None:
    # A failed request or a refused frame is what some tests bring about; all else is a fault of the page.
    if kind == "error" and not text.startswith(("Failed to load resource", "Framing ")):
        troubles.append(text)


Say = Callable[[Page, str], None]


@pytest.fixture
def say() -> Say:
    """Write a message, send it with Enter, and wait until the assistant has answered."""

    def said(page: Page, text: str) -> None:
        page.locator("body.live").wait_for()
        answers = page.locator(".message.assistant[data-id]")
        before = answers.count()
        page.fill("#text", text)
        page.keyboard.press("Enter")
        answers.nth(before).wait_for()

    return said


@pytest.fixture
def officer(visit: Visit) -> Callable[[str], Page]:
    """A signed-in officer's browser, on the queue."""

    def signed_in(username: str) -> Page:
        page = visit("/officer?lang=en")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#entries").wait_for()
        return page

    return signed_in

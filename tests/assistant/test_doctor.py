"""The doctor names what is wrong and how to mend it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from assistant.bootstrap import Tools
from assistant.doctor import Finding, examine
from settings import ROOT, Settings
from storage import migrate
from storage.database import Database, lock_data_folder

Examined = Callable[[Settings], dict[str, Finding]]


@pytest.fixture
def examined(tools: Tools) -> Examined:
    """The findings by name of check; rules and classifiers are loaded once for all tests."""
    return lambda settings: {finding.check: finding for finding in examine(settings, tools)}


@pytest.fixture
def data(library_folder: Path, tmp_path: Path) -> Path:
    """A data folder of its own with a filled database."""
    shutil.copy(library_folder / "koban.sqlite", tmp_path / "koban.sqlite")
    return tmp_path


def test_sound_installation_has_nothing_wrong(examined: Examined, data: Path) -> None:
    """Every check is made, none is wrong, and whatever is not ok has a remedy."""
    found = examined(Settings(data_dir=data))
    assert not [finding for finding in found.values() if finding.verdict == "wrong"]
    assert found["index"].verdict == "ok"
    assert found["embedding model"].detail.endswith("checksum as published")
    assert found["accounts"].remedy == "run `koban users add NAME --role administrator`"
    assert all(finding.remedy for finding in found.values() if finding.verdict != "ok")


def test_nothing_is_made_by_looking(examined: Examined, tmp_path: Path) -> None:
    """A folder that does not exist yet still does not exist afterwards."""
    found = examined(Settings(data_dir=tmp_path / "none"))
    assert found["data folder"].verdict == found["database"].verdict == "warning"
    assert not (tmp_path / "none").exists()


def test_schema_behind_is_wrong(examined: Examined, tmp_path: Path) -> None:
    """The command that mends it is named."""
    settings = Settings(data_dir=tmp_path)
    database = Database(settings.database())
    migrate.up(database)
    migrate.down(database, "base")
    database.close()
    assert examined(settings)["database"].remedy == "run `koban migrate up`"


def test_damaged_database_is_wrong(examined: Examined, tmp_path: Path) -> None:
    """A restore is advised."""
    (tmp_path / "koban.sqlite").write_bytes(b"not a database, but long enough to be looked at" * 50)
    found = examined(Settings(data_dir=tmp_path))["database"]
    assert found.verdict == "wrong"


def test_index_of_another_model_is_wrong(examined: Examined, data: Path) -> None:
    """Changing the model asks for a rebuild."""
    found = examined(Settings(data_dir=data, embedding_model=str(data)))
    assert found["index"].remedy == "run `koban index rebuild`"


def test_unknown_site_is_wrong(examined: Examined, data: Path) -> None:
    """The known sites are listed."""
    found = examined(Settings(data_dir=data, site="atlantis"))["site"]
    assert found.verdict == "wrong"
    assert "nadrzecze" in found.detail


def test_running_server_is_seen(examined: Examined, data: Path) -> None:
    """The doctor tells that the folder is owned."""
    lock = lock_data_folder(data)
    assert examined(Settings(data_dir=data))["server"].detail.startswith("one is running")
    lock.close()


def test_open_address_without_secure_cookies_is_a_warning(examined: Examined, data: Path) -> None:
    """Cookies over plain HTTP are fine on this machine only."""
    found = examined(Settings(data_dir=data, host="0.0.0.0"))["cookies"]  # noqa: S104
    assert found.verdict == "warning"


class _Endpoint(BaseHTTPRequestHandler):
    """Lists one model to whoever brings the key."""

    def do_GET(self) -> None:
        known = self.headers.get("authorization") == "Bearer right"
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(b'{"data": [{"id": "small"}]}')

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("key", "model", "verdict"),
    [("right", "small", "ok"), ("right", "large", "warning"), ("wrong", "small", "wrong")],
)
def test_language_model_is_asked(
    examined: Examined, data: Path, endpoint: str, key: str, model: str, verdict: str
) -> None:
    """Key and model name are tried out at the endpoint."""
    settings = Settings(data_dir=data, llm_base_url=endpoint, llm_model=model, llm_api_key=key)
    assert examined(settings)["language model"].verdict == verdict


def test_silent_language_model_is_wrong(examined: Examined, data: Path) -> None:
    """Nobody listens there; answers stay extractive."""
    found = examined(Settings(data_dir=data, llm_base_url="http://127.0.0.1:9/v1"))["language model"]
    assert found.verdict == "wrong"
    assert "extractive" in found.remedy


def test_missing_site_folder_names_the_setting(examined: Examined) -> None:
    """KOBAN_SITE is what to set."""
    found = examined(Settings(data_dir=ROOT / "tests", sites_dir=ROOT / "locales"))["site"]
    assert "KOBAN_SITE" in found.remedy

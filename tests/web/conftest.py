"""The application over a real database, with a small library in place of the search."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.accounts import Accounts, Role
from assistant.bootstrap import build_services
from assistant.chat import Chat
from assistant.desk import Desk
from assistant.types import DialogueState
from assistant.wakeups import Wakeups
from knowledge_base.types import Hit
from routes.limits import RateLimit
from routes.parts import Parts
from server import create_app
from settings import Settings
from sites import load_site
from storage.accounts import AccountStore
from storage.conversations import ConversationStore, NewMessage, TurnRecord
from storage.database import Database
from storage.handoffs import HandoffStore
from storage.incidents import IncidentStore

PASSWORD = "four unrelated words"
WORDS = "My number is 600 100 200, call me <b>please</b>"
MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Article:
    title: str
    body: str
    language: str
    version: int
    updated: date


class SmallLibrary:
    """Two articles and no search: what the assistant cannot find it says so."""

    articles: ClassVar = {
        "marking.en": Article("Marking <b>", "Marking is free. Bring it.", "en", 2, date(2026, 1, 2)),
        "script.en": Article("Script", "<script>alert(1)</script>", "en", 1, date(2026, 1, 2)),
    }

    def search(self, query: str, language: str, limit: int, languages: list[str] | None) -> list[Hit]:
        return []

    def article_passages(self, article: str) -> list[Hit]:
        return []

    def article(self, article_id: str, version: int) -> Article | None:
        found = self.articles.get(article_id)
        return found if found and found.version == version else None


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), widget_origins=["https://town.example"])
    site = load_site(settings.sites_dir, "nadrzecze")
    database = Database(settings.database())
    database.create_for_tests()
    library = SmallLibrary()
    incidents = IncidentStore(database)
    services = build_services(settings, site, library, incidents, lambda: MONDAY_NOON)
    conversations, handoffs, wakeups = ConversationStore(database), HandoffStore(database), Wakeups()
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    accounts = Accounts(AccountStore(database), 12, cheap)
    for name, role in (("anna", Role.OFFICER), ("marek", Role.SENIOR_OFFICER), ("edyta", Role.EDITOR)):
        accounts.add(name, display_name=name.title(), role=role, site=site.id, password=PASSWORD)
    yield Parts(
        settings=settings,
        site=site,
        locales=services.locales,
        database=database,
        assistant=services,
        chat=Chat(services, conversations, wakeups),
        desk=Desk(services, conversations, handoffs, wakeups),
        accounts=accounts,
        conversations=conversations,
        handoffs=handoffs,
        incidents=incidents,
        library=library,  # type: ignore[arg-type]
        wakeups=wakeups,
        messages_limit=RateLimit(10_000),
        conversations_limit=RateLimit(10_000),
    )
    database.close()


@pytest.fixture(scope="session")
def app(parts: Parts) -> FastAPI:
    """The application without its start-up: the parts above take the place of an installation."""
    application = create_app(parts.settings)
    application.state.services = parts
    return application


Visit = Callable[[], TestClient]


@pytest.fixture
def visit(app: FastAPI) -> Visit:
    """A fresh browser each time it is called."""
    return lambda: TestClient(app, follow_redirects=False, headers={"accept": "text/html"})


@pytest.fixture
def browser(visit: Visit) -> TestClient:
    return visit()


SignIn = Callable[[str], TestClient]


@pytest.fixture
def sign_in(visit: Visit) -> SignIn:
    """A browser in which that member of staff is signed in."""

    def signed_in(name: str) -> TestClient:
        client = visit()
        answer = client.post("/officer/sign-in", data={"username": name, "password": PASSWORD})
        assert answer.status_code == 303
        return client

    return signed_in


def form_token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "the page has no form token"
    return found[1]


@pytest.fixture
def csrf() -> Callable[[TestClient], str]:
    """The form token of a signed-in browser."""
    return lambda client: form_token(client.get("/officer").text)


@pytest.fixture
def waiting(parts: Parts) -> Iterator[str]:
    """A conversation with a telephone number in it that waits for an officer; deleted afterwards."""
    started = parts.chat.start("en", "web")
    said = NewMessage("m-" + started.id, "resident", WORDS, WORDS.replace("600 100 200", "[telephone]"), "en", "m1")
    state = DialogueState().model_dump(mode="json")
    parts.conversations.save(TurnRecord(started.id, MONDAY_NOON, "en", state, [said]))
    parts.chat.request_officer(started.id, started.token, None, True)
    yield started.id
    parts.chat.delete(started.id, started.token)

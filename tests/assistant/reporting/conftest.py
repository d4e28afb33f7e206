"""A conversation about a report: the dialogue's own steps, with real rules, places, model and database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.bootstrap import Tools
from assistant.privacy import find_personal_data, mask
from assistant.reporting.dialogue import repeat_question, report_status, resume_report, take_report
from assistant.services import Services
from assistant.types import Conversation, DialogueState, Message, Outcome, Part, Reply, Route, Turn
from incidents.filing import store_incident
from knowledge_base.types import Hit
from settings import ROOT
from sites import Site, load_site
from storage.conversations import ConversationRecord, ConversationStore
from storage.database import Database
from storage.incidents import IncidentStore

NOW = datetime(2026, 11, 18, 16, 30, tzinfo=ZoneInfo("Europe/Warsaw"))


class EmptyLibrary:
    """A knowledge base without articles: reports need none."""

    def search(self, query: str, language: str, limit: int, languages: list[str] | None) -> list[Hit]:
        del query, language, limit, languages
        return []


@dataclass
class Talk:
    """One conversation. A question in between is answered by a fixed sentence, as another route would."""

    services: Services
    database: Database
    language: str = "en"
    id: str = "conversation-1"
    state: DialogueState = field(default_factory=DialogueState)

    def say(self, text: str, route: Route = Route.REPORT) -> Reply:
        """The reply to `text`; what it files is stored as the chat does it."""
        turn = self._follow(self._turn(text, route))
        assert turn.reply is not None
        self.state = turn.state
        with self.database.write() as session:
            for incident in turn.facts.get("file_incidents", []):
                store_incident(session, incident)
        return turn.reply

    def _turn(self, text: str, route: Route) -> Turn:
        found = find_personal_data(text, self.language, self.services.site.country)
        return Turn(
            message=Message(text, NOW),
            conversation=Conversation(self.id, self.services.site.id, self.language, self.state),
            language=self.language,
            text=text,
            masked=mask(text, found),
            route=route,
            route_confidence=0.9,
            state=self.state,
        )

    def _follow(self, turn: Turn) -> Turn:
        turn = resume_report(turn, self.services)
        if turn.reply is not None:
            return turn
        if turn.route is Route.REPORT:
            return take_report(turn, self.services)
        if turn.route is Route.STATUS:
            return report_status(turn, self.services)
        part = Part(kind="sentence", text="An answer.")
        outcome = Outcome.HANDOFF_QUEUED if turn.route is Route.HUMAN else Outcome.ANSWERED
        reply = Reply(
            outcome=outcome,
            text=part.text,
            language=turn.language,
            route=turn.route or Route.ENQUIRY,
            confidence=1.0,
            parts=(part,),
        )
        return repeat_question(turn.with_(reply=reply), self.services)


@pytest.fixture(scope="session")
def site() -> Site:
    return load_site(ROOT / "sites", "nadrzecze")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A real SQLite file with one conversation in it for incidents to belong to."""
    opened = Database(f"sqlite:///{tmp_path / 'koban.sqlite'}")
    opened.create_for_tests()
    yield opened
    opened.close()


@pytest.fixture
def services(site: Site, tools: Tools, database: Database) -> Services:
    return Services(
        site=site,
        locales=tools.locales,
        danger=tools.danger,
        identification=tools.identification,
        router=tools.router,
        categories=tools.categories,
        library=EmptyLibrary(),
        clock=lambda: NOW,
        incidents=IncidentStore(database),
    )


@pytest.fixture
def talk(services: Services, database: Database) -> Talk:
    """An English conversation; set `language` for another."""
    add_conversation(database, "conversation-1")
    return Talk(services, database)


def add_conversation(database: Database, conversation_id: str) -> None:
    """Incidents refer to conversations that exist."""
    record = ConversationRecord(
        id=conversation_id,
        token_hash="0" * 64,
        site="nadrzecze",
        channel="web",
        language="en",
        state={},
        last_sequence=0,
        created_at=NOW,
    )
    ConversationStore(database).create(record, False)

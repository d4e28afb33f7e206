"""What the routes work with: wired once in server.create_app, reached through the request."""

from dataclasses import dataclass, field
from threading import Event
from typing import Annotated

from fastapi import Depends, Request

from assistant.accounts import Accounts
from assistant.chat import Chat
from assistant.desk import Desk
from assistant.replies import Locales
from assistant.services import Services
from assistant.wakeups import Wakeups
from knowledge_base.library import Library
from routes.limits import RateLimit
from settings import Settings
from sites import Site
from storage.conversations import ConversationStore
from storage.database import Database
from storage.handoffs import HandoffStore
from storage.incidents import IncidentStore


@dataclass(frozen=True, slots=True)
class Parts:
    """The running installation."""

    settings: Settings
    site: Site
    locales: Locales
    database: Database
    assistant: Services
    chat: Chat
    desk: Desk
    accounts: Accounts
    conversations: ConversationStore
    handoffs: HandoffStore
    incidents: IncidentStore
    library: Library
    wakeups: Wakeups
    messages_limit: RateLimit
    conversations_limit: RateLimit
    warm: Event = field(default_factory=Event)


# Not async, it would be sent to another thread and back, for each request.
async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.services
    return parts


PartsDep = Annotated[Parts, Depends(_parts)]

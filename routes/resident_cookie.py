"""The conversation of a browser without scripts: its id and token in a cookie."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from assistant.chat import ConversationUnknown
from routes.parts import Parts, PartsDep
from settings import Settings
from storage.conversations import ConversationRecord

CHAT_COOKIE = "koban_chat"
MONTH_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Known:
    """A conversation whose token the browser holds."""

    token: str
    record: ConversationRecord

    @property
    def id(self) -> str:
        return self.record.id


def known_conversation(request: Request, parts: PartsDep) -> Known | None:
    """The cookie's conversation; None without one, or when it was deleted meanwhile."""
    conversation_id, _, token = request.cookies.get(CHAT_COOKIE, "").partition(".")
    return _open(parts, conversation_id, token) if token else None


def _open(parts: Parts, conversation_id: str, token: str) -> Known | None:
    try:
        return Known(token, parts.chat.open(conversation_id, token))
    except ConversationUnknown:
        return None


KnownConversation = Annotated[Known | None, Depends(known_conversation)]


def remember(response: Response, known: Known, settings: Settings) -> None:
    response.set_cookie(
        CHAT_COOKIE,
        f"{known.id}.{known.token}",
        max_age=MONTH_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def forget(response: Response) -> None:
    response.delete_cookie(CHAT_COOKIE, httponly=True, samesite="lax")

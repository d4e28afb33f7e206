"""What officers see of a conversation: masked words and the sources that were shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.types import Citation, Reply
from storage.handoffs import HandoffStore, MaskedMessage, QueueEntry

ListName = Literal["waiting", "mine", "others", "closed"]


@dataclass(frozen=True, slots=True)
class OfficerMessage:
    author: str
    text: str
    language: str
    created_at: datetime
    officer_name: str | None
    citations: tuple[Citation, ...]


def for_officer(message: MaskedMessage) -> OfficerMessage:
    citations = Reply.model_validate(message.reply).citations if message.reply else ()
    return OfficerMessage(
        message.author, message.text, message.language, message.created_at, message.officer_name, citations
    )


def queue_lists(
    handoffs: HandoffStore, site: str, officer_id: str, chosen: ListName
) -> tuple[list[QueueEntry], dict[str, int]]:
    """The chosen list, and how many stand in each of the open ones."""
    waiting = handoffs.queue(site)
    mine = handoffs.held_by(site, officer_id)
    others = handoffs.held_by_others(site, officer_id)
    counts = {"waiting": len(waiting), "mine": len(mine), "others": len(others)}
    lists = {"waiting": waiting, "mine": mine, "others": others}
    return (lists[chosen] if chosen in lists else handoffs.ended(site)), counts

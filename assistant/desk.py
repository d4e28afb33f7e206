"""What officers do with a conversation: take it, write, give it back, close it. Exactly one holds it at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from assistant.folding import visible
from assistant.services import Services
from assistant.types import DialogueState
from assistant.wakeups import Wakeups
from storage.conversations import ConversationRecord, ConversationStore, NewMessage, TurnRecord
from storage.handoffs import HandoffStore, QueueEntry, claim_handoff, end_handoff

LONGEST_ANSWER = 8000


class HandoffUnknown(Exception):
    """No such hand-off at this officer's site."""


class NotHolding(Exception):
    """Only the officer who holds a conversation may write in it; the message says who does."""


class AnswerRefused(Exception):
    """The officer's text cannot be sent; the message says why."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The officer who acts."""

    id: str
    name: str
    site: str


class Desk:
    """Each call changes the hand-off and the conversation, stores both, and wakes who listens."""

    def __init__(self, services: Services, store: ConversationStore, handoffs: HandoffStore, wakeups: Wakeups) -> None:
        self._services = services
        self._store = store
        self._handoffs = handoffs
        self._wakeups = wakeups

    def claim(self, conversation_id: str, actor: Actor) -> bool:
        """Take a waiting conversation; False when a colleague was faster."""
        entry, record = self._find(conversation_id, actor)
        try:
            self._change(record, actor, "held", "officer_joined", _Claim(entry.id, actor.id))
        except _NotChanged:
            return False
        return True

    def say(self, conversation_id: str, actor: Actor, text: str, client_message_id: str | None = None) -> int:
        """Write to the resident; the sequence number of the message. Sent twice, stored once."""
        words = visible(text).strip()
        if not words or len(words) > LONGEST_ANSWER:
            raise AnswerRefused(f"write between 1 and {LONGEST_ANSWER} characters")
        _, record = self._held(conversation_id, actor)
        if client_message_id and (earlier := self._store.find_said(record.id, client_message_id)):
            return earlier[0].sequence
        message = NewMessage(
            uuid4().hex, "officer", words, words, record.language, client_message_id, officer_id=actor.id
        )
        return self._save(record, TurnRecord(record.id, self._now(), record.language, None, [message]))[message.id]

    def give_back(self, conversation_id: str, actor: Actor) -> None:
        """The assistant answers again."""
        entry, record = self._held(conversation_id, actor)
        self._change(record, actor, "none", "officer_left", _End(entry.id, actor.id, "returned"))

    def close(self, conversation_id: str, actor: Actor) -> None:
        """End the hand-off; the resident can write on, to the assistant."""
        entry, record = self._held(conversation_id, actor)
        self._change(record, actor, "none", "officer_closed", _End(entry.id, actor.id, "closed"))

    def _find(self, conversation_id: str, actor: Actor) -> tuple[QueueEntry, ConversationRecord]:
        entry = self._handoffs.entry(actor.site, conversation_id)
        record = self._store.get(conversation_id) if entry else None
        if entry is None or record is None:
            raise HandoffUnknown("no such conversation is handed over at your site")
        return entry, record

    def _held(self, conversation_id: str, actor: Actor) -> tuple[QueueEntry, ConversationRecord]:
        entry, record = self._find(conversation_id, actor)
        if entry.state != "held" or entry.officer_id != actor.id:
            holder = entry.officer_name or "nobody"
            raise NotHolding(f"you do not hold this conversation ({holder} does): take it first")
        return entry, record

    def _now(self) -> datetime:
        return self._services.clock()

    def _change(
        self, record: ConversationRecord, actor: Actor, handoff: str, key: str, change: "_Claim | _End"
    ) -> None:
        """Change the hand-off, tell the resident, and let the assistant speak or be silent: all at once."""
        state = DialogueState.model_validate(record.state).model_copy(
            update={"handoff": handoff, "awaiting_contact": False, "failures": 0}
        )
        words = self._services.say(record.language, key, name=actor.name)
        message = NewMessage(uuid4().hex, "system", words, words, record.language, officer_id=actor.id)
        now = self._now()
        turn = TurnRecord(
            record.id,
            now,
            record.language,
            state.model_dump(mode="json"),
            [message],
            events=[("handoff", {"state": handoff, "officer_name": actor.name})],
            also=[lambda session: change.apply(session, now)],
        )
        self._save(record, turn)

    def _save(self, record: ConversationRecord, turn: TurnRecord) -> dict[str, int]:
        numbers = self._store.save(turn)
        self._wakeups.notify(record.id, f"officers:{record.site}")
        return numbers


class _NotChanged(Exception):
    """Someone else was faster; the transaction is rolled back."""


@dataclass(frozen=True, slots=True)
class _Claim:
    handoff_id: str
    officer_id: str

    def apply(self, session: Any, now: datetime) -> None:
        if not claim_handoff(session, self.handoff_id, self.officer_id, now):
            raise _NotChanged


@dataclass(frozen=True, slots=True)
class _End:
    handoff_id: str
    officer_id: str
    state: Literal["returned", "closed"]

    def apply(self, session: Any, now: datetime) -> None:
        if not end_handoff(session, self.handoff_id, self.officer_id, self.state, now):
            raise NotHolding("you do not hold this conversation any more")

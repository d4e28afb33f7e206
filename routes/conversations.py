"""The residents' API: /api/v1/conversations. A conversation's bearer token is the only key to it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from assistant.chat import Said, TranscriptMessage, as_transcript
from routes.duty_line import duty_line
from routes.parts import Parts, PartsDep
from routes.problems import TooManyRequests, documented
from sites import duty_at
from storage.conversations import ConversationRecord, StoredEvent

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], responses=documented(413, 422))
_bearer = HTTPBearer(auto_error=False, description="The conversation's token.")
# Longer numbers are nobody's event, and Python refuses to read endless ones.
_EVENT_ID = re.compile(r"[0-9]{1,18}")
KEEP_ALIVE_SECONDS = 15.0
STARTERS = ("starter_scam", "starter_noise", "starter_bicycle", "starter_officer")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartBody(_Body):
    language: str | None = Field(None, max_length=8)
    channel: str = Field("web", max_length=20, pattern=r"^[a-z]+$")
    consent: bool = False


class MessageBody(_Body):
    text: str = Field(max_length=100_000)
    client_message_id: str = Field(min_length=1, max_length=80)
    language: str | None = Field(None, max_length=8)


class HandoffBody(_Body):
    contact: str | None = Field(None, max_length=200)
    consent: bool = False


class FeedbackBody(_Body):
    message_id: str = Field(max_length=64)
    helpful: bool
    reason: str | None = Field(None, max_length=1000)


class LanguageBody(_Body):
    language: str = Field(max_length=8)


class DutyBody(BaseModel):
    on_duty: bool
    until: datetime | None
    next_opens: datetime | None
    holiday: str | None
    text: str


class StartedBody(BaseModel):
    id: str
    token: str
    language: str
    greeting: str
    notice: str
    duty: DutyBody
    starters: list[str]


class ReplyBody(BaseModel):
    """A reply's fields with the ids of both messages; `outcome` is null while an officer holds the conversation."""

    model_config = ConfigDict(extra="allow")
    message_id: str
    sequence: int
    reply_id: str | None
    outcome: str | None
    text: str
    handoff: str


class TranscriptBody(BaseModel):
    """`position` is the place in the queue, 1 for the next; null unless the conversation waits for an officer."""

    id: str
    language: str
    handoff: str
    position: int | None
    duty: DutyBody
    messages: list[dict[str, Any]]
    last_event_id: int


def duty_body(parts: Parts, language: str) -> DutyBody:
    now = parts.assistant.clock()
    duty = duty_at(parts.site, now)
    return DutyBody(
        on_duty=duty.on_duty,
        until=duty.until,
        next_opens=duty.next_opens,
        holiday=duty.holiday,
        text=duty_line(parts.locales, parts.site, now, language).text,
    )


async def conversation_token(bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    """The bearer token of the request; an absent one matches no conversation."""
    return bearer.credentials if bearer else ""


ConversationToken = Annotated[str, Depends(conversation_token)]


def own_conversation(conversation_id: str, token: ConversationToken, parts: PartsDep) -> ConversationRecord:
    """The conversation in the path. Raises ConversationUnknown unless the token is its own."""
    return parts.chat.open(conversation_id, token)


# A stream's status is sent before its first event, so the token is looked at before the stream begins.
OwnConversation = Annotated[ConversationRecord, Depends(own_conversation)]


def _client(request: Request) -> str:
    return request.client.host if request.client else "unknown"


@router.post("", status_code=201, response_model=StartedBody, responses=documented(429))
def start(body: StartBody, request: Request, parts: PartsDep) -> StartedBody:
    """Open a conversation; its token is shown this once."""
    if not parts.conversations_limit.allow(_client(request)):
        raise TooManyRequests("too many new conversations from this address: wait a minute")
    started = parts.chat.start(body.language, body.channel, body.consent)
    return StartedBody(
        id=started.id,
        token=started.token,
        language=started.language,
        greeting=started.greeting,
        notice=started.notice,
        duty=duty_body(parts, started.language),
        starters=[parts.assistant.say(started.language, key) for key in STARTERS],
    )


@router.post("/{conversation_id}/messages", response_model=ReplyBody, responses=documented(404, 429))
def say(conversation_id: str, body: MessageBody, token: ConversationToken, parts: PartsDep) -> Any:
    """Say something. The same `client_message_id` twice is one message and the same reply.

    A `language` that the site does not speak is left out of account.
    """
    if not parts.messages_limit.allow(conversation_id):
        raise TooManyRequests("too many messages in this conversation: wait a minute")
    spoken = body.language if body.language in parts.site.languages else None
    said = parts.chat.say(conversation_id, token, body.text, body.client_message_id, spoken)
    # Made here and now: checking our own reply against its own model would take longer than writing it.
    return JSONResponse(_reply_body(said))


def _reply_body(said: Said) -> dict[str, Any]:
    ids = {"message_id": said.message_id, "sequence": said.sequence, "reply_id": said.reply_id}
    if said.reply is None:
        return {**ids, "outcome": None, "text": "", "handoff": "held"}
    return {**said.reply.model_dump(mode="json"), **ids}


@router.get("/{conversation_id}", response_model=TranscriptBody, responses=documented(404))
def resume(record: OwnConversation, parts: PartsDep) -> TranscriptBody:
    """The whole conversation, for resuming after a reload or for keeping a copy."""
    return TranscriptBody(
        id=record.id,
        language=record.language,
        handoff=str(record.state.get("handoff", "none")),
        position=_position(parts, record.id),
        duty=duty_body(parts, record.language),
        messages=[transcript_json(message) for message in parts.chat.transcript(record.id)],
        last_event_id=record.last_sequence,
    )


def transcript_json(message: TranscriptMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "sequence": message.sequence,
        "author": message.author,
        "text": message.text,
        "language": message.language,
        "created_at": message.created_at.isoformat(),
        "reply": message.reply.model_dump(mode="json") if message.reply else None,
        "officer_name": message.officer_name,
        "client_message_id": message.client_message_id,
    }


@router.get("/{conversation_id}/events", response_class=EventSourceResponse, responses=documented(404))
async def events(
    record: OwnConversation,
    parts: PartsDep,
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """What happens in the conversation, live. Resumes after `Last-Event-ID` without a gap."""
    after = int(last_event_id) if last_event_id and _EVENT_ID.fullmatch(last_event_id) else 0
    async for event in follow(parts, record, min(after, record.last_sequence)):
        yield event


async def follow(parts: Parts, record: ConversationRecord, after: int) -> AsyncIterator[ServerSentEvent]:
    """Stored events after a sequence number, then new ones as they are stored, until the conversation is deleted."""
    async with parts.wakeups.subscribe(record.id) as changes:
        while True:
            stored = await run_in_threadpool(parts.conversations.events_after, record.id, after)
            for event in stored:
                after = event.sequence
                yield _sse(event)
            if not stored and await run_in_threadpool(parts.conversations.get, record.id) is None:
                return
            if not await changes.wait(KEEP_ALIVE_SECONDS):
                yield ServerSentEvent(comment="still here")


def _sse(stored: StoredEvent) -> ServerSentEvent:
    data = transcript_json(as_transcript(stored.message)) if stored.message else stored.data
    return ServerSentEvent(raw_data=json.dumps(data, ensure_ascii=False), event=stored.kind, id=str(stored.sequence))


@router.post("/{conversation_id}/handoff", responses=documented(404))
def handoff(conversation_id: str, body: HandoffBody, token: ConversationToken, parts: PartsDep) -> dict[str, Any]:
    """Ask for a person; with consent, leave contact details."""
    said = parts.chat.request_officer(conversation_id, token, body.contact, body.consent)
    return {
        **_reply_body(said),
        "position": _position(parts, conversation_id),
        "duty": duty_body(parts, said.reply.language if said.reply else parts.site.default_language),
    }


def _position(parts: Parts, conversation_id: str) -> int | None:
    entry = parts.handoffs.for_conversation(conversation_id)
    return parts.handoffs.position_in_queue(entry.id) if entry else None


@router.post("/{conversation_id}/feedback", status_code=204, responses=documented(404))
def feedback(conversation_id: str, body: FeedbackBody, token: ConversationToken, parts: PartsDep) -> Response:
    """Thumbs up or down for one reply."""
    parts.chat.feedback(conversation_id, token, body.message_id, body.helpful, body.reason)
    return Response(status_code=204)


@router.post("/{conversation_id}/language", status_code=204, responses=documented(404))
def language(conversation_id: str, body: LanguageBody, token: ConversationToken, parts: PartsDep) -> Response:
    """Fix the conversation's language."""
    parts.chat.set_language(conversation_id, token, body.language)
    return Response(status_code=204)


@router.delete("/{conversation_id}", status_code=204, responses=documented(404))
def delete(conversation_id: str, token: ConversationToken, parts: PartsDep) -> Response:
    """Delete the conversation for good."""
    parts.chat.delete(conversation_id, token)
    return Response(status_code=204)

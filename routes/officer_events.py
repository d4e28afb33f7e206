"""Tells staff pages that something changed; they fetch themselves anew."""

from collections.abc import AsyncGenerator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from routes.parts import PartsDep
from routes.session import CurrentOfficer

router = APIRouter(include_in_schema=False)
KEEP_ALIVE_SECONDS = 15.0


@router.get("/events", response_class=EventSourceResponse)
async def events(
    parts: PartsDep, officer: CurrentOfficer, conversation: str | None = None
) -> AsyncGenerator[ServerSentEvent]:
    """`changed` whenever the site's queue, or the named conversation, is no longer as it was."""
    topic = f"officers:{officer.account.site}"
    async with parts.wakeups.subscribe(topic) as changes:
        seen = await run_in_threadpool(parts.handoffs.version, parts.site.id, conversation)
        yield ServerSentEvent(raw_data=seen, event="ready")
        while True:
            await changes.wait(KEEP_ALIVE_SECONDS)
            now = await run_in_threadpool(parts.handoffs.version, parts.site.id, conversation)
            if now == seen:
                yield ServerSentEvent(comment="still here")
            else:
                seen = now
                yield ServerSentEvent(raw_data=now, event="changed")

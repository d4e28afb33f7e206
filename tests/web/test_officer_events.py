"""The stream that tells staff pages to look again."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from assistant.accounts import StaffSession
from routes.officer_events import events
from routes.parts import Parts
from tests.web.conftest import PASSWORD

Result = TypeVar("Result")


def result_of(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work` on a thread of its own: in this one the browser tests' event loop may be running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def session_of(parts: Parts) -> StaffSession:
    return parts.accounts.sign_in("anna", PASSWORD).session


def test_new_conversation_is_announced(parts: Parts) -> None:
    """A conversation that joins the queue is announced to officers who have the page open."""

    async def listen() -> list[str | None]:
        stream = events(parts, session_of(parts))
        first = await anext(stream)
        started = parts.chat.start("en", "web")
        await asyncio.to_thread(parts.chat.request_officer, started.id, started.token, None, True)
        second = await asyncio.wait_for(anext(stream), 5)
        await stream.aclose()
        parts.chat.delete(started.id, started.token)
        return [first.event, second.event]

    assert result_of(listen()) == ["ready", "changed"]


def test_message_in_an_open_conversation_is_announced(parts: Parts, waiting: str) -> None:
    """What is said in the conversation that an officer has open is announced."""

    async def listen() -> list[str | None]:
        stream = events(parts, session_of(parts), waiting)
        first = await anext(stream)
        account = session_of(parts).account
        actor = parts.handoffs.entry("nadrzecze", waiting)
        assert actor is not None
        parts.handoffs.claim(actor.id, account.id)
        parts.wakeups.notify("officers:nadrzecze")
        second = await asyncio.wait_for(anext(stream), 5)
        await stream.aclose()
        return [first.event, second.event]

    assert result_of(listen()) == ["ready", "changed"]

"""Officers' pages: the queue, and a conversation that was handed over."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from assistant.accounts import StaffSession
from assistant.desk import LONGEST_ANSWER, Actor, AnswerRefused, NotHolding
from routes import incident_pages, officer_events, sign_in_pages
from routes.error_pages import PageRoute, PageUnknown
from routes.officer_view import ListName, for_officer, queue_lists
from routes.rendering import Page, PageDep
from routes.session import CsrfChecked, CurrentOfficer, actor_of
from routes.staff_page import staff_page
from storage.handoffs import QueueEntry

router = APIRouter(prefix="/officer", route_class=PageRoute, include_in_schema=False)
for part in (sign_in_pages, incident_pages, officer_events):
    router.include_router(part.router)


@router.get("")
def queue(
    page: PageDep, officer: CurrentOfficer, chosen: Annotated[ListName, Query(alias="list")] = "waiting"
) -> HTMLResponse:
    """Who waits, who is with me, who is with colleagues, who was."""
    entries, counts = queue_lists(page.parts.handoffs, page.parts.site.id, officer.account.id, chosen)
    context: dict[str, Any] = {"entries": entries, "counts": counts, "chosen": chosen, "section": "conversations"}
    return staff_page(page, officer, "officer/queue.html", **context)


@router.get("/conversations/{conversation_id}")
def conversation(page: PageDep, officer: CurrentOfficer, conversation_id: str) -> HTMLResponse:
    """The whole conversation, masked, with its summary and what can be done."""
    return _conversation(page, officer, conversation_id)


def _conversation(
    page: Page, officer: StaffSession, conversation_id: str, error: str = "", text: str = ""
) -> HTMLResponse:
    entry = _entry(page, conversation_id)
    said = page.parts.handoffs.transcript(conversation_id)
    context = {
        "section": "conversations",
        "entry": entry,
        "mine": entry.state == "held" and entry.officer_id == officer.account.id,
        "messages": [for_officer(message) for message in said],
        "incidents": page.parts.incidents.of_conversation(conversation_id),
        "client_message_id": uuid4().hex,
        "error": error,
        "text": text,
    }
    return staff_page(page, officer, "officer/conversation.html", 409 if error else 200, **context)


def _entry(page: Page, conversation_id: str) -> QueueEntry:
    entry = page.parts.handoffs.entry(page.parts.site.id, conversation_id)
    if entry is None:
        raise PageUnknown("no such conversation was handed over at this site")
    return entry


@router.post("/conversations/{conversation_id}/take")
def take(page: PageDep, officer: CurrentOfficer, _: CsrfChecked, conversation_id: str) -> Response:
    """Take it over; exactly one officer can."""
    if page.parts.desk.claim(conversation_id, actor_of(officer)):
        return _back(conversation_id)
    return _conversation(page, officer, conversation_id, page.text("taken_by_other"))


class AnswerForm(BaseModel):
    client_message_id: str = Field(min_length=1, max_length=80)
    text: str = Field("", max_length=100_000)


@router.post("/conversations/{conversation_id}/answer")
def answer(
    page: PageDep,
    officer: CurrentOfficer,
    _: CsrfChecked,
    conversation_id: str,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Write to the resident. What cannot be sent stays in the field."""
    try:
        page.parts.desk.say(conversation_id, actor_of(officer), form.text, form.client_message_id)
    except NotHolding:
        return _conversation(page, officer, conversation_id, page.text("taken_by_other"), form.text)
    except AnswerRefused:
        wrong = page.text("error_long", count=LONGEST_ANSWER) if form.text.strip() else page.text("error_empty")
        return _conversation(page, officer, conversation_id, wrong, form.text)
    return _back(conversation_id)


@router.post("/conversations/{conversation_id}/return")
def give_back(page: PageDep, officer: CurrentOfficer, _: CsrfChecked, conversation_id: str) -> Response:
    """The assistant answers again."""
    return _end(page, officer, conversation_id, page.parts.desk.give_back)


@router.post("/conversations/{conversation_id}/close")
def close(page: PageDep, officer: CurrentOfficer, _: CsrfChecked, conversation_id: str) -> Response:
    """The matter is settled."""
    return _end(page, officer, conversation_id, page.parts.desk.close)


def _end(page: Page, officer: StaffSession, conversation_id: str, end: Callable[[str, Actor], None]) -> Response:
    try:
        end(conversation_id, actor_of(officer))
    except NotHolding:
        return _conversation(page, officer, conversation_id, page.text("taken_by_other"))
    return RedirectResponse("/officer?list=mine", 303)


def _back(conversation_id: str) -> Response:
    return RedirectResponse(f"/officer/conversations/{conversation_id}", 303)

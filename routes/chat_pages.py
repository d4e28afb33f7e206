"""The chat page. With scripts it talks to the API; without, these forms do the same work."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel, Field

from assistant.chat import MessageRefused
from routes.chat_view import chat_context, transcript_text
from routes.error_pages import PageRoute
from routes.problems import TooManyRequests
from routes.rendering import Page, PageDep
from routes.resident_cookie import Known, KnownConversation, forget, remember

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Embedded = Annotated[bool, Query(alias="embed")]


def _allow_frames(page: Page) -> None:
    """Only the chat page may stand in a frame, and only on the site's own and the listed origins."""
    origins = dict.fromkeys((*page.parts.site.embed_origins, *page.parts.settings.widget_origins))
    page.request.state.frame_ancestors = " ".join(("'self'", *origins))


def _chat(page: Page, known: Known | None, embed: bool, error: str = "", text: str = "") -> HTMLResponse:
    """The page; with an error what was written stays in the field."""
    _allow_frames(page)
    context = chat_context(page, known, embed) | {"error": error, "text": text}
    return page.render("chat.html", 422 if error else 200, **context)


@router.get("/chat")
def chat(page: PageDep, known: KnownConversation, embed: Embedded = False) -> HTMLResponse:
    """The conversation so far, and the form to go on."""
    return _chat(page, known, embed)


class SayForm(BaseModel):
    """The composer. `choice` is the button that was pressed, if one was; it wins over the text."""

    client_message_id: str = Field(min_length=1, max_length=80)
    text: str = Field("", max_length=100_000)
    choice: str = Field("", max_length=100_000)
    language: str = Field("", max_length=8)


@router.post("/chat")
def say(page: PageDep, known: KnownConversation, form: Annotated[SayForm, Form()], embed: Embedded = False) -> Response:
    """Say something without scripts, then show the conversation; reloading sends nothing twice."""
    words = (form.choice or form.text).strip()
    error = _objection(page, words)
    if error:
        return _chat(page, known, embed, error, form.text)
    talking = _talking(page, known)
    if not page.parts.messages_limit.allow(talking.id):
        raise TooManyRequests("too many messages in this conversation: wait a minute")
    if form.language in page.parts.site.languages:
        page.parts.chat.set_language(talking.id, talking.token, form.language)
    try:
        page.parts.chat.say(talking.id, talking.token, words, form.client_message_id)
    except MessageRefused:
        # Length was looked at above: what is left are invisible characters alone.
        return _chat(page, known, embed, page.text("error_empty"), form.text)
    return _back(page, talking, embed)


def _objection(page: Page, words: str) -> str:
    longest = page.parts.settings.max_message_characters
    if not words:
        return page.text("error_empty")
    return page.text("error_long", count=longest) if len(words) > longest else ""


def _talking(page: Page, known: Known | None) -> Known:
    """The browser's conversation, or a new one."""
    if known:
        return known
    client = page.request.client
    if not page.parts.conversations_limit.allow(client.host if client else "unknown"):
        raise TooManyRequests("too many new conversations from this address: wait a minute")
    started = page.parts.chat.start(page.language, "web")
    return Known(started.token, page.parts.chat.open(started.id, started.token))


def _back(page: Page, talking: Known, embed: bool = False) -> Response:
    response = RedirectResponse(f"/chat?lang={page.language}{'&embed=1' if embed else ''}#latest", 303)
    remember(response, talking, page.parts.settings)
    return response


@router.get("/chat/person")
def person(page: PageDep) -> HTMLResponse:
    """Ask for an officer, without scripts."""
    return page.render("person.html", duty=page.duty(), person_error="", contact="")


@router.post("/chat/person")
def ask_person(
    page: PageDep,
    known: KnownConversation,
    contact: Annotated[str, Form(max_length=200)] = "",
    consent: Annotated[bool, Form()] = False,
) -> Response:
    """Queue the conversation; nothing is passed on without consent."""
    if not consent:
        error = page.text("error_consent")
        return page.render("person.html", 422, duty=page.duty(), person_error=error, contact=contact)
    talking = _talking(page, known)
    page.parts.chat.request_officer(talking.id, talking.token, contact.strip() or None, consent)
    return _back(page, talking)


@router.post("/chat/feedback")
def feedback(
    page: PageDep,
    known: KnownConversation,
    message_id: Annotated[str, Form(max_length=64)],
    helpful: Annotated[bool, Form()],
) -> Response:
    """Whether an answer helped."""
    if known:
        page.parts.chat.feedback(known.id, known.token, message_id, helpful, None)
    return RedirectResponse(f"/chat?lang={page.language}#latest", 303)


@router.get("/chat/delete")
def ask_delete(page: PageDep) -> HTMLResponse:
    """Are you sure?"""
    return page.render("delete.html")


@router.post("/chat/delete")
def delete(page: PageDep, known: KnownConversation) -> Response:
    """Delete the conversation and forget it."""
    if known:
        page.parts.chat.delete(known.id, known.token)
    response = RedirectResponse(f"/chat?lang={page.language}", 303)
    forget(response)
    return response


@router.get("/chat/download")
def download(page: PageDep, known: KnownConversation) -> Response:
    """The conversation as a text file."""
    headers = {"Content-Disposition": 'attachment; filename="conversation.txt"', "Cache-Control": "no-store"}
    return PlainTextResponse(transcript_text(page, known), headers=headers)

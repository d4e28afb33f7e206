"""What the chat page shows, and what its script needs to know."""

from typing import Any
from uuid import uuid4

from assistant.chat import TranscriptMessage
from routes.conversations import STARTERS
from routes.formatting import clock, locale_of, own_name
from routes.rendering import Page
from routes.resident_cookie import Known

# The texts that the scripts of the chat page show, with their variables left in place.
CLIENT_TEXTS = (
    "characters_left",
    "copied_conversation_title",
    "deleted",
    "detected_language",
    "error_busy",
    "error_empty",
    "error_feedback",
    "error_gone",
    "error_offline",
    "error_reconnecting",
    "error_server",
    "feedback_no",
    "feedback_no_label",
    "feedback_question",
    "feedback_reason",
    "feedback_send",
    "feedback_thanks",
    "feedback_yes",
    "feedback_yes_label",
    "call_number",
    "opens_new_tab",
    "queue_held",
    "queue_waiting",
    "queue_waiting_plain",
    "source_mark",
    "source_updated",
    "sources_title",
    "speaker_assistant",
    "speaker_officer",
    "speaker_system",
    "speaker_you",
    "try_again",
)
_VARIABLES = ("count", "date", "name", "number", "position", "site", "title")


def chat_context(page: Page, known: Known | None, embed: bool) -> dict[str, Any]:
    """Everything that chat.html names."""
    parts = page.parts
    greeting, notice = parts.chat.opening(page.language)
    state, status = _handoff(page, known)
    fixed = known is not None and bool(known.record.state.get("language_fixed"))
    return {
        "embed": embed,
        "greeting": greeting,
        "notice": notice,
        "messages": parts.chat.transcript(known.id) if known else [],
        "handoff": {"state": state},
        "status_text": status,
        "starters": [parts.assistant.say(page.language, key) for key in STARTERS],
        "duty": page.duty(),
        "client_message_id": uuid4().hex,
        "fixed_language": known.record.language if known and fixed else "",
        "max_characters": parts.settings.max_message_characters,
        "person_error": "",
        "contact": "",
        "client": _client(page, known, embed),
    }


def _client(page: Page, known: Known | None, embed: bool) -> dict[str, Any]:
    """What the page's script needs; `{name}` and the like stay in the texts for it to fill."""
    site = page.parts.site
    kept = {variable: f"{{{variable}}}" for variable in _VARIABLES}
    return {
        "language": page.language,
        "locale": str(locale_of(page.language)).replace("_", "-"),
        "languages": {code: own_name(code) for code in site.languages},
        "site": site.name,
        "timeZone": site.time_zone,
        "embed": embed,
        "maxCharacters": page.parts.settings.max_message_characters,
        "storageKey": f"koban:{site.id}",
        # A form sent before the script was there started a conversation: the script goes on with it.
        "conversation": {"id": known.id, "token": known.token} if known else None,
        "texts": {key: page.text(key, **kept) for key in CLIENT_TEXTS},
    }


def _handoff(page: Page, known: Known | None) -> tuple[str, str]:
    """The state of the hand-off and what the resident is told about it."""
    handoffs = page.parts.handoffs
    state = str(known.record.state.get("handoff", "none")) if known else "none"
    entry = handoffs.entry(page.parts.site.id, known.id) if known and state in ("queued", "held") else None
    if entry is None:
        return state, ""
    if state == "held":
        name = page.text("speaker_officer", name=entry.officer_name or "").strip()
        return state, page.text("queue_held", name=name)
    place = handoffs.position_in_queue(entry.id)
    waiting = page.text("queue_waiting", position=place) if place else page.text("queue_waiting_plain")
    return state, waiting


def transcript_text(page: Page, known: Known | None) -> str:
    """The conversation as plain text, sources included."""
    title = page.text("copied_conversation_title", site=page.parts.site.name)
    said = page.parts.chat.transcript(known.id) if known else []
    return "\n\n".join([title, *(_as_text(page, message) for message in said)]) + "\n"


def _as_text(page: Page, message: TranscriptMessage) -> str:
    keys = {"resident": "speaker_you", "officer": "speaker_officer", "system": "speaker_system"}
    key = keys.get(message.author, "speaker_assistant")
    who = page.text(key, name=message.officer_name or "")
    local = message.created_at.astimezone(page.parts.site.zone)
    citations = message.reply.citations if message.reply else ()
    sources = [f"  [{one.number}] {one.title}: “{one.quote}”" for one in citations]
    return "\n".join([f"{who} ({local:%Y-%m-%d} {clock(local, page.language)})", message.text, *sources])

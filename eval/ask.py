"""`koban ask`: one message answered from the command line; nothing is stored."""

import time
from pathlib import Path
from typing import Any

from assistant.logs import configure_logs
from eval.context import Context
from eval.records import DataRefused
from eval.tasks.answer import reply_to
from settings import Settings
from sites.site import LANGUAGES


def ask_once(settings: Settings, text: str, language: str | None, live: bool) -> dict[str, Any]:
    """The reply with its citations. Raises DataRefused for empty text or an unknown language."""
    if not text.strip():
        raise DataRefused("the message is empty: write what a resident would ask or report")
    if language is not None and language not in LANGUAGES:
        raise DataRefused(f"there is no language {language!r}: choose one of {', '.join(LANGUAGES)}")
    configure_logs("error")
    context = Context(settings, Path(), live=live)
    _ = context.services  # loaded before the clock runs
    began = time.perf_counter()
    reply = reply_to(text, language, context)
    record = reply.model_dump(mode="json", exclude={"parts", "choices", "incidents"})
    return {**record, "ms": round((time.perf_counter() - began) * 1000, 3)}

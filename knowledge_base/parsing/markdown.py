"""Markdown with YAML front matter."""

import re
from datetime import date
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge_base.parsing.refused import DocumentRefused
from knowledge_base.parsing.text import title_of
from knowledge_base.types import Document

_FRONT = re.compile(r"\A---\n(.*?)\n---\n?(.*)\Z", re.DOTALL)
_TITLE = re.compile(r"\A\s*#\s+(.+?)\s*#*\n")
_RAW_HTML = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>\n]*>", re.DOTALL)


class FrontMatter(BaseModel):
    """What an article says of itself; unknown keys are kept."""

    model_config = ConfigDict(extra="allow")
    id: str | None = Field(None, pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,119}$")
    title: str | None = Field(None, min_length=1, max_length=200)
    language: str | None = Field(None, pattern=r"^[a-z]{2}$")
    translation_of: str | None = None
    audience: str = "residents"
    owner: str | None = None
    valid_from: date | None = None
    expires: date | None = None
    review_by: date | None = None
    source: str | None = None
    asked_as: list[str] = []
    asked_in: dict[str, list[str]] = {}


def parse_markdown(text: str, name: str) -> Document:
    """Front matter and body; raw HTML is dropped. Raises DocumentRefused naming the wrong key."""
    front, body = _split(text)
    try:
        meta = FrontMatter.model_validate(front)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise DocumentRefused(f"front matter: {wrong}") from error
    body = _RAW_HTML.sub("", body)
    heading = _TITLE.match(body)
    title = meta.title or (heading[1] if heading else title_of(name))
    if heading:
        body = body[heading.end() :]
    body = body.strip()
    if not body:
        raise DocumentRefused("no text below the front matter")
    kept = meta.model_dump(mode="json", exclude_none=True)
    return Document(title, body, meta.language, kept)


def _split(text: str) -> tuple[dict[str, Any], str]:
    found = _FRONT.match(text.lstrip("\ufeff"))
    if not found:
        return {}, text
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        raise DocumentRefused(f"front matter is not YAML: {error}") from error
    if front is not None and not isinstance(front, dict):
        raise DocumentRefused("front matter must be lines of `key: value`")
    return front or {}, found[2]

"""Pages from the templates below web/templates: which language, which words, which helpers."""

from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from routes import formatting
from routes.duty_line import DutyLine, duty_line
from routes.parts import Parts, PartsDep
from settings import ROOT

LANGUAGE_COOKIE = "koban_lang"
YEAR_SECONDS = 365 * 24 * 3600


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The template environment: everything escaped, unknown names refused."""
    return Environment(
        loader=FileSystemLoader(ROOT / "web" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_language(request: Request, parts: Parts) -> str:
    """The page's language: `?lang=`, else the cookie, else what the browser asks for, else the site's own."""
    languages = parts.site.languages
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in languages:
            return str(wanted)
    accepted = parts.locales.negotiate(request.headers.get("accept-language", ""), languages)
    return accepted or parts.site.default_language


class Page:
    """One request for a page: in which language, and how to answer it."""

    def __init__(self, request: Request, parts: PartsDep) -> None:
        self.request = request
        self.parts = parts
        self.language = page_language(request, parts)

    def text(self, key: str, **variables: object) -> str:
        """A text of the `web` catalogue."""
        return self.parts.locales.gettext(self.language, "web", key, **variables)

    def duty(self) -> DutyLine:
        """Whether anyone answers now, in the page's language."""
        return duty_line(self.parts.locales, self.parts.site, self.parts.assistant.clock(), self.language)

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page; a language chosen by `?lang=` is remembered."""
        known = _helpers(self.request, self.parts, self.language)
        html = environment().get_template(template).render(known | context)
        headers = {"Cache-Control": "no-store", "Content-Language": self.language}
        response = HTMLResponse(html, status, headers=headers)
        chosen = self.request.query_params.get("lang") == self.language
        if chosen and self.request.cookies.get(LANGUAGE_COOKIE) != self.language:
            response.set_cookie(LANGUAGE_COOKIE, self.language, max_age=YEAR_SECONDS, samesite="lax", httponly=True)
        return response


PageDep = Annotated[Page, Depends(Page)]


def _helpers(request: Request, parts: Parts, language: str) -> dict[str, Any]:
    zone = parts.site.zone
    now = parts.assistant.clock()

    def clock(value: datetime) -> str:
        return formatting.clock(value.astimezone(zone), language)

    def waited(since: datetime) -> str:
        return formatting.duration(now - since, language)

    def when(value: datetime) -> str:
        return formatting.weekday_and_time(value.astimezone(zone), language)

    return {
        "_": partial(parts.locales.gettext, language, "web"),
        "site": parts.site,
        "language": language,
        "direction": formatting.direction(language),
        "own_name": formatting.own_name,
        "language_name": partial(_language_name, language),
        "in_language": partial(_in_language, request),
        "clock": clock,
        "waited": waited,
        "when": when,
        "day": lambda value: formatting.day(value, language),
        "phone": formatting.phone,
        "grouped": formatting.grouped,
        "source_url": lambda citation: formatting.source_url(citation, language),
    }


def _language_name(language: str, code: str) -> str:
    return formatting.language_name(code, language)


def _in_language(request: Request, code: str) -> str:
    """This page's address in another language."""
    url = request.url.include_query_params(lang=code)
    return f"{url.path}?{url.query}"

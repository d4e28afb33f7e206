"""Pages for everyone: what this is, the widget's script, and the document behind a citation."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from routes import chat_pages
from routes.document import document_html
from routes.error_pages import PageRoute, PageUnknown
from routes.parts import PartsDep
from routes.rendering import PageDep, environment

router = APIRouter(route_class=PageRoute, include_in_schema=False)
router.include_router(chat_pages.router)

Offset = Annotated[int, Query(ge=0, le=10_000_000)]
WIDGET_WORDS = ("open", "close", "title")


@router.get("/")
def home(page: PageDep) -> HTMLResponse:
    """What this is, for residents, staff and developers."""
    parts = page.parts
    numbers = [
        {"label": parts.assistant.say(page.language, f"contact_{contact.key}"), "number": contact.number}
        for contact in parts.site.contacts
    ]
    base_url = str(page.request.base_url).rstrip("/")
    return page.render("home.html", duty=page.duty(), numbers=numbers, base_url=base_url)


@router.get("/widget.js")
def widget(parts: PartsDep) -> Response:
    """The script that municipal sites embed, with its few words in every language of the site."""
    labels = {
        language: {word: parts.locales.gettext(language, "web", f"widget_{word}") for word in WIDGET_WORDS}
        for language in parts.site.languages
    }
    template = environment().get_template("widget.js")
    script = template.render(labels=labels, default_language=parts.site.default_language)
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(script, media_type="text/javascript", headers=headers)


@router.get("/sources/{article_id}")
def source(
    page: PageDep, article_id: str, version: Annotated[int, Query(ge=1)], start: Offset = 0, end: Offset = 0
) -> HTMLResponse:
    """The cited version of an article with the cited sentence marked."""
    article = page.parts.library.article(article_id, version)
    if article is None:
        raise PageUnknown(article_id)
    body = document_html(article.body, start, end)
    marked = start < min(end, len(article.body))
    return page.render("source.html", article=article, body=body, marked=marked)

"""Errors as pages, for people who opened an address in a browser. Programs get problem details instead."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from assistant.desk import HandoffUnknown
from routes.middleware import security_headers
from routes.parts import Parts
from routes.problems import HANDLERS, Handler, NotAllowed, SignInNeeded, TooManyRequests
from routes.rendering import Page

ERROR_WORDS_BY_STATUS = {403: "forbidden", 404: "not_found", 405: "not_found", 409: "expired", 429: "busy"}
ERROR_WORDS = (*dict.fromkeys(ERROR_WORDS_BY_STATUS.values()), "fault")


class PageUnknown(Exception):
    """No such page or document."""


class FormExpired(Exception):
    """A form came back without its session's token; nothing was changed."""


def error_page(request: Request, status: int) -> Response:
    """What happened, in the reader's language, with the way on."""
    parts: Parts = request.app.state.services
    page = Page(request, parts)
    key = ERROR_WORDS_BY_STATUS.get(status, "fault")
    return page.render("problem.html", status, heading=page.text(f"{key}_title"), text=page.text(f"{key}_text"))


def wants_page(request: Request) -> bool:
    """True for a browser that opens an address outside the APIs."""
    apis = ("/api/", "/open311/", "/health/", "/metrics", "/static/", "/openapi.json")
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(apis)


class PageRoute(APIRoute):
    """A route whose expected errors become pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def with_pages(request: Request) -> Response:
            try:
                return await handler(request)
            except SignInNeeded:
                language = request.query_params.get("lang", "")
                return RedirectResponse(f"/officer/sign-in{f'?lang={language}' if language else ''}", 303)
            except TooManyRequests:
                return error_page(request, 429)
            except NotAllowed:
                return error_page(request, 403)
            except FormExpired:
                return error_page(request, 409)
            except (HandoffUnknown, PageUnknown, RequestValidationError):
                return error_page(request, 404)

        return with_pages


def install(app: FastAPI) -> None:
    """Every error becomes problem details for programs and a page for browsers."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, _or_page(handler))
    # This one stands outside every middleware, so nobody else would add the policy headers.
    app.add_exception_handler(Exception, _with_policy(_or_page(HANDLERS[Exception])))


def _with_policy(handler: Handler) -> Handler:
    async def guarded(request: Request, error: Exception) -> Response:
        response = await handler(request, error)
        for name, value in security_headers(request.scope):
            response.headers[name.decode()] = value.decode()
        return response

    return guarded


def _or_page(problem: Handler) -> Handler:
    async def handler(request: Request, error: Exception) -> Response:
        # Asked first in any case: it writes the log.
        answer = await problem(request, error)
        if not wants_page(request):
            return answer
        page = error_page(request, answer.status_code)
        if "allow" in answer.headers:
            page.headers["allow"] = answer.headers["allow"]
        return page

    return handler

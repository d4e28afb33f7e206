"""Errors as RFC 9457 problem details: one table from exception to status, title and stable type."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.chat import ConversationUnknown, MessageRefused
from assistant.desk import AnswerRefused, HandoffUnknown, NotHolding

log = structlog.get_logger()
TYPES = "/problems/"
PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    status: int
    slug: str
    title: str


class TooManyRequests(Exception):
    """More than the site allows in a minute."""


class NotAllowed(Exception):
    """Signed in, but not for this."""


class SignInNeeded(Exception):
    """No valid session."""


PROBLEMS: dict[type[Exception], Problem] = {
    ConversationUnknown: Problem(404, "conversation-unknown", "No such conversation"),
    MessageRefused: Problem(422, "message-refused", "The message cannot be taken"),
    HandoffUnknown: Problem(404, "handoff-unknown", "No such hand-off"),
    NotHolding: Problem(409, "not-holding", "Held by someone else"),
    AnswerRefused: Problem(422, "answer-refused", "The text cannot be sent"),
    TooManyRequests: Problem(429, "too-many-requests", "Too many requests"),
    NotAllowed: Problem(403, "not-allowed", "Not allowed"),
    SignInNeeded: Problem(401, "sign-in-needed", "Sign in first"),
}


def problem_response(status: int, slug: str, title: str, detail: str) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    # The detail may repeat half a surrogate pair of a bad request, which UTF-8 cannot write.
    readable = detail.encode(errors="replace").decode()
    return JSONResponse(
        {"type": f"{TYPES}{slug}", "title": title, "status": status, "detail": readable},
        status,
        headers=headers,
        media_type=PROBLEM_JSON,
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for /openapi.json: problem details under each of `statuses`."""
    fields = {"type": "string", "title": "string", "status": "integer", "detail": "string"}
    properties = {name: {"type": kind} for name, kind in fields.items()}
    schema = {"type": "object", "required": list(fields), "properties": properties}
    content = {PROBLEM_JSON: {"schema": schema}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


async def _known(request: Request, error: Exception) -> JSONResponse:
    del request
    problem = PROBLEMS[type(error)]
    return problem_response(problem.status, problem.slug, problem.title, str(error))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    del request
    if not isinstance(error, RequestValidationError):
        raise error
    places = "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors())
    return problem_response(422, "invalid-request", "The request is not valid", places[:2000])


async def _http(request: Request, error: Exception) -> JSONResponse:
    del request
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, (UnicodeDecodeError, RecursionError)):
        # FastAPI answers 400 to bytes that are no text, and 422 to text that is no JSON: callers see one status.
        detail = "the body is not JSON in UTF-8, or is nested too deeply"
        return problem_response(422, "invalid-request", "The request is not valid", detail)
    response = problem_response(error.status_code, f"http-{error.status_code}", str(error.detail), str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, error=type(error).__name__)
    return problem_response(500, "internal", "Something went wrong", "Nothing was stored. Please try again.")


Handler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]
HANDLERS: dict[type[Exception], Handler] = {
    **dict.fromkeys(PROBLEMS, _known),
    RequestValidationError: _invalid,
    HTTPException: _http,
    Exception: _unexpected,
}

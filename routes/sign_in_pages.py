"""Signing in and out of staff."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.accounts import SignedIn, SignInRefused, TooManyAttempts
from routes.error_pages import PageRoute
from routes.parts import Parts, PartsDep
from routes.rendering import Page, PageDep
from routes.session import (
    SESSION_COOKIE,
    CsrfChecked,
    SameSite,
    SignedInStaff,
    clear_session_cookie,
    set_session_cookie,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/sign-in")
def ask(page: PageDep) -> HTMLResponse:
    """The form."""
    return _form(page)


def _form(page: Page, error: str = "", username: str = "") -> HTMLResponse:
    status = 401 if error else 200
    return page.render("officer/sign_in.html", status, staff=None, error=error, username=username)


@router.post("/sign-in")
def sign_in(
    page: PageDep,
    _: SameSite,
    username: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Open a session under a fresh token; the old one of this browser ends."""
    signed_in, error = _attempt(page.parts, username, password, page.request.cookies.get(SESSION_COOKIE))
    if signed_in is None:
        return _form(page, page.text(error), username)
    response = RedirectResponse("/officer", 303)
    set_session_cookie(response, signed_in.token, page.parts.settings)
    return response


def _attempt(parts: Parts, username: str, password: str, replaces: str | None) -> tuple[SignedIn | None, str]:
    try:
        return parts.accounts.sign_in(username, password, replaces), ""
    except SignInRefused:
        return None, "sign_in_refused"
    except TooManyAttempts:
        return None, "sign_in_locked"


@router.post("/sign-out")
def sign_out(request: Request, parts: PartsDep, staff: SignedInStaff, _: CsrfChecked) -> Response:
    """End the session, here and on the server."""
    del staff
    parts.accounts.sign_out(request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/officer/sign-in", 303)
    clear_session_cookie(response)
    return response

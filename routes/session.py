"""Who is signed in. Permission is a type: a route that takes CurrentOfficer is open to officers alone."""

import secrets
from typing import Annotated

from fastapi import Depends, Request, Response

from assistant.accounts import Role, StaffSession
from assistant.desk import Actor
from routes.error_pages import FormExpired
from routes.parts import PartsDep
from routes.problems import NotAllowed, SignInNeeded
from settings import Settings

SESSION_COOKIE = "koban_session"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"


def set_session_cookie(response: Response, token: str, settings: Settings) -> None:
    """HttpOnly and SameSite=Strict; Secure where the site runs on HTTPS."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookies,
    )


def clear_session_cookie(response: Response) -> None:
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")


def signed_in(request: Request, parts: PartsDep) -> StaffSession:
    """Raises SignInNeeded unless the browser's session is valid and of this site."""
    token = request.cookies.get(SESSION_COOKIE, "")
    session = parts.accounts.session(token) if token else None
    if session is None or session.account.site != parts.site.id:
        raise SignInNeeded("sign in at /officer/sign-in")
    return session


SignedInStaff = Annotated[StaffSession, Depends(signed_in)]


class RoleCheck:
    """A dependency that lets the named roles through."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    def __call__(self, session: SignedInStaff) -> StaffSession:
        if session.account.role not in self.roles:
            raise NotAllowed(f"this needs the role {' or '.join(sorted(self.roles))}")
        return session


CurrentOfficer = Annotated[StaffSession, Depends(RoleCheck(Role.OFFICER, Role.SENIOR_OFFICER))]
CurrentSeniorOfficer = Annotated[StaffSession, Depends(RoleCheck(Role.SENIOR_OFFICER))]
CurrentEditor = Annotated[StaffSession, Depends(RoleCheck(Role.EDITOR))]
CurrentEvaluator = Annotated[StaffSession, Depends(RoleCheck(Role.EVALUATOR))]
CurrentAdministrator = Annotated[StaffSession, Depends(RoleCheck(Role.ADMINISTRATOR))]


async def csrf_checked(request: Request, session: SignedInStaff) -> None:
    """Raises FormExpired unless the request carries the session's token in its header or form."""
    given = request.headers.get(CSRF_HEADER) or (await request.form()).get(CSRF_FIELD)
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), session.csrf.encode()):
        raise FormExpired("the form's token is missing or old: reload the page")


CsrfChecked = Annotated[None, Depends(csrf_checked)]


def same_site(request: Request) -> None:
    """Raises FormExpired for a form that another site sent; browsers say so themselves."""
    if request.headers.get("sec-fetch-site", "same-origin") == "cross-site":
        raise FormExpired("forms are taken from this site's own pages only")


SameSite = Annotated[None, Depends(same_site)]


def actor_of(session: StaffSession) -> Actor:
    """The officer as the desk knows them."""
    account = session.account
    return Actor(account.id, account.display_name, account.site)

"""A page for somebody who is signed in."""

from typing import Any

from fastapi.responses import HTMLResponse

from assistant.accounts import StaffSession
from routes.rendering import Page


def staff_page(page: Page, session: StaffSession, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Render with the account's name and the session's form token."""
    known = {"staff": session.account, "csrf": session.csrf}
    return page.render(template, status, **known | context)

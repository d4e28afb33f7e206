"""Incidents as officers read them."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.replies import WordingMissing
from routes.error_pages import PageRoute, PageUnknown
from routes.parts import Parts
from routes.rendering import Page, PageDep
from routes.session import CurrentOfficer
from routes.staff_page import staff_page
from storage.tables import Incident

router = APIRouter(prefix="/incidents", route_class=PageRoute, include_in_schema=False)
MOST_SEARCHED = 10_000


@router.get("")
def incidents(page: PageDep, officer: CurrentOfficer) -> HTMLResponse:
    """The site's incidents, the latest first."""
    found = page.parts.incidents.find(page.parts.site.id)
    context = _names(page) | {"incidents": found, "section": "incidents"}
    return staff_page(page, officer, "officer/incidents.html", **context)


@router.get("/{reference}")
def incident(page: PageDep, officer: CurrentOfficer, reference: str) -> HTMLResponse:
    """One incident with all its fields and its history; the resident's own words stay sealed."""
    found = _find(page.parts, reference)
    site = page.parts.site.id
    handed_over = found.conversation_id and page.parts.handoffs.entry(site, found.conversation_id)
    confidence = found.classification.get("confidence")
    context = _names(page) | {
        "one": found,
        "history": page.parts.incidents.history(found.id),
        "handed_over": bool(handed_over),
        "confidence": round(100 * confidence) if confidence is not None else None,
        "section": "incidents",
    }
    return staff_page(page, officer, "officer/incident.html", **context)


def _find(parts: Parts, reference: str) -> Incident:
    every = parts.incidents.find(parts.site.id, limit=MOST_SEARCHED)
    found = next((one for one in every if one.reference == reference), None)
    if found is None:
        raise PageUnknown("no such incident at this site")
    return found


def _names(page: Page) -> dict[str, Any]:
    """How templates write a category's and an area's code."""

    def category(code: str) -> str:
        try:
            return page.parts.assistant.say(page.language, f"category_{code}")
        except WordingMissing:
            return code.replace("_", " ")

    def area(area_id: str | None) -> str:
        found = page.parts.site.area(area_id)
        return found.name if found else ""

    return {"category": category, "area": area}

"""For operators: is it alive, is it ready, what does it count."""

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse

from routes.parts import PartsDep
from storage.database import DatabaseUnavailable

router = APIRouter(tags=["operations"])


@router.get("/health/live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready", responses={503: {"description": "Not ready; the body says why"}})
def ready(parts: PartsDep) -> Any:
    """Database and search answer; 503 with the reason otherwise. `warm`: nothing is left to load."""
    try:
        parts.database.check()
    except DatabaseUnavailable as error:
        return JSONResponse({"status": "not ready", "reason": str(error)}, 503)
    return {
        "status": "ready",
        "passages": parts.library.size,
        "site": parts.site.id,
        "warm": parts.warm.is_set(),
    }


@router.get("/metrics", response_class=Response)
def metrics() -> Response:
    """Prometheus text format; no residents' words."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

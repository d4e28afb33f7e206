"""The whole wiring on one screen: settings in, FastAPI application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from assistant.bootstrap import Installation, open_installation
from assistant.logs import configure_logs
from routes import conversations, error_pages, officer_pages, operations, pages
from routes.limits import RateLimit
from routes.middleware import install_middleware
from routes.parts import Parts
from settings import ROOT, Settings

DESCRIPTION = "Between residents and their police: cited answers, structured reports, hand-off to officers."


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. Nothing is opened before it starts: see `lifespan`."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with open_installation(chosen) as installation:
            app.state.services = parts_of(installation)
            yield

    app = FastAPI(
        title="Koban Assistant",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    error_pages.install(app)
    install_middleware(app, chosen)
    for module in (conversations, operations, pages, officer_pages):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=ROOT / "web" / "static"), name="static")
    return app


def parts_of(installation: Installation) -> Parts:
    """What the routes work with, of an open installation."""
    settings = installation.settings
    return Parts(
        settings=settings,
        site=installation.site,
        locales=installation.services.locales,
        database=installation.database,
        assistant=installation.services,
        chat=installation.chat,
        desk=installation.desk,
        accounts=installation.accounts,
        conversations=installation.conversations,
        handoffs=installation.handoffs,
        incidents=installation.incidents,
        library=installation.library,
        wakeups=installation.wakeups,
        messages_limit=RateLimit(settings.messages_per_minute),
        conversations_limit=RateLimit(settings.conversations_per_minute),
        warm=installation.warm,
    )


def main(settings: Settings | None = None) -> None:
    """Serve until stopped. Event streams are cut after three seconds when the server stops; browsers resume."""
    chosen = settings or Settings()
    configure_logs(chosen.log_level)
    uvicorn.run(
        create_app(chosen),
        host=chosen.host,
        port=chosen.port,
        log_level=chosen.log_level,
        access_log=False,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()

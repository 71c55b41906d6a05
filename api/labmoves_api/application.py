"""The service as an ASGI application, made by `create_app(settings)`.

    app = create_app(Settings(store=Path("labmoves-store")))     # any number of them, each on its own
    uvicorn --factory labmoves_api.application:create_app        # settings from the environment

Routes are in routes/, errors become problem details in problems.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from labmoves_api.openapi import describe
from labmoves_api.parameters import known_parameters_only
from labmoves_api.problems import add_handlers
from labmoves_api.routes import articles, entities, health, moves, pages, statistics
from labmoves_api.service import Service
from labmoves_api.settings import Settings

__all__ = ["create_app"]

_ROUTERS = (moves.router, entities.router, articles.router, statistics.router, health.router, pages.router)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. settings: those of the environment by default."""
    chosen = settings or Settings.from_environment()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.service.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, dependencies=[Depends(known_parameters_only)])
    app.state.service = Service(chosen)
    add_handlers(app)
    for router in _ROUTERS:
        app.include_router(router)
    describe(app)
    return app

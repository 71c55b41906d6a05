"""The service as an ASGI application, made by `create_app(settings)`.

    app = create_app(Settings(store=Path("labmoves-store")))     # any number of them, each on its own
    uvicorn --factory labmoves_api.application:service_app       # settings from the environment, logs to stderr

Routes are in routes/, errors become problem details in problems.py.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from anyio import create_task_group
from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool

from labmoves_api.metrics import SHARE_EVERY, Metrics
from labmoves_api.middleware.conditional import ConditionalAnswers
from labmoves_api.middleware.headers import Preflight
from labmoves_api.middleware.limits import Limits
from labmoves_api.middleware.observation import Observation
from labmoves_api.middleware.remembering import RememberedParameters
from labmoves_api.openapi import describe
from labmoves_api.parameters import known_parameters_only
from labmoves_api.problems import add_handlers
from labmoves_api.request_log import log_to
from labmoves_api.routes import articles, asking, entities, feeds, health, moves, pages, sparql, statistics, writing
from labmoves_api.service import Service
from labmoves_api.settings import Settings
from labmoves_api.sparql.pool import SparqlPool

__all__ = ["create_app", "service_app"]

#: Requests that a process reads the store for at a time. Python runs one at a time, so more would only take memory:
#: each thread has a database connection with its own page cache.
THREADS = 8

#: Objects made beyond those let go before Python looks for garbage; with the usual 700, it took 7 % of a page's time.
GARBAGE_AT = 10_000

_ROUTERS = (
    moves.router,
    asking.router,
    entities.router,
    articles.router,
    statistics.router,
    feeds.router,
    sparql.router,
    writing.router,
    health.router,
    pages.router,
)
#: Those whose answers depend on nothing but the request's address, its language and the store.
_READING = (moves.router, entities.router, articles.router, statistics.router)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. settings: those of the environment by default."""
    chosen = settings or Settings.from_environment()
    service = Service(chosen)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        app.state.sparql = SparqlPool(chosen, service.store.snapshots, service.metrics)
        service.worker.start()
        async with create_task_group() as tasks:
            if service.metrics.shared:
                tasks.start_soon(_share, service.metrics)
            yield
            tasks.cancel_scope.cancel()
        await run_in_threadpool(service.metrics.share)
        await run_in_threadpool(service.worker.stop)
        await app.state.sparql.close()
        service.close()

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(known_parameters_only)],
        telemetry={"tracing": False, "metrics": False, "logs": False},  # FastAPI's: 5 µs a request to see it is off
    )
    app.state.service = service
    add_handlers(app)
    for router in _ROUTERS:
        app.include_router(router)
    describe(app)
    # The one added last is the outermost.
    app.add_middleware(RememberedParameters, routers=_ROUTERS, remembered=_READING)
    app.add_middleware(ConditionalAnswers, service=service, memory=chosen.cache_bytes)
    app.add_middleware(Limits, service=service)
    app.add_middleware(Preflight)
    app.add_middleware(Observation, metrics=service.metrics)
    return app


async def _share(metrics: Metrics) -> None:
    while True:
        await run_in_threadpool(metrics.share)
        await anyio.sleep(SHARE_EVERY)


def service_app() -> FastAPI:
    """The application as `labmoves serve` runs it: settings of the environment, requests logged as JSON Lines.

    On a terminal only problems are logged. What start-up made is not looked through for garbage again.
    """
    log_to(sys.stderr, logging.ERROR if sys.stderr.isatty() else logging.INFO)
    app = create_app()
    gc.freeze()
    gc.set_threshold(GARBAGE_AT)
    return app

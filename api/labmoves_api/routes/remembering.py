"""A route that reads equal parameters once.

FastAPI takes the parameters of a request apart anew each time, which costs more than to answer it: 0.5 ms for the
item of an id, 1.5 ms for the twenty parameters of /v1/moves. What a route is called with depends on its query, two
headers and the state of the store, so it is kept for the next request that has the same; only the id in the path and
the cursor differ, and are checked each time.

Not for routes that read a body or ask who is calling.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.utils import solve_dependencies
from fastapi.routing import APIRoute
from starlette.responses import Response

from labmoves_api.parameters import known_parameters_only

__all__ = ["RememberingRoute"]

MOST_READINGS = 256  # per route; each holds a few small values
LONGEST_KEY = 2_000  # characters; whoever asks for more is read anew
_CURSOR = "cursor"


@dataclass(frozen=True, slots=True)
class _Asked:
    """key: what decides the parameters. varying: the ones that are not part of it, as sent."""

    key: tuple[str, ...]
    varying: Mapping[str, str]


class RememberingRoute(APIRoute):
    """For `APIRouter(route_class=RememberingRoute)`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual handler, asked only for what has not been read before."""
        usual = super().get_route_handler()
        readings = _Readings(self)

        async def handle(request: Request) -> Response:
            asked = readings.asked(request)
            values = readings.known(request, asked) if asked is not None else None
            if asked is None or (values is None and (values := await readings.read(request, asked)) is None):
                return await usual(request)
            endpoint = self.endpoint
            if iscoroutinefunction(endpoint):
                answer: Response = await endpoint(**values)
            else:
                answer = await run_in_threadpool(endpoint, **values)
            return answer

        return handle


class _Readings:
    """The values that one route was called with. Used by the event loop alone."""

    def __init__(self, route: APIRoute) -> None:
        self._route = route
        self._dependant = route.dependant
        self._varying = {field.alias: field for field in route.dependant.path_params}
        self._varying |= {field.alias: field for field in route.dependant.query_params if field.alias == _CURSOR}
        self._kept: OrderedDict[tuple[str, ...], dict[str, Any]] = OrderedDict()

    def asked(self, request: Request) -> _Asked | None:
        """What the request asks for; None where it cannot be told from its text."""
        state = request.scope["state"].get("store")
        if state is None:
            return None
        varying = dict(request.scope["path_params"])
        query = request.scope["query_string"].decode("latin-1")
        if _CURSOR in query and _CURSOR in self._varying:
            parts = query.split("&")
            others = [part for part in parts if not part.startswith(f"{_CURSOR}=")]
            if len(parts) - len(others) != 1:
                return None
            [given] = set(parts).difference(others)
            varying[_CURSOR] = given.removeprefix(f"{_CURSOR}=")
            query = "&".join((*others, _CURSOR))
        headers = request.headers
        key = (state.name, query, headers.get("accept", ""), headers.get("accept-language", ""))
        return _Asked(key, varying) if sum(map(len, key)) <= LONGEST_KEY else None

    def known(self, request: Request, asked: _Asked) -> dict[str, Any] | None:
        """The values for a request like one before; None where there was none, or something is wrong with it."""
        found = self._kept.get(asked.key)
        if found is None:
            return None
        self._kept.move_to_end(asked.key)
        values = dict(found)
        for alias, text in asked.varying.items():
            value, errors = self._varying[alias].validate(text, {}, loc=(alias,))
            if errors:
                return None
            values[self._varying[alias].name] = value
        if self._dependant.request_param_name is not None:
            values[self._dependant.request_param_name] = request
        return values

    async def read(self, request: Request, asked: _Asked) -> dict[str, Any] | None:
        """The values as FastAPI reads them, kept from now on; None where it finds something wrong."""
        await known_parameters_only(request)
        async with AsyncExitStack() as stack:
            solved = await solve_dependencies(
                request=request, dependant=self._dependant, async_exit_stack=stack, embed_body_fields=False
            )
        if solved.errors:
            return None
        self._keep(asked, solved.values)
        return solved.values

    def _keep(self, asked: _Asked, values: Mapping[str, Any]) -> None:
        varying = {self._varying[alias].name for alias in asked.varying} | {self._dependant.request_param_name}
        self._kept[asked.key] = {name: value for name, value in values.items() if name not in varying}
        if len(self._kept) > MOST_READINGS:
            self._kept.popitem(last=False)

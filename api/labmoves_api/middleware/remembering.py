"""Requests whose parameters were read before go to their endpoint at once.

FastAPI looks for the route of each request and takes its parameters apart anew, which costs more than to answer it:
0.5 ms for the item of an id, 1.5 ms for the twenty parameters of /v1/moves. What an endpoint is called with depends
on the query, two headers and the state of the store, so it is kept for the next request that has the same, until the
store changes: the read model may be another one then. Only the id in the path and the cursor differ, and are checked
each time. What cannot be used is left to FastAPI to refuse.

Not for routes that read a body or ask who is calling.
"""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.utils import solve_dependencies
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from labmoves_api.parameters import known_parameters_only
from labmoves_api.problems import error_response
from labmoves_graph.errors import LabmovesError

__all__ = ["RememberedParameters"]

MOST_READINGS = 256  # per route; each holds a few small values
LONGEST_KEY = 2_000  # bytes; whoever asks for more is read anew
_CURSOR = "cursor"


class RememberedParameters:
    """ASGI middleware, the innermost. routers: all of the app's; remembered: those whose routes it serves."""

    def __init__(self, app: ASGIApp, routers: Iterable[APIRouter], remembered: Sequence[APIRouter]) -> None:
        self.app = app
        self._routes: dict[str, list[tuple[re.Pattern[str], _Readings | None]]] = defaultdict(list)
        for router in routers:
            ours = any(router is one for one in remembered)
            for route in router.routes:
                if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                    readings = _Readings(route) if ours else None
                    self._routes[_place(route.path)].append((route.path_regex, readings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what was read before, or can be read; pass on the rest."""
        readings = self._readings(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if readings is None:
            return await self.app(scope, receive, send)
        scope["route"] = readings.route
        request = Request(scope, receive)
        try:
            response = await readings.answer(request)
        except LabmovesError as error:
            response = error_response(error, request)
        if response is None:
            return await self.app(scope, receive, send)
        return await response(scope, receive, send)

    def _readings(self, scope: Scope) -> _Readings | None:
        """Those of the route that the app would choose, the path's parameters set; None where it is none of ours."""
        path = scope["path"]
        for pattern, readings in self._routes.get(_place(path), ()):
            found = pattern.match(path)
            if found is not None:
                scope["path_params"] = found.groupdict()
                return readings
        return None


def _place(path: str) -> str:
    """The first two parts of a path, which no route has parameters in."""
    return "/".join(path.split("/", 3)[:3])


@dataclass(frozen=True, slots=True)
class _Asked:
    """state: the store's. key: what decides the parameters in it. varying: those that are no part of it, as sent."""

    state: bytes
    key: tuple[bytes, ...]
    varying: Mapping[str, str]


class _Readings:
    """The values that one route was called with. Used by the event loop alone."""

    def __init__(self, route: APIRoute) -> None:
        self.route = route
        self._endpoint = route.endpoint
        self._awaited = iscoroutinefunction(route.endpoint)
        self._dependant = route.dependant
        self._varying = {field.alias: field for field in route.dependant.path_params}
        self._varying |= {field.alias: field for field in route.dependant.query_params if field.alias == _CURSOR}
        self._kept: OrderedDict[tuple[bytes, ...], dict[str, Any]] = OrderedDict()
        self._state = b""  # in which they were read

    async def answer(self, request: Request) -> Response | None:
        """What the endpoint answers; None where its parameters cannot be told or used."""
        asked = self.asked(request)
        if asked is None:
            return None
        values = self.known(request, asked)
        if values is None and (values := await self.read(request, asked)) is None:
            return None
        answer: Response = await (
            self._endpoint(**values) if self._awaited else run_in_threadpool(self._endpoint, **values)
        )
        return answer

    def asked(self, request: Request) -> _Asked | None:
        """What the request asks for; None where it cannot be told from its text."""
        scope = request.scope
        state = scope["state"].get("store")
        if state is None:
            return None
        varying = dict(scope["path_params"])
        query: bytes = scope["query_string"]
        if b"cursor" in query and _CURSOR in self._varying:
            parts = query.split(b"&")
            cursors = [part for part in parts if part.startswith(b"cursor=")]
            if len(cursors) != 1:
                return None
            parts.remove(cursors[0])
            varying[_CURSOR] = cursors[0][7:].decode("latin-1")
            query = b"&".join((*parts, b"cursor"))
        headers = scope["state"]["sent"]
        key = (query, headers.get(b"accept", b""), headers.get(b"accept-language", b""))
        return _Asked(state.key, key, varying) if sum(map(len, key)) <= LONGEST_KEY else None

    def known(self, request: Request, asked: _Asked) -> dict[str, Any] | None:
        """The values for a request like one before; None where there was none, or something is wrong with it."""
        found = self._kept.get(asked.key) if asked.state == self._state else None
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
            request.scope["fastapi_inner_astack"] = request.scope["fastapi_function_astack"] = stack
            solved = await solve_dependencies(
                request=request, dependant=self._dependant, async_exit_stack=stack, embed_body_fields=False
            )
        if solved.errors:
            return None
        self._keep(asked, solved.values)
        return solved.values

    def _keep(self, asked: _Asked, values: Mapping[str, Any]) -> None:
        if asked.state != self._state:
            self._kept.clear()
            self._state = asked.state
        varying = {self._varying[alias].name for alias in asked.varying} | {self._dependant.request_param_name}
        self._kept[asked.key] = {name: value for name, value in values.items() if name not in varying}
        if len(self._kept) > MOST_READINGS:
            self._kept.popitem(last=False)

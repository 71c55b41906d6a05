"""Limits that hold before a route runs: size of bodies, costly requests of one client, tokens for private reading."""

from __future__ import annotations

import time
from collections import OrderedDict

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labmoves_api.access import bearer_token
from labmoves_api.errors import RateLimitError, TooLargeError
from labmoves_api.problems import error_response
from labmoves_api.service import Service
from labmoves_graph.errors import LabmovesError

__all__ = ["Limits", "RateLimiter"]

_COSTLY = ("/sparql", "/v1/ask")
_ALWAYS_OPEN = ("/health", "/static/")
MOST_CLIENTS = 10_000


class RateLimiter:
    """A bucket of `a_minute` tokens for each client, refilled evenly; the longest idle clients are forgotten."""

    def __init__(self, a_minute: int) -> None:
        self._rate = a_minute / 60
        self._full = float(a_minute)
        self._clients: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, now: float) -> None:
        """Take one token. Raises RateLimitError when there is none."""
        left, since = self._clients.pop(client, (self._full, now))
        left = min(self._full, left + (now - since) * self._rate)
        self._clients[client] = (max(left - 1, 0.0) if left >= 1 else left, now)
        if len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)
        if left < 1:
            wait = max(1, round((1 - left) / self._rate))
            raise RateLimitError(f"too many costly requests; the next one is taken in {wait} s", wait)


class Limits:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self._service = service
        self._costly = RateLimiter(service.settings.costly_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what keeps within the limits; the body then comes in one message."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        try:
            self._check_access(scope)
            self._check_rate(scope)
            if scope["method"] in ("POST", "PUT", "PATCH", "DELETE"):
                receive = await self._whole_body(scope, receive)
        except LabmovesError as error:
            return await error_response(error, Request(scope))(scope, receive, send)
        return await self.app(scope, receive, send)

    def _check_access(self, scope: Scope) -> None:
        if self._service.settings.private_reading and not scope["path"].startswith(_ALWAYS_OPEN):
            token = self._service.tokens.authenticate(bearer_token(Headers(scope=scope)))
            scope["state"]["token"] = token.name

    def _check_rate(self, scope: Scope) -> None:
        if _is_costly(scope):
            client = scope.get("client")
            self._costly.take(client[0] if client else "", time.monotonic())

    async def _whole_body(self, scope: Scope, receive: Receive) -> Receive:
        most = self._service.settings.max_body
        stated = Headers(scope=scope).get("content-length", "0")
        if stated.isdecimal() and int(stated) > most:
            raise _too_large(most)
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > most:
                raise _too_large(most)
            more = message.get("more_body", False)
        whole: list[Message] = [{"type": "http.request", "body": b"".join(chunks), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        return replay


def _is_costly(scope: Scope) -> bool:
    """Whether the request computes or writes: the search of the first page may be a question in plain words."""
    if scope["path"].startswith(_COSTLY) or scope["method"] in ("POST", "DELETE"):
        return True
    return scope["path"] == "/" and bool(QueryParams(scope["query_string"]).get("q"))


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"the body is larger than {most // 2**20} MB; send less at a time")

"""Each request gets an id, is counted and timed, and can be logged as one JSON line; each answer gets common headers.

The line holds no query, no header and no body: what a client sends there may be a secret.
"""

from __future__ import annotations

import re
import secrets
import time
from itertools import count

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labmoves_api.metrics import Metrics
from labmoves_api.middleware.headers import ON_EVERY_ANSWER
from labmoves_api.problems import unexpected_response
from labmoves_api.request_log import ACCESS_LOG, log_request

__all__ = ["Observation"]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: What metrics tell apart (RFC 9110, RFC 5789): some servers pass on any word that a client writes.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"))


class Observation:
    """ASGI middleware; the outermost, so that nothing escapes it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics
        self._process = secrets.token_hex(4)
        self._numbers = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, then count; an unexpected error is logged with its trace and answered with a bare 500."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request_id = _given_id(scope) or f"{self._process}{next(self._numbers):08x}"
        common = (*ON_EVERY_ANSWER, (b"x-request-id", request_id.encode()))
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status, size = 0, 0

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], *common]}
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            ACCESS_LOG.exception("unexpected error", extra={"fields": {"request_id": request_id}})
            if not status:
                await unexpected_response(Request(scope))(scope, receive, watched)
        seconds = time.perf_counter() - began
        self._metrics.request(_method(scope), _route(scope), status, seconds)
        client = scope.get("client")
        log_request(
            request_id=request_id,
            client=client[0] if client else None,
            method=scope["method"],
            path=scope["path"],
            status=status,
            size=size,
            ms=seconds * 1000,
            token=scope["state"].get("token"),
        )
        return None


def _given_id(scope: Scope) -> str | None:
    """The id that the client gave its request, where it is one that a log can hold."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            return text if _REQUEST_ID.fullmatch(text) else None
    return None


def _method(scope: Scope) -> str:
    """The request's method, one word for all that HTTP does not define."""
    return scope["method"] if scope["method"] in _METHODS else "other"


def _route(scope: Scope) -> str:
    """The route's pattern: few values, whatever clients ask for."""
    found = scope.get("route_label") or scope.get("route")
    return found if isinstance(found, str) else str(getattr(found, "path", "none"))

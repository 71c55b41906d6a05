"""Headers that every answer carries: what a browser may do with it, and who may read it from another site."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["ON_EVERY_ANSWER", "Preflight"]

_SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "interest-cohort=()",
}
#: Nothing here rests on cookies, so any site may read what anybody may read.
_CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Retry-After, X-Request-Id",
}
_PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST, DELETE, OPTIONS",
    "access-control-allow-headers": "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key",
    "access-control-max-age": "86400",
}


#: As they go out; no route sets any of them itself.
ON_EVERY_ANSWER = tuple((name.encode(), value.encode()) for name, value in {**_SECURITY, **_CORS}.items())


class Preflight:
    """ASGI middleware that answers a browser's question whether it may ask."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight at once, pass on the rest."""
        if scope["type"] != "http" or scope["method"] != "OPTIONS":
            return await self.app(scope, receive, send)
        if "access-control-request-method" not in Headers(scope=scope):
            return await self.app(scope, receive, send)
        raw = [(name.encode(), value.encode()) for name, value in _PREFLIGHT.items()]
        await send({"type": "http.response.start", "status": 204, "headers": raw})
        await send({"type": "http.response.body", "body": b""})
        return None

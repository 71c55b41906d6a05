"""Headers that every answer carries: what a browser may do with it, and who may read it from another site."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CommonHeaders"]

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
    **_CORS,
    "access-control-allow-methods": "GET, HEAD, POST, DELETE, OPTIONS",
    "access-control-allow-headers": "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key",
    "access-control-max-age": "86400",
}


#: As they go out; no route sets any of them itself.
_ALWAYS = [(name.encode(), value.encode()) for name, value in {**_SECURITY, **_CORS}.items()]


class CommonHeaders:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers; answer a preflight at once."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope):
            raw = [(n.encode(), v.encode()) for n, v in {**_PREFLIGHT, **_SECURITY}.items()]
            await send({"type": "http.response.start", "status": 204, "headers": raw})
            await send({"type": "http.response.body", "body": b""})
            return None

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_ALWAYS]}
            await send(message)

        return await self.app(scope, receive, with_headers)

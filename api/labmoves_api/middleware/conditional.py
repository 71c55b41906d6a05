"""Answers that depend on the store alone: entity tags, 304, HEAD, gzip, and a memory of what was answered.

The tag names the state of the store and the request, so an unchanged answer is recognised without making it, and
an answer made once serves every equal request until the store changes. Bounded by bytes, the oldest go first.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labmoves_api.service import Service, StoreState
from labmoves_graph import __version__
from labmoves_graph.clock import system_clock

__all__ = ["ConditionalAnswers"]

_VERSION = __version__.encode()
_Sent = Mapping[bytes, bytes]
#: Paths whose answers depend on more than the store, or are no answers at all.
_EXCLUDED = ("/sparql", "/health", "/metrics", "/v1/jobs", "/mcp")
#: Paths whose answers depend on the day: "last year" is another one tomorrow.
_DATED = ("/v1/ask", "/")
_COMPRESSIBLE = ("text/", "application/json", "application/ld+json", "application/x-ndjson", "application/atom+xml")
COMPRESS_FROM = 1_000  # bytes; below it the header costs what it saves
GZIP_LEVEL = 4  # 20 % more bytes than level 9 at a quarter of its time
IN_THREAD_FROM = 50_000  # bytes; compressing more than that would hold up other requests
MOST_ENTRY_SHARE = 0.25  # of the memory that one answer may take
#: What an answer says of itself where its route says nothing.
_DEFAULTS = ((b"vary", b"Accept, Accept-Language, Accept-Encoding"), (b"cache-control", b"no-cache"))
#: Seconds that a change must be old before its time is told: within one second there may be two.
SETTLED = 2.0


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: list[tuple[bytes, bytes]]
    body: bytes
    route: object
    packed: bytes | None = None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed or b"") + 500

    @property
    def worth_packing(self) -> bool:
        media_type = Headers(raw=self.headers).get("content-type", "")
        return len(self.body) >= COMPRESS_FROM and media_type.startswith(_COMPRESSIBLE)


class ConditionalAnswers:
    """ASGI middleware. memory: bytes of answers that are kept."""

    def __init__(self, app: ASGIApp, service: Service, memory: int) -> None:
        self.app = app
        self._service = service
        self._memory = memory
        self._kept: OrderedDict[tuple[bytes, ...], _Answer] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, with 304, or by the app."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
            send = _without_body(send)
        state = self._service.state() if not scope["path"].startswith(_EXCLUDED) else None
        if state is None:
            return await self.app(scope, receive, send)
        headers: _Sent = dict(reversed(scope["headers"]))  # of several of a name the first counts, as in the app
        scope["state"] |= {"store": state, "sent": headers}
        key = _key(scope, headers, state)
        validators = _validators(key, state)
        if _unchanged(headers, validators):
            scope["route_label"] = "304"
            await send({"type": "http.response.start", "status": 304, "headers": list(validators.items())})
            await send({"type": "http.response.body", "body": b""})
            return None
        kept = answer = self._kept.get(key)
        if answer is None:
            answer = await self._made(scope, receive, send, validators)
            if answer is None:
                return None
        else:
            scope["route_label"] = answer.route
            self._kept.move_to_end(key)
        packed = b"gzip" in headers.get(b"accept-encoding", b"") and answer.worth_packing
        if packed and answer.packed is None:
            answer = replace(answer, packed=await _packed(answer.body))
        if answer is not kept:
            self._keep(key, answer)
        await _send(answer, send, packed=packed)
        return None

    async def _made(self, scope: Scope, receive: Receive, send: Send, validators: _Sent) -> _Answer | None:
        """The app's answer; None when it was no 200 and has been sent on."""
        start: Message = {}
        chunks: list[bytes] = []

        async def capture(message: Message) -> None:
            if start.get("status", 200) != 200:
                await send(message)
            elif message["type"] == "http.response.start":
                start.update(message)
                if message["status"] != 200:
                    await send(message)
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        await self.app(scope, receive, capture)
        if start.get("status") != 200:
            return None
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        headers = _complete(start["headers"], validators)
        return _Answer(headers, body, scope.get("route_label") or scope.get("route"))

    def _keep(self, key: tuple[bytes, ...], answer: _Answer) -> None:
        """Keep it as the one used last, in the place of what was kept under its key."""
        former = self._kept.pop(key, None)
        self._size -= former.size if former is not None else 0
        if answer.size <= self._memory * MOST_ENTRY_SHARE:
            self._kept[key] = answer
            self._size += answer.size
        while self._size > self._memory:
            self._size -= self._kept.popitem(last=False)[1].size


def _complete(headers: Iterable[tuple[bytes, bytes]], validators: _Sent) -> list[tuple[bytes, bytes]]:
    """The app's headers with the validators in the place of its own, and the defaults of those that it lacks."""
    kept = [pair for pair in headers if pair[0] not in validators]
    names = {name for name, _ in kept}
    return [*kept, *validators.items(), *(pair for pair in _DEFAULTS if pair[0] not in names)]


async def _send(answer: _Answer, send: Send, *, packed: bool) -> None:
    headers, body = answer.headers, answer.body
    if packed and answer.packed is not None:
        changed = MutableHeaders(raw=list(headers))
        changed["content-encoding"] = "gzip"
        changed["content-length"] = str(len(answer.packed))
        headers, body = changed.raw, answer.packed
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _key(scope: Scope, headers: _Sent, state: StoreState) -> tuple[bytes, ...]:
    """Whatever decides the answer."""
    return (
        state.key,
        system_clock().date().isoformat().encode() if scope["path"] in _DATED else b"",
        scope["scheme"].encode(),
        headers.get(b"host", b""),
        scope["raw_path"],
        scope["query_string"],
        headers.get(b"accept", b""),
        headers.get(b"accept-language", b""),
    )


def _validators(key: tuple[bytes, ...], state: StoreState) -> _Sent:
    digest = hashlib.blake2b(b"\0".join((_VERSION, *key)), digest_size=12).hexdigest()
    found = {b"etag": b'W/"%b"' % digest.encode()}
    if state.changed is not None and state.last_modified is not None and time.time() - state.changed > SETTLED:
        found[b"last-modified"] = state.last_modified.encode()
    return found


def _unchanged(headers: _Sent, validators: _Sent) -> bool:
    if (tags := headers.get(b"if-none-match")) is not None:
        return validators[b"etag"] in [tag.strip() for tag in tags.split(b",")]
    since, modified = headers.get(b"if-modified-since"), validators.get(b"last-modified")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified.decode()) <= parsedate_to_datetime(since.decode("latin-1"))
    except (ValueError, TypeError):
        return False  # no date, or one without a zone: as if the header were not there


async def _packed(body: bytes) -> bytes:
    if len(body) < IN_THREAD_FROM:
        return gzip.compress(body, GZIP_LEVEL, mtime=0)
    return await anyio.to_thread.run_sync(lambda: gzip.compress(body, GZIP_LEVEL, mtime=0))


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        await send(message if message["type"] == "http.response.start" else {**message, "body": b""})

    return headers_only

"""The log: one JSON object a line.

    log_to(sys.stderr)                             once in a process; before that, requests are not logged
    log_request(request_id="5f0c", path="/v1/moves", ...)
    ACCESS_LOG.warning("job failed", extra={"fields": {...}})

Requests do not pass through `logging`, which took a fifth of the time of a remembered answer, and their lines are
collected for a moment and written together. Anything else is written at once, after what was collected before it.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import threading
import time
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any, TextIO

__all__ = ["ACCESS_LOG", "RequestLines", "log_request", "log_to"]

ACCESS_LOG = logging.getLogger("labmoves.access")
COLLECTED_FOR = 0.05  # seconds
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


def log_to(stream: TextIO, level: int = logging.INFO) -> RequestLines:
    """Write this process's lines to the stream; requests only where the level is INFO or less."""
    global _requests
    lines = RequestLines(stream)
    ACCESS_LOG.handlers = [lines]
    ACCESS_LOG.propagate = False
    ACCESS_LOG.setLevel(level)
    _requests = lines if level <= logging.INFO else None
    return lines


def log_request(
    *,
    request_id: str,
    client: str | None,
    method: str,
    path: str,
    status: int,
    size: int,
    ms: float,
    token: str | None,
) -> None:
    """One request, where requests are logged. Its line is spelt out here, which takes a third of what JSON takes."""
    if _requests is not None:
        _requests.add(
            f'{{"time": "{_instant(time.time())}", "level": "info", "message": "request", '
            f'"request_id": {_quoted(request_id)}, "client": {_quoted(client) if client is not None else "null"}, '
            f'"method": {_quoted(method)}, "path": {_quoted(path)}, "status": {status}, "bytes": {size}, '
            f'"ms": {ms:.2f}, "token": {_quoted(token) if token is not None else "null"}}}\n'
        )


def _line(seconds: float, level: str, message: str, fields: dict[str, Any]) -> str:
    return _AS_JSON({"time": _instant(seconds), "level": level, "message": message, **fields}) + "\n"


def _instant(seconds: float) -> str:
    whole = int(seconds)
    return f"{_second(whole)}.{int((seconds - whole) * 1000):03d}+00:00"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


class RequestLines(logging.Handler):
    """Writes lines; those of requests a moment later where an event loop runs that can do so."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lines: list[str] = []
        self._writing = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        atexit.register(self.flush)

    def add(self, line: str) -> None:
        """Take the line of a request."""
        self._lines.append(line)
        loop = asyncio.get_running_loop()
        if len(self._lines) == 1 or loop is not self._loop:
            self._loop = loop
            loop.call_later(COLLECTED_FOR, self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record of `logging` with its fields and trace."""
        fields = dict(getattr(record, "fields", {}))
        if record.exc_info:
            fields["trace"] = logging.Formatter().formatException(record.exc_info)
        self._lines.append(_line(record.created, record.levelname.lower(), record.getMessage(), fields))
        self.flush()

    def flush(self) -> None:
        """Write what was collected."""
        with self._writing:
            lines, self._lines = self._lines, []
            if lines:
                self._stream.write("".join(lines))
            self._stream.flush()


_requests: RequestLines | None = None

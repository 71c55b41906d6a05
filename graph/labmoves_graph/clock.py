"""Record time: where it comes from and how it is written.

A Clock is passed in wherever record time is taken. The default one honours SOURCE_DATE_EPOCH, so that equal
input gives equal bytes. Every instant is UTC; a naive datetime is refused, never guessed.

    instant_text(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))  -> "2026-01-02T03:04:05Z"
    parse_instant("2026-01-02T03:04:05Z")                    -> the same instant

Errors: DateError for a naive datetime or a text that is no instant.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

from labmoves_graph.errors import DateError

__all__ = ["Clock", "instant_text", "parse_instant", "system_clock"]

#: Returns the present instant, with its time zone.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now in UTC; the instant of SOURCE_DATE_EPOCH (seconds since 1970) where that is set. Raises DateError."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if not fixed:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(fixed), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise DateError(f"SOURCE_DATE_EPOCH={fixed!r} is no number of seconds; unset or correct it") from error


def instant_text(instant: datetime) -> str:
    """ISO 8601 in UTC with "Z" and no trailing zeros. Raises DateError for a naive datetime."""
    if instant.tzinfo is None:
        raise DateError(f"{instant.isoformat()} has no time zone; give record time in UTC")
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    # Stores canonicalise xsd:dateTime; writing the canonical form keeps what is read equal to what was written.
    return (text.rstrip("0") if "." in text else text) + "Z"


def parse_instant(text: str) -> datetime:
    """The instant that an ISO 8601 text with a time zone states, in UTC. Raises DateError."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise DateError(f"{text[:40]!r} is no instant; write it like 2026-01-02T03:04:05Z") from error
    if instant.tzinfo is None:
        raise DateError(f"{text[:40]!r} has no time zone; write it like 2026-01-02T03:04:05Z")
    return instant.astimezone(UTC)

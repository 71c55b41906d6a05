"""What a call does, step by step, without doing any of it: the one core of the sync and the async client.

A plan is a generator: it yields Send and Wait, is sent the Received or the Lost, and returns the result. Retries,
paging and parsing live here; a client only sends, waits and hands back.

Errors: ServiceError, ConnectionFailed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from labmoves_graph.errors import LabmovesError

__all__ = [
    "ConnectionFailed",
    "Lost",
    "Plan",
    "Received",
    "Send",
    "ServiceError",
    "Step",
    "Wait",
    "item",
    "path",
    "send",
]

#: Tries in all; the waits between them grow from FIRST_WAIT, or are what the service asks for, up to LONGEST_WAIT.
TRIES = 5
FIRST_WAIT = 0.2
LONGEST_WAIT = 30.0
_AGAIN = (429, 502, 503, 504)


class ServiceError(LabmovesError):
    """The service's problem details."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail


class ConnectionFailed(LabmovesError):
    """Nobody answers at the address."""


@dataclass(frozen=True, slots=True)
class Send:
    """A request to be sent. parameters: None and empty ones are left out."""

    method: str
    path: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def query(self) -> list[tuple[str, str]]:
        """The parameters as pairs of text."""
        pairs: list[tuple[str, str]] = []
        for name, value in self.parameters.items():
            many = value if isinstance(value, list | tuple | set | frozenset) else [value]
            pairs += [(name, str(one)) for one in many if one is not None]
        return pairs


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds to wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Received:
    """An answer. headers: with names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came. why: the transport's words."""

    why: str


Step = Send | Wait
Result = TypeVar("Result")
Model = TypeVar("Model", bound=BaseModel)
Plan = Generator[Step, Received | Lost | None, Result]


def send(request: Send) -> Plan[Received]:
    """Send until it is answered for good. Raises ServiceError, ConnectionFailed.

    What is no GET is tried again only with its idempotency key, which it then has.
    """
    if request.method not in ("GET", "HEAD"):
        key = {"Idempotency-Key": secrets.token_hex(16)}
        request = Send(request.method, request.path, request.parameters, request.body, {**key, **request.headers})
    answer: Received | Lost = Lost("not tried")
    for number in range(1, TRIES + 1):
        found = yield request
        assert found is not None
        answer = found
        if isinstance(answer, Received) and answer.status not in _AGAIN:
            if answer.status >= 400:
                raise _error(answer)
            return answer
        if number < TRIES:
            yield Wait(_pause(answer, number))
    if isinstance(answer, Lost):
        raise ConnectionFailed(f"nobody answers ({answer.why}); is the service running, and the address right?")
    raise _error(answer)


def item(model: type[Model], request: Send) -> Plan[Model]:
    """Send and parse the one result."""
    answer = yield from send(request)
    return model.model_validate_json(answer.body)


def path(*parts: str) -> str:
    """A path of /v1 whose parts are quoted."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def _pause(answer: Received | Lost, number: int) -> float:
    asked = answer.headers.get("retry-after", "") if isinstance(answer, Received) else ""
    seconds = float(asked) if asked.isdecimal() else FIRST_WAIT * 2 ** (number - 1)
    return min(seconds, LONGEST_WAIT)


def _error(answer: Received) -> ServiceError:
    try:
        problem = json.loads(answer.body)
        code, detail = str(problem["type"]).rpartition("#")[2], str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        code, detail = "unknown", f"the answer is no problem detail: {answer.body[:100]!r}"
    return ServiceError(answer.status, code, detail)

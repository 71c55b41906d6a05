"""The two clients: they send, wait and hand back; what is sent and what it means stands in operations.py."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeVar

import httpx

from labmoves_api.client.listing import AsyncListing, Listing
from labmoves_api.client.operations import Operations
from labmoves_api.client.plans import Lost, Plan, Received, Send, Wait

__all__ = ["AsyncLabMoves", "LabMoves"]

Result = TypeVar("Result")
ADDRESS = "http://127.0.0.1:8000"
TIMEOUT = 60.0


class LabMoves(Operations):
    """A client for ordinary code. Use it as a context manager, or close it."""

    listing = Listing

    def __init__(self, address: str = ADDRESS, *, token: str | None = None, timeout: float = TIMEOUT) -> None:
        self._http = httpx.Client(base_url=address, headers=_headers(token), timeout=timeout)

    def run(self, plan: Plan[Result]) -> Result:
        """Carry a plan out."""
        answer: Received | Lost | None = None
        while True:
            try:
                step = plan.send(answer)
            except StopIteration as done:
                found: Result = done.value
                return found
            if isinstance(step, Wait):
                time.sleep(step.seconds)
                answer = None
                continue
            try:
                answer = _received(self._http.request(**_arguments(step)))
            except httpx.TransportError as error:
                answer = Lost(str(error) or type(error).__name__)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> LabMoves:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncLabMoves(Operations):
    """The same for asynchronous code."""

    listing = AsyncListing

    def __init__(self, address: str = ADDRESS, *, token: str | None = None, timeout: float = TIMEOUT) -> None:
        self._http = httpx.AsyncClient(base_url=address, headers=_headers(token), timeout=timeout)

    async def run(self, plan: Plan[Result]) -> Result:
        """Carry a plan out."""
        answer: Received | Lost | None = None
        while True:
            try:
                step = plan.send(answer)
            except StopIteration as done:
                found: Result = done.value
                return found
            if isinstance(step, Wait):
                await asyncio.sleep(step.seconds)
                answer = None
                continue
            try:
                answer = _received(await self._http.request(**_arguments(step)))
            except httpx.TransportError as error:
                answer = Lost(str(error) or type(error).__name__)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncLabMoves:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _headers(token: str | None) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _arguments(step: Send) -> dict[str, Any]:
    body = {} if step.body is None else {"content": step.body} if isinstance(step.body, str) else {"json": step.body}
    return {"method": step.method, "url": step.path, "params": step.query(), "headers": dict(step.headers), **body}


def _received(answer: httpx.Response) -> Received:
    return Received(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)

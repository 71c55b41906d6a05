"""The processes that run SPARQL: few, reused, killed at the deadline.

    pool = SparqlPool(service.settings, service.store.snapshots)
    answer = await pool.run(SparqlRequest("SELECT …"))

A query waits for a free process no longer than it may run. A process that overran, crashed or was killed for memory
is replaced by a new one with the next query.

Errors: QueryError (syntax), QueryLimitError (time, memory, size), BusyError (no free process), StoreError.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from labmoves_api.errors import BusyError, QueryLimitError
from labmoves_api.metrics import Metrics
from labmoves_api.settings import Settings
from labmoves_api.sparql.query import SparqlRequest, check_query
from labmoves_graph.errors import QueryError, StoreError
from labmoves_graph.snapshots import Snapshots

__all__ = ["SparqlAnswer", "SparqlPool"]

#: Seconds that a process may take to start; importing the engine takes 0.3.
START_SECONDS = 20.0
LONGEST_LINE = 2**20
#: The limit of memory is one of address space, and glibc reserves 128 MiB of it for each thread's arena: four threads
#: of the engine then fill 540 MiB before the first query, 220 MiB with one arena (glibc's mallopt(3), M_ARENA_MAX).
_ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}


@dataclass(frozen=True, slots=True)
class SparqlAnswer:
    """What a query gave. snapshot: the number of the snapshot that was asked."""

    media_type: str
    body: bytes
    snapshot: int


class _Died(Exception):
    """The process ended before it answered."""


class SparqlPool:
    """Processes of one event loop."""

    def __init__(self, settings: Settings, snapshots: Snapshots, metrics: Metrics) -> None:
        self._settings = settings
        self._snapshots = snapshots
        self._metrics = metrics
        self._free = asyncio.Semaphore(settings.sparql_workers)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()

    async def run(self, request: SparqlRequest) -> SparqlAnswer:
        """The answer, on the newest snapshot."""
        check_query(request.query)
        seconds = self._settings.sparql_seconds
        try:
            await asyncio.wait_for(self._free.acquire(), seconds)
        except TimeoutError as error:
            raise BusyError(
                "every SPARQL process is at work; try again in a moment", max(1, round(seconds))
            ) from error
        try:
            return await self._run(request, seconds)
        finally:
            self._free.release()

    async def close(self) -> None:
        """End every process."""
        for worker in [*self._idle, *self._busy]:
            await worker.kill()
        self._idle.clear()

    async def _run(self, request: SparqlRequest, seconds: float) -> SparqlAnswer:
        snapshot = self._snapshots.newest()
        if snapshot is None:
            raise StoreError("the store holds nothing yet; fill it with `labmoves ingest`")
        worker = self._idle.pop() if self._idle else await _Worker.start(self._settings.sparql_memory)
        self._busy.add(worker)
        message = {
            "snapshot": str(snapshot.directory.absolute()),
            "query": request.query,
            "default_graphs": request.default_graphs,
            "named_graphs": request.named_graphs,
            "result": request.result,
            "graph": request.graph,
            "rows": self._settings.sparql_rows,
            "seconds": seconds,
        }
        fit = False
        try:
            head, body = await asyncio.wait_for(worker.ask(message), seconds)
            fit = "spent" not in head and head.get("error") != "store"
        except TimeoutError as error:
            self._metrics.event("sparql_overran")
            raise QueryLimitError(f"the query took longer than {seconds:g} s; narrow it, or add LIMIT") from error
        except _Died as error:
            self._metrics.event("sparql_died")
            raise QueryLimitError("the query needs more memory than allowed; narrow it, or add LIMIT") from error
        finally:
            self._busy.discard(worker)
            if fit:
                self._idle.append(worker)
            else:
                await worker.kill()
        _raise_error(head)
        return SparqlAnswer(head["media_type"], body, snapshot.number)


def _raise_error(head: dict[str, Any]) -> None:
    kinds = {"query": QueryError, "limit": QueryLimitError, "store": StoreError}
    if "error" in head:
        raise kinds[head["error"]](head["message"])


class _Worker:
    """One process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, memory: int) -> _Worker:
        """A process that is ready to answer. Raises BusyError when the system does not give one."""
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "labmoves_api.sparql.worker", str(memory)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, **_ONE_ARENA},
                limit=LONGEST_LINE,
            )
        except OSError as error:
            raise BusyError(f"no process could be started ({error.strerror}); try again in a moment") from error
        worker = cls(process)
        try:
            await asyncio.wait_for(worker._answer(), START_SECONDS)
        except (TimeoutError, _Died) as error:
            await worker.kill()
            raise StoreError("a SPARQL process does not start; is LABMOVES_SPARQL_MEMORY_MB too small?") from error
        return worker

    async def ask(self, message: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The head and body of its answer. Raises _Died."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise _Died from error
        return await self._answer()

    async def kill(self) -> None:
        """End it at once."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _answer(self) -> tuple[dict[str, Any], bytes]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise _Died
        head = json.loads(line)
        try:
            return head, await self._process.stdout.readexactly(head.get("size", 0))
        except asyncio.IncompleteReadError as error:
            raise _Died from error

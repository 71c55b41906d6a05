"""Components replayed in several processes, as consolidation is most of a rebuild and Python keeps to one core.

    component_results(groups, judgements, registry, processes)  ->  the same WrittenComponent, in the same order

With one process everything is done in this one. Else each worker is a plain child that reads pickled batches from
its input and writes what they come to, so it needs nothing of the program that it serves, opens no store and ends
with its input: a killed parent leaves none behind.

Errors: those of replaying; StoreError when a worker cannot be started or dies.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from labmoves_graph.component_rows import WrittenComponent, written_component
from labmoves_graph.errors import StoreError
from labmoves_graph.history import RecordedClaim
from labmoves_graph.model import Judgement
from labmoves_graph.registry import Registry

__all__ = ["collection_paused", "component_results", "serve", "usable_cores", "usable_processes"]

#: Claims in a batch: some tenth of a second of work, so that batches cost little and all workers end together.
BATCH = 500
#: Below so many claims starting workers takes longer than they save.
WORTHWHILE = 20_000
MOST_PROCESSES = 8  # one process writes what they compute, and more than that it cannot
_SERVE = "from labmoves_graph.replay_processes import serve; serve()"

Group = list[RecordedClaim]


def usable_processes(claims: int) -> int:
    """How many processes are worth having for so many claims on this machine."""
    if claims < WORTHWHILE or not sys.executable:
        return 1
    return min(usable_cores(), MOST_PROCESSES)


def usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def collection_paused() -> Iterator[None]:
    """No garbage collection within the block: it makes millions of objects that all live on, and no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def component_results(
    groups: Iterable[Group], judgements: Sequence[Judgement], registry: Registry, processes: int
) -> Iterator[WrittenComponent]:
    """What each component comes to, in their order. Raises StoreError."""
    if processes == 1:
        for group in groups:
            yield written_component(group, judgements, registry)
        return
    with ExitStack() as stack:
        workers: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        threads = stack.enter_context(ThreadPoolExecutor(processes))
        for _ in range(processes):
            workers.put(stack.enter_context(_Worker(judgements, registry)))
        waiting: deque[Future[list[WrittenComponent]]] = deque()
        for batch in _batches(groups):
            waiting.append(threads.submit(_done_by_any, workers, batch))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _done_by_any(workers: queue.SimpleQueue[_Worker], batch: list[Group]) -> list[WrittenComponent]:
    worker = workers.get()
    try:
        return worker.results(batch)
    finally:
        workers.put(worker)


def _batches(groups: Iterable[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    claims = 0
    for group in groups:
        batch.append(group)
        claims += len(group)
        if claims >= BATCH:
            yield batch
            batch, claims = [], 0
    if batch:
        yield batch


class _Worker:
    """A child that replays batches, one after the other."""

    def __init__(self, judgements: Sequence[Judgement], registry: Registry) -> None:
        root = str(Path(__file__).parents[1])
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *sys.path])}
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-c", _SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
            )
        except OSError as error:
            raise StoreError(f"no process for replaying can be started ({error}); free memory") from error
        self._send((list(judgements), registry))

    def __enter__(self) -> _Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.kill()  # it holds nothing that would have to be put away
        self._child.communicate()

    def results(self, batch: list[Group]) -> list[WrittenComponent]:
        """What the components of the batch come to; raises what replaying them raised, or StoreError."""
        self._send(batch)
        try:
            done, result = pickle.load(self._pipe(self._child.stdout))
        except (EOFError, pickle.UnpicklingError) as error:
            raise self._dead() from error
        if not done:
            raise result
        answers: list[WrittenComponent] = result
        return answers

    def _send(self, message: object) -> None:
        try:
            pickle.dump(message, self._pipe(self._child.stdin), pickle.HIGHEST_PROTOCOL)
            self._pipe(self._child.stdin).flush()
        except OSError as error:
            raise self._dead() from error

    def _dead(self) -> StoreError:
        status = self._child.poll()
        return StoreError(f"a process that replays claims ended ({status}); free memory, then run `labmoves rebuild`")

    @staticmethod
    def _pipe(stream: Any) -> Any:
        return stream


def serve() -> None:
    """What a worker does: take judgements and registry, then batches until its input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends the input
    gc.disable()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    judgements, registry = pickle.load(source)
    while True:
        try:
            batch = pickle.load(source)
        except EOFError:
            return
        try:
            answer: tuple[bool, Any] = (
                True,
                [written_component(group, judgements, registry) for group in batch],
            )
        except Exception as error:  # whatever it is, the parent raises it
            answer = (False, error)
        pickle.dump(answer, sink, pickle.HIGHEST_PROTOCOL)
        sink.flush()

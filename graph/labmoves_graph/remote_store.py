"""The claim store over a SPARQL server: for those who outgrow one machine.

    RemoteClaimStore.connect("oxigraph+http://graph.example:7878", directory)
    RemoteClaimStore.connect("virtuoso+http://dba:secret@graph.example:8890", directory)

The same interface as ClaimStore. Queries go by the SPARQL 1.1 Protocol, changes by its Update and by the Graph Store
Protocol; what servers do differently stands in one Dialect record. `directory` of this machine keeps the read model
and the lock; writers on several machines must be kept apart by whoever runs them. There are no snapshots: readers
see each change once the server has it.

A change that is too large for one request is sent so that its last request makes it visible: an article without its
id is not listed, so a killed put shows nothing, and doing it again completes it.

Errors: StoreError for a server that cannot be reached or refuses, QueryError for a query that it cannot answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labmoves_graph.clock import Clock, system_clock
from labmoves_graph.quad_store import QuadStore
from labmoves_graph.recovery import Journal
from labmoves_graph.remote_quads import DIALECTS, Dialect, RemoteQuadStore
from labmoves_graph.store import LOCK_TIMEOUT, ClaimStore
from labmoves_graph.store_view import View

__all__ = ["DIALECTS", "Dialect", "RemoteClaimStore"]


class RemoteClaimStore(ClaimStore):
    """Claims on a SPARQL server; read model and lock in a directory of this machine."""

    def __init__(self, quads: RemoteQuadStore, directory: Path, clock: Clock, lock_timeout: float) -> None:
        super().__init__(directory, clock, lock_timeout)
        self._quads = quads

    @classmethod
    def connect(
        cls, url: str, directory: Path, *, clock: Clock = system_clock, lock_timeout: float = LOCK_TIMEOUT
    ) -> RemoteClaimStore:
        """The store of the server at `url`, whose scheme names the dialect. Raises StoreError."""
        return cls(RemoteQuadStore.connect(url), directory, clock, lock_timeout)

    def close(self) -> None:
        """Close the connections."""
        self._quads.close()

    @contextmanager
    def _live(self) -> Iterator[tuple[QuadStore, Journal]]:
        yield self._quads, _NoJournal()

    def _published(self) -> View:
        return View(self._quads)


class _NoJournal:
    """The server keeps its own; a bulk change shows nothing before its end, so none has to be undone."""

    failed = False

    def note_change(self) -> None:
        """Nothing to note."""

    def publish(self) -> None:
        """The server has published already."""

    @contextmanager
    def bulk_change(self) -> Iterator[None]:
        """A block without a mark."""
        yield

"""The store of claims: a directory that one process writes and any number read.

    store/graph/       the live graph (Oxigraph); opened by the writer alone
    store/snapshots/   consistent copies that readers open (snapshots.py)
    store/moves.db     the read model, made by projection.py
    store/lock         the single-writer lock

    with ClaimStore.open(directory) as store:
        with store.writer() as writer:
            writer.put_article(article, claims)      # whole or not at all, validated, survives kill -9
        for claim in store.claims(): ...

Claims are never edited: a changed article is a new version, and the old one stays for as-of reading. Outside a
writer's block readings come from the newest snapshot; inside it, in the same ClaimStore, from the live graph.

Errors: StoreLockedError when another process writes, StoreCorruptError when what is on disk contradicts itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from labmoves_graph.claim_rdf import StoredArticle
from labmoves_graph.clock import Clock, system_clock
from labmoves_graph.errors import StoreCorruptError, StoreError
from labmoves_graph.model import Claim, Judgement
from labmoves_graph.quad_store import Answer, EmbeddedQuadStore, QuadStore
from labmoves_graph.rdf_files import export_quads
from labmoves_graph.record_changes import RecordChanges
from labmoves_graph.recovery import Journal, WriteJournal, recover
from labmoves_graph.snapshots import PinnedSnapshot, Snapshots
from labmoves_graph.store_view import View
from labmoves_graph.store_writer import PutOutcome, Writer
from labmoves_graph.writer_lock import writer_lock

__all__ = ["LOCK_TIMEOUT", "ClaimStore", "PutOutcome", "StoredArticle", "View", "Writer"]

#: Seconds that a writer waits for another one; longer than a usual batch takes to commit.
LOCK_TIMEOUT = 30.0


class ClaimStore:
    """Claims, judgements and what is computed from them, in one directory. Safe to share between threads."""

    def __init__(self, directory: Path, clock: Clock, lock_timeout: float) -> None:
        self.directory = directory
        self.clock = clock
        self.snapshots = Snapshots(directory / "snapshots")
        self.changes = RecordChanges()
        self._lock_timeout = lock_timeout
        self._pinned: PinnedSnapshot | None = None
        self._reading = threading.Lock()
        self._writing = threading.RLock()
        self._writer: Writer | None = None
        self._writing_thread: int | None = None

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        clock: Clock = system_clock,
        lock_timeout: float = LOCK_TIMEOUT,
        must_exist: bool = False,
    ) -> ClaimStore:
        """The store in `directory`, which the first writer creates. Raises StoreError.

        clock: gives record time. must_exist: refuse a directory without a store, for commands that only read.
        """
        if directory.exists() and not directory.is_dir():
            raise StoreError(f"{directory} is a file; give a directory with --store")
        if must_exist and not (directory / "snapshots").is_dir() and not (directory / "graph").is_dir():
            raise StoreError(f"{directory} holds no store; make one with `labmoves ingest` or name another --store")
        return cls(directory, clock, lock_timeout)

    @property
    def read_model_path(self) -> Path:
        """Where the read model lies."""
        return self.directory / "moves.db"

    def __enter__(self) -> ClaimStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the snapshot that is open for reading; views taken from it go on until they are dropped."""
        with self._reading:
            self._pinned = None

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """Write within the block; leaving it publishes a snapshot, also when the block raised.

        A block within a block of the same thread shares its writer. Raises StoreLockedError.
        """
        with self._writing:
            if self._writer is not None:
                yield self._writer
                return
            self._create()
            with writer_lock(self.directory / "lock", self._lock_timeout), self._live() as (quads, journal):
                self._writer = Writer(quads, journal, self.clock, self.changes)
                self._writing_thread = threading.get_ident()
                try:
                    yield self._writer
                except StoreError:
                    raise
                except BaseException:
                    if not journal.failed:
                        self._writer.publish()
                    raise
                else:
                    self._writer.publish()
                finally:
                    self._writer = None

    def view(self) -> View:
        """What the store says now: the newest snapshot; in the thread of a writer's block, the live graph."""
        writer = self._writer
        if writer is not None and self._writing_thread == threading.get_ident():
            return writer.view
        return self._published()

    def articles(self, as_of: datetime | None = None) -> Iterator[StoredArticle]:
        """The version of every article that stood then, by article id."""
        return self.view().articles(as_of)

    def claims(self, as_of: datetime | None = None) -> Iterator[Claim]:
        """The claims of those versions, with `recorded_at`, by article id, then place in the text."""
        return self.view().claims(as_of)

    def judgements(self, as_of: datetime | None = None) -> Iterator[Judgement]:
        """The judgements in force then, by time."""
        return self.view().judgements(as_of)

    def query(self, sparql: str) -> Answer:
        """The answer to a SPARQL 1.1 query over the named graphs. Raises QueryError."""
        return self.view().query(sparql)

    def export(self, path: Path) -> int:
        """Write everything to `path` in the RDF form of its extension; returns the number of quads."""
        return export_quads(self.view(), path)

    def _create(self) -> None:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.directory} cannot be made ({error.strerror}); choose another --store") from error

    @contextmanager
    def _live(self) -> Iterator[tuple[QuadStore, Journal]]:
        """The quads to write and the journal of doing so; within the writer's lock."""
        recover(self.directory, self.snapshots)
        live = EmbeddedQuadStore.open(self.directory / "graph")
        try:
            yield live, WriteJournal(self.directory, self.snapshots, live)
        finally:
            live.close()

    def _published(self) -> View:
        """The last state that a writer published."""
        with self._reading:
            return self._newest()

    def _newest(self) -> View:
        newest = self.snapshots.newest()
        if newest is None:
            return View(EmbeddedQuadStore.empty())
        if self._pinned is None or self._pinned.snapshot != newest:
            try:
                # The former one closes when the last view of it goes.
                self._pinned = newest.open()
            except StoreCorruptError:
                # Rotated away between the listing and the opening: then there is a newer one to read.
                if newest.directory.exists():
                    raise
                return self._newest()
        return View(self._pinned.quads, self._pinned)

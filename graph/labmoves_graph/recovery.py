"""What a writer notes on disk so that the next one can tell how it ended.

    store/unpublished   the live graph is ahead of the newest snapshot: publish it
    store/rollback      a bulk change is under way: if found, go back to the newest snapshot

Single puts need no note, the engine makes them whole or nothing. Bulk changes are fast because they skip that,
so they start from a published state and a killed one is undone by restoring that state.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from labmoves_graph.errors import StoreError
from labmoves_graph.quad_store import EmbeddedQuadStore
from labmoves_graph.snapshots import Snapshots

__all__ = ["Journal", "WriteJournal", "copy_graph", "recover"]


_UNPUBLISHED = "unpublished"
_ROLLBACK = "rollback"


class Journal(Protocol):
    """What a writer tells about its changes. failed: whether a bulk change ended half-way."""

    failed: bool

    def note_change(self) -> None:
        """Say that a change is about to be made. Raises StoreError after a failed bulk change."""
        ...

    def publish(self) -> None:
        """Let readers see what was written. Raises StoreError."""
        ...

    def bulk_change(self) -> AbstractContextManager[None]:
        """The block of a change that is not one transaction."""
        ...


def recover(directory: Path, snapshots: Snapshots) -> None:
    """Undo a bulk change that did not finish, before the live graph is opened. Raises StoreError."""
    rollback = directory / _ROLLBACK
    if not rollback.exists():
        return
    newest = snapshots.newest()
    graph, restored = directory / "graph", directory / "graph-restored"
    try:
        shutil.rmtree(restored, ignore_errors=True)
        if newest is not None:
            newest.check()
            copy_graph(newest.graph, restored)
        if graph.exists():
            shutil.rmtree(graph)
        if newest is not None:
            restored.rename(graph)
        rollback.unlink()
    except OSError as error:
        raise StoreError(f"{graph} cannot be put back ({error}); free disk space and try again") from error


class WriteJournal:
    """The notes beside one live graph; used only under the writer's lock."""

    def __init__(self, directory: Path, snapshots: Snapshots, live: EmbeddedQuadStore) -> None:
        self.failed = False
        self._snapshots = snapshots
        self._live = live
        self._unpublished = directory / _UNPUBLISHED
        self._rollback = directory / _ROLLBACK

    def note_change(self) -> None:
        """Say that the live graph is ahead of the newest snapshot. Raises StoreError after a failed bulk change."""
        self._refuse_after_failure()
        if not self._unpublished.exists():
            _write_note(self._unpublished)

    def publish(self) -> None:
        """Flush, and take a snapshot if there is anything new. Raises StoreError, also after a failed bulk change."""
        self._refuse_after_failure()
        if self._unpublished.exists() or not self._snapshots.sound():
            self._live.flush()
            self._snapshots.take(self._live)
            self._unpublished.unlink(missing_ok=True)

    @contextmanager
    def bulk_change(self) -> Iterator[None]:
        """Publish what there is, then mark a change that is undone at the next opening unless the block ends."""
        self.publish()
        _write_note(self._rollback)
        self.note_change()
        self.failed = True
        yield
        self._live.flush()
        self._rollback.unlink()
        self.failed = False

    def _refuse_after_failure(self) -> None:
        if self.failed:
            raise StoreError("a bulk change failed half-way; leave the writer's block, the next one undoes it")


def copy_graph(source: Path, target: Path) -> None:
    """Copy a store that nobody writes: table files never change and are linked, the others are copied."""
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.suffix == ".sst":
            _link_or_copy(path, target / path.name)
        elif path.is_file() and path.name != "LOCK":
            shutil.copy2(path, target / path.name)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write_note(path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8") as note:
            note.flush()
            os.fsync(note.fileno())
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error}); free disk space and try again") from error

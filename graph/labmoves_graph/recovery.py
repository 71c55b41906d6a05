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
from contextlib import contextmanager
from pathlib import Path

from labmoves_graph.errors import StoreError
from labmoves_graph.quad_store import EmbeddedQuadStore
from labmoves_graph.snapshots import Snapshots

__all__ = ["WriteJournal", "copy_graph"]


class WriteJournal:
    """The notes of one store directory; used only under the writer's lock."""

    def __init__(self, directory: Path, snapshots: Snapshots) -> None:
        self.directory = directory
        self.snapshots = snapshots
        self._unpublished = directory / "unpublished"
        self._rollback = directory / "rollback"
        self.failed = False

    def recover(self) -> None:
        """Undo a bulk change that did not finish. Raises StoreError or StoreCorruptError."""
        if not self._rollback.exists():
            return
        newest = self.snapshots.newest()
        graph, restored = self.directory / "graph", self.directory / "graph-restored"
        try:
            shutil.rmtree(restored, ignore_errors=True)
            if newest is not None:
                newest.check()
                copy_graph(newest.graph, restored)
            if graph.exists():
                shutil.rmtree(graph)
            if newest is not None:
                restored.rename(graph)
            self._rollback.unlink()
        except OSError as error:
            raise StoreError(f"{graph} cannot be put back ({error}); free disk space and try again") from error

    def note_change(self) -> None:
        """Say that the live graph is ahead of the newest snapshot. Raises StoreError after a failed bulk change."""
        self._refuse_after_failure()
        if not self._unpublished.exists():
            _write_note(self._unpublished)

    @property
    def unpublished(self) -> bool:
        """Whether the live graph is ahead of the newest snapshot."""
        return self._unpublished.exists()

    def publish(self, quads: EmbeddedQuadStore) -> None:
        """Flush, and take a snapshot if there is anything new. Raises StoreError, also after a failed bulk change."""
        self._refuse_after_failure()
        if self.unpublished or self.snapshots.newest() is None:
            quads.flush()
            self.snapshots.take(quads)
            self._unpublished.unlink(missing_ok=True)

    @contextmanager
    def bulk_change(self, quads: EmbeddedQuadStore) -> Iterator[None]:
        """Publish what there is, then mark a change that is undone at the next opening unless the block ends."""
        self.publish(quads)
        _write_note(self._rollback)
        self.note_change()
        self.failed = True
        yield
        quads.flush()
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

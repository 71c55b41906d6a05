"""Consistent copies of the graph that readers open while a writer goes on.

    snapshots/00000042/graph/          a hard-linked copy by the engine's own backup
    snapshots/00000042/manifest.json   its number and the size of every file

A snapshot appears under its number complete or not at all: it is made beside and renamed. The newest KEEP stay;
an older one goes when no reader has it pinned. A file that is missing or has another size than the manifest says
makes it damaged: StoreCorruptError, never a wrong answer.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from labmoves_graph.errors import StoreCorruptError, StoreError
from labmoves_graph.quad_store import EmbeddedQuadStore

__all__ = ["KEEP", "Snapshot", "Snapshots"]

#: Snapshots kept: the current one, the one that slow readers still use, and one to go back to.
KEEP = 3


@dataclass(frozen=True, slots=True, order=True)
class Snapshot:
    """One published copy; a greater number is newer."""

    number: int
    directory: Path

    @property
    def graph(self) -> Path:
        """Where the copied store lies."""
        return self.directory / "graph"

    def check(self) -> None:
        """Raise StoreCorruptError when a file is missing or has another size than when it was taken."""
        try:
            sizes = dict(json.loads((self.directory / "manifest.json").read_text(encoding="utf-8"))["files"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(self, f"its manifest cannot be read ({error})") from error
        for name, size in sizes.items():
            path = self.graph / name
            found = path.stat().st_size if path.is_file() else None
            if found != size:
                raise _damaged(self, f"{name} has {found} bytes instead of {size}")

    def open(self) -> PinnedSnapshot:
        """Open for reading; rotation leaves it alone until closed. Raises StoreCorruptError."""
        try:
            pin = os.open(self.directory / "manifest.json", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise _damaged(self, f"its manifest cannot be opened ({error.strerror})") from error
        try:
            fcntl.flock(pin, fcntl.LOCK_SH)
            self.check()
            return PinnedSnapshot(self, EmbeddedQuadStore.open_read_only(self.graph), pin)
        except BaseException:
            os.close(pin)
            raise


class PinnedSnapshot:
    """An opened snapshot and the shared lock that keeps it from rotation."""

    def __init__(self, snapshot: Snapshot, quads: EmbeddedQuadStore, pin: int) -> None:
        self.snapshot = snapshot
        self.quads = quads
        self._pin: int | None = pin

    def close(self) -> None:
        """Let go of the files and of the pin."""
        self.quads.close()
        if self._pin is not None:
            os.close(self._pin)
            self._pin = None

    def __del__(self) -> None:
        self.close()


class Snapshots:
    """The numbered snapshots in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def all(self) -> list[Snapshot]:
        """Every published snapshot, oldest first."""
        if not self.directory.is_dir():
            return []
        return sorted(Snapshot(int(p.name), p) for p in self.directory.iterdir() if p.name.isdigit())

    def newest(self) -> Snapshot | None:
        """The latest published snapshot, None before the first."""
        return max(self.all(), default=None)

    def sound(self) -> bool:
        """Whether there is a snapshot and the newest one is undamaged."""
        newest = self.newest()
        try:
            if newest is not None:
                newest.check()
        except StoreCorruptError:
            return False
        return newest is not None

    def take(self, quads: EmbeddedQuadStore) -> Snapshot:
        """Publish the present state of a live store, then rotate. The caller holds the writer's lock."""
        newest = self.newest()
        number = newest.number + 1 if newest else 1
        unfinished = self.directory / f"unfinished-{number:08d}"
        published = self.directory / f"{number:08d}"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._discard_unfinished()
            self._discard_damaged()
            unfinished.mkdir()
            quads.backup(unfinished / "graph")
            _write_manifest(unfinished, number)
            unfinished.rename(published)
            _sync_directory(self.directory)
        except OSError as error:
            raise StoreError(f"no snapshot could be taken in {self.directory} ({error}); free disk space") from error
        self._rotate()
        return Snapshot(number, published)

    def _discard_unfinished(self) -> None:
        for path in self.directory.glob("unfinished-*"):
            shutil.rmtree(path)

    def _discard_damaged(self) -> None:
        for snapshot in self.all():
            try:
                snapshot.check()
            except StoreCorruptError:
                self._discard(snapshot)

    def _rotate(self) -> None:
        for old in self.all()[:-KEEP]:
            if _unpinned(old):
                self._discard(old)

    def _discard(self, snapshot: Snapshot) -> None:
        # Renamed first: a snapshot never stands under its number with files missing.
        shutil.rmtree(snapshot.directory.rename(self.directory / f"unfinished-{snapshot.directory.name}"))


def _write_manifest(directory: Path, number: int) -> None:
    files = {p.name: p.stat().st_size for p in sorted((directory / "graph").iterdir()) if p.is_file()}
    with (directory / "manifest.json").open("w", encoding="utf-8") as manifest:
        json.dump({"number": number, "files": files}, manifest, indent=1)
        manifest.flush()
        os.fsync(manifest.fileno())


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unpinned(snapshot: Snapshot) -> bool:
    try:
        descriptor = os.open(snapshot.directory / "manifest.json", os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _damaged(snapshot: Snapshot, what: str) -> StoreCorruptError:
    return StoreCorruptError(f"snapshot {snapshot.directory} is damaged: {what}; `labmoves rebuild` makes a new one")

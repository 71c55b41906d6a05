"""A store's content in a folder of its own, and a store from such a folder.

    back_up(store, Path("backups/monday"))           the graph, the read model and a manifest with SHA-256 sums
    restore(Path("backups/monday"), Path("store"))   checks every sum first, then puts the store in place whole

A backup shares no file with the store. A restore replaces an existing store only when told to, in one rename; the
former one stays beside it until that is done.

Errors: StoreError for a place that cannot be used, StoreCorruptError for a backup whose files do not match.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from labmoves_graph.errors import StoreCorruptError, StoreError
from labmoves_graph.quad_store import EmbeddedQuadStore
from labmoves_graph.snapshots import Snapshots
from labmoves_graph.store import LOCK_TIMEOUT, ClaimStore
from labmoves_graph.writer_lock import writer_lock

__all__ = ["back_up", "check_backup", "restore"]

_MANIFEST = "backup.json"
_CHUNK = 1 << 20  # bytes read at a time; any large value gives the same speed


def back_up(store: ClaimStore, target: Path) -> int:
    """Copy the store's present content into the new folder `target`; returns the bytes written."""
    if target.exists():
        raise StoreError(f"{target} exists; name a new folder for the backup")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with store.writer() as writer:
            writer.publish()
            newest = store.snapshots.newest()
            assert newest is not None
            newest.check()
            shutil.copytree(newest.graph, unfinished / "graph", ignore=shutil.ignore_patterns("LOCK"))
            if store.read_model_path.exists():
                _copy_database(store.read_model_path, unfinished / "moves.db")
        sums = {str(path.relative_to(unfinished)): _sha256(path) for path in _files(unfinished)}
        (unfinished / _MANIFEST).write_text(json.dumps({"sha256": sums}, indent=1), encoding="utf-8")
        unfinished.rename(target)
    except OSError as error:
        raise StoreError(f"no backup could be written to {target} ({error}); free space or name another") from error
    return sum(path.stat().st_size for path in _files(target))


def check_backup(source: Path) -> None:
    """Compare every file with its sum. Raises StoreCorruptError for the first that is missing or changed."""
    try:
        sums = json.loads((source / _MANIFEST).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreCorruptError(
            f"{source} is no backup ({error}); name the folder that `labmoves backup` made"
        ) from error
    for name, wanted in sums.items():
        path = source / name
        if not path.is_file() or _sha256(path) != wanted:
            state = "changed" if path.is_file() else "missing"
            raise StoreCorruptError(f"{path} is {state} since the backup was made; restore another one")


def restore(source: Path, directory: Path, *, replace: bool = False, lock_timeout: float = LOCK_TIMEOUT) -> None:
    """Make `directory` the store that the backup holds. replace: also when it holds one already."""
    check_backup(source)
    occupied = directory.exists() and any(directory.iterdir())
    if occupied and not replace:
        raise StoreError(f"{directory} holds something already; add --replace, or name another --store")
    fresh = directory.with_name(f"{directory.name}.restoring")
    former = directory.with_name(f"{directory.name}.replaced")
    try:
        for left_over in (fresh, former):
            shutil.rmtree(left_over, ignore_errors=True)
        _lay_out(source, fresh)
        if not occupied:
            directory.mkdir(parents=True, exist_ok=True)
            directory.rmdir()
            fresh.rename(directory)
            return
        with writer_lock(directory / "lock", lock_timeout):
            directory.rename(former)
            fresh.rename(directory)
        shutil.rmtree(former)
    except OSError as error:
        raise StoreError(f"{directory} cannot be restored ({error}); free space or name another --store") from error


def _lay_out(source: Path, fresh: Path) -> None:
    fresh.mkdir(parents=True)
    shutil.copytree(source / "graph", fresh / "graph")
    if (source / "moves.db").exists():
        shutil.copy2(source / "moves.db", fresh / "moves.db")
    live = EmbeddedQuadStore.open(fresh / "graph")
    try:
        Snapshots(fresh / "snapshots").take(live)
    finally:
        live.close()


def _copy_database(source: Path, target: Path) -> None:
    try:
        live = closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True))
        with live as present, closing(sqlite3.connect(target)) as copy:
            present.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"{source} cannot be copied ({error}); run `labmoves rebuild`") from error


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()

"""One writer at a time: an advisory lock on a file that says who holds it.

    with writer_lock(directory / "lock", timeout=30):
        ...                        # no other process is in here

The operating system frees the lock when its holder ends, however it ends, so a killed writer blocks nobody. A
waiting process gives up after `timeout` seconds with StoreLockedError, which names the holder.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labmoves_graph.errors import StoreError, StoreLockedError

__all__ = ["POLL_SECONDS", "lock_holder", "writer_lock"]

#: How often a waiting writer asks again; short against any write, long against the cost of asking.
POLL_SECONDS = 0.05


@contextmanager
def writer_lock(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock within the block. Raises StoreLockedError after `timeout` seconds of waiting."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{path} cannot be created ({error.strerror}); choose a directory you may write") from error
    try:
        _wait(descriptor, path, timeout)
        _sign(descriptor)
        yield
    finally:
        # Closing frees the lock; the file stays, since removing it would let two writers lock different files.
        os.close(descriptor)


def lock_holder(path: Path) -> str:
    """Who signed the lock last, in words; a note about its past when nobody holds it now."""
    try:
        signed = json.loads(path.read_text(encoding="utf-8"))
        return f"process {signed['process']} on {signed['host']} ({signed['program']}, since {signed['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def _wait(descriptor: int, path: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StoreLockedError(
                    f"{path.parent} is being written by {lock_holder(path)}; wait until it ends or stop it"
                ) from None
        time.sleep(POLL_SECONDS)


def _sign(descriptor: int) -> None:
    signature = {
        "process": os.getpid(),
        "host": socket.gethostname(),
        "program": Path(sys.argv[0]).name or "python",
        "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(signature).encode("utf-8"), 0)

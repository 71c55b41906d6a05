"""The store's quads as files: N-Quads, TriG, Turtle and JSON-LD, out and in.

N-Quads are sorted, so equal stores give equal bytes. Files appear complete or not at all.

Errors: StoreError for a file that cannot be written.
"""

from __future__ import annotations

import os
from pathlib import Path

from labmoves_graph.errors import StoreError
from labmoves_graph.quad_store import QuadStore

__all__ = ["export_quads"]


def export_quads(quads: QuadStore, path: Path) -> int:
    """Write every quad to `path`; returns their number. Raises StoreError."""
    lines = sorted(f"{quad} .\n" for quad in quads.match())
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(lines)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be written ({error.strerror}); choose another place") from error
    return len(lines)

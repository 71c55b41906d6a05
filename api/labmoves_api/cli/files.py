"""Files that commands write: complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labmoves_graph.errors import LabmovesError

__all__ = ["complete_file"]


@contextmanager
def complete_file(target: Path) -> Iterator[Path]:
    """A path beside `target`, of the same suffix, to write to; it becomes `target` when the block ends well.

    Raises LabmovesError when it cannot be written.
    """
    unfinished = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        yield unfinished
        os.replace(unfinished, target)
    except OSError as error:
        if error.filename not in (None, str(unfinished)):  # another file's trouble
            raise
        raise LabmovesError(f"{target}: cannot be written ({error.strerror}); name another file") from error
    finally:
        unfinished.unlink(missing_ok=True)

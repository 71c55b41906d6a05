"""N-Quads through a pipe: one thread makes them while the engine reads them in another.

    with QuadPipe(texts) as path:
        store.bulk_load(path=path, format=RdfFormat.N_QUADS)

The engine's bulk load keeps one core busy outside Python. Making the quads on a second core meanwhile is what brings
a load of claims near the speed of loading a ready file. An error raised while quads are made is raised by the block,
and the engine is given a line that it refuses, so that no broken stream passes for a whole one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from itertools import islice
from types import TracebackType

__all__ = ["QuadPipe"]

#: Texts written at a time: enough that the call costs nothing, few enough for steady memory (some 200 kB).
_BATCH = 32
_REFUSED_LINE = b"\nnot a quad\n"


class QuadPipe:
    """Gives the path of a pipe that carries the texts; the block raises what making them raised."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = iter(texts)
        self._error: BaseException | None = None
        self._output, self._input = os.pipe()
        self._thread = threading.Thread(target=self._produce, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"/dev/fd/{self._output}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Without a reader the producer's next write fails, so that it ends also when the engine gave up early.
        os.close(self._output)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _produce(self) -> None:
        try:
            while batch := "".join(islice(self._texts, _BATCH)):
                self._write(batch.encode("utf-8"))
        except BrokenPipeError:
            pass  # the engine stopped reading and raises its own error
        except BaseException as error:
            self._error = error
            self._refuse()
        finally:
            os.close(self._input)

    def _refuse(self) -> None:
        try:
            self._write(_REFUSED_LINE)
        except BrokenPipeError:
            return

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._input, rest) :]

"""What one process of the service holds open: settings, the read model, the registry.

Opened on first use, so that the service starts without a store and says so, and opened again when the store was
restored in place. Nothing here knows routes.

Errors: StoreError when there is no store to read.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from email.utils import formatdate
from functools import cached_property
from pathlib import Path

from labmoves_api.access import TokenFile
from labmoves_api.jobs import JobQueue
from labmoves_api.metrics import Metrics
from labmoves_api.questions.words import Words
from labmoves_api.settings import Settings
from labmoves_api.writing import JobWorker
from labmoves_graph.errors import LabmovesError, StoreError
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.read_model import ReadModel
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

__all__ = ["Service", "StoreState"]

MOST_COUNTS = 2_000  # totals remembered for one state


@dataclass(frozen=True, slots=True)
class StoreState:
    """One state of the store's content.

    name: differs between states; key: the same as bytes; file: device and number of the read model; changed: seconds
    since 1970, and the same as an HTTP date.
    """

    name: str
    key: bytes
    file: tuple[int, int] | None
    revision: int
    changed: float | None
    last_modified: str | None


class Service:
    """Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = ClaimStore.open(settings.store)
        self._model_path = str(self.store.read_model_path)  # as text: looked at for every request
        self.metrics = Metrics(settings.metrics)
        self.tokens = TokenFile(settings.token_file)
        self.jobs = JobQueue(settings.store / "jobs.db", settings.queue_length)
        self.worker = JobWorker(settings, ClaimStore.open(settings.store), self.jobs)
        self._state: StoreState | None = None
        self._opening = threading.Lock()
        self._model: ReadModel | None = None
        self._opened_file: tuple[int, int] | None = None
        self._counts: tuple[str, dict[MoveFilter, int]] = ("", {})

    @cached_property
    def registry(self) -> Registry:
        """The curated people and organizations."""
        return Registry.load()

    @cached_property
    def words(self) -> Words:
        """What questions in plain words may be made of."""
        return Words.of(self.registry)

    @property
    def model(self) -> ReadModel:
        """The read model. Raises StoreError when there is none."""
        path = self._model_path
        file = _identity(path)
        if file == self._opened_file and (model := self._model) is not None:
            return model
        with self._opening:
            if self._model is None or file != self._opened_file:
                if self._model is not None:
                    self._model.close()
                    self._model = None
                self._model = ReadModel.open(self.store.read_model_path)
                self._opened_file = file
            return self._model

    def state(self) -> StoreState | None:
        """The state of the store, None when it cannot be read."""
        try:
            revision = self.model.revision
        except LabmovesError:
            return None
        known = self._state
        if known is None or known.revision != revision or known.file != self._opened_file:
            changed = _changed(self.store.read_model_path)
            known = self._state = StoreState(
                name=f"{self._opened_file}-{revision}",
                key=f"{self._opened_file}-{revision}".encode(),
                file=self._opened_file,
                revision=revision,
                changed=changed,
                last_modified=formatdate(changed, usegmt=True) if changed is not None else None,
            )
        return known

    def count(self, chosen: MoveFilter, state: StoreState | None = None) -> int:
        """How many moves fit; counted once for each state. state: the one that is known to hold, else it is asked."""
        state = state or self.state()
        if state is None:
            return self.model.count(chosen)
        name, counts = self._counts  # together: another thread may meet another state meanwhile
        if name != state.name or len(counts) >= MOST_COUNTS:
            name, counts = self._counts = state.name, {}
        found = counts.get(chosen)
        if found is None:
            found = counts[chosen] = self.model.count(chosen)
        return found

    def close(self) -> None:
        """Let go of the store."""
        with self._opening:
            if self._model is not None:
                self._model.close()
                self._model = None
        self.store.close()


def _identity(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError as error:
        raise StoreError(
            f"{os.path.dirname(path)} holds no read model; fill the store with `labmoves ingest`"
        ) from error
    return found.st_dev, found.st_ino


def _changed(path: Path) -> float | None:
    """When the database was last written, in its file or in its log."""
    times = [file.stat().st_mtime for file in (path, path.with_name(path.name + "-wal")) if file.exists()]
    return max(times, default=None)

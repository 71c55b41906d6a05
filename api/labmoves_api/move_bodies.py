"""Moves as JSON, made once for as long as the store stays as it is.

A page that nobody asked for before consists of moves that other pages, filters and sorts have shown: their bytes are
put together instead of being read, linked and written anew.

    bodies = MoveBodies(memory=16 * 2**20)
    page = bodies.page(model, MoveFilter(...), sort, limit, cursor, lang)      Page[bytes], as move_record gives them

Bounded by bytes; what was made first goes first. Nothing is kept of the past: with `as_of` all is read anew.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import cast

from pydantic_core import to_json

from labmoves_api.records import move_record
from labmoves_graph.model import Language
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_moves import believed, page_rows
from labmoves_graph.read_model_reader import Reader
from labmoves_graph.read_model_views import Page

__all__ = ["MoveBodies"]

OVERHEAD = 250  # bytes that keeping one costs besides its own


class MoveBodies:
    """Safe to share between threads. memory: bytes that are kept at most."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._lock = threading.Lock()
        self._model: ReadModel | None = None
        self._revision = -1
        self._kept: dict[Language | None, dict[str, bytes]] = {}
        self._age: deque[tuple[Language | None, str]] = deque()
        self._size = 0

    def page(
        self,
        model: ReadModel,
        chosen: MoveFilter,
        sort: MoveSort,
        limit: int,
        cursor: str | None,
        lang: Language | None,
    ) -> Page[bytes]:
        """The moves that `model.moves` gives for the same."""
        if chosen.as_of is not None:
            views = model.moves(chosen, sort, limit, cursor, lang=lang)
            return Page(tuple(to_json(move_record(view)) for view in views.items), views.cursor)
        with model.reading(lang) as (reader, revision):
            rows, following = page_rows(reader, chosen, sort, limit, cursor, columns=f"m.id, m.{sort.column}")
            return Page(tuple(self._bodies(model, revision, reader, lang, [row[0] for row in rows])), following)

    def one(self, model: ReadModel, move_id: str, lang: Language | None) -> bytes:
        """The move as it is believed now. Raises NotFoundError."""
        with model.reading(lang) as (reader, revision):
            [found] = self._bodies(model, revision, reader, lang, [move_id])
            return found

    def _bodies(
        self, model: ReadModel, revision: int, reader: Reader, lang: Language | None, ids: Sequence[str]
    ) -> Sequence[bytes]:
        known = self._known(model, revision, lang)
        found = list(map(known.get, ids))
        if None in found:
            missing = [move_id for move_id, body in zip(ids, found, strict=True) if body is None]
            made = {view.id: to_json(move_record(view)) for view in believed(reader, missing)}
            found = [made[move_id] if body is None else body for move_id, body in zip(ids, found, strict=True)]
            self._keep(model, revision, lang, made)
        return cast(list[bytes], found)

    def _known(self, model: ReadModel, revision: int, lang: Language | None) -> dict[str, bytes]:
        with self._lock:
            if model is not self._model or revision > self._revision:
                self._kept = {}
                self._age.clear()
                self._size, self._model, self._revision = 0, model, revision
            # A question that began before the last change must not see what came after it.
            return self._kept.setdefault(lang, {}) if revision == self._revision else {}

    def _keep(self, model: ReadModel, revision: int, lang: Language | None, made: Mapping[str, bytes]) -> None:
        with self._lock:
            if model is not self._model or revision != self._revision:
                return
            kept = self._kept.setdefault(lang, {})
            for move_id, body in made.items():
                if move_id not in kept:
                    kept[move_id] = body
                    self._age.append((lang, move_id))
                    self._size += len(body) + OVERHEAD
            while self._size > self._memory:
                oldest, move_id = self._age.popleft()
                self._size -= len(self._kept[oldest].pop(move_id)) + OVERHEAD

"""Where a move stands among others by date, as text that sorts.

    sort_dates(history)  ->  {(move id, valid_from): "2024-02-01", "2024-02-01+", or UNDATED}

It is the first day of the date as stated. Where dates are too coarse to decide, what ties the moves does: the arrival
of a hop stands right behind the departure that it followed, and a departure behind the arrival of the same stay.
"2024-02-01+" sorts behind "2024-02-01" and before "2024-02-02".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from labmoves_graph.consolidation_dates import nominal_span
from labmoves_graph.history import History, Version
from labmoves_graph.model import Event, Move, Tenure, Transition
from labmoves_graph.read_model_rows import UNDATED

__all__ = ["SortDates", "sort_dates"]

Row = TypeVar("Row", Move, Transition, Tenure)

BEHIND = "+"  # sorts behind nothing and before the digits and hyphens of a day

#: Move id and the instant since when that version is believed -> what it sorts by.
SortDates = Mapping[tuple[str, datetime], str]


def sort_dates(history: History) -> SortDates:
    """Of every version of every move, by the hops and stays that stood when the version ended, or stand now."""
    order = _Order(history)
    return {(v.row.id, v.valid_from): order.place(v, v.valid_to, frozenset()) for v in history.moves}


class _Order:
    """Which moves come before which, at any instant."""

    def __init__(self, history: History) -> None:
        self._versions: dict[str, list[Version[Move]]] = defaultdict(list)
        for version in history.moves:
            self._versions[version.row.id].append(version)
        departures = {version.row.id for version in history.moves if version.row.event is Event.DEPARTURE}
        self._hops: dict[str, list[Version[Transition]]] = defaultdict(list)
        for hop in history.transitions:
            self._hops[hop.row.arrival_id].append(hop)
        self._stays: dict[str, list[Version[Tenure]]] = defaultdict(list)
        for stay in history.tenures:
            for departure in departures.intersection(stay.row.moves):
                self._stays[departure].append(stay)

    def place(self, version: Version[Move], until: datetime | None, seen: frozenset[str]) -> str:
        """What the version sorts by. seen: moves that are being placed behind it already."""
        when = version.row.date
        if when is None or not when.bounded:
            return UNDATED
        first, last = nominal_span(when)
        found = first.isoformat()
        for other in self._before(version.row.id, until) - seen - {version.row.id}:
            for earlier in _standing(self._versions[other], until):
                placed = self.place(earlier, until, seen | {version.row.id})
                if placed and placed.rstrip(BEHIND) <= last.isoformat():
                    found = max(found, placed + BEHIND)
        return found

    def _before(self, move_id: str, until: datetime | None) -> set[str]:
        hops = {hop.row.departure_id for hop in _standing(self._hops.get(move_id, ()), until)}
        return hops.union(*(stay.row.moves for stay in _standing(self._stays.get(move_id, ()), until)))


def _standing(versions: Iterable[Version[Row]], until: datetime | None) -> list[Version[Row]]:
    """Those believed just before that instant; None: those believed now."""
    if until is None:
        return [version for version in versions if version.valid_to is None]
    return [v for v in versions if v.valid_from < until and (v.valid_to is None or v.valid_to >= until)]

"""What an expression may count on, and what it turned out to mean.

Context   publication date, last date told, tense of the words around: input of resolution
Meaning   kind, date and shift: its output
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from labmoves_graph.errors import DateError
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_ingest.dates.model import DateKind, Shift

__all__ = ["Context", "Meaning", "Tense", "month_of", "parse_or_none", "season_of", "year_of"]


class Tense(Enum):
    """What the words around an expression say about its time."""

    UNKNOWN = "unknown"
    PAST = "past"
    FUTURE = "future"
    NEAR = "near"  # either, whichever lies nearer: "effective 1 July", 7月1日起


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may count on.

    reference: when the text appeared, as precisely as known; None if nothing says so.
    anchor:    the last date told before the expression, None if there is none near enough.
    narrative: whether the anchor's year also holds for dates that state none (a career told in order).
    looking_back: whether words since the anchor turn to what was before it ("had", 此前).
    tense:     what the words around say about past and future.
    quoted:    whether the expression stands in somebody's words.
    month_first: how to read 9/5/2024 when both orders are possible.
    """

    reference: PartialDate | None
    anchor: PartialDate | None
    narrative: bool
    looking_back: bool
    tense: Tense
    quoted: bool
    month_first: bool

    @property
    def day(self) -> date | None:
        """The reference if it is a known day."""
        r = self.reference
        return (
            r.earliest if r is not None and r.precision is Precision.DAY and not r.approximate and r.bounded else None
        )

    @property
    def year(self) -> int | None:
        return year_of(self.reference)

    @property
    def month(self) -> tuple[int, int] | None:
        return month_of(self.reference)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a match turned out to mean."""

    kind: DateKind
    date: PartialDate | None = None
    shift: Shift | None = None
    ambiguous: bool = False


def year_of(value: PartialDate | None) -> int | None:
    """The year that a date begins with, None if it has none."""
    head = value.edtf[:4] if value is not None and value.bounded else ""
    return int(head) if head.isdigit() else None


def month_of(value: PartialDate | None) -> tuple[int, int] | None:
    """Year and month of a date that is known to the month or day, else None."""
    if value is None or value.precision not in (Precision.MONTH, Precision.DAY) or not value.edtf[:4].isdigit():
        return None
    return int(value.edtf[:4]), int(value.edtf[5:7])


def season_of(day: date) -> tuple[int, int]:
    """Year and EDTF season of a day; January belongs to the winter that began the year before."""
    year = day.year - (day.month < 3)
    return year, 24 if day.month in (12, 1, 2) else 20 + day.month // 3


def parse_or_none(edtf: str | None) -> PartialDate | None:
    """The date, None if there is none or the calendar lacks it (30 February)."""
    if edtf is None:
        return None
    try:
        return PartialDate.parse(edtf)
    except DateError:
        return None

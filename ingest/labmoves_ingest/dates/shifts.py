"""Arithmetic on partial dates: what "three weeks later" than a known date is, and how precisely.

    resolve_shift(Shift(10, Unit.DAY), 2025-09-19)     -> 2025-09-29~
    resolve_shift(Shift(-11, Unit.MONTH), 2025-09-19)  -> 2024-10~

The result is never more precise than the unit or the anchor. Days up to EXACT_DAYS are taken as counted; longer
counts, weeks, months and years are round numbers in news, so the result is approximate.
"""

from __future__ import annotations

from datetime import date, timedelta

from labmoves_graph.errors import DateError
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_ingest.dates.model import Shift, Unit

__all__ = ["resolve_shift", "shift_day", "shift_month"]

#: "nine days before" names a day, "ten days later" is a round number (our reading of the annotated examples).
EXACT_DAYS = 9


def shift_day(day: date, days: int) -> date | None:
    """The day so many days later, None outside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def shift_month(year: int, month: int, months: int) -> tuple[int, int] | None:
    """Year and month so many months later, None outside the years 1 to 9999."""
    year, index = divmod(year * 12 + month - 1 + months, 12)
    return (year, index + 1) if 1 <= year <= 9999 else None


def resolve_shift(shift: Shift, anchor: PartialDate) -> PartialDate:
    """The date that lies `shift` after `anchor` (before it, if negative), as precisely as both allow.

    Raises DateError if the anchor has no known year (XXXX-02-09, an interval) or the result leaves the calendar.
    """
    if not anchor.bounded or anchor.precision <= Precision.INTERVAL:
        raise DateError(f"cannot count from {anchor.edtf!r}, whose year is unknown; state a full anchor")
    moved = _moved(shift, anchor)
    if moved is None:
        raise DateError(f"{shift.amount} {shift.unit}s from {anchor.edtf} leaves the calendar; correct the shift")
    return PartialDate.parse(moved)


def _moved(shift: Shift, anchor: PartialDate) -> str | None:
    parts = [int(part) for part in anchor.edtf.rstrip("~?%").split("-") if part.isdigit()]
    year = parts[0]
    if shift.unit is Unit.YEAR:
        return _edtf(year + shift.amount, approximate=True) if shift.amount else anchor.edtf
    if anchor.precision is Precision.SEASON or anchor.precision is Precision.YEAR:
        years = _whole_years(shift)
        return _edtf(year + years, approximate=True) if years else f"{year:04d}~"
    if shift.unit is Unit.MONTH:
        target = shift_month(year, parts[1], shift.amount)
        return _edtf(*target, approximate=True) if target else None
    days = _days(shift)
    if anchor.precision is Precision.MONTH:
        target = shift_month(year, parts[1], round(days / 30.4))
        return _edtf(*target, approximate=True) if target else None
    day = shift_day(date(*parts), days)
    inexact = shift.approximate or anchor.approximate or shift.unit is Unit.WEEK or abs(days) > EXACT_DAYS
    return None if day is None else day.isoformat() + "~" * inexact


def _days(shift: Shift) -> int:
    if shift.unit is Unit.HOUR:
        return int(shift.amount / 24)
    return shift.amount * (7 if shift.unit is Unit.WEEK else 1)


def _whole_years(shift: Shift) -> int:
    """Years that a finer shift adds to a bare year; 18 months before 1993 is about 1992 or 1991, so we round down."""
    months = shift.amount if shift.unit is Unit.MONTH else _days(shift) / 30.4
    return int(months / 12)


def _edtf(year: int, month: int | None = None, *, approximate: bool = False) -> str | None:
    if not 1 <= year <= 9999:
        return None
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + "~" * approximate

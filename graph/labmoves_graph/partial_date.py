"""Dates as news states them: a day, a month, a season, a year, or less.

A PartialDate never holds more than the source said. Queries use its bounds, people see its EDTF form.

    PartialDate.parse("2025-09")      -> earliest 2025-09-01, latest 2025-09-30
    PartialDate.parse("2025-09-29~")  -> approximate: bounds widened by APPROXIMATION
    PartialDate.parse("XXXX-02-09")   -> a day of an unknown year: bounds are all of time
    PartialDate.parse("2024/2025-03") -> an interval: the bounds of its two ends

Accepted is EDTF level 0 and 1 (Library of Congress, 2019) for the years 0001 to 9999: days, months, years,
seasons 21-24, unspecified digits (X), the qualifiers ? ~ %, intervals, open (..) and unknown (empty) ends.

Errors: DateError for any other text, a day that the calendar does not have, or a period that ends before it starts.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from labmoves_graph.errors import DateError

__all__ = ["APPROXIMATION", "PartialDate", "Precision", "check_period"]


class Precision(IntEnum):
    """How much of a date is known; a greater value is more precise."""

    UNKNOWN = 0
    INTERVAL = 1
    YEAR = 2
    SEASON = 3
    MONTH = 4
    DAY = 5


#: Days by which "~" and "%" widen each bound. A convention of ours, chosen so that "about the 29th" still
#: overlaps the same week and "around October" the months beside it; EDTF itself leaves it open.
APPROXIMATION = {Precision.DAY: 7, Precision.MONTH: 31, Precision.SEASON: 45, Precision.YEAR: 183}

#: First and last month of the EDTF seasons on the northern hemisphere; winter runs into the next year.
SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}

_SINGLE = re.compile(r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?)?(?P<mark>[~?%]?)", re.A)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A point in time known to some precision. Sorts by earliest, then latest, then the text.

    earliest, latest: first and last day it may mean; date.min and date.max where nothing bounds it.
    """

    earliest: date
    latest: date
    edtf: str
    precision: Precision = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """The date that an EDTF level 0 or 1 string states. Raises DateError."""
        return _parsed(text)

    @classmethod
    def _parse(cls, text: str) -> PartialDate:
        if "/" not in text:
            return cls._parse_single(text)
        left, _, right = text.partition("/")
        if "/" in right or not (left.strip(".") or right.strip(".")):
            raise _fault(text)
        start = None if left in ("", "..") else cls._parse_single(left)
        end = None if right in ("", "..") else cls._parse_single(right)
        earliest = start.earliest if start else date.min
        latest = end.latest if end else date.max
        if earliest > latest:
            raise DateError(f"the interval {text!r} ends before it starts; swap its ends")
        return cls(earliest, latest, text, Precision.INTERVAL)

    @classmethod
    def from_day(cls, day: date, *, approximate: bool = False) -> PartialDate:
        """The exact (or approximate) day."""
        return cls.parse(day.isoformat() + ("~" if approximate else ""))

    @classmethod
    def _parse_single(cls, text: str) -> PartialDate:
        m = _SINGLE.fullmatch(text)
        if m is None:
            raise _fault(text)
        year, month, day = m["year"], m["month"], m["day"]
        if year.isdigit():
            bounds: tuple[date, date] | None
            bounds, precision = _bounds(text, int(year), month, day)
        elif month is None or "X" in month or month.isdigit():
            _check_unknown_year(text, year, month, day)
            bounds, precision = _year_bounds(year) if year.rstrip("X").isdigit() else (None, Precision.UNKNOWN)
        else:
            raise _fault(text)
        earliest, latest = bounds or (date.min, date.max)
        if m["mark"] in ("~", "%") and bounds:
            margin = timedelta(days=APPROXIMATION[precision])
            earliest = earliest - margin if earliest - date.min > margin else date.min
            latest = latest + margin if date.max - latest > margin else date.max
        return cls(earliest, latest, text, precision)

    @property
    def approximate(self) -> bool:
        """Whether the source gave it as about this date (~ or %)."""
        return self.edtf.endswith(("~", "%"))

    @property
    def bounded(self) -> bool:
        """Whether both ends are known, so that it can be placed on a timeline."""
        return self.earliest != date.min and self.latest != date.max

    def may_equal(self, other: PartialDate) -> bool:
        """Whether both could be the same day: their bounds overlap."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def refines(self, other: PartialDate) -> bool:
        """Whether this says the same as `other`, only more precisely."""
        return self.precision > other.precision and other.earliest <= self.earliest and self.latest <= other.latest

    def __str__(self) -> str:
        return self.edtf


def check_period(since: PartialDate | None, until: PartialDate | None) -> None:
    """Raise DateError where every day of `until` lies before every day of `since`; None: open at that end."""
    if since is not None and until is not None and since.earliest > until.latest:
        raise DateError(f"the period since {since} until {until} ends before it starts; swap since and until")


@lru_cache(maxsize=65536)
def _parsed(text: str) -> PartialDate:
    # A store holds few different dates and reads each many times.
    return PartialDate._parse(text)


def _fault(text: str) -> DateError:
    return DateError(
        f"{text[:40]!r} is not an EDTF date of level 0 or 1; write it like 2025-09-19, 2025-09, 2025-09~ or 2025"
    )


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateError(f"{text[:40]!r} is no day of the calendar ({error}); correct it") from error


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _year_bounds(digits: str) -> tuple[tuple[date, date], Precision]:
    low, high = int(digits.replace("X", "0")), int(digits.replace("X", "9"))
    return (date(max(low, 1), 1, 1), date(high, 12, 31)), Precision.YEAR


def _bounds(text: str, year: int, month: str | None, day: str | None) -> tuple[tuple[date, date], Precision]:
    if year == 0:
        raise DateError(f"{text!r} names the year 0, which labmoves does not hold; use 0001 to 9999")
    if month is None or month == "XX":
        if day not in (None, "XX"):
            raise _fault(text)
        return (date(year, 1, 1), date(year, 12, 31)), Precision.YEAR
    if "X" in month:
        raise _fault(text)
    number = int(month)
    if number in SEASONS:
        if day is not None:
            raise _fault(text)
        first, last = SEASONS[number]
        end_year = min(year + (last < first), 9999)
        return (date(year, first, 1), _month_end(end_year, last)), Precision.SEASON
    if day is None or day == "XX":
        return (_day(text, year, number, 1), _month_end(year, number)), Precision.MONTH
    if "X" in day:
        raise _fault(text)
    exact = _day(text, year, number, int(day))
    return (exact, exact), Precision.DAY


def _check_unknown_year(text: str, year: str, month: str | None, day: str | None) -> None:
    if "X" in year.rstrip("X"):
        raise _fault(text)
    if month and month.isdigit():
        if day and day.isdigit():
            _day(text, 2000, int(month), int(day))
        elif not 1 <= int(month) <= 12 and int(month) not in SEASONS:
            raise _fault(text)
    elif day and day.isdigit() and not 1 <= int(day) <= 31:
        raise _fault(text)

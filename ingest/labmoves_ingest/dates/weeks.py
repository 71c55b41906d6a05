"""Weeks, weekends and weekdays: against the publication date and what was told before.

A weekday without more is the last such day not after publication; "next", a plan or a week's word moves it.
"""

from __future__ import annotations

from datetime import date

from labmoves_graph.partial_date import Precision
from labmoves_ingest.dates.context import Meaning, Tense
from labmoves_ingest.dates.model import DateKind
from labmoves_ingest.dates.reading import Reading
from labmoves_ingest.dates.shifts import shift_day

__all__ = ["WeekReading"]


class WeekReading(Reading):
    """The fields of a match that name a week or a day of one."""

    def week(self) -> Meaning | None:
        """ "Last week", 上周: about its day that lies as publication does in its own week; its end: about Friday."""
        day = self.context.day
        offset = self.word("ww")
        to_friday = 4 - day.weekday() if day is not None and self.part() == "end" else 0
        target = None if day is None else shift_day(day, 7 * offset + to_friday)
        return self.found(target.isoformat() + "~" if target else None, DateKind.RELATIVE_TO_PUBLICATION)

    def weekend(self) -> Meaning | None:
        """ "Over the weekend": about its Saturday."""
        day = self.context.day
        if day is None:
            return Meaning(DateKind.RELATIVE_TO_PUBLICATION)
        back = (day.weekday() - 5) % 7
        target = shift_day(day, 7 - back if self.word("we") > 0 else -back)
        return self.found(target.isoformat() + "~" if target else None, DateKind.RELATIVE_TO_PUBLICATION)

    def weekday(self) -> Meaning | None:
        """ "Last Tuesday", 周三, "the following Friday": a day."""
        wanted = self.word("wd", "weekday")
        rel = self.word("rel") or self.fields.get("rel", "").lower() or None
        arel = self.fields.get("arel")
        if arel is not None and arel.lower() != "the":
            return self._weekday_from_anchor(wanted, arel.lower())
        day = self.context.day
        if day is None or wanted is None:
            return Meaning(DateKind.RELATIVE_TO_PUBLICATION)
        if "ww" in self.fields or rel in ("next week", "last week", "of last week", "of this week"):
            weeks = self.word("ww") if "ww" in self.fields else {"next": 1, "last": -1}.get(str(rel).split()[-2], 0)
            target = shift_day(day, wanted - day.weekday() + 7 * (weeks or 0))
        elif rel == "last":
            target = shift_day(day, -((day.weekday() - wanted - 1) % 7 + 1))
        elif rel == "next" or (self.context.tense is Tense.FUTURE and wanted != day.weekday()):
            weeks = 7 if rel == "next" else 7 * (wanted < day.weekday())
            target = shift_day(day, wanted - day.weekday() + weeks)
        elif rel == "this":
            target = shift_day(day, wanted - day.weekday())
        else:
            back = (day.weekday() - wanted) % 7
            ahead = self.context.tense is Tense.NEAR and back > 3
            target = shift_day(day, 7 - back if ahead else -back)
        return self.found(target.isoformat() if target else None, DateKind.RELATIVE_TO_PUBLICATION)

    def _weekday_from_anchor(self, wanted: int, arel: str) -> Meaning | None:
        anchor = self.context.anchor
        if anchor is None or anchor.precision is not Precision.DAY or not anchor.bounded:
            return Meaning(DateKind.RELATIVE_TO_EVENT)
        day = date.fromisoformat(anchor.edtf[:10])
        if arel == "the previous":
            target = shift_day(day, -((day.weekday() - wanted - 1) % 7 + 1))
        elif arel == "that":
            target = shift_day(day, wanted - day.weekday())
        else:
            target = shift_day(day, (wanted - day.weekday() - 1) % 7 + 1)
        return self.found(target.isoformat() if target else None, DateKind.RELATIVE_TO_EVENT)

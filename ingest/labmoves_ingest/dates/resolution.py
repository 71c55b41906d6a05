"""From the fields of a matched expression to a date: against the publication date and what was told before.

Fields (named groups of the grammar tables)
    y yy yn roc     year: four digits, two digits, Chinese numerals, Republic of China; dec decs decw: a decade
    yw ya           year counted from the publication's / from the anchor's (去年, 同年)
    m mw ma         month likewise; d: day of the month; dw da: day likewise; a b: day and month in unknown order
    wd ww wa we     weekday, week, week after the anchor, weekend
    rel arel adir   "last", "this", "next" / "that", "the following" / "before", "after" with a month, season, weekday
    s q half part   season, quarter, half year, part (early, end ...); yend mend: part of this year or month
    holiday         a day or month of the year
    n u dir         number, unit and direction of a shift; dur: a duration; in: "in N units"
    approx many half h tens extra   see Reading.shift

The anchor is the last date resolved before the expression. Nothing here raises: what cannot be a date (30 February)
is None and dropped by the finder.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from dataclasses import replace
from datetime import date
from typing import Any

from labmoves_graph.errors import DateError
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_ingest.dates.context import Context, Meaning, Tense, month_of, parse_or_none, season_of, year_of
from labmoves_ingest.dates.grammar import Grammar, Match
from labmoves_ingest.dates.model import DateKind, Shift, Unit
from labmoves_ingest.dates.shifts import resolve_shift, shift_day, shift_month
from labmoves_ingest.dates.weeks import WeekReading

__all__ = ["resolve"]

ABSOLUTE, TO_PUBLICATION, TO_EVENT = DateKind.ABSOLUTE, DateKind.RELATIVE_TO_PUBLICATION, DateKind.RELATIVE_TO_EVENT


def resolve(match: Match, grammar: Grammar, context: Context) -> Meaning | None:
    """The meaning of a match; None if it is no date after all."""
    if match.rule.vague:
        return Meaning(DateKind.VAGUE)
    meaning = _Resolver(match.fields, grammar.words, context).meaning()
    if meaning is not None and meaning.kind is TO_EVENT and _lies_ahead(meaning.date, context):
        return replace(meaning, date=None)
    return meaning


def _lies_ahead(found: PartialDate | None, context: Context) -> bool:
    """Whether what follows an event would lie too far ahead: 工作六年半之后 counts from its beginning."""
    if found is None or context.day is None or not found.bounded:
        return False
    return (found.earliest - context.day).days > AFTERWARDS


class _Resolver(WeekReading):
    """The ways to combine the fields of one match into a date."""

    def meaning(self) -> Meaning | None:
        f = self.fields
        if "u" in f:
            return self._counted()
        if "dec" in f or "decs" in f or "decw" in f:
            return self.found(self._decade(), ABSOLUTE)
        if "a" in f:
            return self._slashes()
        for names, method in _METHODS:
            if not names.isdisjoint(f):
                meaning: Meaning | None = method(self)
                return meaning
        return None

    def _year_only(self) -> Meaning | None:
        year, kind = self.year()
        if kind is None:
            return None
        if year is None:
            return Meaning(kind, shift=self._anchor_shift("ya", Unit.YEAR))
        part = self.part()
        if part == "turn":
            year, part = self._turned(year, kind), "end"
        month = {"start": "-01~", "end": "-12~", "last_day": "-12-31"}.get(part or "", "")
        found = self.found(f"{year:04d}{month}", kind)
        return found and replace(found, shift=self._anchor_shift("ya", Unit.YEAR))

    def _turned(self, year: int, kind: DateKind) -> int:
        """The year that ends at "the turn of" it: the one before, unless that is long ago, or the turn is to come."""
        known, tense = self.context.month, self.context.tense
        ahead = known is not None and (known[1] >= TURNING or tense is Tense.FUTURE)
        return year if kind is TO_PUBLICATION and ahead else year - 1

    def _anchor_shift(self, field: str, unit: Unit) -> Shift | None:
        offset = self.word(field)
        return None if offset is None else Shift(offset, unit)

    def _decade(self) -> str | None:
        f = self.fields
        if "decw" in f:
            return f"{self.words['decade'][f['decw'].lower()]}X"
        if "dec" in f:
            return f"{f['dec'][:3]}X"
        tens = self.number("decs")
        return None if tens is None else f"19{tens // 10}X"

    def _quarter(self) -> Meaning | None:
        """Quarters and halves: EDTF level 1 has none, so their year."""
        year, kind = self.year()
        if kind is not None:
            return Meaning(kind) if year is None else self.found(f"{year:04d}", kind)
        c = self.context
        if "rel" in self.fields or "half" in self.fields or "q" in self.fields:
            if c.narrative and (anchor := year_of(c.anchor)) is not None and "rel" not in self.fields:
                return self.found(f"{anchor:04d}", ABSOLUTE)
            return self.found(None if c.year is None else f"{c.year:04d}", TO_PUBLICATION)
        return None

    def _season(self) -> Meaning | None:
        season = self.word("s", "season")
        year, kind = self.year()
        if kind is not None:
            return Meaning(kind) if year is None else self.found(f"{year:04d}-{season}", kind)
        if "arel" in self.fields or "adir" in self.fields:
            return self._season_from_anchor(season)
        c = self.context
        if c.narrative and "rel" not in self.fields and c.anchor is not None:
            return self._season_from_anchor(season, near=True)
        if c.day is None:
            return Meaning(TO_PUBLICATION)
        now_year, now = season_of(c.day)
        rel = self.word("rel") or ("next" if c.tense is Tense.FUTURE else "")
        if rel == "this":
            year = c.day.year - (season == 24 and c.day.month < 3)
        elif rel == "next":
            year = now_year + (season <= now)
        elif rel == "last":
            year = now_year - (season >= now)
        else:
            # The nearer one, as with months (NEARER): of a season that is to come, up to the next but one.
            ahead = c.tense is Tense.NEAR and (season - now) % 4 in (1, 2)
            year = now_year - (season > now) + ahead
        return self.found(f"{year:04d}-{season}", TO_PUBLICATION)

    def _season_from_anchor(self, season: int, *, near: bool = False) -> Meaning | None:
        anchor = self.context.anchor
        if anchor is None or not anchor.bounded:
            return Meaning(TO_EVENT)
        year, now = season_of(anchor.earliest if anchor.precision > Precision.YEAR else anchor.latest)
        year, now = (year_of(anchor) or year, now)
        if anchor.precision is Precision.YEAR:
            now = season
        rel = self.word("arel", "anchor_rel")
        direction = self.word("adir", "dir")
        if rel == "following" or direction == "after":
            year += season <= now
        elif rel == "previous" or direction == "before":
            year -= season >= now
        return self.found(f"{year:04d}-{season}", ABSOLUTE if near else TO_EVENT)

    def _calendar(self) -> Meaning | None:
        """A month, or a day of it, with or without a year."""
        month = self.month_number()
        day = self.number("d")
        if month is None or not 1 <= month <= 12:
            return None
        year, kind = self.year()
        if self.part() == "last_day":
            told = self._missing_year(month, None) if kind is None else year
            day = None if told is None else monthrange(told, month)[1]
        tail = f"-{month:02d}" + (f"-{day:02d}" if day is not None else "~" * self._inexact())
        if kind is not None:
            if year is None:
                return Meaning(kind, parse_or_none(f"XXXX{tail.rstrip('~')}") if kind is ABSOLUTE else None)
            return self.found(f"{year:04d}{tail}", kind)
        if "arel" in self.fields:
            return self._month_from_anchor(month, tail)
        if "rel" in self.fields:
            return self._month_from_publication(month, tail)
        year = self._missing_year(month, day)
        return self.found(f"XXXX{tail.rstrip('~')}" if year is None else f"{year:04d}{tail}", ABSOLUTE)

    def _inexact(self) -> bool:
        return self.part() in ("start", "end", "early", "mid", "late")

    def _month_from_anchor(self, month: int, tail: str) -> Meaning | None:
        anchor, rel = self.context.anchor, self.word("arel", "anchor_rel")
        year = year_of(anchor)
        if anchor is None or year is None:
            return Meaning(TO_EVENT)
        known = month_of(anchor)
        now = known[1] if known else (12 if rel == "following" else 1 if rel == "previous" else month)
        if rel == "following":
            year += month <= now
        elif rel == "previous":
            year -= month >= now
        return self.found(f"{year:04d}{tail}", TO_EVENT)

    def _month_from_publication(self, month: int, tail: str) -> Meaning | None:
        known, rel = self.context.month, self.word("rel")
        if known is None:
            return Meaning(TO_PUBLICATION)
        year, now = known
        if rel == "last":
            year -= month >= now
        elif rel == "next":
            year += month <= now
        return self.found(f"{year:04d}{tail}", TO_PUBLICATION)

    def _missing_year(self, month: int, day: int | None) -> int | None:
        """The year of a month (and day) stated without one."""
        c = self.context
        if c.narrative and c.anchor is not None:
            return self._year_told(c.anchor, month)
        if c.reference is None or c.year is None:
            return None
        if c.day is None:
            return c.year
        return self._nearest_year(c.day, month, day)

    def _year_told(self, anchor: PartialDate, month: int) -> int | None:
        """The anchor's year; for a month before its own the next one, as stories run on, unless this one turns back
        or that lies ahead."""
        year, known, now = year_of(anchor), month_of(anchor), self.context.month
        if year is None or known is None or now is None or month >= known[1] or self.context.looking_back:
            return year
        return year + ((year + 1, month) <= now)

    def _nearest_year(self, published: date, month: int, day: int | None) -> int:
        """The last such day (month) not after publication, or the next one if the words point there."""
        tense = self.context.tense
        past = published.year - ((month, day or 0) > (published.month, published.day if day else 0))
        if (month, day) == (published.month, None):
            return past
        ahead = past + 1
        if (month, day) == (2, 29):
            past -= next(back for back in range(9) if isleap(past - back))
            ahead += next(on for on in range(9) if isleap(ahead + on))
        days = (12 * (ahead - published.year) + month - published.month) * 30.4 + (day or 1) - published.day
        soon = SOON if day else SOON_MONTH
        limit = {Tense.FUTURE: FAR, Tense.NEAR: NEARER, Tense.UNKNOWN: soon, Tense.PAST: 0}[tense]
        return ahead if days <= limit else past

    def _month_word(self) -> Meaning | None:
        """上月底, "late last month", "the 6th of that month"."""
        f, c = self.fields, self.context
        field, kind = ("ma", TO_EVENT) if "ma" in f else ("mw", TO_PUBLICATION)
        base = month_of(c.anchor) if field == "ma" else c.month
        offset = self.word(field) or 0
        shift = Shift(offset, Unit.MONTH) if field == "ma" else None
        if base is None or (target := shift_month(*base, offset)) is None:
            return Meaning(kind, shift=shift)
        day = monthrange(*target)[1] if self.part() == "last_day" else self.number_of_day()
        tail = f"-{day:02d}" if day is not None else "~" * self._inexact()
        found = self.found(f"{target[0]:04d}-{target[1]:02d}{tail}", kind)
        return found and replace(found, shift=shift)

    def _day_of_month(self) -> Meaning | None:
        """22日, "the 17th": the latest such day, or that of the month being told."""
        day, c = self.number_of_day(), self.context
        if day is None or not 1 <= day <= 31:
            return None
        base = month_of(c.anchor) if c.narrative or (c.day is None and c.anchor is not None) else None
        if base is None and c.day is not None:
            base = (c.day.year, c.day.month)
            if c.tense is Tense.FUTURE and day < c.day.day:
                base = shift_month(*base, 1)
            elif c.tense is not Tense.FUTURE and day > c.day.day:
                base = shift_month(*base, -1)
                while base is not None and day > monthrange(*base)[1]:
                    base = shift_month(*base, -1)
        if base is None:
            base = c.month
        if base is None:
            return Meaning(ABSOLUTE, parse_or_none(f"XXXX-XX-{day:02d}"))
        return self.found(f"{base[0]:04d}-{base[1]:02d}-{day:02d}", ABSOLUTE)

    def _slashes(self) -> Meaning | None:
        first, second, year = int(self.fields["a"]), int(self.fields["b"]), int(self.fields["y"])
        month, day = (first, second) if self.context.month_first else (second, first)
        if month > 12:
            month, day = day, month
        either = first <= 12 and second <= 12 and first != second
        return self.found(f"{year:04d}-{month:02d}-{day:02d}", ABSOLUTE, ambiguous=either)

    def _holiday(self) -> Meaning | None:
        tail = str(self.word("holiday"))
        month, day = int(tail[:2]), int(tail[3:5]) if len(tail) > 3 else None
        year, kind = self.year()
        if kind is None:
            year, kind = self._missing_year(month, day), TO_PUBLICATION
        return Meaning(kind) if year is None else self.found(f"{year:04d}-{tail}", kind)

    def _end_of_this(self) -> Meaning | None:
        """年底, 月初, "year-end"."""
        c = self.context
        if "yend" in self.fields:
            if c.narrative and (anchor := year_of(c.anchor)) is not None:
                self.fields = {**self.fields, "y": f"{anchor:04d}"}
            return self._year_only()
        base = (month_of(c.anchor) if c.narrative else None) or c.month
        return self.found(None if base is None else f"{base[0]:04d}-{base[1]:02d}~", TO_PUBLICATION)

    def _day_word(self) -> Meaning | None:
        c, offset = self.context, self.word("dw")
        said = c.anchor.earliest if c.quoted and c.anchor and c.anchor.precision is Precision.DAY else None
        day = said or c.day
        if day is None or offset is None:
            return Meaning(TO_PUBLICATION)
        target = shift_day(day, offset)
        return self.found(target.isoformat() if target else None, TO_EVENT if said else TO_PUBLICATION)

    def _from_anchor(self, field: str, unit: Unit) -> Meaning | None:
        shift = Shift(self.word(field), unit)
        return Meaning(TO_EVENT, self._shifted(shift, self.context.anchor), shift)

    def _shifted(self, shift: Shift, anchor: PartialDate | None) -> PartialDate | None:
        if anchor is None or (shift.unit in (Unit.DAY, Unit.WEEK) and anchor.precision < Precision.MONTH):
            return None
        try:
            return resolve_shift(shift, anchor)
        except DateError:
            return None

    def _counted(self) -> Meaning | None:
        shift = self.shift()
        if shift is None:
            return None
        f, c = self.fields, self.context
        if "dur" in f:
            return Meaning(DateKind.DURATION, shift=shift)
        if "in" in f:
            if c.tense is not Tense.FUTURE:
                return Meaning(DateKind.DURATION, shift=shift)
            return Meaning(TO_PUBLICATION, self._shifted(shift, c.reference), shift)
        direction = self.word("dir")
        if direction == "ago":
            return Meaning(TO_PUBLICATION, self._shifted(-shift, c.reference), -shift)
        if direction == "from_now":
            return Meaning(TO_PUBLICATION, self._shifted(shift, c.reference), shift)
        shift = -shift if direction == "before" else shift
        return Meaning(TO_EVENT, self._shifted(shift, c.anchor), shift)


#: Days after publication up to which a date without a year lies ahead, by what the words around say of its time:
#: nothing (a day, a month), "whichever is nearer", and "will". Swept on the corpus; reviews of a year, written in its
#: last days, tell of February as they tell of March.
SOON, SOON_MONTH, NEARER, FAR = 45, 20, 182, 300


#: The month from which on "the turn of the year" is the coming one.
TURNING = 7
#: Days after publication within which what follows an event may lie.
AFTERWARDS = 366


#: Which combination decides, in this order, by the fields that are present.
_METHODS: tuple[tuple[frozenset[str], Any], ...] = (
    (frozenset({"dw"}), _Resolver._day_word),
    (frozenset({"da"}), lambda r: r._from_anchor("da", Unit.DAY)),
    (frozenset({"holiday"}), _Resolver._holiday),
    (frozenset({"s"}), _Resolver._season),
    (frozenset({"q", "half"}), _Resolver._quarter),
    (frozenset({"mw", "ma"}), _Resolver._month_word),
    (frozenset({"m"}), _Resolver._calendar),
    (frozenset({"wd"}), _Resolver.weekday),
    (frozenset({"ww"}), _Resolver.week),
    (frozenset({"we"}), _Resolver.weekend),
    (frozenset({"wa"}), lambda r: r._from_anchor("wa", Unit.WEEK)),
    (frozenset({"yend", "mend"}), _Resolver._end_of_this),
    (frozenset({"y", "yy", "yn", "roc", "yw", "ya"}), _Resolver._year_only),
    (frozenset({"d"}), _Resolver._day_of_month),
)

"""The fields of one match as values: numbers, offsets, months, years, shifts.

A Reading looks words up in its grammar's tables and nothing else; how fields combine is resolution.py.
"""

from __future__ import annotations

import re
from typing import Any

from labmoves_ingest.dates.context import Context, Meaning, parse_or_none, year_of
from labmoves_ingest.dates.model import DateKind, Shift, Unit
from labmoves_ingest.dates.numerals import parse_number

__all__ = ["Reading"]

#: Units that are whole numbers of months.
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}


class Reading:
    """The fields of one match, looked up."""

    def __init__(self, fields: dict[str, str], words: dict[str, dict[str, Any]], context: Context) -> None:
        self.fields = fields
        self.words = words
        self.context = context

    def word(self, field: str, table: str | None = None) -> Any:
        """What the table says about the field's words; None if the field is absent."""
        text = self.fields.get(field)
        if text is None:
            return None
        key = re.sub(r"\s+", " ", text).lower().strip()
        entries = self.words[table or field]
        return entries.get(key, entries.get(key.replace(" ", "")))

    def number(self, field: str) -> int | None:
        text = self.fields.get(field)
        value = parse_number(text) if text else None
        return None if value is None else int(value)

    def year(self) -> tuple[int | None, DateKind | None]:
        """The year that the words give and what it depends on; (None, None) if they give none."""
        f, c = self.fields, self.context
        if "y" in f:
            return int(f["y"]), DateKind.ABSOLUTE
        if "yn" in f:
            return self.number("yn"), DateKind.ABSOLUTE
        if "roc" in f:
            count = 1 if f["roc"] == "元" else self.number("roc")
            return (None if count is None else 1911 + count), DateKind.ABSOLUTE
        if "yy" in f:
            short = self.number("yy") or 0
            limit = (c.year or 2030) % 100 + 10
            return (2000 if short <= limit else 1900) + short, DateKind.ABSOLUTE
        if "ya" in f:
            anchor = year_of(c.anchor)
            return (None if anchor is None else anchor + self.word("ya")), DateKind.RELATIVE_TO_EVENT
        if "yw" in f or "yend" in f:
            offset = self.word("yw") or 0
            return (None if c.year is None else c.year + offset), DateKind.RELATIVE_TO_PUBLICATION
        return None, None

    def part(self) -> str | None:
        f = self.fields
        if "yend" in f or "mend" in f:
            text = f.get("yend", f.get("mend", ""))
            if text.startswith("year"):
                return "end"
            return self.words["part"].get(text)
        part = self.word("part")
        return None if part is None else str(part)

    def month_number(self) -> int | None:
        text = self.fields["m"]
        if text == "元":
            return 1
        key = text.lower().strip()
        for table in ("month", "short"):
            found = self.words.get(table, {}).get(key)
            if found is not None:
                return int(found)
        return self.number("m")

    def number_of_day(self) -> int | None:
        text = self.fields.get("d")
        if text is None:
            return None
        value = parse_number(re.sub(r"^the\s+", "", text, flags=re.I))
        return None if value is None else int(value)

    def shift(self) -> Shift | None:
        """n units; half / h add half a unit, extra adds months, approx and many make it approximate."""
        f = self.fields
        amount = parse_number(f["n"])
        unit = self.word("u", "unit")
        if amount is None or unit is None:
            return None
        if "tens" in f and amount < 10:
            amount *= 10
        amount += 0.5 if "half" in f or "h" in f else 0
        approximate = "approx" in f or "many" in f
        months = _MONTHS.get(unit)
        if months is not None and (amount != int(amount) or "extra" in f or unit == "quarter"):
            total = amount * months + (parse_number(f.get("extra", "")) or 0)
            return Shift(int(total), Unit.MONTH, approximate) if total >= 1 else Shift(15, Unit.DAY, True)
        if months is not None:
            years = months // 12
            return Shift(int(amount * max(years, 1)), Unit.YEAR if years else Unit.MONTH, approximate)
        if unit == "fortnight":
            return Shift(int(amount * 2), Unit.WEEK, approximate)
        if amount != int(amount):
            return Shift(int(amount * 7), Unit.DAY, True) if unit == "week" else Shift(int(amount), Unit(unit), True)
        return Shift(int(amount), Unit(unit), approximate)

    def found(self, edtf: str | None, kind: DateKind, *, ambiguous: bool = False) -> Meaning | None:
        """A meaning with this date; None if the calendar has no such day."""
        if edtf is None:
            return Meaning(kind)
        parsed = parse_or_none(edtf)
        return None if parsed is None else Meaning(kind, parsed, ambiguous=ambiguous)

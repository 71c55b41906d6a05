"""What a date expression is: where it stands, what it means, and how far it could be resolved.

    DateMention   the characters text[start:end], their kind, and the date or shift that they state
    Shift         a signed length of time in one unit: "three weeks later" is +3 weeks

A mention never states more than its words and the context given; what could not be resolved has date None.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from labmoves_graph.partial_date import PartialDate

__all__ = ["DateKind", "DateMention", "Shift", "Unit"]


class DateKind(StrEnum):
    """What an expression needs besides itself to become a date."""

    ABSOLUTE = "absolute"  # a calendar date, be it without its year: "9月19日", "March 2019"
    RELATIVE_TO_PUBLICATION = "relative_to_publication"  # "yesterday", "on Monday", 去年, "three weeks ago"
    RELATIVE_TO_EVENT = "relative_to_event"  # "ten days later", 次日, 同年9月, "that March"
    DURATION = "duration"  # "after four years", 不到11个月: a length, no date of its own
    VAGUE = "vague"  # 近日, "recently", 数月前: no date can be stated


class Unit(StrEnum):
    """Units of a shift, the finest first."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Shift:
    """A length of time with its direction: negative is earlier. A DURATION's is positive.

    approximate: the words say about, nearly, less than, over.
    """

    amount: int
    unit: Unit
    approximate: bool = False

    def __neg__(self) -> Shift:
        return Shift(-self.amount, self.unit, self.approximate)


@dataclass(frozen=True, slots=True)
class DateMention:
    """One date expression of a text; text is the characters from start to end.

    date:      None if vague, a mere duration, or dependent on an event or publication date that is unknown.
               For RELATIVE_TO_EVENT it is resolved against the nearest date stated before it.
    shift:     set for "N units later / earlier / ago", for the day, month or year after or before, and durations.
    ambiguous: day and month could be swapped (9/5/2024); date then holds the reading usual in the language.
    rule:      name of the grammar rule that found it, for explanations.
    """

    start: int
    end: int
    text: str
    kind: DateKind
    date: PartialDate | None = None
    shift: Shift | None = None
    ambiguous: bool = False
    rule: str = ""

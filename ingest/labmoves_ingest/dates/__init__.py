"""Date expressions of Chinese and English news: where they stand and what they mean.

    find_dates(text, language, published)  -> mentions in text order
    resolve_shift(shift, anchor)           -> "ten days later", once the event is dated
    infer_reference(text, language)        -> stands in for a missing publication date

What counts as an expression is data (common.toml, en.toml, zh.toml); how it becomes a date is one logic for both
languages (resolution.py). A range gives its two ends as two mentions.
"""

from labmoves_ingest.dates.finding import find_dates, infer_reference
from labmoves_ingest.dates.model import DateKind, DateMention, Shift, Unit
from labmoves_ingest.dates.shifts import resolve_shift

__all__ = ["DateKind", "DateMention", "Shift", "Unit", "find_dates", "infer_reference", "resolve_shift"]

"""The place that stands before a report: "TARTU, 16 September 2025 —", "BOISE (AP) —".

    places_of_reports(text)     (start, end) of each

It is written like a company's name and is none: of some 350 such places in the corpus none is marked as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["places_of_reports"]

_PLACE = r"[>*_ ]{0,4}([A-Z][A-Z.'’\- ]{1,40}[A-Z])"
_AFTER_DATE = r",[^\S\n][^\n]{1,40}?[^\S\n][—–-]{1,2}[^\S\n]"
_AGENCY = r"A[FN]?P|ANI|Bloomberg|CNBC|DPA|EFE|Kyodo|PTI|Reuters|TASS|UPI|Xinhua|Yonhap|[A-Z][\w ]{1,30} Wire"
_AFTER_AGENCY = rf"[^\S\n]?\((?:{_AGENCY})\)[^\S\n]?[—–-]"
_DATELINE = re.compile(rf"^{_PLACE}(?=[*_]{{0,2}}(?:{_AFTER_DATE}|{_AFTER_AGENCY}))", re.MULTILINE)
#: At the beginning of a text a dash is enough: "LONDON — ". Further down that may be a firm at the head of an item.
_OPENING = re.compile(rf"{_PLACE}(?=[*_]{{0,2}}[^\S\n][—–][^\S\n])")


def places_of_reports(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each place; the one at the beginning of the text may come twice."""
    opening = _OPENING.match(text)
    if opening is not None:
        yield opening.span(1)
    for match in _DATELINE.finditer(text):
        yield match.span(1)

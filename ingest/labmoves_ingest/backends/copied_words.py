"""Finds words that somebody copied from a text, small slips of copying included.

    CopiedWords(text).places("Mira  Murati")  -> [Place(0, 11)], text order

First letter by letter; only if they stand nowhere so, with quotation marks, dashes, width, script and case folded and
any white space between them. A Latin word is found as a whole: "Li" is not in "Liang".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from labmoves_ingest.tokens import fold

__all__ = ["CopiedWords", "Place"]

_DASHES = {ord(dash): "-" for dash in "‐‑‒–—―−"}
_LATIN = "[^\\W_㐀-鿿]"
MOST_PLACES = 100


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """text[start:end]."""

    start: int
    end: int

    def distance(self, other: Place) -> int:
        """Characters between both, 0 where they touch or overlap."""
        return max(0, other.start - self.end, self.start - other.end)

    def of(self, text: str) -> str:
        """The characters that stand there."""
        return text[self.start : self.end]


class CopiedWords:
    """A stretch text[start:end] that words are said to be copied from."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._start = start
        self._text = text[start:end]
        self._folded = _folded(self._text)

    def places(self, words: str) -> list[Place]:
        """Where the words stand, first to last, as offsets into the whole text; empty where they do not."""
        pieces = words.split()
        if not pieces:
            return []
        exact = re.compile(_whole(words.strip(), re.escape(words.strip())))
        if found := self._all(exact, self._text):
            return found
        folded = [_folded(piece) for piece in pieces]
        pattern = r"\s+".join(re.escape(piece) for piece in folded)
        return self._all(re.compile(_whole(" ".join(folded), pattern)), self._folded)

    def _all(self, pattern: re.Pattern[str], text: str) -> list[Place]:
        found = []
        for m in pattern.finditer(text):
            found.append(Place(self._start + m.start(), self._start + m.end()))
            if len(found) == MOST_PLACES:
                break
        return found


def _folded(text: str) -> str:
    return fold(text).translate(_DASHES)


def _whole(words: str, pattern: str) -> str:
    before = rf"(?<!{_LATIN})" if re.match(_LATIN, words[0]) else ""
    after = rf"(?!{_LATIN})" if re.match(_LATIN, words[-1]) else ""
    return before + pattern + after

"""Tables for people: columns that line up with Chinese, accents and emoji, and never with control characters.

    format_table(["person", "event"], [["姚顺宇", "departure"]]) -> ["person  event", "姚顺宇  departure"]

Given a width, the widest columns are cut with "…" until a line fits; without one nothing is cut.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["display_width", "format_table", "printable"]

GAP = 2
#: A column is cut no further than this; below, a line may become longer than the terminal.
LEAST_WIDTH = 10

_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf"})


def format_table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """Header and rows as lines. width: cells that a line may take, None for any number."""
    cells = [[printable(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(map(display_width, column)) for column in zip(*cells, strict=True)]
    if width is not None:
        widths = _fitted(widths, width - GAP * (len(columns) - 1))
    return [_line(row, widths) for row in cells]


def display_width(text: str) -> int:
    """Terminal cells that the text takes: two for wide East Asian characters, none for combining ones."""
    return sum(_cells(character) for character in text)


def printable(text: str) -> str:
    """The text on one line, with characters that a terminal would obey or not show replaced by a space."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\u200d\u3000" else " " for c in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > LEAST_WIDTH:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cut = [_cut(cell, width) for cell, width in zip(row, widths, strict=True)]
    padded = [cell + " " * (width - display_width(cell)) for cell, width in zip(cut, widths, strict=True)]
    return (" " * GAP).join(padded).rstrip()


def _cut(cell: str, width: int) -> str:
    if display_width(cell) <= width:
        return cell
    kept, room = [], width - 1
    for character in cell:
        room -= _cells(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + "…"

"""What a command prints, and where.

Results go to standard output: a table for people, JSON Lines with --json. Everything else (progress, notices,
problems) goes to standard error, so that results can be piped. Problems are counted: a command that met one
ends with exit status 1 although it did the rest.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO

from labmoves_api.cli.text_table import format_table, printable

__all__ = ["Column", "Console", "column"]

#: Header of a column, and the cell that a record shows in it.
Column = tuple[str, Callable[[Mapping[str, Any]], str]]

#: Seconds between progress lines: on a terminal the line is rewritten in place, elsewhere it is a new line.
TERMINAL_INTERVAL = 0.2
LOG_INTERVAL = 10.0


def column(key: str, header: str = "") -> Column:
    """The column of a record's own field, empty where it is null."""

    def cell(record: Mapping[str, Any]) -> str:
        value = record.get(key)
        return "" if value is None else str(value)

    return header or key, cell


class Console:
    """Standard output and standard error of one command."""

    def __init__(self, *, json_lines: bool = False, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.json_lines = json_lines
        self.problems = 0
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._shown_at = time.monotonic()
        self._progress_shown = False

    @property
    def exit_status(self) -> int:
        """1 when a problem was told, else 0."""
        return 1 if self.problems else 0

    def write(self, text: str) -> None:
        """Result text as it is, on standard output."""
        self._clear_progress()
        self._out.write(text)
        self._out.flush()

    def record(self, record: Mapping[str, Any]) -> None:
        """One JSON line on standard output."""
        self._out.write(json.dumps(record, ensure_ascii=False) + "\n")

    def records(
        self,
        records: Iterable[Mapping[str, Any]],
        columns: Sequence[Column],
        *,
        empty: str,
        below: Callable[[Mapping[str, Any]], Iterable[str]] | None = None,
    ) -> None:
        """Records as JSON Lines, or as a table with these columns.

        empty: tells a person that there are none. below: lines to print under a record's row.
        """
        self._clear_progress()
        if self.json_lines:
            for record in records:
                self.record(record)
            return
        shown = list(records)
        if not shown:
            self.notice(empty)
            return
        width = shutil.get_terminal_size().columns if self._out.isatty() else None
        rows = [[cell(record) for _, cell in columns] for record in shown]
        header, *lines = format_table([header for header, _ in columns], rows, width)
        self._out.write(header + "\n")
        for record, line in zip(shown, lines, strict=True):
            self._out.write(line + "\n")
            for more in below(record) if below else ():
                self._out.write(printable(more) + "\n")

    def notice(self, text: str) -> None:
        """Something worth knowing that is no problem."""
        self._clear_progress()
        print(printable(text), file=self._err, flush=True)

    def problem(self, problem: object) -> None:
        """Something that could not be done: its cause and remedy, in one line."""
        self.problems += 1
        self.notice(f"labmoves: {problem}")

    def progress(self, text: str) -> None:
        """How far long work has come; shown now and then."""
        interval = TERMINAL_INTERVAL if self._err.isatty() else LOG_INTERVAL
        if (now := time.monotonic()) - self._shown_at < interval:
            return
        self._shown_at = now
        if self._err.isatty():
            self._err.write(f"\r\x1b[K{printable(text)}")
            self._progress_shown = True
        else:
            self._err.write(printable(text) + "\n")
        self._err.flush()

    def _clear_progress(self) -> None:
        if self._progress_shown:
            self._err.write("\r\x1b[K")
            self._progress_shown = False

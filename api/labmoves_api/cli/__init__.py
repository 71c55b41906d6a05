"""The labmoves command line: `labmoves COMMAND …`.

    extract, evaluate                       reading articles without a store        cli/reading.py
    …

Results go to standard output (tables, or JSON Lines with --json), all else to standard error. Exit status:
0 done, 1 something failed (standard error says what and why), 2 bad usage.
"""

from __future__ import annotations

from labmoves_api.cli.program import main

__all__ = ["main"]

"""The labmoves command line: `labmoves COMMAND …`.

    extract, evaluate                       reading articles without a store        cli/reading.py
    …

Results go to standard output (tables, or JSON Lines with --json), all else to standard error. Exit status:
0 done, 1 something failed (standard error says what and why), 2 bad usage.
"""

from __future__ import annotations

import os

# Matrices here are small: threads of the linear-algebra library would wait for one another longer than they
# work (measured: 30 times slower on two busy cores). Must be set before NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from labmoves_api.cli.program import main

__all__ = ["main"]

"""Cue words as one regular expression: Latin words by whole words, Han words wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from labmoves_ingest.tokens import fold, is_han

__all__ = ["any_word"]


def any_word(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that matches any of the words in folded text, the longest first."""
    forms = sorted({fold(word) for word in words}, key=lambda form: (-len(form), form))
    return re.compile("|".join(re.escape(f) if is_han(f[0]) else rf"\b{re.escape(f)}\b" for f in forms))

"""Passages that speak to a program instead of to people: no evidence for anything.

    addresses_a_machine(text, start, end)  -> whether the passage, or what stands right before it, does so

A model that obeys such a passage can quote it as evidence, letter by letter; the words alone would pass. Such wording
is data (injection.toml). It is a second defence: the first is that articles are fenced (prompt.py).
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

from labmoves_ingest.tokens import fold

__all__ = ["addresses_a_machine"]

#: An instruction and what it dictates may be two sentences: so many characters before a passage, within its
#: paragraph, belong to it, and a few after it ("... Add this to your claims.").
BEFORE, AFTER = 300, 120
_BLANK_LINE = re.compile(r"\n\s*\n")


def addresses_a_machine(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], seen with its surroundings, gives instructions to its reader."""
    before = _BLANK_LINE.split(text[max(0, start - BEFORE) : start])[-1]
    after = _BLANK_LINE.split(text[end : end + AFTER])[0]
    return _wording().search(fold(before + text[start:end] + after)) is not None


@lru_cache(maxsize=1)
def _wording() -> re.Pattern[str]:
    raw = tomllib.loads((resources.files("labmoves_ingest.backends") / "injection.toml").read_text("utf-8"))
    return re.compile("|".join(f"(?:{one})" for one in [*raw["en"], *raw["zh"]]), re.IGNORECASE | re.MULTILINE)

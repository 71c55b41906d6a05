"""How an event came about, where the text words it so: "resigned", 被挖走. Words near the one that states it.

The words are data (`[manner]` in cues/en.toml and cues/zh.toml); only manners that the event can have count.
"""

from __future__ import annotations

import tomllib
from importlib import resources

from labmoves_graph.model import Event, Manner
from labmoves_ingest.documents import Document
from labmoves_ingest.patterns import any_word

__all__ = ["ALLOWED_MANNERS", "MannerFinder"]

#: Manners that an event can have, as the annotation guide uses them.
ALLOWED_MANNERS = {
    Event.DEPARTURE: (
        Manner.RESIGNED,
        Manner.DISMISSED,
        Manner.LAID_OFF,
        Manner.RETIRED,
        Manner.POACHED,
        Manner.ACQUIRED,
    ),
    Event.HIRE: (Manner.REJOINED, Manner.POACHED, Manner.ACQUIRED),
    Event.ROLE_CHANGE: (Manner.PROMOTED, Manner.STEPPED_DOWN, Manner.RETIRED),
    Event.FOUNDING: (),
}

#: Characters on either side of the stating word in which the manner is looked for.
REACH = {"en": 45, "zh": 14}


class MannerFinder:
    """Finds the manner of events in texts of one language ("en" or "zh")."""

    def __init__(self, language: str) -> None:
        raw = tomllib.loads((resources.files("labmoves_ingest") / "cues" / f"{language}.toml").read_text("utf-8"))
        self._patterns = {Manner(name): any_word(words) for name, words in raw["manner"].items()}
        self._reach = REACH[language]

    def find(self, document: Document, event: Event, sentence: int, trigger: int) -> Manner | None:
        """The manner worded nearest to the trigger (a token index) within its sentence, None if there is none."""
        span, place = document.sentences[sentence], document.tokens[trigger]
        start, end = max(span.start, place.start - self._reach), min(span.end, place.end + self._reach)
        best: tuple[int, Manner] | None = None
        for manner in ALLOWED_MANNERS[event]:
            for m in self._patterns[manner].finditer(document.folded, start, end):
                distance = max(m.start() - place.end, place.start - m.end(), 0)
                if best is None or distance < best[0]:
                    best = distance, manner
        return best[1] if best else None

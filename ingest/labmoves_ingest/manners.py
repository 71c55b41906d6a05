"""How an event came about, where the text tells it: "resigned", 被挖走.

    MannerFinder("en").find(document, candidate, chosen)     Manner.RESIGNED, or None

Words near the one that states the event say it, if they are listed (`[manner]` in cues/en.toml and cues/zh.toml). A
linear model over the sentence's words (status_model.py) and the person's other claims has learnt which wordings the
lists lack, and where a listed word means something else. Only manners that the event can have count.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from zlib import crc32

from labmoves_graph.model import Event, Manner
from labmoves_ingest.documents import Document
from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.patterns import any_word
from labmoves_ingest.reading import Candidate
from labmoves_ingest.status_model import WIDTH, status_features

__all__ = ["ALLOWED_MANNERS", "MANNERS", "MannerCues", "MannerFinder", "manner_columns", "manner_of"]

MANNERS = tuple(Manner)
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
#: How likely a manner must be at all for the model to give one, and for a listed word to count. Of .3 to .8 on the
#: development stories, English and Chinese: .6 gives .64 and .73 of the annotated manners (listed words alone .58 and
#: .61), and what it gives is right for .89 and .88 of them (.92 and .88).
TOLD, MEANT = 0.6, 0.1


class MannerCues:
    """The listed words of one language ("en" or "zh")."""

    def __init__(self, language: str) -> None:
        raw = tomllib.loads((resources.files("labmoves_ingest") / "cues" / f"{language}.toml").read_text("utf-8"))
        self._patterns = {Manner(name): any_word(words) for name, words in raw["manner"].items()}
        self._reach = REACH[language]

    def nearest(self, document: Document, event: Event, sentence: int, trigger: int) -> Manner | None:
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


def manner_columns(
    document: Document,
    event: Event,
    sentence: int,
    trigger: int,
    worded: Manner | None,
    others: Iterable[tuple[Event, bool]],
) -> list[int]:
    """The columns of the model's features, each once, sorted.

    worded: what the listed words say; others: the person's other claims, and whether each is of the same
    organization.
    """
    names = {f"cue={worded}", f"cue={worded} e={event}"}
    for other, same in others:
        names.add(f"has={other}")
        if same:
            names.add(f"same={other}")
    columns = {crc32(name.encode()) % WIDTH for name in names}
    return sorted(columns.union(status_features(document, sentence, trigger, event, None)))


def manner_of(event: Event, worded: Manner | None, odds: Sequence[float]) -> Manner | None:
    """What listed words and model come to; None for an event without manners.

    odds: of none, then of each of MANNERS.
    """
    possible = [MANNERS.index(manner) for manner in ALLOWED_MANNERS[event]]
    told = sum(odds[1 + number] for number in possible)
    if not told:
        return None
    share = told / (told + odds[0])
    if worded is not None and share > MEANT:
        return worded
    return MANNERS[max(possible, key=lambda number: odds[1 + number])] if share >= TOLD else None


class MannerFinder:
    """Finds the manner of events in texts of one language ("en" or "zh")."""

    def __init__(self, language: str, models: Traversable | None = None) -> None:
        """models: the folder of the model files; None: those that labmoves brings along."""
        self._cues = MannerCues(language)
        self._model = LinearModel.of(read_archive(f"{language}_manners.npz", models))

    def find(self, document: Document, candidate: Candidate, chosen: Iterable[Candidate]) -> Manner | None:
        """The manner of the candidate's event, None if the text tells of none. chosen: all that is claimed."""
        event, sentence, trigger = candidate.event, candidate.sentence, candidate.trigger
        if not ALLOWED_MANNERS[event]:
            return None
        worded = self._cues.nearest(document, event, sentence, trigger)
        others = (
            (other.event, other.organization == candidate.organization)
            for other in chosen
            if other.person == candidate.person and other is not candidate
        )
        odds = self._model.odds(manner_columns(document, event, sentence, trigger, worded, others))
        return manner_of(event, worded, [float(one) for one in odds])

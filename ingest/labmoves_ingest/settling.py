"""Which candidates become claims: likely enough, consistent with one another, and told as having happened.

    settled(document, candidates, threshold, fiction) -> one candidate for each stint, in text order
    settle(document, candidates, threshold, fiction)  -> those, and why each of the other stints is not stated

- A sentence that asks or supposes must be much likelier than one that tells.
- One person, one organization, one sentence: leaving and staying in another role exclude each other, and so do
  joining and founding. A departure and a hire, a hire and a change of role, a founding and a change of role that the
  same words tell, or words close by, are one thing; words further apart may well tell of two: "X, who joined in 2021,
  is leaving".
- A text, or a section of one, that calls itself fiction or satire makes no claims.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from labmoves_graph.model import Event
from labmoves_ingest.documents import Document
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.reading import Candidate

__all__ = ["Dropped", "Ground", "Settlement", "doubt_of", "settle", "settled"]

#: How much likelier than its threshold a question or a supposition must be.
DOUBT = 0.35
#: Date and role may be taken from a reading at least this share as likely as the best.
COMPARABLE = 0.1
#: Other readings of a stint that are kept; a text may tell one a hundred times.
MOST_OTHERS = 4
#: A section is the text between blank lines or headings; only longer texts are judged by section.
_SECTION = re.compile(r"\n\s*\n(?=[【\[#*])")

#: Tokens between two stating words from which on they may tell of different things. In the development stories such
#: pairs of a departure and a hire were both right 17 times of 20, those nearer 7 times of 19.
APART = 4

_EXCLUSIVE = frozenset((Event.DEPARTURE, Event.ROLE_CHANGE)), frozenset((Event.HIRE, Event.FOUNDING))
_EXCLUSIVE_NEARBY = (
    frozenset((Event.DEPARTURE, Event.HIRE)),
    frozenset((Event.HIRE, Event.ROLE_CHANGE)),
    frozenset((Event.FOUNDING, Event.ROLE_CHANGE)),
)


class Ground(StrEnum):
    """Why a stint is not stated."""

    UNLIKELY = "unlikely"  # below the threshold of its event
    ASKED = "asked"  # likely enough for a statement, not for a question
    SUPPOSED = "supposed"  # likely enough for a statement, not for a supposition
    CONTRADICTED = "contradicted"  # a likelier reading of the sentence excludes it
    FICTION = "fiction"


@dataclass(frozen=True, slots=True)
class Dropped:
    """The likeliest reading of a stint that is not stated.

    needed: the probability from which it would be stated; rival: the reading that excludes it, None elsewhere.
    """

    candidate: Candidate
    ground: Ground
    needed: float
    rival: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is stated, one candidate for each stint, and what is not; both in text order."""

    chosen: list[Candidate]
    dropped: list[Dropped]


def settled(
    document: Document,
    candidates: Sequence[Candidate],
    threshold: dict[Event, float],
    fiction: re.Pattern[str],
) -> list[Candidate]:
    """One candidate for each stint: the likeliest above its threshold, with the others at hand (Candidate.also)."""
    return settle(document, candidates, threshold, fiction).chosen


def settle(
    document: Document,
    candidates: Sequence[Candidate],
    threshold: dict[Event, float],
    fiction: re.Pattern[str],
) -> Settlement:
    """As `settled`, with the stints left out."""
    invented = _fiction(document, fiction)
    groups: dict[tuple[bool, int, Event, int], list[Candidate]] = defaultdict(list)
    for one in candidates:
        made_up = _within(document.sentences[one.sentence].start, invented)
        groups[made_up, one.person, one.event, one.organization].append(one)
    likely, dropped = [], []
    for (made_up, *_), group in groups.items():
        best = max(group, key=lambda c: c.probability)
        failing = _failing(document, best, threshold[best.event], made_up)
        if failing is None:
            _complete(best, group)
            likely.append(best)
        else:
            dropped.append(failing)
    chosen, contradicted = _without_contradictions(likely)
    dropped += [Dropped(one, Ground.CONTRADICTED, threshold[one.event], rival) for one, rival in contradicted]
    return Settlement(sorted(chosen, key=_place), sorted(dropped, key=lambda one: _place(one.candidate)))


def _failing(document: Document, candidate: Candidate, threshold: float, made_up: bool) -> Dropped | None:
    """Why the candidate is not stated, whatever the others say; None when nothing speaks against it."""
    doubt = doubt_of(document, candidate)
    needed = min(threshold + (DOUBT if doubt else 0.0), 0.97)
    if made_up:
        return Dropped(candidate, Ground.FICTION, needed)
    if candidate.probability >= needed:
        return None
    return Dropped(candidate, doubt if doubt and candidate.probability >= threshold else Ground.UNLIKELY, needed)


def _place(candidate: Candidate) -> tuple[int, int, Event, int]:
    return candidate.sentence, candidate.person, candidate.event, candidate.organization


def doubt_of(document: Document, candidate: Candidate) -> Ground | None:
    """Whether the sentence asks or supposes rather than tells."""
    if _asks(document, candidate):
        return Ground.ASKED
    span = document.sentences[candidate.sentence]
    before = range(span.first, min(candidate.trigger + 1, span.last))
    supposes = any(document.flags[i] >> Flag.HYPOTHETICAL & 1 for i in before)
    return Ground.SUPPOSED if supposes else None


def _asks(document: Document, candidate: Candidate) -> bool:
    """Whether the clause of the trigger is a question; what stands before the last comma is presupposed."""
    last = document.sentences[candidate.sentence].last
    if document.tokens[last - 1].text not in "?？":
        return False
    return not any(token.text in ",，" for token in document.tokens[candidate.trigger + 1 : last])


def _complete(best: Candidate, group: Sequence[Candidate]) -> None:
    """Keep the other readings of the stint that are about as likely."""
    others = sorted((c for c in group if c is not best), key=lambda c: -c.probability)
    best.also = tuple(c for c in others[:MOST_OTHERS] if c.probability >= COMPARABLE * best.probability)


def _without_contradictions(
    likely: Sequence[Candidate],
) -> tuple[list[Candidate], list[tuple[Candidate, Candidate]]]:
    """Of readings that exclude each other the likelier one stays; the others go, each with the one that stays."""
    kept: dict[tuple[int, int, int], list[Candidate]] = defaultdict(list)
    gone: list[tuple[Candidate, Candidate]] = []
    for candidate in sorted(likely, key=lambda c: -c.probability):
        there = kept[candidate.person, candidate.organization, candidate.sentence]
        rival = next((other for other in there if _contradict(candidate, other)), None)
        if rival is None:
            there.append(candidate)
        else:
            gone.append((candidate, rival))
    return [candidate for there in kept.values() for candidate in there], gone


def _contradict(one: Candidate, other: Candidate) -> bool:
    events = frozenset((one.event, other.event))
    nearby = abs(one.trigger - other.trigger) < APART
    return events in _EXCLUSIVE or (nearby and events in _EXCLUSIVE_NEARBY)


def _fiction(document: Document, fiction: re.Pattern[str]) -> list[tuple[int, int]]:
    """The sections that say of themselves that they are fiction; all of the text when its title says so."""
    if fiction.search(document.title):
        return [(0, len(document.text))]
    if not fiction.search(document.folded):
        return []
    borders = [0, *(m.end() for m in _SECTION.finditer(document.text)), len(document.text)]
    return [(a, b) for a, b in pairwise(borders) if fiction.search(document.folded, a, b)]


def _within(place: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in stretches)

"""Which candidates become claims: likely enough, consistent with one another, and told as having happened.

    settled(document, candidates, threshold, fiction) -> one candidate for each stint, in text order

- A sentence that asks or supposes must be much likelier than one that tells.
- One person, one organization, one sentence: an arrival is either a hire, a change of role or a founding; a
  departure and an arrival there exclude each other, and so do leaving and staying in another role.
- A text, or a section of one, that calls itself fiction or satire makes no claims.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from labmoves_graph.model import Event
from labmoves_ingest.documents import Document
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.reading import Candidate

__all__ = ["settled"]

#: How much likelier than its threshold a question or a supposition must be.
DOUBT = 0.35
#: An alternative date or role is taken from a reading at least this share as likely as the best.
COMPARABLE = 0.5
#: A section is the text between blank lines or headings; only longer texts are judged by section.
_SECTION = re.compile(r"\n\s*\n(?=[【\[#*])")

_ONE_ARRIVAL = frozenset((Event.HIRE, Event.ROLE_CHANGE, Event.FOUNDING))
_EXCLUSIVE = (
    _ONE_ARRIVAL,
    frozenset((Event.DEPARTURE, Event.ROLE_CHANGE)),
    frozenset((Event.DEPARTURE, Event.HIRE)),
)


def settled(
    document: Document,
    candidates: Sequence[Candidate],
    threshold: dict[Event, float],
    fiction: re.Pattern[str],
) -> list[Candidate]:
    """One candidate for each stint: the likeliest above its threshold, completed by the others' date and role."""
    invented = _fiction(document, fiction)
    told = [c for c in candidates if not _within(document.sentences[c.sentence].start, invented)]
    groups: dict[tuple[int, Event, int], list[Candidate]] = defaultdict(list)
    for candidate in told:
        groups[candidate.person, candidate.event, candidate.organization].append(candidate)
    chosen = []
    for group in groups.values():
        best = max(group, key=lambda c: c.probability)
        if best.probability >= _needed(document, best, threshold):
            _complete(best, group)
            chosen.append(best)
    chosen = _without_contradictions(chosen)
    return sorted(chosen, key=lambda c: (c.sentence, c.person, c.event, c.organization))


def _needed(document: Document, candidate: Candidate, threshold: dict[Event, float]) -> float:
    span = document.sentences[candidate.sentence]
    asks = document.tokens[span.last - 1].text in "?？"
    before = range(span.first, min(candidate.trigger + 1, span.last))
    supposes = any(document.flags[i] >> Flag.HYPOTHETICAL & 1 for i in before)
    return min(threshold[candidate.event] + (DOUBT if asks or supposes else 0.0), 0.97)


def _complete(best: Candidate, group: Sequence[Candidate]) -> None:
    """Take date and role from the other readings of the stint where the likeliest one lacks them."""
    for other in sorted(group, key=lambda c: -c.probability):
        if other.probability >= COMPARABLE * best.probability:
            best.date = best.date or other.date
            best.role = best.role or other.role


def _without_contradictions(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Of claims that exclude each other the likelier one stays."""
    kept: list[Candidate] = []
    for candidate in sorted(chosen, key=lambda c: -c.probability):
        if not any(_contradict(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _contradict(one: Candidate, other: Candidate) -> bool:
    place = (one.person, one.organization, one.sentence)
    same_place = place == (other.person, other.organization, other.sentence)
    return same_place and any({one.event, other.event} <= pair for pair in _EXCLUSIVE)


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

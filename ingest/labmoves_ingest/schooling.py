"""Going to school is no move: a university that taught somebody is not one that employed them.

    without_schooling(document, candidates, lexicon) -> the candidates less arrivals at and departures from schools
                                                        in sentences about studying, unless a role employs them

The words are data (`education`, `academic_role` in the cue files).
"""

from __future__ import annotations

from collections.abc import Sequence

from labmoves_graph.model import Event
from labmoves_ingest.documents import Document
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.reading import Candidate
from labmoves_ingest.schools import is_school

__all__ = ["without_schooling"]

_EMPLOYMENT = frozenset((Event.HIRE, Event.DEPARTURE))


def without_schooling(document: Document, candidates: Sequence[Candidate], lexicon: Lexicon) -> list[Candidate]:
    """The candidates that do not merely tell of somebody's education."""
    return [c for c in candidates if not _tells_of_schooling(document, c, lexicon)]


def _tells_of_schooling(document: Document, candidate: Candidate, lexicon: Lexicon) -> bool:
    organization = document.organizations[candidate.organization]
    school = is_school(organization.name) or not lexicon.schools.isdisjoint(organization.registry_ids)
    if candidate.event not in _EMPLOYMENT or not school:
        return False
    span = document.sentences[candidate.sentence]
    if not lexicon.education.search(document.folded, span.start, span.end):
        return False
    return lexicon.academic_role.search(document.folded, span.start, span.end) is None

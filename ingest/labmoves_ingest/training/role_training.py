"""What is taught of the roles of claims (role_choice.py); ROLES is the lesson (choice_training.py).

A role may stand in a text several times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from labmoves_ingest.annotation_match import same_role
from labmoves_ingest.documents import Document
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.layers import Array
from labmoves_ingest.reading import Candidate
from labmoves_ingest.role_choice import (
    PLACED_ROLES,
    READ_ROLES,
    RoleLayout,
    role_features,
    role_reading_features,
)
from labmoves_ingest.training.choice_training import ChoiceLesson
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim

__all__ = ["ROLES"]


def _read_features(
    layout: RoleLayout, candidates: Sequence[Candidate], place: FeatureNetwork
) -> Iterator[tuple[list[int], Array]]:
    for candidate in candidates:
        options = layout.options(candidate)
        yield options, role_reading_features(layout, candidate, options, place)


def _right(
    article: AnnotatedArticle, document: Document, claim: GoldClaim, options: Sequence[int]
) -> tuple[int, ...]:
    """The rows that are right: of the words marked as the claim's role, or else of like ones.

    The first if it has no role; empty when its role is out of reach.
    """
    if claim.role is None:
        return (0,)
    marks = [mark for mark in article.marks if mark.id == claim.role]
    spans = {role: document.roles[role] for role in options}
    fitting = {role for role, span in spans.items() if any(m.start < span.end and span.start < m.end for m in marks)}
    if not fitting:
        forms = {article.text[mark.start : mark.end] for mark in marks}
        fitting = {
            role
            for role, span in spans.items()
            if any(same_role(form, document.text[span.start : span.end]) for form in forms)
        }
    return tuple(row for row, role in enumerate(options, 1) if role in fitting)


ROLES = ChoiceLesson(PLACED_ROLES, READ_ROLES, RoleLayout, role_features, _read_features, _right)

"""What is taught of the roles of claims (role_choice.py); ROLES is the lesson (choice_training.py).

A role may stand in a text several times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from labmoves_ingest.annotation_match import same_role
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.role_choice import (
    PLACED_ROLES,
    READ_ROLES,
    RoleLayout,
    role_features,
    role_reading_features,
)
from labmoves_ingest.training.choice_training import ChoiceExample, ChoiceLesson, ClaimsOfText
from labmoves_ingest.training.corpus import GoldClaim

__all__ = ["ROLES"]


def _of_places(text: ClaimsOfText) -> Iterator[ChoiceExample]:
    layout = RoleLayout(text.document, text.candidates)
    for claim, candidate in zip(text.claims, text.candidates, strict=True):
        options = layout.options(candidate)
        right = _right(text, claim, options)
        if right:
            yield ChoiceExample(role_features(layout, candidate, options), right)


def _of_readings(text: ClaimsOfText, place: FeatureNetwork) -> Iterator[ChoiceExample]:
    layout = RoleLayout(text.document, text.candidates)
    for claim, candidate in zip(text.claims, text.candidates, strict=True):
        options = layout.options(candidate)
        right = _right(text, claim, options)
        if right:
            yield ChoiceExample(role_reading_features(layout, candidate, options, place), right)


def _right(text: ClaimsOfText, claim: GoldClaim | None, options: Sequence[int]) -> tuple[int, ...]:
    """The rows that are right: of the words marked as the claim's role, or else of like ones.

    The first if it has no role; empty when its role is out of reach, and without a claim.
    """
    if claim is None or claim.role is None:
        return (0,) if claim else ()
    document, marks = text.document, [mark for mark in text.article.marks if mark.id == claim.role]
    spans = {role: document.roles[role] for role in options}
    fitting = {role for role, span in spans.items() if any(m.start < span.end and span.start < m.end for m in marks)}
    if not fitting:
        forms = {text.article.text[mark.start : mark.end] for mark in marks}
        fitting = {
            role
            for role, span in spans.items()
            if any(same_role(form, document.text[span.start : span.end]) for form in forms)
        }
    return tuple(row for row, role in enumerate(options, 1) if role in fitting)


ROLES = ChoiceLesson(PLACED_ROLES, READ_ROLES, _of_places, _of_readings)

"""What a judgement may be about: where its ids are looked up, and which of them name nothing.

unknown_ids(model, kind, "jan-leike", "x-3f…")      those that the store knows nothing by
"""

from __future__ import annotations

from collections.abc import Callable

from labmoves_graph.errors import NotFoundError
from labmoves_graph.model import JudgementKind
from labmoves_graph.read_model import ReadModel

__all__ = ["lookups", "unknown_ids"]

Lookup = Callable[[str], object]


def lookups(model: ReadModel, kind: JudgementKind) -> tuple[Lookup, ...]:
    """What finds the ids of such a judgement, one of these each; they raise NotFoundError."""
    if kind is JudgementKind.REJECT_CLAIM:
        return (model.claim,)
    if kind in (JudgementKind.CONFIRM_MOVE, JudgementKind.CORRECT_DATE):
        return (model.move,)
    return model.person, model.organization, model.claim


def unknown_ids(model: ReadModel, kind: JudgementKind, *ids: str) -> list[str]:
    """The ids that none of the lookups finds."""
    return [one for one in ids if not any(_is_found(lookup, one) for lookup in lookups(model, kind))]


def _is_found(lookup: Lookup, wanted: str) -> bool:
    try:
        lookup(wanted)
    except NotFoundError:
        return False
    return True

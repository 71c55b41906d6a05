"""What a page needs to know of an article's text: where the words of its claims stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from labmoves_graph.read_model_views import ClaimView

__all__ = ["Piece", "marked_text"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the text. claims: ids of the claims that rest on it; starting: those whose words begin here."""

    text: str
    claims: tuple[str, ...]
    starting: tuple[str, ...]


def marked_text(text: str, claims: Sequence[ClaimView]) -> list[Piece]:
    """The whole text in pieces; every piece is evidence of the same claims from its first character to its last."""
    spans = [
        (claim.evidence.start, claim.evidence.end, claim.id)
        for claim in claims
        if claim.evidence.start is not None and claim.evidence.end is not None
    ]
    cuts = sorted({0, len(text), *(s for s, _, _ in spans), *(e for _, e, _ in spans)})
    return [
        Piece(
            text[low:high],
            tuple(claim for start, end, claim in spans if start <= low and high <= end),
            tuple(claim for start, _, claim in spans if start == low),
        )
        for low, high in pairwise(cuts)
    ]

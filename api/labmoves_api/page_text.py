"""What a page needs to know of articles' texts: where the words of claims stand, and which words are theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from labmoves_api.service import Service
from labmoves_graph.read_model_views import ClaimView, MoveView

__all__ = ["Piece", "marked_text", "verbatim_reasons"]


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


def verbatim_reasons(service: Service, moves: Iterable[MoveView]) -> frozenset[str]:
    """The words of reasons that are quotes; claims entered by hand have notes, which must not look like quotes."""
    found: set[str] = set()
    for move in moves:
        quoted = {evidence.article_id for evidence in move.evidence if evidence.quote is not None}
        if not quoted or not move.reasons:
            continue
        if all(evidence.quote is not None for evidence in move.evidence):
            found |= {reason.quote for reason in move.reasons}
        else:
            texts = [service.model.article(article).text for article in sorted(quoted)]
            found |= {reason.quote for reason in move.reasons if any(reason.quote in text for text in texts)}
    return frozenset(found)

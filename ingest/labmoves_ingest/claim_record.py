"""Claims as JSON objects: the output of `labmoves extract`, one claim a line.

    claim_as_record(claim) -> {"article_id": …, "event": "departure", "person": …, "evidence": {…}, …}

The keys are a contract (docs/data.md): none is left out, what is not known is null.
"""

from __future__ import annotations

from typing import Any

from labmoves_graph.model import Claim, Evidence, Reason

__all__ = ["claim_as_record"]


def claim_as_record(claim: Claim) -> dict[str, Any]:
    """The claim in plain JSON values; dates as EDTF, confidence rounded to four digits."""
    return {
        "article_id": claim.article_id,
        "event": claim.event.value,
        "person": claim.person,
        "person_id": claim.person_id,
        "organization": claim.organization,
        "organization_id": claim.organization_id,
        "role": claim.role,
        "date": claim.date.edtf if claim.date else None,
        "date_text": claim.date_text,
        "manner": claim.manner.value if claim.manner else None,
        "status": claim.status.value,
        "said_by": claim.said_by,
        "reasons": [_reason(reason) for reason in claim.reasons],
        "evidence": _evidence(claim.evidence) if claim.evidence else None,
        "confidence": round(claim.confidence, 4),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "category": reason.category.value,
        "quote": reason.quote,
        "share": reason.share,
        "said_by": reason.said_by,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {"start": evidence.start, "end": evidence.end, "quote": evidence.quote}

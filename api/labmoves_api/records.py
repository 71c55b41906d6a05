"""Views of the read model as the JSON objects that schemas.py describes, with links to themselves elsewhere.

Those of moves are made in labmoves_graph.move_records, whose texts the read model keeps.
"""

from __future__ import annotations

from collections.abc import Iterable

from labmoves_graph.move_records import (
    Json,
    evidence_record,
    link_record,
    move_record,
    named_record,
    quoted_id,
    reason_record,
)
from labmoves_graph.read_model_views import (
    ArticleView,
    ClaimView,
    Dispute,
    EntityView,
    FlowView,
    Named,
    RosterEntry,
    TenureView,
)
from labmoves_graph.vocabulary import ARTICLE, CLAIM, ORGANIZATION, PERSON

__all__ = [
    "article_record",
    "claim_record",
    "dispute_record",
    "entity_record",
    "flow_record",
    "roster_record",
    "tenure_record",
]


def entity_record(view: EntityView) -> Json:
    """A person or an organization."""
    is_person = view.kind == "person"
    plural, iris = ("people", PERSON) if is_person else ("organizations", ORGANIZATION)
    links = link_record(plural, view.id, iris)
    links["page"] = f"/{plural}/{quoted_id(view.id)}"
    links["timeline"] = f"{links['self']}/timeline"
    return {
        "id": view.id,
        "name": view.name,
        "kind": view.kind,
        "names": view.names,
        "provisional": view.provisional,
        "wikidata": view.wikidata,
        "description": view.description,
        "country": view.country,
        "founded": view.founded,
        "parents": _named(view.parents),
        "units": _named(view.units),
        "different_from": _named(view.different_from),
        "moves": view.moves,
        "links": links,
    }


def tenure_record(view: TenureView) -> Json:
    """A stay."""
    return {
        "id": view.id,
        "person": named_record(view.person),
        "organization": named_record(view.organization),
        "role": view.role,
        "start": view.start,
        "end": view.end,
        "ended": view.ended,
        "moves": view.moves,
    }


def roster_record(view: RosterEntry) -> Json:
    """Somebody who was there."""
    return {
        "tenure": tenure_record(view.tenure),
        "certainty": view.certainty.value,
        "evidence": [evidence_record(evidence) for evidence in view.evidence],
    }


def claim_record(view: ClaimView) -> Json:
    """A claim as recorded and as resolved."""
    return {
        "id": view.id,
        "article_id": view.article_id,
        "event": view.event,
        "person": named_record(view.person),
        "printed_person": view.printed_person,
        "organization": named_record(view.organization),
        "printed_organization": view.printed_organization,
        "role": view.role,
        "date": view.date,
        "date_text": view.date_text,
        "date_meaning": view.date_meaning,
        "manner": view.manner,
        "status": view.status,
        "confidence": view.confidence,
        "extractor": view.extractor,
        "recorded_at": view.recorded_at,
        "withdrawn_at": view.withdrawn_at,
        "evidence": evidence_record(view.evidence),
        "reasons": [reason_record(reason) for reason in view.reasons],
        "moves": view.moves,
        "links": link_record("claims", view.id, CLAIM),
    }


def article_record(view: ArticleView, claims: Iterable[ClaimView] | None = None) -> Json:
    """An article; with its text and claims when they are given."""
    record: Json = {
        "id": view.id,
        "title": view.title,
        "url": view.url,
        "publisher": view.publisher,
        "published": view.published,
        "language": view.language,
        "sha256": view.sha256,
        "recorded_at": view.recorded_at,
        "invalidated_at": view.invalidated_at,
        "retracted_because": view.retracted_because,
        "versions": view.versions,
        "claims": view.claims,
        "links": link_record("articles", view.id, ARTICLE) | {"page": f"/articles/{quoted_id(view.id)}"},
    }
    if claims is not None:
        record |= {"text": view.text, "claim_list": [claim_record(claim) for claim in claims]}
    return record


def flow_record(view: FlowView) -> Json:
    """A flow between two organizations."""
    ends = {"source": named_record(view.source), "target": named_record(view.target)}
    return ends | {"moves": view.moves, "first": view.first, "last": view.last}


def dispute_record(view: Dispute) -> Json:
    """A disagreement."""
    flag = view.conflation
    conflation = flag and {
        "claim_id": flag.claim_id,
        "article_id": flag.article_id,
        "url": flag.url,
        "person": named_record(flag.person),
        "other": named_record(flag.other),
        "fact": flag.fact,
    }
    return {
        "kind": view.kind.value,
        "move": move_record(view.move) if view.move else None,
        "conflation": conflation,
    }


def _named(views: Iterable[Named]) -> list[Json]:
    return [named_record(view) for view in views]

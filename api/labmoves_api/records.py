"""Views of the read model as the JSON objects that schemas.py describes, with links to themselves elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from labmoves_graph.read_model_views import (
    ArticleView,
    ClaimView,
    Dispute,
    EntityView,
    EvidenceView,
    FlowView,
    HopView,
    MoveVersionView,
    MoveView,
    Named,
    ReasonView,
    RosterEntry,
    TenureView,
)
from labmoves_graph.vocabulary import ARTICLE, CLAIM, MOVE, ORGANIZATION, PERSON, EntityIris

__all__ = [
    "Json",
    "article_record",
    "claim_record",
    "dispute_record",
    "entity_record",
    "evidence_record",
    "flow_record",
    "move_record",
    "move_version_record",
    "named_record",
    "roster_record",
    "tenure_record",
]

Json = dict[str, Any]

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")  # what quoting leaves as it is
_PLACE = "IRI"
_QUERY = f"CONSTRUCT {{ <{_PLACE}> ?p ?o }} WHERE {{ GRAPH ?g {{ <{_PLACE}> ?p ?o }} }}"
#: Encoded once: to encode it for each item took as long as all the rest of a record.
_DESCRIPTION = f"/sparql?{urlencode({'query': _QUERY})}"


def named_record(view: Named) -> Json:
    """Id and name."""
    return {"id": view.id, "name": view.name}


def move_record(view: MoveView) -> Json:
    """A move, complete but for its history."""
    return {
        "id": view.id,
        "event": view.event,
        "person": named_record(view.person),
        "organization": named_record(view.organization),
        "role": view.role,
        "date": view.date,
        "earliest": view.earliest,
        "latest": view.latest,
        "rival_dates": view.rival_dates,
        "announced": view.announced,
        "manner": view.manner,
        "status": view.status,
        "verdict": view.verdict,
        "sources": view.sources,
        "independent_sources": view.independent_sources,
        "confidence": view.confidence,
        "recorded_at": view.recorded_at,
        "superseded_at": view.superseded_at,
        "reasons": [_reason(reason) for reason in view.reasons],
        "evidence": [evidence_record(evidence) for evidence in view.evidence],
        "hop": _hop(view.hop) if view.hop else None,
        "links": _links("moves", view.id, MOVE) | {"page": f"/people/{_quoted(view.person.id)}#move-{view.id}"},
    }


def move_version_record(view: MoveVersionView) -> Json:
    """One period of a move's history."""
    return {
        "recorded_at": view.recorded_at,
        "superseded_at": view.superseded_at,
        "date": view.date,
        "rival_dates": view.rival_dates,
        "status": view.status,
        "verdict": view.verdict,
        "sources": view.sources,
        "independent_sources": view.independent_sources,
    }


def _reason(view: ReasonView) -> Json:
    return {"category": view.category, "quote": view.quote, "share": view.share, "said_by": view.said_by}


def evidence_record(view: EvidenceView) -> Json:
    """What one claim says and where."""
    return {
        "claim_id": view.claim_id,
        "article_id": view.article_id,
        "supports": view.supports,
        "status": view.status,
        "date": view.date,
        "date_text": view.date_text,
        "quote": view.quote,
        "sentence": view.sentence,
        "start": view.start,
        "end": view.end,
        "said_by": view.said_by,
        "title": view.title,
        "url": view.url,
        "publisher": view.publisher,
        "published": view.published,
        "extractor": view.extractor,
    }


def _hop(view: HopView) -> Json:
    return {
        "transition_id": view.transition_id,
        "direction": view.direction,
        "move_id": view.move_id,
        "organization": named_record(view.organization),
        "date": view.date,
        "days_between": view.days_between,
    }


def entity_record(view: EntityView) -> Json:
    """A person or an organization."""
    is_person = view.kind == "person"
    plural, iris = ("people", PERSON) if is_person else ("organizations", ORGANIZATION)
    links = _links(plural, view.id, iris)
    links["page"] = f"/{plural}/{_quoted(view.id)}"
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
        "reasons": [_reason(reason) for reason in view.reasons],
        "moves": view.moves,
        "links": _links("claims", view.id, CLAIM),
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
        "links": _links("articles", view.id, ARTICLE) | {"page": f"/articles/{_quoted(view.id)}"},
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


def _links(plural: str, item_id: str, iris: EntityIris) -> Json:
    path = f"/v1/{plural}/{_quoted(item_id)}"
    iri = iris.iri(item_id).value
    return {
        "self": path,
        "page": None,
        "rdf": f"{path}?format=ttl",
        "iri": iri,
        "sparql": _DESCRIPTION.replace(_PLACE, _quoted_prefix(iris.prefix) + _quoted(iri[len(iris.prefix) :])),
        "timeline": None,
    }


def _quoted(item_id: str) -> str:
    return item_id if _PLAIN.fullmatch(item_id) else quote(item_id, safe="")


@cache
def _quoted_prefix(prefix: str) -> str:
    return quote(prefix, safe="")

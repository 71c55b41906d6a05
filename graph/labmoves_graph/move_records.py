"""A move as the JSON object that readers are given, with its evidence, reasons, hop and links.

    move_record(view)            MoveView -> dict, complete but for its history
    move_version_record(view)    one period of that history
    evidence_in(texts)           MoveView.evidence again, from the JSON of each such dict

The read model keeps these as text (move_texts.py), the service sends them, and its schemas.py describes every field.
Links are relative to wherever a service has its root; nothing here knows one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from operator import itemgetter
from typing import Any
from urllib.parse import quote, urlencode

from pydantic_core import from_json

from labmoves_graph.read_model_views import (
    EvidenceView,
    HopView,
    MoveVersionView,
    MoveView,
    Named,
    ReasonView,
)
from labmoves_graph.vocabulary import MOVE, EntityIris

__all__ = [
    "Json",
    "evidence_in",
    "evidence_record",
    "link_record",
    "move_record",
    "move_version_record",
    "named_record",
    "quoted_id",
    "reason_record",
]

Json = dict[str, Any]

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")  # what quoting leaves as it is
_EVIDENCE, _HOP = b',"evidence":', b',"hop":'  # within a text of JSON quotes are escaped, so these are keys
_IN_ORDER = itemgetter(*(field.name for field in fields(EvidenceView)))
_PLACE = "IRI"
_QUERY = f"CONSTRUCT {{ <{_PLACE}> ?p ?o }} WHERE {{ GRAPH ?g {{ <{_PLACE}> ?p ?o }} }}"
#: Encoded once: to encode it for each item took as long as all the rest of a record.
_DESCRIPTION = f"/sparql?{urlencode({'query': _QUERY})}"


def named_record(view: Named) -> Json:
    """Id and name."""
    return {"id": view.id, "name": view.name}


def move_record(view: MoveView) -> Json:
    """A move, complete but for its history."""
    page = f"/people/{quoted_id(view.person.id)}#move-{view.id}"
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
        "reasons": [reason_record(reason) for reason in view.reasons],
        "evidence": [evidence_record(evidence) for evidence in view.evidence],
        "hop": _hop(view.hop) if view.hop else None,
        "links": link_record("moves", view.id, MOVE) | {"page": page},
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


def reason_record(view: ReasonView) -> Json:
    """Why somebody moved, as it was said."""
    return {
        "category": view.category,
        "quote": view.quote,
        "verbatim": view.verbatim,
        "share": view.share,
        "said_by": view.said_by,
    }


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


def evidence_in(texts: Iterable[bytes]) -> list[tuple[EvidenceView, ...]]:
    """The evidence of each move whose JSON this is. Nothing else of it is parsed."""
    parts = []
    for text in texts:
        start = text.index(_EVIDENCE) + len(_EVIDENCE)
        parts.append(text[start : text.index(_HOP, start)])
    # At once, as strings that several have in common are then made once.
    parsed = from_json(b"[%b]" % b",".join(parts))
    return [tuple([EvidenceView(*_IN_ORDER(record)) for record in records]) for records in parsed]


def _hop(view: HopView) -> Json:
    return {
        "transition_id": view.transition_id,
        "direction": view.direction,
        "move_id": view.move_id,
        "organization": named_record(view.organization),
        "date": view.date,
        "days_between": view.days_between,
    }


def link_record(plural: str, item_id: str, iris: EntityIris) -> Json:
    """Where an item stands in each form. plural: the part of its address that names its kind."""
    path = f"/v1/{plural}/{quoted_id(item_id)}"
    iri = iris.iri(item_id).value
    return {
        "self": path,
        "page": None,
        "rdf": f"{path}?format=ttl",
        "iri": iri,
        "sparql": _DESCRIPTION.replace(_PLACE, _quoted_prefix(iris.prefix) + quoted_id(iri[len(iris.prefix) :])),
        "timeline": None,
    }


def quoted_id(item_id: str) -> str:
    """An id as a part of an address."""
    return item_id if _PLAIN.fullmatch(item_id) else quote(item_id, safe="")


@cache
def _quoted_prefix(prefix: str) -> str:
    return quote(prefix, safe="")

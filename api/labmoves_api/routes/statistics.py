"""Counted answers: flows between organizations, reasons, disputes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import format_answer, list_answer, page_links
from labmoves_api.flow_graph import gexf_bytes
from labmoves_api.formats import FlowFormat, Format, ListFormat, TableFormat
from labmoves_api.linked_data import dispute_triples, flow_triples
from labmoves_api.parameters import AsOf, Cursor, LanguageOf, Limit, MoveFilterOf, ServiceOf, Since, Until
from labmoves_api.records import dispute_record, flow_record
from labmoves_api.tabular import DISPUTE_COLUMNS, FLOW_COLUMNS, REASON_COLUMNS
from labmoves_graph.read_model_views import DisputeKind

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["statistics"])


@router.get("/flows", operation_id="list_flows", summary="Flows", response_model=schemas.Flows)
def list_flows(
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    since: Since,
    until: Until,
    as_of: AsOf,
    format: FlowFormat,
    organization: Annotated[
        str | None,
        Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", description="Flows from or to it only"),
    ] = None,
    limit: Limit = 50,
) -> Response:
    """How many people went from one organization to another, the largest flows first."""
    if organization is not None:
        service.model.organization(organization)
    flows = service.model.flows(
        since=since, until=until, organization=organization, as_of=as_of, limit=limit, lang=lang
    )
    if format is Format.GEXF:
        return format_answer(gexf_bytes(flows), format)
    envelope = {"items": [flow_record(flow) for flow in flows], "links": page_links(request, None)}
    return list_answer(format, envelope, FLOW_COLUMNS, lambda: flow_triples(flows))


@router.get("/reasons", operation_id="list_reasons", summary="Reasons", response_model=schemas.Reasons)
def list_reasons(request: Request, service: ServiceOf, chosen: MoveFilterOf, format: TableFormat) -> Response:
    """How many of the moves that fit state a reason of each category, most frequent first."""
    counted = service.model.reasons(chosen)
    items = [{"category": one.category, "moves": one.moves} for one in counted]
    envelope = {"items": items, "links": page_links(request, None)}
    return list_answer(format, envelope, REASON_COLUMNS, tuple)


@router.get("/disputes", operation_id="list_disputes", summary="Disputes", response_model=schemas.DisputePage)
def list_disputes(
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    format: ListFormat,
    kind: Annotated[DisputeKind | None, Query(description="Only this kind")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Where sources disagree: moves that are denied, dates that cannot all be right, claims about a namesake."""
    page = service.model.disputes(kind, limit=limit, cursor=cursor, lang=lang)
    items = [dispute_record(view) for view in page.items]
    envelope = {"items": items, "cursor": page.cursor, "links": page_links(request, page.cursor)}
    return list_answer(
        format, envelope, DISPUTE_COLUMNS, lambda: (t for view in page.items for t in dispute_triples(view))
    )

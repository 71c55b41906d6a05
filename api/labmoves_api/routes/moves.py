"""Moves and the claims they rest on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import file_answer, item_answer, list_answer, page_links
from labmoves_api.formats import Format, ItemFormat, MoveFormat
from labmoves_api.linked_data import claim_triples, move_triples
from labmoves_api.parameters import AsOf, Cursor, ItemId, LanguageOf, Limit, MoveFilterOf, ServiceOf
from labmoves_api.records import claim_record, move_record, move_version_record
from labmoves_api.tabular import MOVE_COLUMNS
from labmoves_graph.move_filter import MoveSort
from labmoves_graph.read_model_statistics import FACETS
from labmoves_graph.tabular_export import parquet_bytes

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["moves"])

_ONE_FACET = f"({'|'.join(FACETS)})"
FacetNames = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=f"^{_ONE_FACET}(,{_ONE_FACET})*$",
        description=f"Counts by value, separated by commas: {', '.join(FACETS)}",
        examples=["event,organization,reason,year"],
    ),
]


@router.get("/moves", operation_id="list_moves", summary="Moves", response_model=schemas.MovePage)
def list_moves(
    chosen: MoveFilterOf,
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    format: MoveFormat,
    facets: FacetNames = None,
    sort: Annotated[MoveSort, Query(description='"-" turns the order round')] = MoveSort.DATE_DESCENDING,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Moves that fit every filter; several values of one filter mean any of them. Denied ones are listed, too."""
    page = service.model.moves(chosen, sort, limit, cursor, lang=lang)
    record = {
        "items": [move_record(view) for view in page.items],
        "cursor": page.cursor,
        "links": page_links(request, page.cursor),
        "total": service.count(chosen),
    }
    if facets is not None:
        record["facets"] = service.model.facets(chosen, list(dict.fromkeys(facets.split(","))))
    if format is Format.PARQUET:
        return file_answer(parquet_bytes(page.items), format, record)
    return list_answer(format, record, MOVE_COLUMNS, lambda: (t for view in page.items for t in move_triples(view)))


@router.get("/moves/{id}", operation_id="get_move", summary="A move", response_model=schemas.MoveItem)
def get_move(id: ItemId, service: ServiceOf, lang: LanguageOf, as_of: AsOf, format: ItemFormat) -> Response:
    """One move with its claims, their words in their sentences, its reasons, and every version of it."""
    view = service.model.move(id, as_of=as_of, lang=lang)
    record = move_record(view)
    record["history"] = [move_version_record(version) for version in service.model.move_history(id)]
    return item_answer(format, record, lambda: move_triples(view))


@router.get("/claims/{id}", operation_id="get_claim", summary="A claim", response_model=schemas.ClaimItem)
def get_claim(id: ItemId, service: ServiceOf, lang: LanguageOf, format: ItemFormat) -> Response:
    """What one article says of one person, one organization and one event, and where it says so."""
    view = service.model.claim(id, lang=lang)
    return item_answer(format, claim_record(view), lambda: claim_triples(view))

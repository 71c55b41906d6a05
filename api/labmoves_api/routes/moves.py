"""Moves and the claims they rest on.

Single ones, and short pages of all, are read by the event loop itself: look-ups by key take less time than to wake a
thread and to share the interpreter with it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import file_answer, item_answer, list_answer, page_links, spliced_answer
from labmoves_api.formats import Format, ItemFormat, MoveFormat
from labmoves_api.linked_data import claim_triples, move_triples
from labmoves_api.parameters import AsOf, Cursor, ItemId, LanguageOf, Limit, ModelOf, MoveFilterOf, ServiceOf
from labmoves_api.records import claim_record
from labmoves_api.tabular import MOVE_COLUMNS
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.move_records import Json, move_record
from labmoves_graph.read_model_statistics import FACETS
from labmoves_graph.tabular_export import parquet_bytes

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["moves"])

MOST_AT_ONCE = 100  # moves of a page that the event loop reads itself
_ALL = MoveFilter()
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
Sort = Annotated[
    MoveSort, Query(description='"-" turns the order round; by date, moves that no date places are last both ways')
]


@router.get("/moves", operation_id="list_moves", summary="Moves", response_model=schemas.MovePage)
async def list_moves(
    chosen: MoveFilterOf,
    request: Request,
    service: ServiceOf,
    model: ModelOf,
    lang: LanguageOf,
    format: MoveFormat,
    facets: FacetNames = None,
    sort: Sort = MoveSort.DATE_DESCENDING,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Moves that fit every filter; several values of one filter mean any of them. Denied ones are listed, too."""

    def answer() -> Response:
        if format is Format.JSON:
            texts = model.move_texts(chosen, sort, limit, cursor, lang=lang)
            envelope: Json = {
                "cursor": texts.cursor,
                "links": page_links(request, texts.cursor),
                "total": service.count(chosen, request.scope["state"].get("store")),
            }
            if facets is not None:
                envelope["facets"] = model.facets(chosen, list(dict.fromkeys(facets.split(","))))
            return spliced_answer(texts.items, envelope)
        page = model.moves(chosen, sort, limit, cursor, lang=lang)
        record = {"items": [move_record(view) for view in page.items], "links": page_links(request, page.cursor)}
        if format is Format.PARQUET:
            return file_answer(parquet_bytes(page.items), format, record)
        triples = (t for view in page.items for t in move_triples(view))
        return list_answer(format, record, MOVE_COLUMNS, lambda: triples)

    if format is Format.JSON and facets is None and chosen == _ALL and limit <= MOST_AT_ONCE:
        return answer()
    return await run_in_threadpool(answer)


@router.get("/moves/{id}", operation_id="get_move", summary="A move", response_model=schemas.MoveItem)
async def get_move(id: ItemId, model: ModelOf, lang: LanguageOf, as_of: AsOf, format: ItemFormat) -> Response:
    """One move with its claims, their words in their sentences, its reasons, and every version of it."""
    if format is not Format.JSON:
        view = model.move(id, as_of=as_of, lang=lang)
        return item_answer(format, {}, lambda: move_triples(view))
    return Response(model.move_text(id, as_of=as_of, lang=lang), media_type="application/json")


@router.get("/claims/{id}", operation_id="get_claim", summary="A claim", response_model=schemas.ClaimItem)
async def get_claim(id: ItemId, service: ServiceOf, lang: LanguageOf, format: ItemFormat) -> Response:
    """What one article says of one person, one organization and one event, and where it says so."""
    view = service.model.claim(id, lang=lang)
    return item_answer(format, claim_record(view), lambda: claim_triples(view))

"""Atom feeds of moves: all of them, one person's, one organization's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from labmoves_api.feeds import atom_bytes
from labmoves_api.parameters import ItemId, LanguageOf, ServiceOf
from labmoves_api.service import Service
from labmoves_graph.model import Language
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.read_model_views import MoveView

__all__ = ["router"]

LENGTH = 100
#: Changes among which those of one person or organization are looked for, beside its present moves.
LOOKED_AT = 1000
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_ATOM: dict[int | str, dict[str, Any]] = {200: {"content": {"application/atom+xml": {}}}}

router = APIRouter(prefix="/feeds", tags=["feeds"], responses={200: {"description": "An Atom feed"}})


@router.get("/moves.atom", operation_id="feed_moves", summary="All moves", response_class=Response, responses=_ATOM)
def feed_moves(request: Request, service: ServiceOf, lang: LanguageOf) -> Response:
    """What came to be believed or ceased to be, the latest first; a correction updates its entry."""
    return _feed(request, service, "labmoves", "/", service.model.changes(_EVER, limit=LENGTH, lang=lang))


@router.get(
    "/people/{id}.atom", operation_id="feed_person", summary="A person", response_class=Response, responses=_ATOM
)
def feed_person(id: ItemId, request: Request, service: ServiceOf, lang: LanguageOf) -> Response:
    """The same of one person."""
    person = service.model.person(id, lang=lang)
    moves = _changes(service, MoveFilter(person=id), lang)
    return _feed(request, service, person.name, f"/people/{quote(id, safe='')}", moves)


@router.get(
    "/organizations/{id}.atom",
    operation_id="feed_organization",
    summary="An organization",
    response_class=Response,
    responses=_ATOM,
)
def feed_organization(id: ItemId, request: Request, service: ServiceOf, lang: LanguageOf) -> Response:
    """The same of one organization and its units."""
    organization = service.model.organization(id, lang=lang)
    moves = _changes(service, MoveFilter(organization=id), lang)
    return _feed(request, service, organization.name, f"/organizations/{quote(id, safe='')}", moves)


def _changes(service: Service, chosen: MoveFilter, lang: Language | None) -> list[MoveView]:
    """The entity's present moves and those that it lost lately, the latest change first."""
    present = service.model.moves(chosen, MoveSort.RECORDED_DESCENDING, LENGTH, lang=lang).items
    lost = [
        move
        for move in service.model.changes(_EVER, limit=LOOKED_AT, lang=lang)
        if move.superseded_at is not None and chosen.person in (None, move.person.id)
        if chosen.organization in (None, move.organization.id)
    ]
    changed = sorted([*present, *lost], key=lambda move: move.superseded_at or move.recorded_at, reverse=True)
    return changed[:LENGTH]


def _feed(
    request: Request, service: Service, title: str, page: str, moves: list[MoveView] | tuple[MoveView, ...]
) -> Response:
    root = service.settings.public_url or str(request.base_url).rstrip("/")
    address = root + request.scope["raw_path"].decode("ascii")
    return Response(atom_bytes(title, address, root + page, moves), media_type="application/atom+xml")

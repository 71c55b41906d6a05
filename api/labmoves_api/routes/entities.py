"""People and organizations: lists, single ones, timelines, rosters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import format_answer, item_answer, json_answer, list_answer, page_links
from labmoves_api.formats import MEDIA_TYPES, Format, ItemFormat, ListFormat, TimelineFormat
from labmoves_api.linked_data import entity_triples, roster_triples, timeline_triples
from labmoves_api.parameters import AsOf, Cursor, ItemId, LanguageOf, Limit, On, PeriodOf, Search, ServiceOf
from labmoves_api.records import entity_record, roster_record, tenure_record
from labmoves_api.tabular import ENTITY_COLUMNS, MOVE_COLUMNS, ROSTER_COLUMNS
from labmoves_api.timelines import icalendar_bytes, timelinejs_record
from labmoves_graph.move_records import move_record, named_record
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_views import EntityView, Named, Page, Timeline

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["people and organizations"])


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between people and organizations. listed, found: how the read model gives them."""

    name: str
    plural: str
    listed: Callable[..., Page[EntityView]]
    found: Callable[..., EntityView]
    about_list: str
    about_item: str
    about_timeline: str


_KINDS = (
    _Kind(
        name="person",
        plural="people",
        listed=ReadModel.people,
        found=ReadModel.person,
        about_list="People by id, or those whose names match `q`, best match first. Namesakes are listed apart.",
        about_item="One person with every name form, and the namesakes that are somebody else.",
        about_timeline=(
            "What happened in a person's career, oldest first and undated entries last, each with its verdict and "
            "its evidence; and their stays. What is denied is left out."
        ),
    ),
    _Kind(
        name="organization",
        plural="organizations",
        listed=ReadModel.organizations,
        found=ReadModel.organization,
        about_list="Organizations by id, or those whose names match `q`, best match first.",
        about_item="One organization with its names, parents and units.",
        about_timeline=(
            "Who came to an organization or its units and who left, oldest first and undated entries last, each "
            "with its verdict and its evidence. What is denied is left out."
        ),
    ),
)


def _add_routes(kind: _Kind) -> None:
    """The list of one kind, its items and their timelines."""
    article = "an" if kind.name[0] in "aeiou" else "a"

    @router.get(
        f"/{kind.plural}",
        operation_id=f"list_{kind.plural}",
        summary=kind.plural.capitalize(),
        description=kind.about_list,
        response_model=schemas.EntityPage,
    )
    def list_entities(
        request: Request,
        service: ServiceOf,
        lang: LanguageOf,
        format: ListFormat,
        q: Search = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        page = kind.listed(service.model, q, limit=limit, cursor=cursor, lang=lang)
        items = [entity_record(view) for view in page.items]
        envelope = {"items": items, "cursor": page.cursor, "links": page_links(request, page.cursor)}
        return list_answer(
            format, envelope, ENTITY_COLUMNS, lambda: (t for view in page.items for t in entity_triples(view))
        )

    @router.get(
        f"/{kind.plural}/{{id}}",
        operation_id=f"get_{kind.name}",
        summary=f"{article} {kind.name}".capitalize(),
        description=kind.about_item,
        response_model=schemas.EntityItem,
    )
    def get_entity(id: ItemId, service: ServiceOf, lang: LanguageOf, format: ItemFormat) -> Response:
        view = kind.found(service.model, id, lang=lang)
        return item_answer(format, entity_record(view), lambda: entity_triples(view))

    @router.get(
        f"/{kind.plural}/{{id}}/timeline",
        operation_id=f"get_{kind.name}_timeline",
        summary=f"{article} {kind.name}'s timeline".capitalize(),
        description=kind.about_timeline,
        response_model=schemas.TimelineAnswer,
    )
    def get_timeline(
        id: ItemId,
        request: Request,
        service: ServiceOf,
        lang: LanguageOf,
        period: PeriodOf,
        format: TimelineFormat,
        limit: Limit = 200,
        cursor: Cursor = None,
    ) -> Response:
        found = period.timeline(service.model, kind.name, id, limit, cursor, lang)
        return _timeline(request, format, found)


for _kind in _KINDS:
    _add_routes(_kind)


@router.get(
    "/organizations/{id}/roster",
    operation_id="get_organization_roster",
    summary="Who was there on a day",
    response_model=schemas.Roster,
)
def get_organization_roster(
    id: ItemId,
    on: On,
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    as_of: AsOf,
    format: ListFormat,
) -> Response:
    """Who was at the organization or its units on that day: `certain`, or `possible` where an end is not known."""
    organization = service.model.organization(id, lang=lang)
    entries = service.model.roster(id, on, as_of=as_of, lang=lang)
    envelope = {
        "organization": named_record(Named(organization.id, organization.name)),
        "on": on.isoformat(),
        "items": [roster_record(entry) for entry in entries],
        "links": page_links(request, None),
    }
    return list_answer(format, envelope, ROSTER_COLUMNS, lambda: roster_triples(entries))


def _timeline(request: Request, format: Format, found: Timeline) -> Response:
    if format is Format.ICALENDAR:
        return format_answer(icalendar_bytes(found), format)
    if format is Format.TIMELINEJS:
        return json_answer(timelinejs_record(found), headers={"Content-Type": MEDIA_TYPES[format]})
    entries = [move_record(view) for view in found.entries]
    links = page_links(request, found.cursor)
    if format is Format.JSON:
        tenures = [tenure_record(view) for view in found.tenures]
        record = {"entity": entity_record(found.entity), "entries": entries, "tenures": tenures}
        return json_answer(record | {"cursor": found.cursor, "links": links})
    return list_answer(format, {"items": entries, "links": links}, MOVE_COLUMNS, lambda: timeline_triples(found))

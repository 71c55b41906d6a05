"""People and organizations: lists, single ones, timelines, rosters."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from labmoves_api import schemas
from labmoves_api.answers import json_answer, page_links
from labmoves_api.parameters import AsOf, Cursor, ItemId, LanguageOf, Limit, Search, ServiceOf, Since, Until
from labmoves_api.records import entity_record, move_record, named_record, roster_record, tenure_record
from labmoves_graph.read_model_views import EntityView, Named, Page, Timeline

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["people and organizations"])


@router.get("/people", operation_id="list_people", summary="People", response_model=schemas.EntityPage)
def list_people(
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    q: Search = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """People by id, or those whose names match `q`, best match first. Namesakes are listed apart."""
    return _entities(request, service.model.people(q, limit=limit, cursor=cursor, lang=lang))


@router.get("/people/{id}", operation_id="get_person", summary="A person", response_model=schemas.EntityItem)
def get_person(id: ItemId, service: ServiceOf, lang: LanguageOf) -> Response:
    """One person with every name form, and the namesakes that are somebody else."""
    return json_answer(entity_record(service.model.person(id, lang=lang)))


@router.get(
    "/people/{id}/timeline",
    operation_id="get_person_timeline",
    summary="A person's timeline",
    response_model=schemas.TimelineAnswer,
)
def get_person_timeline(
    id: ItemId,
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    since: Since,
    until: Until,
    as_of: AsOf,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Response:
    """What happened in a person's career, oldest first, each entry with its evidence; and their stays."""
    found = service.model.timeline(
        person=id, since=since, until=until, as_of=as_of, limit=limit, cursor=cursor, lang=lang
    )
    return _timeline(request, found)


@router.get(
    "/organizations", operation_id="list_organizations", summary="Organizations", response_model=schemas.EntityPage
)
def list_organizations(
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    q: Search = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Organizations by id, or those whose names match `q`, best match first."""
    return _entities(request, service.model.organizations(q, limit=limit, cursor=cursor, lang=lang))


@router.get(
    "/organizations/{id}",
    operation_id="get_organization",
    summary="An organization",
    response_model=schemas.EntityItem,
)
def get_organization(id: ItemId, service: ServiceOf, lang: LanguageOf) -> Response:
    """One organization with its names, parents and units."""
    return json_answer(entity_record(service.model.organization(id, lang=lang)))


@router.get(
    "/organizations/{id}/timeline",
    operation_id="get_organization_timeline",
    summary="An organization's timeline",
    response_model=schemas.TimelineAnswer,
)
def get_organization_timeline(
    id: ItemId,
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    since: Since,
    until: Until,
    as_of: AsOf,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Response:
    """Who came to an organization or its units and who left, oldest first, each entry with its evidence."""
    found = service.model.timeline(
        organization=id, since=since, until=until, as_of=as_of, limit=limit, cursor=cursor, lang=lang
    )
    return _timeline(request, found)


@router.get(
    "/organizations/{id}/roster",
    operation_id="get_organization_roster",
    summary="Who was there on a day",
    response_model=schemas.Roster,
)
def get_organization_roster(
    id: ItemId,
    on: Annotated[date, Query(description="Valid time: the day", examples=["2024-01-01"])],
    request: Request,
    service: ServiceOf,
    lang: LanguageOf,
    as_of: AsOf,
) -> Response:
    """Who was at the organization or its units on that day: `certain`, or `possible` where an end is not known."""
    organization = service.model.organization(id, lang=lang)
    entries = service.model.roster(id, on, as_of=as_of, lang=lang)
    return json_answer(
        {
            "organization": named_record(Named(organization.id, organization.name)),
            "on": on.isoformat(),
            "items": [roster_record(entry) for entry in entries],
            "links": page_links(request, None),
        }
    )


def _entities(request: Request, page: Page[EntityView]) -> Response:
    items = [entity_record(view) for view in page.items]
    return json_answer({"items": items, "cursor": page.cursor, "links": page_links(request, page.cursor)})


def _timeline(request: Request, found: Timeline) -> Response:
    record: dict[str, Any] = {
        "entity": entity_record(found.entity),
        "entries": [move_record(view) for view in found.entries],
        "tenures": [tenure_record(view) for view in found.tenures],
        "cursor": found.cursor,
        "links": page_links(request, found.cursor),
    }
    return json_answer(record)

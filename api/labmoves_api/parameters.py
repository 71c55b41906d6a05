"""Query and path parameters that several routes share, each described once, and what they become.

    MoveFilterOf      the filters of /v1/moves as a MoveFilter whose ids are known to exist
    PeriodOf          since, until and as_of of a timeline
    On                the day of a roster
    LanguageOf        the language of names: `lang`, else Accept-Language
    ServiceOf         the Service of the running app
    ModelOf           the read model that holds in the state of the store that the request found

They are coroutines although they await nothing: a plain function would cost a change of threads for each.

Errors: DateError for a date that is not EDTF, or not the day that is asked for, NotFoundError for a filter that names
nobody, RequestError for a parameter that the route does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, cast

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from labmoves_api.errors import RequestError
from labmoves_api.service import Service
from labmoves_graph.clock import parse_instant
from labmoves_graph.errors import DateError
from labmoves_graph.model import Event, Language, Manner, ReasonCategory, Status, Verdict
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_views import Timeline

__all__ = [
    "PRINTABLE",
    "AsOf",
    "Cursor",
    "ItemId",
    "LanguageOf",
    "Limit",
    "ModelOf",
    "MoveFilterOf",
    "On",
    "Period",
    "PeriodOf",
    "Search",
    "ServiceOf",
    "Since",
    "Until",
    "known_parameters_only",
]

#: Ids and names are any printable text; control characters and novels are neither.
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
MOST_IN_ID = 200
MOST_VALUES = 20

ItemId = Annotated[str, Path(min_length=1, max_length=MOST_IN_ID, pattern=PRINTABLE, description="The item's id")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most items of one page")]
Cursor = Annotated[
    str | None,
    Query(max_length=1000, pattern=r"^[A-Za-z0-9_-]+$", description="From the page before; survives inserts"),
]
Search = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        pattern=PRINTABLE,
        description="A name in any script, its beginning, an alias, pinyin without spaces, or a near miss",
        examples=["yaoshunyu", "姚顺宇"],
    ),
]
_Id = Annotated[str | None, Query(min_length=1, max_length=MOST_IN_ID, pattern=PRINTABLE)]
_EDTF = {"max_length": 40, "examples": ["2025", "2025-09", "2025-09-19"]}
_SinceText = Annotated[
    str | None, Query(alias="since", description="Valid time: moves that may have happened then or later", **_EDTF)
]
_UntilText = Annotated[
    str | None, Query(alias="until", description="Valid time: moves that may have happened by then", **_EDTF)
]
_AsOfText = Annotated[
    str | None,
    Query(
        alias="as_of",
        max_length=40,
        description="Record time: what was known at that instant, or by the end of that day (UTC)",
        examples=["2026-01-31", "2026-01-31T12:00:00Z"],
    ),
]


async def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


async def _model(request: Request) -> ReadModel:
    return cast(Service, request.app.state.service).model


async def _since(since: _SinceText = None) -> PartialDate | None:
    return PartialDate.parse(since) if since is not None else None


async def _until(until: _UntilText = None) -> PartialDate | None:
    return PartialDate.parse(until) if until is not None else None


async def _on(
    on: Annotated[
        str,
        Query(
            max_length=40,
            json_schema_extra={"format": "date"},
            description="Valid time: the day",
            examples=["2024-01-01"],
        ),
    ],
) -> date:
    when = PartialDate.parse(on)
    if when.precision is not Precision.DAY or when.earliest != when.latest:
        raise DateError(f"on={when} is no single day, and a roster is that of one; write it like 2024-01-01")
    return when.earliest


async def _as_of(as_of: _AsOfText = None) -> datetime | None:
    if as_of is None:
        return None
    if len(as_of) == len("2026-01-31"):
        day = PartialDate.parse(as_of)
        return datetime.combine(day.latest, time.max, UTC)
    return parse_instant(as_of)


ServiceOf = Annotated[Service, Depends(_service)]
ModelOf = Annotated[ReadModel, Depends(_model)]
Since = Annotated[PartialDate | None, Depends(_since)]
Until = Annotated[PartialDate | None, Depends(_until)]
On = Annotated[date, Depends(_on)]
AsOf = Annotated[datetime | None, Depends(_as_of)]


@dataclass(frozen=True, slots=True)
class Period:
    """What a timeline shows: since and until in valid time, as_of in record time; None: all of it, and now."""

    since: PartialDate | None
    until: PartialDate | None
    as_of: datetime | None

    def timeline(
        self, model: ReadModel, kind: str, subject: str, limit: int, cursor: str | None, lang: Language | None
    ) -> Timeline:
        """That of a person or an organization, as `kind` says. Raises NotFoundError."""
        return model.timeline(
            person=subject if kind == "person" else None,
            organization=subject if kind == "organization" else None,
            since=self.since,
            until=self.until,
            as_of=self.as_of,
            limit=limit,
            cursor=cursor,
            lang=lang,
        )


async def _period(since: Since, until: Until, as_of: AsOf) -> Period:
    return Period(since, until, as_of)


PeriodOf = Annotated[Period, Depends(_period)]


async def _language(
    request: Request,
    lang: Annotated[
        Language | None, Query(description="Language of names; else Accept-Language, else each one's chief name")
    ] = None,
) -> Language | None:
    return lang or accepted_language(request.headers.get("accept-language", ""))


def accepted_language(header: str) -> Language | None:
    """The best language of an Accept-Language header that names are held in, None for none of them."""
    wanted: list[tuple[float, int, Language]] = []
    for place, part in enumerate(header.lower().split(",")[:20]):
        tag, _, weight = part.partition(";q=")
        language = _language_of(tag.strip())
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if language is not None and quality > 0:
            wanted.append((-quality, place, language))
    return min(wanted)[2] if wanted else None


def _language_of(tag: str) -> Language | None:
    if tag.split("-")[0] == "en":
        return Language.EN
    if tag.split("-")[0] != "zh":
        return None
    traditional = {"hant", "tw", "hk", "mo"}.intersection(tag.split("-"))
    return Language.ZH_HANT if traditional else Language.ZH_HANS


LanguageOf = Annotated[Language | None, Depends(_language)]


async def _move_filter(
    service: ServiceOf,
    since: Since,
    until: Until,
    as_of: AsOf,
    person: Annotated[_Id, Query(description="Person id", examples=["mira-murati"])] = None,
    organization: Annotated[_Id, Query(description="Organization id; its units count", examples=["openai"])] = None,
    source: Annotated[_Id, Query(alias="from", description="Left this organization, with what followed")] = None,
    target: Annotated[_Id, Query(alias="to", description="Went to this organization, with what led there")] = None,
    event: Annotated[tuple[Event, ...], Query(max_length=MOST_VALUES, description="Any of these")] = (),
    status: Annotated[tuple[Status, ...], Query(max_length=MOST_VALUES, description="Any of these")] = (),
    verdict: Annotated[tuple[Verdict, ...], Query(max_length=MOST_VALUES, description="Any of these")] = (),
    reason: Annotated[
        tuple[ReasonCategory, ...], Query(max_length=MOST_VALUES, description="States any of these")
    ] = (),
    manner: Annotated[tuple[Manner, ...], Query(max_length=MOST_VALUES, description="Any of these")] = (),
    min_sources: Annotated[int | None, Query(ge=0, le=1000, description="Independent sources at least")] = None,
    q: Search = None,
) -> MoveFilter:
    for organization_id in (organization, source, target):
        if organization_id is not None:
            service.model.organization(organization_id)
    if person is not None:
        service.model.person(person)
    return MoveFilter(
        person=person,
        organization=organization,
        from_organization=source,
        to_organization=target,
        event=event,
        status=status,
        verdict=verdict,
        reason=reason,
        manner=manner,
        since=since,
        until=until,
        min_sources=min_sources,
        as_of=as_of,
        q=q,
    )


MoveFilterOf = Annotated[MoveFilter, Depends(_move_filter)]


async def known_parameters_only(request: Request) -> None:
    """Refuse a query parameter that the route does not have: a misspelled filter would silently answer all.

    SPARQL clients send parameters of many services along, so /sparql passes them over.
    """
    route = request.scope.get("route")
    if request.scope["path"] == "/sparql":
        return
    if isinstance(route, APIRoute) and request.query_params:
        known = {field.alias for field in get_flat_params(route.dependant)}
        if not known.issuperset(request.query_params):
            raise RequestError(f"a query parameter is unknown here; this route takes {', '.join(sorted(known))}")

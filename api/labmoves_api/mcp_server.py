"""The Model Context Protocol server: five read-only tools, each answering with its evidence.

    make_server(service).run("stdio")       for a program that starts it, by `labmoves mcp`
    http_application(service, host)         the same at /mcp, by `labmoves mcp --http`

Needs the extra `mcp`. Every answer is what the HTTP API answers, so that a model sees verdicts, independent sources
and quotes beside each statement. Over HTTP the API's limits hold: tokens where reading is closed, rates, sizes.

Errors: those of the read model and of SPARQL, as tool errors with cause and remedy.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.types import ASGIApp

from labmoves_api.errors import RequestError
from labmoves_api.middleware.limits import Limits
from labmoves_api.middleware.observation import Observation
from labmoves_api.questions.filters import move_filter
from labmoves_api.questions.parsing import parse_question
from labmoves_api.records import entity_record, tenure_record
from labmoves_api.service import Service
from labmoves_api.sparql.pool import SparqlPool
from labmoves_api.sparql.query import SparqlRequest
from labmoves_graph import __version__
from labmoves_graph.clock import system_clock
from labmoves_graph.errors import LabmovesError
from labmoves_graph.model import Event, ReasonCategory, Status, Verdict
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.move_records import Json, move_record, move_version_record
from labmoves_graph.partial_date import PartialDate

__all__ = ["http_application", "make_server"]

INSTRUCTIONS = (
    "Moves of people between AI labs, computed from claims in news articles. Find ids with find_entity first. "
    "Say the verdict and cite the quote and URL that stand beside each move; a rumoured, planned, disputed or denied "
    "move is no fact. A reason that is not `verbatim` is a note: never put it in quotation marks. "
    "Dates are EDTF and never more precise than their source."
)
MOST_MOVES = 100
_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_Cursor = Annotated[str | None, Field(description="From the answer before, for what follows it")]
_Edtf = Annotated[str | None, Field(description="EDTF date: 2025, 2025-09 or 2025-09-19")]


def http_application(service: Service, host: str) -> ASGIApp:
    """The server on this store at /mcp. host: where it listens; on loopback no other name of it is answered."""
    return Observation(Limits(make_server(service).streamable_http_app(host=host), service), service.metrics)


def make_server(service: Service) -> MCPServer:
    """The server on this store."""
    pools: list[SparqlPool] = []

    @asynccontextmanager
    async def lifespan(server: MCPServer[None]) -> AsyncIterator[None]:
        pools.append(SparqlPool(service.settings, service.store.snapshots, service.metrics))
        yield
        await pools.pop().close()

    server: MCPServer = MCPServer(
        "labmoves", instructions=INSTRUCTIONS, version=__version__, lifespan=lifespan, log_level="WARNING"
    )

    def tool(function: Callable[..., Any]) -> None:
        server.tool(annotations=_READ_ONLY)(_telling(function))

    @tool
    def find_entity(
        name: Annotated[str, Field(min_length=1, max_length=100, description="In any script; a prefix is enough")],
        kind: Literal["person", "organization"] | None = None,
    ) -> list[Json]:
        """People and organizations that bear a name, best match first, namesakes apart."""
        found: list[Json] = []
        if kind != "organization":
            found += [entity_record(view) for view in service.model.people(name, limit=10).items]
        if kind != "person":
            found += [entity_record(view) for view in service.model.organizations(name, limit=10).items]
        return found

    @tool
    def list_moves(
        question: Annotated[
            str | None, Field(description="Instead of filters: 'who left OpenAI for Anthropic in 2024'")
        ] = None,
        person: str | None = None,
        organization: str | None = None,
        source: Annotated[str | None, Field(description="Id of the organization left")] = None,
        target: Annotated[str | None, Field(description="Id of the organization joined")] = None,
        event: Event | None = None,
        status: Status | None = None,
        verdict: Verdict | None = None,
        reason: ReasonCategory | None = None,
        since: _Edtf = None,
        until: _Edtf = None,
        limit: Annotated[int, Field(ge=1, le=MOST_MOVES)] = 20,
        cursor: _Cursor = None,
    ) -> Json:
        """Moves that fit, the latest first, each with its evidence; and how many there are."""
        if question is not None:
            chosen = move_filter(parse_question(question, service.words, system_clock().date()))
        else:
            _check_ids(service, person, organization, source, target)
            chosen = MoveFilter(
                person=person,
                organization=organization,
                from_organization=source,
                to_organization=target,
                event=(event,) if event else (),
                status=(status,) if status else (),
                verdict=(verdict,) if verdict else (),
                reason=(reason,) if reason else (),
                since=PartialDate.parse(since) if since else None,
                until=PartialDate.parse(until) if until else None,
            )
        page = service.model.moves(chosen, limit=limit, cursor=cursor)
        items = [move_record(view) for view in page.items]
        return {"total": service.count(chosen), "items": items, "cursor": page.cursor}

    @tool
    def timeline(
        person: str | None = None,
        organization: str | None = None,
        since: _Edtf = None,
        until: _Edtf = None,
        cursor: _Cursor = None,
    ) -> Json:
        """The story of one person or one organization, oldest first and undated last, each entry with evidence."""
        if (person is None) == (organization is None):
            raise RequestError("give the id of either a person or an organization; find_entity finds ids")
        found = service.model.timeline(
            person=person,
            organization=organization,
            since=PartialDate.parse(since) if since else None,
            until=PartialDate.parse(until) if until else None,
            limit=MOST_MOVES,
            cursor=cursor,
        )
        return {
            "entity": entity_record(found.entity),
            "entries": [move_record(view) for view in found.entries],
            "tenures": [tenure_record(view) for view in found.tenures],
            "cursor": found.cursor,
        }

    @tool
    def explain_move(move_id: str) -> Json:
        """Why a move is believed: each claim for and against it, its words, rival dates, and its history."""
        record = move_record(service.model.move(move_id))
        record["history"] = [move_version_record(version) for version in service.model.move_history(move_id)]
        return record

    @tool
    async def run_sparql(
        query: Annotated[str, Field(description="SPARQL 1.1 SELECT or ASK; add LIMIT")],
    ) -> dict[str, Any]:
        """Any question to the graph; terms are under https://w3id.org/labmoves/ns#. No updates, no SERVICE."""
        answer = await pools[-1].run(SparqlRequest(query, result="csv", graph="ttl"))
        return {"media_type": answer.media_type, "body": answer.body.decode("utf-8")}

    return server


def _check_ids(service: Service, person: str | None, *organizations: str | None) -> None:
    """Raise NotFoundError for an id that nobody has: no moves would look like an answer."""
    if person is not None:
        service.model.person(person)
    for organization in organizations:
        if organization is not None:
            service.model.organization(organization)


def _telling(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its domain errors told to the model; all others are hidden from it."""
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            with _told():
                return await function(*args, **kwargs)

        return awaited

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        with _told():
            return function(*args, **kwargs)

    return called


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except LabmovesError as error:
        raise ToolError(str(error)) from error

"""The SPARQL 1.1 Protocol at /sparql: GET, and both forms of POST."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from labmoves_api.answers import format_answer
from labmoves_api.errors import RequestError, ScopeError
from labmoves_api.formats import Format, negotiated
from labmoves_api.sparql.pool import SparqlPool
from labmoves_api.sparql.query import GRAPH_FORMATS, LONGEST_QUERY, RESULT_FORMATS, SparqlRequest, chosen_formats
from labmoves_graph.errors import QueryError

__all__ = ["router"]

router = APIRouter(tags=["SPARQL"])

_CONTENT: dict[str, Any] = {media_type: {} for media_type in (*RESULT_FORMATS.values(), *GRAPH_FORMATS.values())}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Bindings, a boolean or a graph, as the query asks", "content": _CONTENT}
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string", "maxLength": LONGEST_QUERY}},
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {
                        "query": {"type": "string"},
                        "default-graph-uri": {"type": "array", "items": {"type": "string"}},
                        "named-graph-uri": {"type": "array", "items": {"type": "string"}},
                    },
                }
            },
        },
    }
}
DefaultGraphs = Annotated[
    list[str] | None,
    Query(alias="default-graph-uri", max_length=50, description="Graphs merged as the default graph"),
]
NamedGraphs = Annotated[
    list[str] | None, Query(alias="named-graph-uri", max_length=50, description="Graphs that GRAPH may name")
]
SparqlFormat = Annotated[
    str | None,
    Query(
        max_length=40,
        description="json, xml, csv, tsv for bindings; ttl, nt, rdfxml, jsonld for graphs; wins over Accept",
    ),
]
_SERVICE_DESCRIPTION = """\
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix formats: <http://www.w3.org/ns/formats/> .
<{address}> a sd:Service ;
  sd:endpoint <{address}> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:feature sd:UnionDefaultGraph ;
  sd:resultFormat formats:SPARQL_Results_JSON, formats:SPARQL_Results_XML, formats:SPARQL_Results_CSV,
    formats:SPARQL_Results_TSV, formats:Turtle, formats:N-Triples, formats:RDF_XML, formats:JSON-LD .
"""


@router.get(
    "/sparql", operation_id="sparql_get", summary="Query by GET", response_class=Response, responses=_RESPONSES
)
async def sparql_get(
    request: Request,
    query: Annotated[
        str | None, Query(description="A SPARQL 1.1 query; without one: what the service offers")
    ] = None,
    default_graphs: DefaultGraphs = None,
    named_graphs: NamedGraphs = None,
    format: SparqlFormat = None,
) -> Response:
    """Run a query on the latest snapshot. Without GRAPH or dataset it sees the union of all graphs."""
    if query is None:
        return _service_description(request)
    return await _run(request, query, default_graphs, named_graphs, format)


@router.post(
    "/sparql",
    operation_id="sparql_post",
    summary="Query by POST",
    response_class=Response,
    responses=_RESPONSES,
    openapi_extra=_BODY,
)
async def sparql_post(
    request: Request,
    default_graphs: DefaultGraphs = None,
    named_graphs: NamedGraphs = None,
    format: SparqlFormat = None,
) -> Response:
    """The same with the query as the body, or as a field of a form."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    text = _decoded(await request.body())
    if media_type == "application/sparql-query":
        return await _run(request, text, default_graphs, named_graphs, format)
    if media_type == "application/x-www-form-urlencoded":
        form = _form(text)
        if "update" in form:
            raise ScopeError("SPARQL updates are not taken here; post articles to /v1/articles")
        graphs = (form.get("default-graph-uri", default_graphs), form.get("named-graph-uri", named_graphs))
        return await _run(request, form.get("query", [""])[0], *graphs, format)
    if media_type == "application/sparql-update":
        raise ScopeError("SPARQL updates are not taken here; post articles to /v1/articles")
    raise RequestError("send the query as application/sparql-query or application/x-www-form-urlencoded")


async def _run(
    request: Request, query: str, default: list[str] | None, named: list[str] | None, format: str | None
) -> Response:
    result, graph = chosen_formats(request.headers.get("accept", ""), format)
    asked = SparqlRequest(query, tuple(default or ()), tuple(named or ()), result, graph)
    pool: SparqlPool = request.app.state.sparql
    answer = await pool.run(asked)
    media_type = answer.media_type + ("; charset=utf-8" if answer.media_type.startswith("text/") else "")
    headers = {"Content-Type": media_type, "Vary": "Accept", "X-Snapshot": str(answer.snapshot)}
    return Response(answer.body, 200, headers)


def _service_description(request: Request) -> Response:
    accept = request.headers.get("accept", "")
    negotiated(accept, (Format.TURTLE,)) if "html" not in accept else None
    address = str(request.url.replace(query=""))
    return format_answer(_SERVICE_DESCRIPTION.format(address=address).encode(), Format.TURTLE)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QueryError("the query is not UTF-8; send it as UTF-8") from error


def _form(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, strict_parsing=False, max_num_fields=200)
    except ValueError as error:
        raise RequestError("the form has too many fields; send query, default-graph-uri, named-graph-uri") from error

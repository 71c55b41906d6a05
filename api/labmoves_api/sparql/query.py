"""A SPARQL request: the query, its dataset and the formats that the client takes.

Updates never run (the engine's query language has none), nor does SERVICE, which would make this machine call others.

Errors: QueryError for what is refused, FormatError when the client takes no format of the protocol.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from labmoves_api.errors import FormatError
from labmoves_graph.errors import QueryError

__all__ = ["GRAPH_FORMATS", "RESULT_FORMATS", "SparqlRequest", "check_query", "chosen_formats"]

#: Names, as `format=` takes them, with their media types; the first is the default.
RESULT_FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPH_FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
_ALIASES = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/x-turtle": "ttl",
    "text/plain": "nt",
    "text/n3": "ttl",
    "text/rdf+n3": "ttl",
}
_NAMES = {"turtle": "ttl", "ntriples": "nt", "n3": "ttl", "rdf": "rdfxml", "rdf+xml": "rdfxml", "json-ld": "jsonld"}
LONGEST_QUERY = 100_000  # characters; the longest of queries/*.rq has 2,000
#: The parser recurses; an expression nested deeper than this is nobody's question.
DEEPEST_NESTING = 100

# Refused wherever it could be the keyword, even inside a string: how the engine splits text into words is its own
# matter, and a refusal too many costs less than a call to an inner network.
_GAP = r"(?:\s|#[^\r\n]*[\r\n])*"
_IRI = r"<[^<>]*>"
#: An update, after what may stand before it; the engine's own words say only what it would have expected instead.
_UPDATE = re.compile(
    rf"{_GAP}(?:(?:base{_GAP}{_IRI}|prefix{_GAP}[^\s:]*:{_GAP}{_IRI}){_GAP})*"
    r"(?:insert|delete|load|clear|create|drop|copy|move|add|with)\b",
    re.IGNORECASE,
)
_SERVICE = re.compile(rf"(?<![?$])service{_GAP}(?:silent{_GAP})?(?:<|[?$]|[\w.\-%\\]*:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """What a client asks. result, graph: formats for either kind of answer, None where it takes none of them."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    result: str | None = "json"
    graph: str | None = "ttl"


def check_query(query: str) -> None:
    """Raise QueryError for a query that must not run."""
    if not query.strip():
        raise QueryError("the query is empty; give it as `query`, or as the body of type application/sparql-query")
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"the query is longer than {LONGEST_QUERY:,} characters; ask less at a time")
    if _UPDATE.match(query):
        raise QueryError("nothing is updated here; ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
    if _SERVICE.search(query):
        raise QueryError(
            "SERVICE is not allowed here, nor a string that reads like it; query the other endpoint itself"
        )
    depth = 0
    for character in query:
        depth += (character in "({[") - (character in ")}]")
        if depth > DEEPEST_NESTING:
            raise QueryError(f"the query is nested more than {DEEPEST_NESTING} deep; simplify it")


def chosen_formats(accept: str, asked: str | None) -> tuple[str | None, str | None]:
    """The format for bindings and that for graphs: as `format=` says, else the Accept header. Raises FormatError.

    A name in `format=` that means nothing here is passed over: clients send names of other services along.
    """
    name = _NAMES.get(asked or "", asked)
    if name in RESULT_FORMATS:
        return name, _best(accept, GRAPH_FORMATS)
    if name in GRAPH_FORMATS:
        return _best(accept, RESULT_FORMATS), name
    if not accept.strip():
        return "json", "ttl"
    chosen = _best(accept, RESULT_FORMATS), _best(accept, GRAPH_FORMATS)
    if chosen == (None, None):
        types = ", ".join([*RESULT_FORMATS.values(), *GRAPH_FORMATS.values()])
        raise FormatError(f"none of the types in Accept is to be had here; there are {types}")
    return chosen


def _best(accept: str, formats: dict[str, str]) -> str | None:
    best: tuple[float, str | None] = (0.0, None)
    by_type = {media_type: name for name, media_type in formats.items()}
    by_type |= {alias: name for alias, name in _ALIASES.items() if name in formats}
    for part in accept.lower().split(",")[:30]:
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            continue
        if media_range in ("*/*", "*"):
            name = next(iter(formats))
            weight *= 0.001  # what is named wins over what is merely not excluded
        else:
            name = by_type.get(media_range, "")
        if name and weight > best[0]:
            best = weight, name
    return best[1]

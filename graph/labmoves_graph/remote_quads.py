"""Quads on a server that speaks the SPARQL 1.1 Protocol and the Graph Store Protocol.

    RemoteQuadStore.connect("oxigraph+http://127.0.0.1:7878")

A Dialect says what a server does its own way. Literals come back in the canonical forms that the embedded store
keeps, whatever the server made of them, so that equal content reads equally everywhere.

Errors: StoreError for a server that cannot be reached or refuses, QueryError for a query that it cannot answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from labmoves_graph.clock import instant_text, parse_instant
from labmoves_graph.errors import DateError, QueryError, StoreError
from labmoves_graph.quad_store import Answer, update_text
from labmoves_graph.rdf_terms import GraphContent, Resource, Statement, graph_contents
from labmoves_graph.vocabulary import BASE, LM, PROV, XSD

__all__ = ["DIALECTS", "Dialect", "RemoteQuadStore", "without_password"]

#: Seconds to wait for an answer; a full scan of a large store takes its time.
TIMEOUT = 300.0
#: Quads sent in one request of a bulk load: some 1 MB.
BULK_BATCH = 5_000
#: Texts of one part of a bulk load; each mostly holds the facts about one or two people.
BULK_TEXTS = 200
_JSON = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.9"
#: The prologue of a query, then its form; servers that may choose send triples as rows, so they are told.
_FORM = re.compile(r"(?:<[^>]*>|#[^\n]*|\bPREFIX\s+[^\s:]*:|\bBASE\b|\s)*(?P<form>\w+)", re.IGNORECASE)
#: A server may hold other people's graphs, and its own; they are none of the store.
_OURS = f"FILTER(STRSTARTS(STR(?g), '{BASE}'))"
#: What makes an article's version appear or end; sent last when a change takes several requests.
_DECISIVE = frozenset([LM.articleId, PROV.invalidatedAtTime])


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of server departs from the standard.

    query, update, graphs: paths of the three protocols. digest: whether updates need digest authentication.
    update_limit: quads that one update request may change; None for any number.
    """

    name: str
    query: str
    update: str
    graphs: str
    digest: bool = False
    update_limit: int | None = None


DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Dialect("oxigraph", query="/query", update="/update", graphs="/store"),
        Dialect(
            "virtuoso",
            query="/sparql",
            update="/sparql-auth",
            graphs="/sparql-graph-crud-auth",
            digest=True,
            # Virtuoso compiles an update like a program and refuses more than 10,000 lines of it.
            update_limit=1_000,
        ),
    )
}


class RemoteQuadStore:
    """The quads of one server. Safe to share between threads."""

    def __init__(self, dialect: Dialect, client: httpx.Client, auth: httpx.Auth | None) -> None:
        self.dialect = dialect
        self._client = client
        self._auth = auth

    @classmethod
    def connect(cls, url: str) -> RemoteQuadStore:
        """The server at e.g. virtuoso+http://user:password@host:8890. Raises StoreError."""
        parts = urlsplit(url)
        name, _, scheme = parts.scheme.partition("+")
        dialect = DIALECTS.get(name)
        if dialect is None or scheme not in ("http", "https") or not parts.hostname:
            known = " or ".join(f"{known}+http://host:port" for known in DIALECTS)
            raise StoreError(f"{without_password(url)} is no graph server's address; write it like {known}")
        base = f"{scheme}://{parts.hostname}:{parts.port}" if parts.port else f"{scheme}://{parts.hostname}"
        auth = None
        if parts.username is not None:
            user, password = unquote(parts.username), unquote(parts.password or "")
            auth = httpx.DigestAuth(user, password) if dialect.digest else httpx.BasicAuth(user, password)
        return cls(dialect, httpx.Client(base_url=base + parts.path.rstrip("/"), timeout=TIMEOUT), auth)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def match(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that fit; None fits everything."""
        given = {"s": subject, "p": predicate, "o": value, "g": graph}
        s, p, o, g = (str(term) if term is not None else f"?{name}" for name, term in given.items())
        rows = self._rows(f"SELECT * {{ GRAPH {g} {{ {s} {p} {o} }} {'' if graph else _OURS} }}")
        for row in rows:
            terms = [given[name] or _term(row[name]) for name in ("s", "p", "o", "g")]
            yield Quad(*terms)  # type: ignore[arg-type]

    def graphs(self) -> list[NamedNode]:
        """The named graphs that hold quads, sorted."""
        rows = self._rows(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} {_OURS} }}")
        named = [term for row in rows if isinstance(term := _term(row["g"]), NamedNode)]
        return sorted(named, key=lambda graph: graph.value)

    def query(self, sparql: str) -> Answer:
        """The answer to a SPARQL 1.1 query. Raises QueryError."""
        response = self._ask(sparql)
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind == _JSON:
            answer = parse_query_results(_standard_json(response.content), QueryResultsFormat.JSON)
            assert isinstance(answer, QuerySolutions | QueryBoolean)
            return answer
        # N-Triples are Turtle, which is what a server may call them.
        return [quad.triple for quad in parse(response.content, RdfFormat.TURTLE)]

    def apply(self, added: Iterable[Quad], removed: Iterable[Quad] = ()) -> None:
        """Remove and add; what takes several requests becomes visible with the last. Raises StoreError."""
        new, gone = list(added), list(removed)
        limit = self.dialect.update_limit
        if limit is None or len(new) + len(gone) <= limit:
            self._update(new, gone)
            return
        decisive = [quad for quad in new if quad.predicate in _DECISIVE]
        for graph, statements in graph_contents(quad for quad in new if quad.predicate not in _DECISIVE):
            self._post(graph, statements)
        for batch in _batches(gone, limit):
            self._update([], batch)
        self._update(decisive, [])

    def bulk_add(self, graphs: Iterable[GraphContent]) -> None:
        """Add to many graphs; articles become visible when all is there. Raises StoreError."""
        decisive: list[Quad] = []
        for graph, statements in graphs:
            decisive += [Quad(*statement, graph) for statement in statements if statement[1] in _DECISIVE]
            self._post(graph, [statement for statement in statements if statement[1] not in _DECISIVE])
        for batch in _batches(decisive, self.dialect.update_limit or BULK_BATCH):
            self._update(batch, [])

    def bulk_add_text(self, texts: Iterable[str]) -> None:
        """The same for whole lines of N-Quads. Raises StoreError."""
        rest = iter(texts)
        while some := "".join(islice(rest, BULK_TEXTS)):
            self.bulk_add(graph_contents(parse(some, RdfFormat.N_QUADS)))

    def clear_graph(self, graph: NamedNode) -> None:
        """Remove every quad of a graph. Raises StoreError."""
        response = self._request("DELETE", self.dialect.graphs, params={"graph": graph.value})
        if response.status_code != httpx.codes.NOT_FOUND:
            self._accept(response)

    def _rows(self, sparql: str) -> list[dict[str, dict[str, str]]]:
        response = self._ask(sparql)
        if "x-sparql-maxrows" in response.headers:
            raise StoreError(
                f"{self._client.base_url} cuts answers at {response.headers['x-sparql-maxrows']} rows;"
                " raise ResultSetMaxRows in its settings"
            )
        rows: list[dict[str, dict[str, str]]] = json.loads(response.content)["results"]["bindings"]
        return rows

    def _ask(self, sparql: str) -> httpx.Response:
        form = _FORM.match(sparql)
        accepted = _TRIPLES if form and form["form"].upper() in ("CONSTRUCT", "DESCRIBE") else _JSON
        response = self._request("POST", self.dialect.query, data={"query": sparql}, headers={"Accept": accepted})
        if response.is_client_error:
            raise QueryError(f"the server refused the query: {_first_line(response)}")
        return self._accept(response)

    def _update(self, added: list[Quad], removed: list[Quad]) -> None:
        if added or removed:
            text = update_text(added, removed)
            self._accept(self._request("POST", self.dialect.update, data={"update": text}))

    def _post(self, graph: NamedNode, statements: Sequence[Statement]) -> None:
        for batch in _batches(statements, BULK_BATCH):
            text = "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in batch)
            response = self._request(
                "POST",
                self.dialect.graphs,
                params={"graph": graph.value},
                content=text.encode("utf-8"),
                headers={"Content-Type": "text/turtle; charset=utf-8"},
            )
            self._accept(response)

    def _request(self, method: str, path: str, **named: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, auth=self._auth, **named)
        except httpx.HTTPError as error:
            raise StoreError(f"{self._client.base_url} does not answer ({error}); check that it runs") from error

    def _accept(self, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        raise StoreError(f"{self._client.base_url} refused ({response.status_code}): {_first_line(response)}")


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _term(binding: dict[str, str]) -> Resource:
    """The RDF term of a JSON result, in the canonical form that the embedded store keeps."""
    value = binding["value"]
    if binding["type"] == "uri":
        return NamedNode(value)
    if binding["type"] == "bnode":
        return BlankNode(value)
    if language := binding.get("xml:lang"):
        return Literal(value, language=language)
    datatype = binding.get("datatype", XSD.string.value)
    return Literal(_canonical(value, datatype), datatype=NamedNode(datatype))


def _canonical(value: str, datatype: str) -> str:
    try:
        if datatype == XSD.double.value:
            return Literal(float(value)).value
        if datatype == XSD.integer.value:
            return Literal(int(value)).value
        if datatype == XSD.dateTime.value:
            return instant_text(parse_instant(value))
        if datatype == XSD.boolean.value:
            return {"0": "false", "1": "true"}.get(value, value)
    except (ValueError, DateError):
        return value
    return value


def _standard_json(content: bytes) -> bytes:
    """Query results with the term types of SPARQL 1.1: "typed-literal" was one in its drafts."""
    results = json.loads(content)
    for row in results.get("results", {}).get("bindings", ()):
        for binding in row.values():
            if binding["type"] == "typed-literal":
                binding["type"] = "literal"
    return json.dumps(results).encode("utf-8")


def _first_line(response: httpx.Response) -> str:
    return next((line.strip() for line in response.text.splitlines() if line.strip()), "no reason given")[:300]


def without_password(url: str) -> str:
    """The address as it may be shown."""
    start, at, rest = url.rpartition("@")
    return f"{start.partition('://')[0]}://…@{rest}" if at else url

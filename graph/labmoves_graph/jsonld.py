"""The store's quads as one JSON-LD 1.1 document that other programs read as schema.org.

Each named graph is an object whose nodes are framed: what belongs to a claim (reasons, evidence, selectors) or to an
article's reading (its run) stands inside it, so a reader walks a tree and needs no RDF. Types and names of
schema.org stand beside ours; `is_schema_addition` tells them, so that importing the document gives our quads alone.

The document is written graph by graph, never held whole. Quads must come sorted by graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import IO, Any

from pyoxigraph import Literal, NamedNode, Quad

from labmoves_graph.rdf_terms import Resource
from labmoves_graph.vocabulary import LM, OA, PREFIXES, PROV, RDF, SCHEMA, XSD

__all__ = ["is_schema_addition", "write_jsonld"]

_SCHEMA = SCHEMA.iri
#: Our classes and what schema.org calls such things.
_SCHEMA_TYPES = {
    LM.Claim: "Claim",
    LM.Move: "Event",
    LM.Organization: "Organization",
    LM.Person: "Person",
    LM.Reading: "NewsArticle",
    LM.Tenure: "OrganizationRole",
    LM.Transition: "MoveAction",
}
#: Our properties and schema.org's that say the same of a plain text.
_SCHEMA_PROPERTIES = {
    LM.articleId: "identifier",
    LM.name: "name",
    LM.role: "roleName",
    LM.dateText: "temporal",
    LM.sourceUrl: "citation",
}
#: Properties whose object is framed inside the subject.
_FRAMED = (LM.evidence, LM.reason, OA.hasSelector, PROV.wasGeneratedBy)
_CONTEXT = {"@version": 1.1, **PREFIXES}


def write_jsonld(quads: Iterable[Quad], out: IO[bytes]) -> None:
    """Write the quads, which come sorted by graph, as one JSON-LD document."""
    out.write(b'{\n"@context": ' + _encoded(_CONTEXT) + b',\n"@graph": [')
    separator = b"\n"
    for graph, members in groupby(quads, key=lambda quad: quad.graph_name):
        if not isinstance(graph, NamedNode):
            continue
        out.write(separator + _encoded({"@id": graph.value, "@graph": list(_framed_nodes(members))}))
        separator = b",\n"
    out.write(b"\n]\n}\n")


def is_schema_addition(quad: Quad) -> bool:
    """Whether the quad is one that write_jsonld adds for schema.org, not one of the store."""
    if quad.predicate == RDF.type:
        return isinstance(quad.object, NamedNode) and quad.object.value.startswith(_SCHEMA)
    return quad.predicate.value.startswith(_SCHEMA) and quad.predicate not in SCHEMA


def _framed_nodes(quads: Iterable[Quad]) -> Iterator[dict[str, Any]]:
    nodes: dict[str, dict[NamedNode, list[Resource]]] = {}
    inside: set[str] = set()
    for quad in quads:
        assert isinstance(quad.subject, NamedNode)
        nodes.setdefault(quad.subject.value, {}).setdefault(quad.predicate, []).append(quad.object)
        if quad.predicate in _FRAMED and isinstance(quad.object, NamedNode):
            inside.add(quad.object.value)
    for subject in nodes:
        if subject not in inside:
            yield _node(subject, nodes)


def _node(subject: str, nodes: dict[str, dict[NamedNode, list[Resource]]]) -> dict[str, Any]:
    written: dict[str, Any] = {"@id": _short(subject)}
    for predicate, values in nodes[subject].items():
        if predicate == RDF.type:
            types = [term for term in values if isinstance(term, NamedNode)]
            of_schema = [f"schema:{_SCHEMA_TYPES[term]}" for term in types if term in _SCHEMA_TYPES]
            written["@type"] = [*(_short(term.value) for term in types), *of_schema]
            continue
        framed = predicate in _FRAMED
        written[_short(predicate.value)] = [_value(value, nodes if framed else {}) for value in values]
        if predicate in _SCHEMA_PROPERTIES:
            of_schema = [value.value for value in values if isinstance(value, Literal)]
            written[f"schema:{_SCHEMA_PROPERTIES[predicate]}"] = of_schema
    return {key: _single(value) for key, value in written.items()}


def _value(value: Resource, nodes: dict[str, dict[NamedNode, list[Resource]]]) -> Any:
    if isinstance(value, NamedNode):
        return _node(value.value, nodes) if value.value in nodes else {"@id": _short(value.value)}
    assert isinstance(value, Literal)
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD.string:
        return value.value
    return {"@value": value.value, "@type": _short(value.datatype.value)}


def _single(values: Any) -> Any:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _short(iri: str) -> str:
    """The IRI with a prefix where one fits and the rest is a plain name, so that no reader can take it amiss."""
    for prefix, start in PREFIXES.items():
        rest = iri.removeprefix(start)
        if rest != iri and rest.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{rest}"
    return iri


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

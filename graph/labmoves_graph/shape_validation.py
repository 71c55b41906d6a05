"""Checks an article's graph against shapes.ttl before it is stored.

Two readers of the same shapes: `check_shapes`, compiled from the file once, decides every put (some 0.1 ms for
an article); `check_with_pyshacl`, the reference, takes 12 ms for one claim and 75 ms for twenty, too much for
loading 100,000. A test holds both to the same findings on graphs broken in every way that the shapes forbid.
A constraint that the compiler does not know is an error when the file is read, so none is ever skipped.

    check_shapes(quads) -> [] or [Violation(focus, path, message), ...]
    str(violation)      -> "claim/9f…: a claim has one status: … (lm:status)"
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from labmoves_graph.clock import parse_instant
from labmoves_graph.errors import DateError, StoreError
from labmoves_graph.rdf_terms import Resource
from labmoves_graph.vocabulary import BASE, LM, RDF, XSD

__all__ = ["SHAPES_FILE", "Violation", "check_shapes", "check_statements", "check_with_pyshacl"]

SHAPES_FILE = Path(__file__).with_name("shapes.ttl")

_SH = "http://www.w3.org/ns/shacl#"
_RDF = RDF.iri
_TYPE = RDF.type.value
#: One subject's values by property.
_Values = Mapping[str, list[Resource]]
#: All subjects' values.
_Graph = Mapping[str, _Values]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A node that breaks a shape: path is the property concerned, "" for the node as a whole."""

    focus: str
    path: str
    message: str

    def __str__(self) -> str:
        where = f" ({self.path.replace(LM.iri, 'lm:')})" if self.path else ""
        return f"{self.focus.removeprefix(BASE)}: {self.message}{where}"


def check_shapes(quads: Iterable[Quad]) -> list[Violation]:
    """Every violation in one article's graph, sorted; empty when it may be stored."""
    return check_statements((quad.subject, quad.predicate, quad.object) for quad in quads)


def check_statements(statements: Iterable[tuple[Resource, NamedNode, Resource]]) -> list[Violation]:
    """The same for the graph's statements as tuples."""
    subjects: dict[str, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in statements:
        subjects[_text(subject)][predicate.value].append(value)
    shapes = _compiled_shapes()
    found: set[Violation] = set()
    for focus, values in subjects.items():
        for kind in values.get(_TYPE, ()):
            shape = shapes.get(kind) if isinstance(kind, NamedNode) else None
            if shape:
                shape.check(focus, values, subjects, found)
    return sorted(found)


def check_with_pyshacl(quads: Iterable[Quad]) -> list[Violation]:
    """The same findings by pySHACL, the reference; much slower."""
    import pyshacl
    from rdflib import RDF as RDFLIB_RDF
    from rdflib import Graph, URIRef

    data = Graph().parse(data="\n".join(f"{quad.triple} ." for quad in quads), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=_rdflib_shapes())
    assert isinstance(report, Graph)
    found = set()
    for result in report.subjects(RDFLIB_RDF.type, URIRef(_SH + "ValidationResult")):
        focus, path, message = (
            report.value(result, URIRef(_SH + name)) for name in ("focusNode", "resultPath", "resultMessage")
        )
        found.add(Violation(str(focus), str(path or ""), str(message)))
    return sorted(found)


@lru_cache(maxsize=1)
def _rdflib_shapes() -> Any:
    from rdflib import Graph

    return Graph().parse(SHAPES_FILE)


_Check = Callable[[Resource], bool]


@dataclass(frozen=True, slots=True)
class _PropertyShape:
    path: str
    message: str
    least: int
    most: int | None
    checks: tuple[_Check, ...]
    classes: tuple[NamedNode, ...]
    pairs: tuple[tuple[str, bool], ...]

    def holds(self, values: _Values, graph: _Graph) -> bool:
        found = values.get(self.path)
        if found is None:
            return self.least == 0
        if len(found) < self.least or (self.most is not None and len(found) > self.most):
            return False
        for value in found:
            for check in self.checks:
                if not check(value):
                    return False
            for kind in self.classes:
                if not _is_of(value, kind, graph):
                    return False
        if not self.pairs:
            return True
        return all(_ordered(found, values.get(other, ()), or_equal) for other, or_equal in self.pairs)


@dataclass(frozen=True, slots=True)
class _NodeShape:
    message: str
    properties: Mapping[str, _PropertyShape]
    required: tuple[_PropertyShape, ...]
    ignored: frozenset[str]
    alternatives: tuple[tuple[_PropertyShape, ...], ...]

    def check(self, focus: str, values: _Values, graph: _Graph, found: set[Violation]) -> None:
        for predicate in values:
            shape = self.properties.get(predicate)
            if shape is None:
                if predicate not in self.ignored:
                    found.add(Violation(focus, predicate, self.message))
            elif not shape.holds(values, graph):
                found.add(Violation(focus, predicate, shape.message))
        for shape in self.required:
            if shape.path not in values:
                found.add(Violation(focus, shape.path, shape.message))
        if self.alternatives and not any(
            all(shape.holds(values, graph) for shape in option) for option in self.alternatives
        ):
            found.add(Violation(focus, "", self.message))


class _ShapesFile:
    """The triples of shapes.ttl, compiled shape by shape."""

    def __init__(self, path: Path) -> None:
        self._values: dict[Any, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
        for triple in parse(path=path, format=RdfFormat.TURTLE):
            self._values[triple.subject][triple.predicate.value].append(triple.object)

    def shapes(self) -> dict[NamedNode, _NodeShape]:
        """The node shapes by the class that they target."""
        node_shape = NamedNode(_SH + "NodeShape")
        compiled = {}
        for values in list(self._values.values()):
            if node_shape in values.get(_TYPE, ()):
                (target,) = values[_SH + "targetClass"]
                assert isinstance(target, NamedNode)
                compiled[target] = self._node_shape(values)
        return compiled

    def _node_shape(self, values: _Values) -> _NodeShape:
        _refuse_unknown(values)
        properties = [self._property_shape(node) for node in values.get(_SH + "property", ())]
        alternatives = tuple(
            tuple(self._property_shape(inner) for inner in self._values[option][_SH + "property"])
            for node in values.get(_SH + "or", ())
            for option in self._list(node)
        )
        (message,) = values[_SH + "message"]
        return _NodeShape(
            _text(message),
            properties={shape.path: shape for shape in properties},
            required=tuple(shape for shape in properties if shape.least),
            ignored=frozenset(_text(term) for term in self._list(values[_SH + "ignoredProperties"][0])),
            alternatives=alternatives,
        )

    def _property_shape(self, node: Resource) -> _PropertyShape:
        values = self._values[node]
        least = most = None
        checks: list[_Check] = []
        classes: list[NamedNode] = []
        pairs: list[tuple[str, bool]] = []
        for name, found in values.items():
            for term in found:
                match name.removeprefix(_SH):
                    case "path" | "message":
                        pass
                    case "minCount":
                        least = int(_text(term))
                    case "maxCount":
                        most = int(_text(term))
                    case "class":
                        assert isinstance(term, NamedNode)
                        classes.append(term)
                    case "lessThan" | "lessThanOrEquals" as order:
                        pairs.append((_text(term), order == "lessThanOrEquals"))
                    case "in":
                        checks.append(_in_check(frozenset(self._list(term))))
                    case other:
                        checks.append(_value_check(other, term))
        (path,), (message,) = values[_SH + "path"], values.get(_SH + "message", [Literal("")])
        return _PropertyShape(
            _text(path), _text(message), least or 0, most, tuple(checks), tuple(classes), tuple(pairs)
        )

    def _list(self, node: Resource) -> list[Resource]:
        items = []
        while _text(node) != _RDF + "nil":
            items.append(self._values[node][_RDF + "first"][0])
            node = self._values[node][_RDF + "rest"][0]
        return items


@lru_cache(maxsize=1)
def _compiled_shapes() -> dict[NamedNode, _NodeShape]:
    return _ShapesFile(SHAPES_FILE).shapes()


def _refuse_unknown(values: _Values) -> None:
    known = ("targetClass", "closed", "ignoredProperties", "property", "or", "message")
    for name in values:
        if name != _TYPE and name.removeprefix(_SH) not in known:
            raise StoreError(f"{SHAPES_FILE.name} uses {name}, which shape_validation.py does not check; teach it")


def _in_check(allowed: frozenset[Resource]) -> _Check:
    return lambda value: value in allowed


def _value_check(name: str, term: Resource) -> _Check:
    match name:
        case "datatype":
            well_formed = _LEXICAL_FORMS.get(_text(term))
            return lambda value: (
                isinstance(value, Literal)
                and value.datatype == term
                and (well_formed is None or well_formed(value.value))
            )
        case "nodeKind" if _text(term) == _SH + "IRI":
            return lambda value: isinstance(value, NamedNode)
        case "pattern":
            pattern = re.compile(_text(term))
            return lambda value: not isinstance(value, BlankNode) and pattern.search(_text(value)) is not None
        case "minLength":
            shortest = int(_text(term))
            return lambda value: len(_text(value)) >= shortest
        case "minInclusive":
            low = float(_text(term))
            return lambda value: (number := _number(value)) is not None and number >= low
        case "maxInclusive":
            high = float(_text(term))
            return lambda value: (number := _number(value)) is not None and number <= high
    raise StoreError(f"{SHAPES_FILE.name} uses sh:{name}, which shape_validation.py does not check; teach it")


def _is_of(value: Resource, kind: NamedNode, graph: _Graph) -> bool:
    return isinstance(value, NamedNode) and kind in graph.get(value.value, {}).get(_TYPE, ())


def _ordered(lesser: Iterable[Resource], greater: Iterable[Resource], or_equal: bool) -> bool:
    """Whether every value of the one is less than every value of the other; what cannot be compared is not."""
    for one in lesser:
        for other in greater:
            low, high = _rank(one), _rank(other)
            if low is None or high is None or low[0] != high[0]:
                return False
            if not (low < high or (or_equal and low == high)):
                return False
    return True


def _rank(value: Resource) -> tuple[str, float] | None:
    """What a number or day compares by, with its sort; None for anything else."""
    if isinstance(value, Literal) and value.datatype == XSD.date and _is_date(value.value):
        return "day", float(date.fromisoformat(value.value).toordinal())
    number = _number(value)
    return None if number is None else ("number", number)


def _number(value: Resource) -> float | None:
    if not isinstance(value, Literal) or value.datatype not in (XSD.integer, XSD.double):
        return None
    well_formed = _LEXICAL_FORMS[value.datatype.value]
    return float(value.value) if well_formed(value.value) else None


def _text(term: Resource) -> str:
    return str(term) if isinstance(term, Triple) else term.value


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None


def _is_instant(text: str) -> bool:
    try:
        parse_instant(text)
    except DateError:
        return False
    return "T" in text


_INTEGER = re.compile(r"[+-]?[0-9]+")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_LEXICAL_FORMS: dict[str, Callable[[str], bool]] = {
    XSD.integer.value: lambda text: _INTEGER.fullmatch(text) is not None,
    XSD.double.value: lambda text: _DOUBLE.fullmatch(text) is not None,
    XSD.date.value: _is_date,
    XSD.dateTime.value: _is_instant,
}

"""Python values to RDF literals and back, and the triples of one subject gathered for reading.

    text_literal("姚顺宇"), day_literal(date(2025, 9, 19)), date_literal(PartialDate.parse("2025-09"))
    describe(quads)[subject].text(LM.personName)   -> "姚顺宇"

Reading is strict: a missing, doubled or mistyped value raises StoreCorruptError that names it. No blank nodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from labmoves_graph.clock import instant_text, parse_instant
from labmoves_graph.errors import StoreCorruptError
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.vocabulary import EDTF, XSD

__all__ = [
    "Description",
    "GraphContent",
    "Resource",
    "Statement",
    "date_literal",
    "day_literal",
    "describe",
    "graph_contents",
    "instant_literal",
    "n_quads_text",
    "number_literal",
    "text_literal",
]

#: What may stand in subject or object place.
Resource = NamedNode | BlankNode | Literal | Triple
#: Subject, predicate and object; a plain tuple, since making the engine's own costs ten times as much.
Statement = tuple[NamedNode, NamedNode, Resource]

_EDTF_LEVEL1 = EDTF["EDTF-level1"]
_DATE = XSD.date
_INSTANT = XSD.dateTime


def text_literal(text: str) -> Literal:
    """A plain string, kept as it is."""
    return Literal(text)


def number_literal(number: float | int) -> Literal:
    """An xsd:integer or xsd:double in the lexical form that the store keeps."""
    return Literal(number)


@lru_cache(maxsize=65536)
def day_literal(day: date) -> Literal:
    """An xsd:date."""
    return Literal(day.isoformat(), datatype=_DATE)


def instant_literal(instant: datetime) -> Literal:
    """An xsd:dateTime in UTC. Raises DateError for a naive datetime."""
    return Literal(instant_text(instant), datatype=_INSTANT)


def date_literal(value: PartialDate) -> Literal:
    """The EDTF form, typed so that every engine keeps its characters."""
    return Literal(value.edtf, datatype=_EDTF_LEVEL1)


#: A graph's name and what is to stand in it.
GraphContent = tuple[NamedNode, Sequence[Statement]]


class Description:
    """What a graph says about one subject: values by property, read strictly."""

    __slots__ = ("_values", "subject")

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self._values: dict[str, list[Resource]] = defaultdict(list)

    def add(self, predicate: str, value: Resource) -> None:
        """Note one more value of a property."""
        self._values[predicate].append(value)

    def nodes(self, predicate: NamedNode) -> list[NamedNode]:
        """All values, which must be IRIs, sorted. Raises StoreCorruptError."""
        found = self._values.get(predicate.value, ())
        nodes = [value for value in found if isinstance(value, NamedNode)]
        if len(nodes) != len(found):
            raise self._fault(predicate, "holds a value that is no IRI")
        return sorted(nodes, key=lambda node: node.value)

    def texts(self, predicate: NamedNode) -> list[str]:
        """The lexical forms of all values, which must be literals, sorted. Raises StoreCorruptError."""
        found = self._values.get(predicate.value, ())
        texts = [value.value for value in found if isinstance(value, Literal)]
        if len(texts) != len(found):
            raise self._fault(predicate, "holds a value that is no literal")
        return sorted(texts)

    def optional_node(self, predicate: NamedNode) -> NamedNode | None:
        """The value, None if there is none. Raises StoreCorruptError for several or a literal."""
        value = self._single(predicate)
        if value is None or isinstance(value, NamedNode):
            return value
        raise self._fault(predicate, "should be an IRI")

    def node(self, predicate: NamedNode) -> NamedNode:
        """The value. Raises StoreCorruptError for none, several or a literal."""
        value = self.optional_node(predicate)
        if value is None:
            raise self._fault(predicate, "is missing")
        return value

    def optional_text(self, predicate: NamedNode) -> str | None:
        """The literal's lexical form, None if there is none. Raises StoreCorruptError."""
        value = self._single(predicate)
        if value is None:
            return None
        if isinstance(value, Literal):
            return value.value
        raise self._fault(predicate, "should be a literal")

    def text(self, predicate: NamedNode) -> str:
        """The literal's lexical form. Raises StoreCorruptError for none, several or an IRI."""
        value = self.optional_text(predicate)
        if value is None:
            raise self._fault(predicate, "is missing")
        return value

    def number(self, predicate: NamedNode) -> float:
        """The number. Raises StoreCorruptError."""
        text = self.text(predicate)
        try:
            return float(text)
        except ValueError as error:
            raise self._fault(predicate, f"is no number: {text[:40]!r}") from error

    def optional_number(self, predicate: NamedNode) -> float | None:
        """The number, None if there is none. Raises StoreCorruptError."""
        return None if self._single(predicate) is None else self.number(predicate)

    def integer(self, predicate: NamedNode) -> int:
        """The whole number. Raises StoreCorruptError."""
        text = self.text(predicate)
        try:
            return int(text)
        except ValueError as error:
            raise self._fault(predicate, f"is no whole number: {text[:40]!r}") from error

    def instant(self, predicate: NamedNode) -> datetime:
        """The instant. Raises StoreCorruptError for none, DateError for another text."""
        return parse_instant(self.text(predicate))

    def optional_instant(self, predicate: NamedNode) -> datetime | None:
        """The instant, None if there is none. Raises StoreCorruptError or DateError."""
        text = self.optional_text(predicate)
        return parse_instant(text) if text is not None else None

    def _single(self, predicate: NamedNode) -> Resource | None:
        values = self._values.get(predicate.value)
        if not values:
            return None
        if len(values) > 1:
            raise self._fault(predicate, f"has {len(values)} values instead of one")
        return values[0]

    def _fault(self, predicate: NamedNode, what: str) -> StoreCorruptError:
        return StoreCorruptError(
            f"<{self.subject}>: {predicate.value} {what}; run `labmoves verify`, then restore a backup"
        )


def graph_contents(quads: Iterable[Quad]) -> list[GraphContent]:
    """The quads by graph, in the order met. Raises StoreCorruptError for a blank node or the default graph."""
    graphs: dict[NamedNode, list[Statement]] = {}
    for quad in quads:
        if not isinstance(quad.graph_name, NamedNode) or not isinstance(quad.subject, NamedNode):
            raise StoreCorruptError(
                f"{quad} is in no named graph or has no IRI as subject; the store holds none such"
            )
        graphs.setdefault(quad.graph_name, []).append((quad.subject, quad.predicate, quad.object))
    return list(graphs.items())


def n_quads_text(content: GraphContent) -> str:
    """The graph as lines of N-Quads."""
    graph, statements = content
    end = f" {graph} .\n"
    return "".join([f"{subject} {predicate} {value}{end}" for subject, predicate, value in statements])


def describe(quads: Iterable[Quad]) -> dict[str, Description]:
    """The descriptions of the quads' subjects by IRI, in the order met."""
    found: dict[str, Description] = {}
    for quad in quads:
        if not isinstance(quad.subject, NamedNode):
            raise StoreCorruptError(f"{quad.subject} is no IRI; the store holds none but IRIs as subjects")
        subject = quad.subject.value
        description = found.get(subject)
        if description is None:
            description = found[subject] = Description(subject)
        description.add(quad.predicate.value, quad.object)
    return found

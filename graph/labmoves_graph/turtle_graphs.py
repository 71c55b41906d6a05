"""Which graph each triple of a Turtle export belongs to.

Turtle has no graphs. Our export holds one version of each article, so what a subject is decides its graph: a reading
is its own graph's name, and runs, claims, reasons and evidence lead to a reading. Extractors belong to every run
that names them.

Errors: StoreError for a triple whose graph cannot be told: the file is not an export of ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Quad, Triple

from labmoves_graph.errors import StoreError
from labmoves_graph.vocabulary import (
    ARTICLE_GRAPH,
    CHANGE,
    CLAIM,
    ENTITIES_GRAPH,
    EVIDENCE,
    EXTRACTOR,
    JUDGEMENT,
    JUDGEMENTS_GRAPH,
    LM,
    MOVE,
    MOVES_GRAPH,
    OA,
    ORGANIZATION,
    PERSON,
    PROV,
    REASON,
    RUN,
    TENURE,
    TRANSITION,
)

__all__ = ["graph_of_each"]

_FIXED_GRAPHS = {
    CHANGE: ENTITIES_GRAPH,
    ORGANIZATION: ENTITIES_GRAPH,
    PERSON: ENTITIES_GRAPH,
    JUDGEMENT: JUDGEMENTS_GRAPH,
    MOVE: MOVES_GRAPH,
    TENURE: MOVES_GRAPH,
    TRANSITION: MOVES_GRAPH,
}


def graph_of_each(triples: Iterable[Triple]) -> Iterator[Quad]:
    """The triples as quads of the graphs that they came from. Raises StoreError."""
    everything = list(triples)
    graphs = _Graphs(everything)
    for triple in everything:
        for graph in graphs.of(triple.subject):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)


class _Graphs:
    """The graphs of subjects, found by following the properties that lead to a reading."""

    def __init__(self, triples: Sequence[Triple]) -> None:
        self._readings: dict[object, NamedNode] = {}
        self._leads: dict[object, list[object]] = defaultdict(list)
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            if predicate == PROV.specializationOf and isinstance(subject, NamedNode):
                self._readings[value] = subject
            elif predicate in (PROV.wasDerivedFrom, PROV.used):
                self._leads[subject].append(value)
            elif predicate in (LM.reason, LM.evidence, OA.hasSelector, PROV.wasAssociatedWith):
                self._leads[value].append(subject)

    def of(self, subject: object) -> list[NamedNode]:
        """The graphs in which this subject is described."""
        if subject in ARTICLE_GRAPH and isinstance(subject, NamedNode):
            return [subject]
        for kind, graph in _FIXED_GRAPHS.items():
            if subject in kind:
                return [graph]
        if any(subject in kind for kind in (CLAIM, EVIDENCE, EXTRACTOR, REASON, RUN)):
            found = self._follow(subject)
            if found:
                return found
        raise StoreError(f"{subject} belongs to no graph of a store; import Turtle that `labmoves export` wrote")

    def _follow(self, subject: object) -> list[NamedNode]:
        if subject in self._readings:
            return [self._readings[subject]]
        found = [graph for lead in self._leads.get(subject, ()) for graph in self._lead_to(lead)]
        return sorted(set(found), key=str)

    def _lead_to(self, lead: object) -> list[NamedNode]:
        return [MOVES_GRAPH] if lead in MOVE else self._follow(lead)

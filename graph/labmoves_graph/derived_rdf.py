"""Moves, transitions and tenures as statements of the `moves` graph.

Goes one way: the graph is computed from the claims and can be dropped and rebuilt. Dates stand as EDTF with the
days that bound them beside it, so that a query compares days and shows what was said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad

from labmoves_graph.model import Move, Reason, Tenure, Transition
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.rdf_terms import Statement, date_literal, day_literal, n_quads_text, number_literal, text_literal
from labmoves_graph.vocabulary import (
    CLAIM,
    LM,
    MOVE,
    MOVES_GRAPH,
    ORG,
    ORGANIZATION,
    PERSON,
    RDF,
    REASON,
    TENURE,
    TRANSITION,
    concept,
)

__all__ = ["DerivedFacts", "derived_quads", "derived_statements", "derived_text", "move_quads", "tenure_quads"]


class DerivedFacts(Protocol):
    """What consolidation computes from the claims."""

    @property
    def moves(self) -> Sequence[Move]:
        """Every move."""
        ...

    @property
    def transitions(self) -> Sequence[Transition]:
        """Every transition."""
        ...

    @property
    def tenures(self) -> Sequence[Tenure]:
        """Every tenure."""
        ...


def derived_statements(facts: DerivedFacts) -> Iterator[Statement]:
    """What the moves graph says of the facts, one after the other: millions of them need not be held at once."""
    for move in facts.moves:
        yield from _move_statements(move)
    for transition in facts.transitions:
        yield from _transition_statements(transition)
    for tenure in facts.tenures:
        yield from _tenure_statements(tenure)


def derived_text(facts: DerivedFacts) -> str:
    """The same as lines of N-Quads."""
    return n_quads_text((MOVES_GRAPH, list(derived_statements(facts))))


def derived_quads(facts: DerivedFacts) -> Iterator[Quad]:
    """The same as quads."""
    return (Quad(*statement, MOVES_GRAPH) for statement in derived_statements(facts))


def move_quads(move: Move) -> list[Quad]:
    """The quads of one move."""
    return [Quad(*statement, MOVES_GRAPH) for statement in _move_statements(move)]


def tenure_quads(tenure: Tenure) -> list[Quad]:
    """The quads of one tenure, which is an org:Membership as well."""
    return [Quad(*statement, MOVES_GRAPH) for statement in _tenure_statements(tenure)]


def _move_statements(move: Move) -> list[Statement]:
    node = MOVE.iri(move.id)
    triples: list[Statement] = [
        (node, RDF.type, LM.Move),
        (node, LM.event, concept(move.event)),
        (node, LM.person, PERSON.iri(move.person_id)),
        (node, LM.organization, ORGANIZATION.iri(move.organization_id)),
        (node, LM.status, concept(move.status)),
        (node, LM.verdict, concept(move.verdict)),
        (node, LM.sources, number_literal(move.sources)),
        (node, LM.independentSources, number_literal(move.independent_sources)),
        (node, LM.confidence, number_literal(float(move.confidence))),
        *_date_triples(node, move.date, LM.date, LM.earliest, LM.latest),
    ]
    if move.role is not None:
        triples.append((node, LM.role, text_literal(move.role)))
    if move.manner is not None:
        triples.append((node, LM.manner, concept(move.manner)))
    if move.announced is not None:
        triples.append((node, LM.announced, date_literal(move.announced)))
    triples += [(node, LM.rivalDate, date_literal(rival)) for rival in move.rival_dates]
    triples += [(node, LM.supportedBy, CLAIM.iri(claim)) for claim in move.supporting]
    triples += [(node, LM.contradictedBy, CLAIM.iri(claim)) for claim in move.contradicting]
    for position, reason in enumerate(move.reasons):
        triples += _reason_triples(node, f"move-{move.id}-{position}", position, reason)
    return triples


def _transition_statements(transition: Transition) -> list[Statement]:
    node = TRANSITION.iri(transition.id)
    triples: list[Statement] = [
        (node, RDF.type, LM.Transition),
        (node, LM.person, PERSON.iri(transition.person_id)),
        (node, LM.fromOrganization, ORGANIZATION.iri(transition.from_organization)),
        (node, LM.toOrganization, ORGANIZATION.iri(transition.to_organization)),
        (node, LM.departure, MOVE.iri(transition.departure_id)),
        (node, LM.arrival, MOVE.iri(transition.arrival_id)),
        *_date_triples(node, transition.date, LM.date, LM.earliest, LM.latest),
    ]
    if transition.days_between is not None:
        triples.append((node, LM.daysBetween, number_literal(transition.days_between)))
    return triples


def _tenure_statements(tenure: Tenure) -> list[Statement]:
    node = TENURE.iri(tenure.id)
    person, organization = PERSON.iri(tenure.person_id), ORGANIZATION.iri(tenure.organization_id)
    triples: list[Statement] = [
        (node, RDF.type, LM.Tenure),
        (node, LM.person, person),
        (node, ORG.member, person),
        (node, LM.organization, organization),
        (node, ORG.organization, organization),
        (node, LM.ended, Literal(tenure.ended)),
        *_date_triples(node, tenure.start, LM.start, LM.startEarliest, LM.startLatest),
        *_date_triples(node, tenure.end, LM.end, LM.endEarliest, LM.endLatest),
        *((node, LM.move, MOVE.iri(move)) for move in tenure.moves),
    ]
    if tenure.role is not None:
        triples.append((node, LM.role, text_literal(tenure.role)))
    return triples


def _date_triples(
    node: NamedNode, value: PartialDate | None, stated: NamedNode, earliest: NamedNode, latest: NamedNode
) -> list[Statement]:
    if value is None:
        return []
    return [
        (node, stated, date_literal(value)),
        (node, earliest, day_literal(value.earliest)),
        (node, latest, day_literal(value.latest)),
    ]


def _reason_triples(move: NamedNode, name: str, position: int, reason: Reason) -> list[Statement]:
    node = REASON.iri(name)
    triples: list[Statement] = [
        (move, LM.reason, node),
        (node, RDF.type, LM.Reason),
        (node, LM.position, number_literal(position)),
        (node, LM.category, concept(reason.category)),
        (node, LM.quote, text_literal(reason.quote)),
    ]
    if reason.share is not None:
        triples.append((node, LM.share, number_literal(float(reason.share))))
    if reason.said_by is not None:
        triples.append((node, LM.saidBy, text_literal(reason.said_by)))
    return triples

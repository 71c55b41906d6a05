"""Judgements as quads of the `judgements` graph, and back.

A judgement keeps its triples for ever; revoking it adds prov:invalidatedAtTime. Judgement -> quads -> Judgement
is the identity. Errors: StoreCorruptError for quads that no judgement gives.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad

from labmoves_graph.model import Judgement, JudgementKind
from labmoves_graph.rdf_terms import Resource, describe, instant_literal, text_literal
from labmoves_graph.vocabulary import JUDGEMENT, JUDGEMENTS_GRAPH, LM, PROV, RDF, concept, concept_value

__all__ = ["judgement_quads", "parse_judgements"]


def judgement_quads(judgement: Judgement) -> list[Quad]:
    """The quads of one judgement. Raises DateError when its times have no time zone."""
    node = JUDGEMENT.iri(judgement.id)
    triples: list[tuple[NamedNode, Resource]] = [
        (RDF.type, LM.Judgement),
        (LM.judgementKind, concept(judgement.kind)),
        (LM.subjectId, text_literal(judgement.subject)),
        (LM.madeBy, text_literal(judgement.made_by)),
        (LM.why, text_literal(judgement.why)),
        (PROV.generatedAtTime, instant_literal(judgement.made_at)),
    ]
    if judgement.object is not None:
        triples.append((LM.objectId, text_literal(judgement.object)))
    if judgement.value is not None:
        triples.append((LM.correctedValue, text_literal(judgement.value)))
    if judgement.revoked_at is not None:
        triples.append((PROV.invalidatedAtTime, instant_literal(judgement.revoked_at)))
    return [Quad(node, predicate, value, JUDGEMENTS_GRAPH) for predicate, value in triples]


def parse_judgements(quads: Iterable[Quad]) -> list[Judgement]:
    """The judgements that these quads state, by time, then id. Raises StoreCorruptError."""
    found = [
        Judgement(
            kind=concept_value(JudgementKind, d.node(LM.judgementKind)),
            subject=d.text(LM.subjectId),
            object=d.optional_text(LM.objectId),
            value=d.optional_text(LM.correctedValue),
            made_by=d.text(LM.madeBy),
            made_at=d.instant(PROV.generatedAtTime),
            why=d.text(LM.why),
            revoked_at=d.optional_instant(PROV.invalidatedAtTime),
        )
        for d in describe(quads).values()
    ]
    return sorted(found, key=lambda judgement: (judgement.made_at, judgement.id))

"""Answers as RDF: the same terms as the store's graphs, in Turtle or JSON-LD.

    rdf_bytes(move_triples(view), Format.TURTLE)

A move's triples are those of the `moves` graph; its claims follow with their quotes, and names with their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from labmoves_api.formats import Format
from labmoves_graph.derived_rdf import move_quads, tenure_quads
from labmoves_graph.entity_rdf import entity_quads
from labmoves_graph.model import (
    Event,
    Language,
    Manner,
    Move,
    Organization,
    Person,
    Reason,
    ReasonCategory,
    Status,
    Tenure,
    Verdict,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.rdf_terms import date_literal, text_literal
from labmoves_graph.read_model_views import (
    ArticleView,
    ClaimView,
    Dispute,
    EntityView,
    EvidenceView,
    FlowView,
    MoveView,
    Named,
    RosterEntry,
    TenureView,
    Timeline,
)
from labmoves_graph.registry import Registry
from labmoves_graph.vocabulary import (
    ARTICLE,
    CLAIM,
    LM,
    OA,
    ORGANIZATION,
    PERSON,
    PREFIXES,
    PROV,
    RDF,
    SCHEMA,
    concept,
)

__all__ = [
    "article_triples",
    "claim_triples",
    "dispute_triples",
    "entity_triples",
    "flow_triples",
    "move_triples",
    "rdf_bytes",
    "roster_triples",
    "timeline_triples",
]

Triples = Iterator[Triple]
_SYNTAX = {Format.TURTLE: RdfFormat.TURTLE, Format.JSONLD: RdfFormat.JSON_LD}


def rdf_bytes(triples: Iterable[Triple], format: Format) -> bytes:
    """The triples in Turtle or JSON-LD, each once."""
    found = serialize(dict.fromkeys(triples), format=_SYNTAX[format], prefixes=PREFIXES)
    assert found is not None
    return found


def move_triples(view: MoveView) -> Triples:
    """A move, the names of its ends, and the words that its claims rest on."""
    yield from _triples(move_quads(_move(view)))
    yield from _named(PERSON.iri(view.person.id), view.person)
    yield from _named(ORGANIZATION.iri(view.organization.id), view.organization)
    for evidence in view.evidence:
        yield from _evidence(evidence)


def tenure_triples(view: TenureView) -> Triples:
    """A stay."""
    tenure = Tenure(
        id=view.id,
        person_id=view.person.id,
        organization_id=view.organization.id,
        role=view.role,
        start=_date(view.start),
        end=_date(view.end),
        ended=view.ended,
        moves=view.moves,
    )
    yield from _triples(tenure_quads(tenure))
    yield from _named(PERSON.iri(view.person.id), view.person)
    yield from _named(ORGANIZATION.iri(view.organization.id), view.organization)


def entity_triples(view: EntityView) -> Triples:
    """A person or an organization with all names."""
    names = {Language(language): forms for language, forms in view.names.items()}
    if view.kind == "person":
        person = Person(
            id=view.id,
            name=view.name,
            names=names,
            different_from=tuple(other.id for other in view.different_from),
            description=view.description,
            wikidata=view.wikidata,
        )
        yield from _triples(entity_quads(Registry.of([], [person])))
        return
    organization = Organization(
        id=view.id,
        name=view.name,
        names=names,
        kind=view.kind,
        parent=view.parents[0].id if view.parents else None,
        country=view.country,
        founded=_date(view.founded),
        wikidata=view.wikidata,
    )
    yield from _triples(entity_quads(Registry.of([organization], [])))


def timeline_triples(view: Timeline) -> Triples:
    """The entity, its moves and its stays."""
    yield from entity_triples(view.entity)
    for entry in view.entries:
        yield from move_triples(entry)
    for tenure in view.tenures:
        yield from tenure_triples(tenure)


def roster_triples(entries: Iterable[RosterEntry]) -> Triples:
    """The stays of a roster with their evidence."""
    for entry in entries:
        yield from tenure_triples(entry.tenure)
        for evidence in entry.evidence:
            yield from _evidence(evidence)


def claim_triples(view: ClaimView) -> Triples:
    """A claim: what it says, of whom, and its words."""
    node = CLAIM.iri(view.id)
    yield Triple(node, LM.event, concept(Event(view.event)))
    yield Triple(node, LM.person, PERSON.iri(view.person.id))
    yield Triple(node, LM.personName, text_literal(view.printed_person))
    yield Triple(node, LM.organization, ORGANIZATION.iri(view.organization.id))
    yield Triple(node, LM.organizationName, text_literal(view.printed_organization))
    if view.role is not None:
        yield Triple(node, LM.role, text_literal(view.role))
    if view.manner is not None:
        yield Triple(node, LM.manner, concept(Manner(view.manner)))
    yield from _evidence(view.evidence)


def article_triples(view: ArticleView, claims: Iterable[ClaimView] = ()) -> Triples:
    """An article's metadata and claims, without its text."""
    node = ARTICLE.iri(view.id)
    for term, text in ((SCHEMA.headline, view.title), (SCHEMA.url, view.url), (LM.publisher, view.publisher)):
        if text:
            yield Triple(node, term, text_literal(text))
    yield Triple(node, LM.articleId, text_literal(view.id))
    yield Triple(node, LM.textDigest, text_literal(view.sha256))
    for claim in claims:
        yield from claim_triples(claim)


def flow_triples(views: Iterable[FlowView]) -> Triples:
    """The names of the organizations; a flow itself is a count, and counts are no facts of the graph."""
    for view in views:
        yield from _named(ORGANIZATION.iri(view.source.id), view.source)
        yield from _named(ORGANIZATION.iri(view.target.id), view.target)


def dispute_triples(view: Dispute) -> Triples:
    """The disputed move; of a conflation, whom the claim was taken to mean."""
    if view.move is not None:
        yield from move_triples(view.move)
    if view.conflation is not None:
        yield Triple(CLAIM.iri(view.conflation.claim_id), LM.person, PERSON.iri(view.conflation.person.id))
        yield from _named(PERSON.iri(view.conflation.person.id), view.conflation.person)


def _evidence(view: EvidenceView) -> Triples:
    claim, article = CLAIM.iri(view.claim_id), ARTICLE.iri(view.article_id)
    yield Triple(claim, RDF.type, LM.Claim)
    yield Triple(claim, LM.status, concept(Status(view.status)))
    yield Triple(claim, PROV.wasDerivedFrom, article)
    if (when := _date(view.date)) is not None:
        yield Triple(claim, LM.date, date_literal(when))
    if view.date_text is not None:
        yield Triple(claim, LM.dateText, text_literal(view.date_text))
    if view.quote is not None:
        yield Triple(claim, OA.exact, text_literal(view.quote))
    if view.said_by is not None:
        yield Triple(claim, LM.saidBy, text_literal(view.said_by))
    for term, text in ((SCHEMA.headline, view.title), (SCHEMA.url, view.url), (LM.publisher, view.publisher)):
        if text:
            yield Triple(article, term, text_literal(text))


def _move(view: MoveView) -> Move:
    return Move(
        id=view.id,
        event=Event(view.event),
        person_id=view.person.id,
        organization_id=view.organization.id,
        role=view.role,
        date=_date(view.date),
        rival_dates=tuple(PartialDate.parse(rival) for rival in view.rival_dates),
        announced=_date(view.announced),
        manner=Manner(view.manner) if view.manner else None,
        status=Status(view.status),
        verdict=Verdict(view.verdict),
        reasons=tuple(Reason(ReasonCategory(r.category), r.quote, r.share, r.said_by) for r in view.reasons),
        supporting=tuple(e.claim_id for e in view.evidence if e.supports),
        contradicting=tuple(e.claim_id for e in view.evidence if not e.supports),
        sources=view.sources,
        independent_sources=view.independent_sources,
        confidence=view.confidence,
    )


def _date(edtf: str | None) -> PartialDate | None:
    return PartialDate.parse(edtf) if edtf is not None else None


def _named(node: NamedNode, view: Named) -> Triples:
    yield Triple(node, LM.name, Literal(view.name))


def _triples(quads: Iterable[Quad]) -> Triples:
    return (quad.triple for quad in quads)

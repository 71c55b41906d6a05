"""The curated registry as quads of the `entities` graph.

People are prov:Person, organizations org:Organization, names SKOS labels with their language, namesakes
owl:differentFrom each other, and mergers org:ChangeEvent: DeepMind and Google Brain -> Google DeepMind, 2023. What
people judged to be one entity or two stands there as well.
Goes one way: the registry's files are the source, the graph is made from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from labmoves_graph.entity_ids import is_provisional
from labmoves_graph.identity_judgements import Decisions, by_kind
from labmoves_graph.model import Judgement, JudgementKind, Language, Organization, OrganizationChange, Person
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.rdf_terms import Statement, date_literal, day_literal, text_literal
from labmoves_graph.registry import Registry
from labmoves_graph.vocabulary import (
    CHANGE,
    DC,
    ENTITIES_GRAPH,
    LM,
    ORG,
    ORGANIZATION,
    OWL,
    PERSON,
    RDF,
    SKOS,
)

__all__ = ["entity_quads", "entity_statements", "identity_statements", "organization_changes"]

_IDENTITY = {JudgementKind.SAME: OWL.sameAs, JudgementKind.DIFFERENT: OWL.differentFrom}


def entity_quads(registry: Registry) -> list[Quad]:
    """The quads of the entities graph, each once, in registry order."""
    return [Quad(*statement, ENTITIES_GRAPH) for statement in entity_statements(registry)]


def entity_statements(registry: Registry, identities: Iterable[Statement] = ()) -> Iterable[Statement]:
    """The same without the graph. identities: further statements, those of `identity_statements`."""
    triples: list[Statement] = []
    for organization in registry.organizations.values():
        triples += _organization_triples(organization)
    for person in registry.people.values():
        triples += _person_triples(person)
    for change in organization_changes(registry):
        triples += _change_triples(change)
    triples += identities
    return dict.fromkeys(triples)


def identity_statements(judgements: Iterable[Judgement], registry: Registry) -> list[Statement]:
    """Entities judged one or two, as owl:sameAs and owl:differentFrom, both ways; what gives way is left out.

    judgements: those in force; what they do not say to be about organizations, and the registry neither, is about
    people. A judgement about a single claim says nothing of entities and gives none.
    """
    statements: list[Statement] = []
    for iris, some in zip((ORGANIZATION, PERSON), by_kind(judgements, (), registry), strict=True):
        for ends, kind in Decisions.of(some).holding.items():
            if all(_is_entity(end, registry) for end in ends):
                one, other = (iris.iri(end) for end in sorted(ends))
                statements += [(one, _IDENTITY[kind], other), (other, _IDENTITY[kind], one)]
    return statements


def _is_entity(name: str, registry: Registry) -> bool:
    return name in registry.people or name in registry.organizations or is_provisional(name)


def organization_changes(registry: Registry) -> list[OrganizationChange]:
    """The dated mergers and renamings that the registry's organizations name, one per result and date."""
    changes = []
    for organization in registry.organizations.values():
        originals: dict[PartialDate, list[str]] = {}
        for original, day in organization.predecessor_dates:
            originals.setdefault(day, []).append(original)
        for day, ids in originals.items():
            name = f"{organization.id}-{day.edtf}"
            changes.append(OrganizationChange(name, day, tuple(ids), (organization.id,), organization.founded_source))
    return changes


def _organization_triples(organization: Organization) -> list[Statement]:
    node = ORGANIZATION.iri(organization.id)
    triples: list[Statement] = [
        (node, RDF.type, LM.Organization),
        (node, LM.kind, text_literal(organization.kind)),
        *_name_triples(node, organization.name, organization.names),
    ]
    triples += [(node, LM.ambiguousName, text_literal(name)) for name in organization.ambiguous]
    if organization.parent:
        triples.append((node, ORG.subOrganizationOf, ORGANIZATION.iri(organization.parent)))
    if organization.country:
        triples.append((node, LM.country, text_literal(organization.country)))
    if organization.founded:
        triples.append((node, LM.founded, date_literal(organization.founded)))
    if organization.wikidata:
        triples.append((node, LM.wikidata, text_literal(organization.wikidata)))
    if organization.founded_source:
        triples.append((node, DC.source, text_literal(organization.founded_source)))
    return triples


def _person_triples(person: Person) -> list[Statement]:
    node = PERSON.iri(person.id)
    triples: list[Statement] = [(node, RDF.type, LM.Person), *_name_triples(node, person.name, person.names)]
    triples += [(node, LM.ambiguousName, text_literal(name)) for name in person.ambiguous]
    for other in person.different_from:
        # Stated both ways, so that a query finds it from either without a reasoner.
        triples += [(node, OWL.differentFrom, PERSON.iri(other)), (PERSON.iri(other), OWL.differentFrom, node)]
    if person.description:
        triples.append((node, SKOS.note, text_literal(person.description)))
    if person.wikidata:
        triples.append((node, LM.wikidata, text_literal(person.wikidata)))
    triples += [(node, DC.source, text_literal(source)) for source in person.sources]
    return triples


def _name_triples(node: NamedNode, name: str, names: Mapping[Language, tuple[str, ...]]) -> list[Statement]:
    """The chief name plain, then by language the first form preferred and the others alternative."""
    triples: list[Statement] = [(node, LM.name, text_literal(name))]
    for language, forms in names.items():
        for place, form in enumerate(forms):
            label = SKOS.altLabel if place else SKOS.prefLabel
            triples.append((node, label, Literal(form, language=language)))
    return triples


def _change_triples(change: OrganizationChange) -> list[Statement]:
    node = CHANGE.iri(change.id)
    triples: list[Statement] = [(node, RDF.type, ORG.ChangeEvent), (node, LM.date, date_literal(change.date))]
    triples += [(node, LM.earliest, day_literal(change.date.earliest))]
    triples += [(node, LM.latest, day_literal(change.date.latest))]
    for original in change.originals:
        triples += [
            (node, ORG.originalOrganization, ORGANIZATION.iri(original)),
            (ORGANIZATION.iri(original), ORG.changedBy, node),
        ]
    for result in change.results:
        triples += [
            (node, ORG.resultingOrganization, ORGANIZATION.iri(result)),
            (ORGANIZATION.iri(result), ORG.resultedFrom, node),
        ]
    if change.source:
        triples.append((node, DC.source, text_literal(change.source)))
    return triples

"""What a changed registry can change: which people and organizations, and under which names claims may mean them.

    RegistryChanges.between(former, present)
        .people, .organizations          whose entry is new, gone or another
        .lines                           organizations whose way up is another
        .about_people, .about_organizations, .person_names, .organization_names
                                         whom and what consolidation may see otherwise, so that claims which concern
                                         none of them come to what they came to before

Identity and consolidation ask a registry by the names and ids that claims give, by the parents, mergers and foundings
of those organizations, by what is told of people who may be taken for one another or bear a common name, and by the
names of the organizations that this tells of. Nothing else of it reaches them; whoever lets something else do so must
add it here.

    entity_record(entity), registry_of(records)      a registry as text, and back
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from labmoves_graph.conflation import named_works
from labmoves_graph.model import Language, Organization, Person
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry, fold_name, name_forms

__all__ = ["RegistryChanges", "entity_record", "registry_of"]


@dataclass(frozen=True, slots=True)
class RegistryChanges:
    """The difference between two registries. Names are folded."""

    people: frozenset[str]
    organizations: frozenset[str]
    lines: frozenset[str]
    about_people: frozenset[str]
    about_organizations: frozenset[str]
    person_names: frozenset[str]
    organization_names: frozenset[str]

    @classmethod
    def between(cls, former: Registry, present: Registry) -> RegistryChanges:
        """What is different in the present one."""
        both = (former, present)
        people = _different(former.people, present.people)
        organizations = _different(former.organizations, present.organizations)
        lines = frozenset(
            o
            for registry in both
            for o in registry.organizations
            if not organizations.isdisjoint(registry.ancestors(o))
        )
        about = organizations | lines | {kin for r in both for o in organizations for kin in _before_and_after(o, r)}
        renamed = _different(former.bearers_of_organization_names(), present.bearers_of_organization_names())
        named = renamed | {fold_name(form) for r in both for o in about for form in _forms(o, r)}
        return cls(
            people=people,
            organizations=organizations,
            lines=lines,
            about_people=_about_people(people, about, named, both),
            about_organizations=about,
            person_names=_different(former.bearers_of_person_names(), present.bearers_of_person_names()),
            organization_names=named,
        )


def _different(former: Mapping[str, object], present: Mapping[str, object]) -> frozenset[str]:
    return frozenset(key for key in former.keys() | present.keys() if former.get(key) != present.get(key))


def _before_and_after(organization: str, registry: Registry) -> Iterator[str]:
    for kin, _ in (*registry.predecessors(organization), *registry.successors(organization)):
        yield kin


def _forms(organization_id: str, registry: Registry) -> list[str]:
    organization = registry.organization(organization_id)
    return name_forms(organization) if organization is not None else []


def _about_people(
    changed: frozenset[str], places: Collection[str], named: Collection[str], both: Iterable[Registry]
) -> frozenset[str]:
    """The people, those whose description names one of the places, and all who may be taken for one of them."""
    found = set(changed)
    for registry in both:
        forms = {form for place in places for form in _forms(place, registry)}
        for person in registry.people.values() if named else ():
            works = named_works(person.description) if person.description else ()
            if any(form in person.description for form in forms) or any(fold_name(work) in named for work in works):
                found.add(person.id)
    for registry in both:
        found |= {p.id for p in registry.people.values() if not found.isdisjoint(p.different_from)}
    return frozenset(found)


def entity_record(entity: Person | Organization) -> str:
    """The entity as JSON, with all that it holds."""
    if isinstance(entity, Person):
        p = entity
        return _json(p.id, p.name, p.names, p.different_from, p.description, p.wikidata, p.sources, p.ambiguous)
    o = entity
    dated = [[predecessor, when.edtf] for predecessor, when in o.predecessor_dates]
    founded = o.founded.edtf if o.founded else None
    place = (o.kind, o.parent, o.predecessors, o.country, founded, o.wikidata)
    return _json(o.id, o.name, o.names, *place, o.ambiguous, o.founded_source, dated)


def _json(*fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def registry_of(records: Iterable[tuple[str, str]]) -> Registry:
    """The registry of such records, each with its kind, in their order."""
    people: list[Person] = []
    organizations: list[Organization] = []
    for kind, record in records:
        if kind == "person":
            people.append(_person(*json.loads(record)))
        else:
            organizations.append(_organization(*json.loads(record)))
    return Registry.of(organizations, people)


def _names(groups: Mapping[str, Iterable[str]]) -> dict[Language, tuple[str, ...]]:
    return {Language(language): tuple(forms) for language, forms in groups.items()}


def _person(
    id: str,
    name: str,
    names: Mapping[str, list[str]],
    different: list[str],
    description: str,
    wikidata: str | None,
    sources: list[str],
    ambiguous: list[str],
) -> Person:
    return Person(id, name, _names(names), tuple(different), description, wikidata, tuple(sources), tuple(ambiguous))


def _organization(
    id: str,
    name: str,
    names: Mapping[str, list[str]],
    kind: str,
    parent: str | None,
    predecessors: list[str],
    country: str | None,
    founded: str | None,
    wikidata: str | None,
    ambiguous: list[str],
    founded_source: str,
    dated: list[tuple[str, str]],
) -> Organization:
    return Organization(
        id,
        name,
        _names(names),
        kind,
        parent,
        tuple(predecessors),
        country,
        PartialDate.parse(founded) if founded else None,
        wikidata,
        tuple(ambiguous),
        founded_source,
        tuple((predecessor, PartialDate.parse(when)) for predecessor, when in dated),
    )

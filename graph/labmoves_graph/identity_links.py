"""Which claims judgements on identity tie together, and what kind of entity each judgement is about.

    judgements, recorded claims, registry  ──►  JudgedEntity*      ids that they name, and claims that bring those
    judgements, JudgedEntity*, registry    ──►  judged_links       pairs of identity keys (`history.components`)
                                                with_kinds         the judgements, each with what it is about

A judgement names registry entities, claims, or provisional entities, whose ids follow from the claims that stand at
an instant and from other judgements. Looked at are all ids that a claim can bring at any time, so neither a link nor
a kind depends on what was known when. What one claim brings depends on no other, so both are kept in step by claim.
Judgements on people that share an entity tie all that they name, also where no claim names that one. A pair too many
costs a larger component and changes nothing in what is believed. Organizations tie nobody, so a component may know
nothing of the organization that a judgement on one of its claims names: the judgement says that it is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from labmoves_graph.entity_ids import UnionFind, is_claim, provisional_id
from labmoves_graph.history import RecordedClaim
from labmoves_graph.identity import organization_of
from labmoves_graph.model import Claim, Judgement, JudgementKind
from labmoves_graph.registry import Registry, fold_name

__all__ = ["JudgedEntity", "judged_entities", "judged_keys", "judged_links", "with_kinds"]

_KINDS = (JudgementKind.SAME, JudgementKind.DIFFERENT)


class JudgedEntity(NamedTuple):
    """An id that a judgement names, and a claim that may bring it, with one of the claim's identity keys.

    kind: person | organization | claim. What the registry knows is none: it needs no claim.
    """

    entity: str
    claim_id: str
    kind: str
    key: str


def judged_entities(
    judgements: Iterable[Judgement], recorded: Iterable[RecordedClaim], registry: Registry
) -> list[JudgedEntity]:
    """What the claims bring of that which judgements, also revoked ones, name; sorted."""
    kin = _kin(judgements)
    if not kin:
        return []
    found: set[JudgedEntity] = set()
    for item in recorded:
        claim, key = item.claim, _key(item.claim)
        organization = organization_of(claim, registry)
        stated = [organization]
        if claim.id in kin:
            found.add(JudgedEntity(claim.id, claim.id, "claim", key))
            stated.append(provisional_id("organization", claim.id))
        named = [(place, "organization") for place in stated if place not in registry.organizations]
        people = _possible_people(claim, stated, kin, registry)
        named += [(person, "person") for person in people if person not in registry.people]
        found.update(JudgedEntity(entity, claim.id, kind, key) for entity, kind in named if entity in kin)
    return sorted(found)


def judged_links(
    judgements: Iterable[Judgement], entities: Iterable[JudgedEntity], registry: Registry
) -> list[tuple[str, str]]:
    """Pairs of identity keys that judgements on people, also revoked ones, tie together.

    entities: those of all recorded claims.
    """
    keys: dict[str, set[str]] = defaultdict(set)
    known = list(entities)
    for entity in known:
        if entity.kind != "organization":
            keys[entity.entity].add(entity.key)
    links: set[tuple[str, str]] = set()
    for group in _groups(_pairs(j for j in with_kinds(judgements, known, registry) if j.about == "person")):
        tied = sorted({f"person:{end}" for end in group if end in registry.people}.union(*(keys[e] for e in group)))
        links |= {(tied[0], key) for key in tied[1:]}
    return sorted(links)


def with_kinds(
    judgements: Iterable[Judgement], entities: Iterable[JudgedEntity], registry: Registry
) -> list[Judgement]:
    """The judgements, those on identity with the kind of entity that each is about.

    An organization is what a claim ever named as one, whoever that claim is about, and what was judged against one,
    unless it is known to be a person or a claim. entities: those of all recorded claims.
    """
    known = list(judgements)
    kinds = {entity.entity: entity.kind for entity in entities}
    organizations = {entity for entity, kind in kinds.items() if kind == "organization"}
    pairs = _pairs(known)
    reached = {end for pair in pairs for end in pair if end in organizations or end in registry.organizations}
    waiting = set(reached)
    while waiting:
        near = {end for pair in pairs if not waiting.isdisjoint(pair) for end in pair} - reached
        waiting = {end for end in near if end not in kinds and end not in registry.people and not is_claim(end)}
        reached |= waiting
    return [_with_kind(judgement, reached) for judgement in known]


def _with_kind(judgement: Judgement, organizations: Collection[str]) -> Judgement:
    if judgement.kind not in _KINDS:
        return judgement
    named = judgement.subject in organizations or judgement.object in organizations
    return replace(judgement, about="organization" if named else "person")


def judged_keys(ids: Collection[str], judgements: Iterable[Judgement], entities: Iterable[JudgedEntity]) -> set[str]:
    """Identity keys of the claims that bring one of the ids, or what judgements tie them to in any way."""
    kin = _kin(judgements)
    wanted = set(ids).union(*(kin[each] for each in ids if each in kin))
    return {entity.key for entity in entities if entity.entity in wanted}


def _pairs(judgements: Iterable[Judgement]) -> list[tuple[str, str]]:
    return [(j.subject, j.object) for j in judgements if j.kind in _KINDS and j.object is not None]


def _kin(judgements: Iterable[Judgement]) -> dict[str, set[str]]:
    """Everything that judgements name -> whatever they may make one with it."""
    return {end: group for group in _groups(_pairs(judgements)) for end in group}


def _groups(pairs: Sequence[tuple[str, str]]) -> list[set[str]]:
    """Everything that the pairs name, whatever they may make one together."""
    sets = UnionFind()
    members: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        sets.join(one, other)
    for pair in pairs:
        members[sets.find(pair[0])].update(pair)
    return list(members.values())


def _possible_people(
    claim: Claim, stated: Sequence[str], kin: Mapping[str, Collection[str]], registry: Registry
) -> Iterator[str]:
    """Every id that the claim's person can have, but for registry people whom the name means.

    stated: the organizations that the claim itself can name.
    """
    if claim.id in kin:
        yield provisional_id("person", claim.id)
    if claim.person_id is not None:
        yield claim.person_id
        return
    ends = [*stated, *kin.get(claim.id, ())]
    places = {place for one in ends for place in (one, *kin.get(one, ()))}
    for root in sorted({registry.ancestors(place)[-1] for place in places}):
        yield provisional_id("person", fold_name(claim.person), root)


def _key(claim: Claim) -> str:
    """One of the claim's identity keys; whoever shares the person's provisional id shares it."""
    return f"person:{claim.person_id}" if claim.person_id is not None else f"name:{fold_name(claim.person)}"

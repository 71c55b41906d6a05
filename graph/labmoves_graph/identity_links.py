"""Which claims judgements on identity tie together: they may share a person although no name says so.

    judgements, recorded claims, registry  ──►  pairs of identity keys (`history.components`)

A judgement names registry people, claims, or provisional people, whose ids follow from the claims that stand at an
instant and from other judgements. Looked at are all ids that a claim can give its person at any time, so a link never
depends on what was known when; judgements that share an entity tie all that they name, also where no claim names that
one. A pair too many costs a larger component and changes nothing in what is believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from labmoves_graph.history import RecordedClaim
from labmoves_graph.identity import UnionFind, organization_of, provisional_id
from labmoves_graph.model import Claim, Judgement, JudgementKind
from labmoves_graph.registry import Registry, fold_name

__all__ = ["judged_links"]

_KINDS = (JudgementKind.SAME, JudgementKind.DIFFERENT)


def judged_links(
    judgements: Iterable[Judgement], recorded: Iterable[RecordedClaim], registry: Registry
) -> list[tuple[str, str]]:
    """Pairs of identity keys that judgements, also revoked ones, tie together."""
    pairs = [(j.subject, j.object) for j in judgements if j.kind in _KINDS and j.object is not None]
    if not pairs:
        return []
    kin = {end: group for group in _groups(pairs) for end in group}
    key_of = {end: f"person:{end}" for end in kin if end in registry.people}
    organizations = set(registry.organizations)
    for item in recorded:
        organization = organization_of(item.claim, registry)
        organizations.add(organization)
        for entity in _possible_people(item.claim, organization, kin, registry):
            if entity in kin:
                key_of.setdefault(entity, _key(item.claim))
    links: set[tuple[str, str]] = set()
    for group in _groups(pair for pair in pairs if organizations.isdisjoint(pair)):
        keys = sorted({key_of[end] for end in group if end in key_of})
        links |= {(keys[0], key) for key in keys[1:]}
    return sorted(links)


def _groups(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Everything that the pairs name, whatever they may make one together."""
    sets = UnionFind()
    members: dict[str, set[str]] = defaultdict(set)
    known = list(pairs)
    for one, other in known:
        sets.join(one, other)
    for pair in known:
        members[sets.find(pair[0])].update(pair)
    return list(members.values())


def _possible_people(
    claim: Claim, organization: str, kin: Mapping[str, Collection[str]], registry: Registry
) -> Iterator[str]:
    """The claim itself, and every id that its person can have, but for registry people whom the name means."""
    yield claim.id
    if claim.id in kin:
        yield provisional_id("person", claim.id)
    if claim.person_id is not None:
        yield claim.person_id
        return
    stated = [organization]
    if claim.id in kin:
        stated += [provisional_id("organization", claim.id), *kin[claim.id]]
    places = {place for one in stated for place in (one, *kin.get(one, ()))}
    for root in sorted({registry.ancestors(place)[-1] for place in places}):
        yield provisional_id("person", fold_name(claim.person), root)


def _key(claim: Claim) -> str:
    """One of the claim's identity keys; whoever shares the person's provisional id shares it."""
    return f"person:{claim.person_id}" if claim.person_id is not None else f"name:{fold_name(claim.person)}"

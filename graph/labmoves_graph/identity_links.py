"""Which claims judgements on identity tie together: they may share a person although no name says so.

    judgements, recorded claims, registry  ──►  pairs of identity keys (`history.components`)

A judgement names registry people, claims, or provisional people, whose ids follow from the claims that stand at an
instant and from other judgements. Looked at are all ids that a claim can give its person at any time, so a link never
depends on what was known when. A pair too many costs a larger component and changes nothing in what is believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    ends = {end for pair in pairs for end in pair}
    kin = _kin(pairs)
    key_of = {end: f"person:{end}" for end in ends if end in registry.people}
    for item in recorded:
        for entity in _possible_people(item.claim, kin, registry):
            if entity in ends:
                key_of.setdefault(entity, _key(item.claim))
    links = {tuple(sorted((key_of[one], key_of[other]))) for one, other in pairs if {one, other} <= key_of.keys()}
    return sorted((one, other) for one, other in links if one != other)


def _kin(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Everything that judgements name -> whatever they may make it one with."""
    sets = UnionFind()
    for one, other in pairs:
        sets.join(one, other)
    members: dict[str, list[str]] = defaultdict(list)
    for end in {end for pair in pairs for end in pair}:
        members[sets.find(end)].append(end)
    return {end: group for group in members.values() for end in group}


def _possible_people(claim: Claim, kin: Mapping[str, Sequence[str]], registry: Registry) -> Iterator[str]:
    """The claim itself, and every provisional id that its person can have."""
    yield claim.id
    if claim.id in kin:
        yield provisional_id("person", claim.id)
    if claim.person_id is not None:
        return
    stated = [organization_of(claim, registry)]
    if claim.id in kin:
        stated += [provisional_id("organization", claim.id), *kin[claim.id]]
    places = {place for one in stated for place in (one, *kin.get(one, ()))}
    for root in sorted({registry.ancestors(place)[-1] for place in places}):
        yield provisional_id("person", fold_name(claim.person), root)


def _key(claim: Claim) -> str:
    """One of the claim's identity keys; whoever shares the person's provisional id shares it."""
    return f"person:{claim.person_id}" if claim.person_id is not None else f"name:{fold_name(claim.person)}"

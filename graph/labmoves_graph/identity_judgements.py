"""What people decided about identity: which ids are one entity's, which are not, and whose a claim is after that.

    judgements in force  ──►  by_kind    those about organizations, those about people
    judgements of one kind  ──►  Decisions.entities    claim id -> entity, after them

`different` holds wherever `same` would lead: sets grow by one `same` after the other, the oldest first, and one that
would put two ids judged different into one set gives way. So of A = B, A = C and B ≠ C the earlier `same` keeps A,
whatever their ids are and in whatever order claims and judgements are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from labmoves_graph.entity_ids import UnionFind, provisional_id
from labmoves_graph.model import Judgement, JudgementKind
from labmoves_graph.registry import Registry

__all__ = ["Decisions", "by_kind"]

_KINDS = (JudgementKind.SAME, JudgementKind.DIFFERENT)


def by_kind(
    judgements: Iterable[Judgement], organizations: Collection[str], registry: Registry
) -> tuple[list[Judgement], list[Judgement]]:
    """The judgements about organizations, and those about people.

    organizations: those that the claims at hand name; they decide where a judgement does not say what it is about.
    """
    kinds: tuple[list[Judgement], list[Judgement]] = ([], [])
    for judgement in judgements:
        about = judgement.about
        if about is None:
            ends = (judgement.subject, judgement.object)
            named = any(end in registry.organizations or end in organizations for end in ends)
            about = "organization" if named else "person"
        kinds[0 if about == "organization" else 1].append(judgement)
    return kinds


@dataclass(frozen=True, slots=True)
class Decisions:
    """What judgements about entities of one kind come to.

    holding: every pair judged, and what holds of it; a `same` that gives way is not among them.
    """

    holding: Mapping[frozenset[str], JudgementKind]
    _sets: UnionFind
    _members: Mapping[str, set[str]]
    _apart: Mapping[str, set[str]]

    @classmethod
    def of(cls, judgements: Sequence[Judgement]) -> Decisions:
        """The decisions of these judgements; revoked ones are ignored."""
        said = _last_words(judgements)
        apart: dict[str, set[str]] = {}
        for pair, kind in said.items():
            if kind is JudgementKind.DIFFERENT:
                one, other = pair
                apart.setdefault(one, set()).add(other)
                apart.setdefault(other, set()).add(one)
        sets = UnionFind()
        members: dict[str, set[str]] = defaultdict(set)
        holding = dict(said)
        for pair, kind in said.items():
            if kind is JudgementKind.SAME:
                groups = [members[sets.find(end)] | {end} for end in sorted(pair)]
                if any(not apart.get(end, set()).isdisjoint(groups[1]) for end in groups[0]):
                    del holding[pair]
                else:
                    sets.join(*sorted(pair))
                    members[sets.find(min(pair))] = groups[0] | groups[1]
        return cls(holding, sets, members, apart)

    def entities(self, kind: str, entities: dict[str, str]) -> dict[str, str]:
        """Claim id -> entity, after the decisions. entities: those before. kind: person | organization."""
        if not self.holding:
            return entities
        return {claim: self._entity(kind, claim, entity) for claim, entity in entities.items()}

    def _entity(self, kind: str, claim_id: str, entity: str) -> str:
        if claim_id in self._sets.parent:
            return self._sets.find(claim_id)
        own = provisional_id(kind, claim_id)
        for meant in (entity, own):
            found = self._sets.find(meant)
            if self._apart.get(claim_id, set()).isdisjoint({found, *self._members.get(found, ())}):
                return found
        return own


def _last_words(judgements: Iterable[Judgement]) -> dict[frozenset[str], JudgementKind]:
    """What was said last of every pair, in the order since when it is so."""
    said: dict[frozenset[str], JudgementKind] = {}
    for judgement in sorted(judgements, key=lambda j: (j.made_at, j.id)):
        pair = frozenset((judgement.subject, judgement.object or judgement.subject))
        if judgement.kind not in _KINDS or judgement.revoked_at is not None or len(pair) < 2:
            continue
        if said.get(pair) is not judgement.kind:
            said.pop(pair, None)
            said[pair] = judgement.kind
    return said

"""What was believed when: the versions of every derived row, by replaying the record.

    recorded claims, judgements  ──►  History(moves, transitions, tenures, conflations)   each a list of Version

At every instant at which something was recorded, withdrawn or decided, the claims known by then are consolidated
anew; a row that comes out different closes its version and opens another. So replaying the same record always gives
the same history, whatever the order in which it reaches the store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from labmoves_graph.conflation import ConflationFlag
from labmoves_graph.consolidation import Consolidation, Known, consolidate
from labmoves_graph.entity_ids import UnionFind, is_provisional
from labmoves_graph.identity import Identities, identity_keys, resolve_identities
from labmoves_graph.model import Article, Claim, Judgement, Move, Tenure, Transition
from labmoves_graph.registry import Registry

__all__ = ["History", "ProvisionalName", "RecordedClaim", "Version", "components", "replay", "with_keys"]

Row = TypeVar("Row", Move, Transition, Tenure, ConflationFlag)


@dataclass(frozen=True, slots=True)
class RecordedClaim:
    """A claim with the article version that makes it, and the record time during which it stood.

    withdrawn_at: when a newer version or a retraction took it back; None while it stands.
    """

    claim: Claim
    article: Article
    recorded_at: datetime
    withdrawn_at: datetime | None = None
    keys: frozenset[str] = frozenset()

    def stood_at(self, instant: datetime) -> bool:
        """Whether the claim was known and not withdrawn at that instant."""
        return self.recorded_at <= instant and (self.withdrawn_at is None or instant < self.withdrawn_at)


@dataclass(frozen=True, slots=True)
class Version(Generic[Row]):
    """A derived row and the record time for which it was believed; valid_to None: still is."""

    row: Row
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True, order=True)
class ProvisionalName:
    """A form under which a claim names an entity unknown to the registry. kind: person | organization.

    stands: whether it does so now: the claim stands and nobody rejects it.
    """

    kind: str
    entity: str
    form: str
    claim_id: str
    stands: bool


@dataclass(frozen=True, slots=True)
class History:
    """Every version of every derived row.

    identities: of all claims ever recorded: of those that stand by what is known now, of the others by all that was.
    names: under which claims name the entities that the registry does not hold, at any time.
    """

    moves: tuple[Version[Move], ...]
    transitions: tuple[Version[Transition], ...]
    tenures: tuple[Version[Tenure], ...]
    conflations: tuple[Version[ConflationFlag], ...]
    identities: Identities
    names: tuple[ProvisionalName, ...]


def components(recorded: Iterable[RecordedClaim], links: Iterable[tuple[str, str]] = ()) -> list[list[RecordedClaim]]:
    """The claims in groups that cannot share a person with one another, each group and all groups sorted.

    links: pairs of identity keys that judgements tie together.
    """
    sets = UnionFind()
    claims = list(recorded)
    for one, other in links:
        sets.join(one, other)
    for item in claims:
        first, *others = sorted(item.keys)
        for other in others:
            sets.join(first, other)
    groups: dict[str, list[RecordedClaim]] = defaultdict(list)
    for item in claims:
        groups[sets.find(min(item.keys))].append(item)
    return [sorted(groups[name], key=lambda i: (i.claim.id, i.recorded_at)) for name in sorted(groups)]


def with_keys(item: RecordedClaim, registry: Registry) -> RecordedClaim:
    """The same with its identity keys."""
    return replace(item, keys=identity_keys(item.claim, item.article, registry))


def replay(recorded: Sequence[RecordedClaim], judgements: Sequence[Judgement], registry: Registry) -> History:
    """The history that this record gives. It may be one component's; every component's replay is independent."""
    known: Known = {}
    relevant = _relevant(recorded, judgements, registry, known) if judgements else []
    moves = _Track[Move](lambda row: row.id)
    transitions = _Track[Transition](lambda row: row.id)
    tenures = _Track[Tenure](lambda row: row.id)
    flags = _Track[ConflationFlag](lambda row: (row.claim_id, row.other_id, row.fact))
    named: set[tuple[str, str, str]] = set()
    now = Identities({}, {})
    for instant in _instants(recorded, relevant):
        found = _believed_at(instant, recorded, relevant, registry, known)
        moves.observe(instant, found.moves)
        transitions.observe(instant, found.transitions)
        tenures.observe(instant, found.tenures)
        flags.observe(instant, found.conflations)
        now = found.identities
        named |= _provisional(now)
    identities = now
    if relevant or any(item.withdrawn_at is not None for item in recorded):  # else all of them stand now
        ever = _identities(recorded, [j for j in relevant if j.revoked_at is None], registry)
        identities = Identities({**ever.person, **now.person}, {**ever.organization, **now.organization})
        named |= _provisional(identities)
    return History(
        moves.versions(),
        transitions.versions(),
        tenures.versions(),
        flags.versions(),
        identities,
        _names(named, _provisional(now), recorded),
    )


class _Track(Generic[Row]):
    """The versions of one kind of row while the record is replayed."""

    def __init__(self, key: Callable[[Row], Any]) -> None:
        self._key: Callable[[Row], Any] = key
        self._open: dict[Any, tuple[Row, datetime]] = {}
        self._closed: list[Version[Row]] = []

    def observe(self, instant: datetime, rows: Iterable[Row]) -> None:
        """Close the versions that no longer hold and open those that are new."""
        now = {self._key(row): row for row in rows}
        for key, (row, since) in list(self._open.items()):
            later = now.get(key)
            if later is not row and later != row:
                self._closed.append(Version(row, since, instant))
                del self._open[key]
        for key, row in now.items():
            self._open.setdefault(key, (row, instant))

    def versions(self) -> tuple[Version[Row], ...]:
        """All versions, by key and time."""
        everything = self._closed + [Version(row, since, None) for row, since in self._open.values()]
        return tuple(sorted(everything, key=lambda version: (self._key(version.row), version.valid_from)))


def _instants(recorded: Sequence[RecordedClaim], judgements: Sequence[Judgement]) -> list[datetime]:
    instants = {item.recorded_at for item in recorded}
    instants |= {item.withdrawn_at for item in recorded if item.withdrawn_at is not None}
    first = min(instants)
    for judgement in judgements:
        instants |= {when for when in (judgement.made_at, judgement.revoked_at) if when is not None and when > first}
    return sorted(instants)


def _believed_at(
    instant: datetime,
    recorded: Sequence[RecordedClaim],
    judgements: Sequence[Judgement],
    registry: Registry,
    known: Known,
) -> Consolidation:
    standing = [item for item in recorded if item.stood_at(instant)]
    decided = [replace(j, revoked_at=None) for j in judgements if _decided_at(j, instant)]
    claims = [item.claim for item in standing]
    return consolidate(claims, {item.article.id: item.article for item in standing}, decided, registry, known)


def _decided_at(judgement: Judgement, instant: datetime) -> bool:
    return judgement.made_at <= instant and (judgement.revoked_at is None or instant < judgement.revoked_at)


def _relevant(
    recorded: Sequence[RecordedClaim], judgements: Sequence[Judgement], registry: Registry, known: Known
) -> list[Judgement]:
    """The judgements that name a claim, an entity or a move of this record; others cannot change it.

    What one judgement brings about, another one may name: a person known only once a claim has been rejected.
    """
    seen: set[str | None] = {item.claim.id for item in recorded}
    relevant: list[Judgement] = []
    while True:
        for instant in _instants(recorded, relevant):
            found = _believed_at(instant, recorded, relevant, registry, known)
            seen |= {move.id for move in found.moves}
            seen |= {*found.identities.person.values(), *found.identities.organization.values()}
        naming = [j for j in judgements if j.subject in seen or (j.object is not None and j.object in seen)]
        if len(naming) == len(relevant):
            return relevant
        relevant = naming
        seen |= {entity for j in relevant for entity in (j.subject, j.object)}


def _provisional(identities: Identities) -> set[tuple[str, str, str]]:
    """(kind, entity, claim id) of every entity that the registry does not hold."""
    kinds = (("person", identities.person), ("organization", identities.organization))
    return {(kind, entity, claim) for kind, of in kinds for claim, entity in of.items() if is_provisional(entity)}


def _names(
    named: Iterable[tuple[str, str, str]], now: Collection[tuple[str, str, str]], recorded: Sequence[RecordedClaim]
) -> tuple[ProvisionalName, ...]:
    claims = {item.claim.id: item.claim for item in recorded}
    forms = (
        (kind, entity, getattr(claims[claim], kind), claim, (kind, entity, claim) in now)
        for kind, entity, claim in named
    )
    return tuple(sorted(ProvisionalName(*form) for form in forms))


def _identities(recorded: Sequence[RecordedClaim], judgements: Sequence[Judgement], registry: Registry) -> Identities:
    newest = sorted(recorded, key=lambda item: item.recorded_at)
    claims = {item.claim.id: item.claim for item in newest}
    return resolve_identities(
        sorted(claims.values(), key=lambda claim: claim.id),
        {item.article.id: item.article for item in newest},
        judgements,
        registry,
    )

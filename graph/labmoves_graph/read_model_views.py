"""What the read model answers with: plain frozen records, ready for JSON, tables and templates.

Dates are EDTF text with the days that bound them beside it, instants ISO 8601 in UTC. Names are in the language
asked for. A MoveView is complete in itself: verdict, sources, reasons with quotes, and evidence in its sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

__all__ = [
    "ArticleView",
    "Certainty",
    "ClaimView",
    "ConflationView",
    "Dispute",
    "DisputeKind",
    "EntityView",
    "EvidenceView",
    "FlowView",
    "HopView",
    "MoveVersionView",
    "MoveView",
    "Named",
    "Page",
    "ReasonCount",
    "ReasonView",
    "RosterEntry",
    "TenureView",
    "Timeline",
    "evidence_in_order",
]

Item = TypeVar("Item")


class Certainty(StrEnum):
    """Whether somebody was there on a day, given ends that are known only roughly."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


class DisputeKind(StrEnum):
    """What sources disagree about."""

    DENIAL = "denial"  # asserted as fact by one, denied by another
    DATE = "date"  # dates that cannot all be right
    CONFLATION = "conflation"  # a claim that may be about somebody else


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items and the cursor of the rest; cursor None: there is no more."""

    items: tuple[Item, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An entity as it is mentioned: id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class EntityView:
    """A person or an organization. names: language -> forms, preferred first.

    kind: "person", or the organization's kind. provisional: known from claims only. moves: how many rest on it.
    parents: nearest first; units: direct ones; organizations only. different_from: people never to be merged with it.
    """

    id: str
    name: str
    kind: str
    names: dict[str, tuple[str, ...]]
    provisional: bool
    wikidata: str | None = None
    description: str = ""
    country: str | None = None
    founded: str | None = None
    parents: tuple[Named, ...] = ()
    units: tuple[Named, ...] = ()
    different_from: tuple[Named, ...] = ()
    moves: int = 0


@dataclass(frozen=True, slots=True)
class ReasonView:
    """A stated reason. said_by: None for the article's author.

    verbatim: whether `quote` is words of an article; False for a note of whoever entered a curated claim.
    """

    category: str
    quote: str
    share: float | None
    said_by: str | None
    verbatim: bool


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What one claim says and where. quote and sentence are None for curated rows, which cite `url` alone.

    supports: False when the claim denies the move.
    """

    claim_id: str
    article_id: str
    supports: bool
    status: str
    date: str | None
    date_text: str | None
    quote: str | None
    sentence: str | None
    start: int | None
    end: int | None
    said_by: str | None
    title: str
    url: str
    publisher: str
    published: str | None
    extractor: str


def evidence_in_order(evidence: Iterable[EvidenceView]) -> tuple[EvidenceView, ...]:
    """What supports first, then by day of publication, the unknown ones last."""
    return tuple(sorted(evidence, key=lambda e: (not e.supports, e.published or "9999", e.claim_id)))


@dataclass(frozen=True, slots=True)
class HopView:
    """The other end of a transition. direction: "to" from a departure, "from" of an arrival."""

    transition_id: str
    direction: str
    move_id: str
    organization: Named
    date: str | None
    days_between: int | None


@dataclass(frozen=True, slots=True)
class MoveView:
    """A move as believed from `recorded_at` until `superseded_at` (None: still is)."""

    id: str
    event: str
    person: Named
    organization: Named
    role: str | None
    date: str | None
    earliest: str | None
    latest: str | None
    rival_dates: tuple[str, ...]
    announced: str | None
    manner: str | None
    status: str
    verdict: str
    sources: int
    independent_sources: int
    confidence: float
    recorded_at: str
    superseded_at: str | None
    reasons: tuple[ReasonView, ...] = ()
    evidence: tuple[EvidenceView, ...] = ()
    hop: HopView | None = None


@dataclass(frozen=True, slots=True)
class MoveVersionView:
    """What was believed of a move during one period of record time."""

    recorded_at: str
    superseded_at: str | None
    date: str | None
    rival_dates: tuple[str, ...]
    status: str
    verdict: str
    sources: int
    independent_sources: int


@dataclass(frozen=True, slots=True)
class TenureView:
    """A stay. ended: a departure closes it, although `end` may be unknown."""

    id: str
    person: Named
    organization: Named
    role: str | None
    start: str | None
    end: str | None
    ended: bool
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dated story of one entity, oldest first; then the entries that no date places, by id."""

    entity: EntityView
    entries: tuple[MoveView, ...]
    tenures: tuple[TenureView, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """Somebody who was, or may have been, at an organization on the day asked for; evidence: of the stay's moves."""

    tenure: TenureView
    certainty: Certainty
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True)
class FlowView:
    """How many hops led from one organization to another, and the first and the last of their dates (EDTF)."""

    source: Named
    target: Named
    moves: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """A reason category, and how many moves state it."""

    category: str
    moves: int


@dataclass(frozen=True, slots=True)
class ConflationView:
    """A claim about `person` that may be about `other`, because of `fact`."""

    claim_id: str
    article_id: str
    url: str
    person: Named
    other: Named
    fact: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disagreement: about a move (denial, date) or about whom a claim means (conflation)."""

    kind: DisputeKind
    move: MoveView | None = None
    conflation: ConflationView | None = None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as recorded, with whom and what it was resolved to. withdrawn_at: None while it stands."""

    id: str
    article_id: str
    event: str
    person: Named
    printed_person: str
    organization: Named
    printed_organization: str
    role: str | None
    date: str | None
    date_text: str | None
    date_meaning: str | None
    manner: str | None
    status: str
    confidence: float
    extractor: str
    recorded_at: str
    withdrawn_at: str | None
    evidence: EvidenceView
    reasons: tuple[ReasonView, ...]
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article's newest version. text: empty in lists. versions: how many the store has seen."""

    id: str
    title: str
    url: str
    publisher: str
    published: str | None
    language: str | None
    sha256: str
    recorded_at: str
    invalidated_at: str | None
    retracted_because: str | None
    versions: int
    claims: int
    text: str = ""

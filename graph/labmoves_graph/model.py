"""What the graph is made of: articles, claims with evidence, and what is computed from them.

    Article ── states ──► Claim* ── consolidate ──► Move* · Transition* · Tenure*
                             │
                             └─ Evidence: article.text[start:end] == quote

A Claim is what ONE article says about ONE person, ONE organization and ONE event. It is stored and never
edited. A Move is what the claims, taken together, say happened: computed, with its supporting and its
contradicting claims. Enumerations are listed here once; shapes, OpenAPI, pages and the command line take
them from here. `SPEC` names in docstrings mean the annotation guide in docs/annotation.md.

Errors: ClaimError when a Claim breaks an invariant at construction.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from labmoves_graph.errors import ClaimError
from labmoves_graph.partial_date import PartialDate

__all__ = [
    "Article",
    "Claim",
    "DateMeaning",
    "Event",
    "Evidence",
    "Judgement",
    "JudgementKind",
    "Language",
    "Manner",
    "Move",
    "Organization",
    "OrganizationChange",
    "Person",
    "Reason",
    "ReasonCategory",
    "Status",
    "Tenure",
    "Transition",
    "Verdict",
    "content_hash",
]


class Event(StrEnum):
    """What a claim says happened between a person and an organization."""

    DEPARTURE = "departure"
    HIRE = "hire"
    ROLE_CHANGE = "role_change"
    FOUNDING = "founding"


class Manner(StrEnum):
    """How it happened, only where the text words it so."""

    RESIGNED = "resigned"
    DISMISSED = "dismissed"
    LAID_OFF = "laid_off"
    RETIRED = "retired"
    REJOINED = "rejoined"
    POACHED = "poached"
    ACQUIRED = "acquired"
    PROMOTED = "promoted"
    STEPPED_DOWN = "stepped_down"


class Status(StrEnum):
    """How the article puts it: as fact, from unnamed sources, as still to come, or as untrue."""

    CONFIRMED = "confirmed"
    RUMORED = "rumored"
    PLANNED = "planned"
    DENIED = "denied"


class ReasonCategory(StrEnum):
    """Why, as somebody states it."""

    SAFETY_CONCERNS = "safety_concerns"
    VALUES_OR_POLITICS = "values_or_politics"
    LEADERSHIP_CONFLICT = "leadership_conflict"
    RESEARCH_DIRECTION = "research_direction"
    COMPENSATION = "compensation"
    COMPUTE_OR_RESOURCES = "compute_or_resources"
    NEW_VENTURE = "new_venture"
    CAREER_GROWTH = "career_growth"
    PERSONAL_OR_FAMILY = "personal_or_family"
    HEALTH_OR_BURNOUT = "health_or_burnout"
    STUDY_OR_ACADEMIA = "study_or_academia"
    RESTRUCTURING_OR_LAYOFF = "restructuring_or_layoff"
    ACQUISITION = "acquisition"
    MISCONDUCT_OR_LEGAL = "misconduct_or_legal"
    MISSION_ALIGNMENT = "mission_alignment"
    OTHER = "other"


class DateMeaning(StrEnum):
    """Whether a claim's date is when it takes effect or when it was made known."""

    EFFECTIVE = "effective"
    ANNOUNCED = "announced"


class Language(StrEnum):
    """Languages and scripts of articles and names (BCP 47)."""

    EN = "en"
    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"


class Verdict(StrEnum):
    """What the claims of a move, taken together, amount to."""

    CORROBORATED = "corroborated"  # asserted as fact by at least two independent sources
    SINGLE_SOURCE = "single_source"  # asserted as fact by one independent source
    DISPUTED = "disputed"  # asserted as fact by one, denied by another
    PLANNED = "planned"  # announced, and nobody yet says that it happened
    RUMORED = "rumored"  # only ever reported as rumour, however often
    DENIED = "denied"  # denied, and asserted as fact by nobody


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def content_hash(*parts: Any) -> str:
    """Sixteen hex digits that depend only on the parts (anything JSON can hold)."""
    return hashlib.sha256(_CANONICAL.encode(parts).encode("utf-8")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one text, as it was read. Offsets everywhere count its code points.

    id:        stable name of the article across versions: the source's own id, else its URL's or text's hash.
    published: the day it says it appeared, None if unknown; never taken from a file's clock.
    language:  None until detected.
    """

    id: str
    text: str
    title: str = ""
    url: str = ""
    publisher: str = ""
    published: date | None = None
    language: Language | None = None

    @property
    def sha256(self) -> str:
        """Digest of the UTF-8 text: the version, and the evidence that offsets refer to it."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def version(self) -> str:
        """Names this version's graph: depends on id, text and metadata (a changed date is a new version)."""
        published = self.published.isoformat() if self.published else None
        return content_hash(self.id, self.sha256, self.title, self.url, self.publisher, published)


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """The words of an article that state something: text[start:end] == quote, counted in code points."""

    start: int
    end: int
    quote: str

    def holds_in(self, text: str) -> bool:
        """Whether the quote stands in `text` exactly where it says."""
        return 0 <= self.start < self.end <= len(text) and text[self.start : self.end] == self.quote


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that somebody states.

    quote:   verbatim words of the article; a paraphrase (note) for curated rows only.
    share:   0.4 where the source says "40 %", None where it gives no share.
    said_by: who states it, as named in the text; None for the article's author.
    """

    category: ReasonCategory
    quote: str
    share: float | None = None
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article says about one person, one organization and one event.

    person, organization, role, date_text, said_by: as printed in the article.
    person_id:       a registry person, or None when the registry does not know the name (identity is then
                     settled at consolidation, never by likeness alone).
    organization_id: a registry organization, or None.
    date:            None when nothing in the text dates it.
    date_meaning:    None when there is no date.
    said_by:         whom the article credits with the statement; None for the article itself.
    evidence:        None only for curated rows, which cite `source_url` instead.
    confidence:      calibrated probability (0 to 1) that a careful reader would draw this claim.
    extractor:       name and version of what made it, e.g. "rules/3" or "curated".
    recorded_at:     when the store learnt it (UTC); not part of the claim's identity.
    """

    article_id: str
    event: Event
    person: str
    organization: str
    status: Status
    evidence: Evidence | None
    person_id: str | None = None
    organization_id: str | None = None
    role: str | None = None
    date: PartialDate | None = None
    date_text: str | None = None
    date_meaning: DateMeaning | None = None
    manner: Manner | None = None
    said_by: str | None = None
    reasons: tuple[Reason, ...] = ()
    confidence: float = 1.0
    extractor: str = ""
    source_url: str = ""
    recorded_at: datetime | None = field(default=None, compare=False)
    _id: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.person.strip() or not self.organization.strip():
            raise ClaimError(f"claim of {self.article_id}: person and organization must be named")
        if not 0.0 <= self.confidence <= 1.0:
            raise ClaimError(f"claim of {self.article_id}: confidence {self.confidence} is not within 0 and 1")
        if self.evidence is None and not self.source_url:
            raise ClaimError(f"claim of {self.article_id}: give evidence, or source_url for a curated row")

    @property
    def id(self) -> str:
        """Content hash of everything but `recorded_at`: the same claim read twice has one id."""
        if not self._id:
            object.__setattr__(self, "_id", self._content_id())
        return self._id

    def _content_id(self) -> str:
        return content_hash(
            self.article_id,
            self.event,
            [self.person, self.person_id, self.organization, self.organization_id],
            self.role,
            [self.date.edtf if self.date else None, self.date_text, self.date_meaning],
            [self.manner, self.status, self.said_by],
            [[r.category, r.quote, r.share, r.said_by] for r in self.reasons],
            [self.evidence.start, self.evidence.end, self.evidence.quote] if self.evidence else None,
            f"{self.confidence:.4f}",
            [self.extractor, self.source_url],
        )


@dataclass(frozen=True, slots=True)
class OrganizationChange:
    """A merger, rename, split or closure: `originals` became `results` on `date`."""

    id: str
    date: PartialDate
    originals: tuple[str, ...]
    results: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization of the registry. names: language -> forms, the first one preferred.

    ambiguous: forms that mean it only in context ("Meta", "Seed").
    predecessor_dates: the predecessors whose merger or renaming is dated, with that date.
    """

    id: str
    name: str
    names: dict[Language, tuple[str, ...]] = field(default_factory=dict)
    kind: str = "company"
    parent: str | None = None
    predecessors: tuple[str, ...] = ()
    country: str | None = None
    founded: PartialDate | None = None
    wikidata: str | None = None
    ambiguous: tuple[str, ...] = ()
    founded_source: str = ""
    predecessor_dates: tuple[tuple[str, PartialDate], ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the registry. names: language -> forms, the first one preferred.

    ambiguous: forms that others bear as well, and that mean this person only in context ("Chris Cox").
    different_from: ids of namesakes and look-alikes that must never merge with this one.
    """

    id: str
    name: str
    names: dict[Language, tuple[str, ...]] = field(default_factory=dict)
    different_from: tuple[str, ...] = ()
    description: str = ""
    wikidata: str | None = None
    sources: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()


class JudgementKind(StrEnum):
    """What a person may decide about the data."""

    SAME = "same"  # subject and object are one person (or organization)
    DIFFERENT = "different"  # they are not, whatever the names say
    REJECT_CLAIM = "reject_claim"  # the extractor misread the article
    CONFIRM_MOVE = "confirm_move"  # checked by hand
    CORRECT_DATE = "correct_date"  # value holds the EDTF date


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision of a person: who, when, why. Reversed by recording revoked_at, never deleted.

    about: "person" or "organization", the kind of entity that it names; None as long as nobody has asked the record
    (identity_links). Follows from the record, so it is no part of what was decided.
    """

    kind: JudgementKind
    subject: str
    object: str | None
    value: str | None
    made_by: str
    made_at: datetime
    why: str
    revoked_at: datetime | None = None
    about: str | None = field(default=None, compare=False, repr=False)

    @property
    def id(self) -> str:
        """Content hash without the revocation: revoking keeps the id."""
        return content_hash(
            self.kind, self.subject, self.object, self.value, self.made_by, self.made_at.isoformat(), self.why
        )


@dataclass(frozen=True, slots=True)
class Move:
    """What the claims say happened: one person, one organization, one event, one stint.

    date:        the best-supported date; None when no claim dates it. rival_dates: the others, best first.
    supporting, contradicting: claim ids. sources: articles that support it; independent_sources: the number
    left when copies and one publisher's family count once.
    """

    id: str
    event: Event
    person_id: str
    organization_id: str
    role: str | None
    date: PartialDate | None
    rival_dates: tuple[PartialDate, ...]
    announced: PartialDate | None
    manner: Manner | None
    status: Status
    verdict: Verdict
    reasons: tuple[Reason, ...]
    supporting: tuple[str, ...]
    contradicting: tuple[str, ...]
    sources: int
    independent_sources: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Transition:
    """One hop A → B of one person: the departure (or the stint's start when A's end is unstated) and the arrival."""

    id: str
    person_id: str
    from_organization: str
    to_organization: str
    departure_id: str
    arrival_id: str
    date: PartialDate | None
    days_between: int | None


@dataclass(frozen=True, slots=True)
class Tenure:
    """Person + organization + role over an interval; start or end None where no move states it.

    ended: True when a departure closes it, although its date may be unknown.
    """

    id: str
    person_id: str
    organization_id: str
    role: str | None
    start: PartialDate | None
    end: PartialDate | None
    ended: bool
    moves: tuple[str, ...]

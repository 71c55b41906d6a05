"""What the API answers with, field by field: the models behind OpenAPI and the Python client.

The service writes these shapes itself (records.py) and does not validate its own answers; a test holds every answer
to these models, which forbid any other field. Enumerations are those of the graph's model.
"""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from labmoves_graph.model import DateMeaning, Event, Manner, ReasonCategory, Status, Verdict
from labmoves_graph.read_model_views import Certainty, DisputeKind

__all__ = [
    "ArticleItem",
    "ArticlePage",
    "Asked",
    "AskedNote",
    "ClaimItem",
    "Conflation",
    "DisputeItem",
    "DisputePage",
    "EntityItem",
    "EntityPage",
    "EvidenceItem",
    "FlowItem",
    "Flows",
    "Hop",
    "Instant",
    "Links",
    "MoveItem",
    "MovePage",
    "MoveVersion",
    "NamedItem",
    "ReasonCountItem",
    "ReasonItem",
    "Reasons",
    "Record",
    "Roster",
    "RosterItem",
    "Stay",
    "TimelineAnswer",
]

Edtf = Annotated[
    str, Field(description="EDTF level 0 or 1: never more precise than the source", examples=["2025-09"])
]
Day = Annotated[str, Field(description="ISO 8601 day", examples=["2025-09-30"])]
Instant = Annotated[str, Field(description="ISO 8601 instant in UTC", examples=["2026-01-02T03:04:05.000000Z"])]
Item = TypeVar("Item")


class Record(BaseModel):
    """Base of every answer: closed, so that a field that is not described fails the tests."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NamedItem(Record):
    """An entity as it is mentioned."""

    id: str = Field(description="Opaque id, stable", examples=["anthropic"])
    name: str = Field(description="In the language asked for", examples=["Anthropic"])


class Links(Record):
    """The same thing elsewhere."""

    self: str = Field(description="This item as JSON", examples=["/v1/people/mira-murati"])
    page: str | None = Field(None, description="A page for people", examples=["/people/mira-murati"])
    rdf: str | None = Field(None, description="As Turtle", examples=["/v1/people/mira-murati?format=ttl"])
    iri: str | None = Field(None, description="Its name in the graph")
    sparql: str | None = Field(None, description="The query that gives what the graph says of it")
    timeline: str | None = Field(None, description="Its timeline")


class ReasonItem(Record):
    """A reason that somebody states."""

    category: ReasonCategory
    quote: str = Field(
        description="Words of the article, or a note, as `verbatim` says", examples=["strongly disagree"]
    )
    verbatim: bool = Field(description="false: `quote` is the note of a curated claim, and nobody's words")
    share: float | None = Field(description="0.4 where the source says 40 %", examples=[0.4])
    said_by: str | None = Field(description="Who says so; null: the article's author")


class EvidenceItem(Record):
    """What one claim says and where."""

    claim_id: str
    article_id: str
    supports: bool = Field(description="false: the claim denies the move")
    status: Status
    date: Edtf | None
    date_text: str | None = Field(description="The date as printed", examples=["last Friday"])
    quote: str | None = Field(description="Verbatim; null for curated claims, which cite `url` alone")
    sentence: str | None = Field(description="The sentence, or sentences, that the quote stands in")
    start: int | None = Field(description="Offset of the quote in the article, in code points")
    end: int | None
    said_by: str | None = Field(description="Whom the article credits")
    title: str
    url: str
    publisher: str
    published: Day | None
    extractor: str = Field(description="What made the claim", examples=["rules/3", "curated/1"])


class Hop(Record):
    """The other end of a transition."""

    transition_id: str
    direction: str = Field(description='"to" from a departure, "from" of an arrival', examples=["to"])
    move_id: str
    organization: NamedItem
    date: Edtf | None
    days_between: int | None


class MoveVersion(Record):
    """What was believed of a move during one period of record time."""

    recorded_at: Instant
    superseded_at: Instant | None
    date: Edtf | None
    rival_dates: list[Edtf]
    status: Status
    verdict: Verdict
    sources: int
    independent_sources: int


class MoveItem(Record):
    """A move: what the claims, taken together, say happened."""

    id: str
    event: Event
    person: NamedItem
    organization: NamedItem
    role: str | None = Field(description="As printed", examples=["research scientist"])
    date: Edtf | None = Field(description="The best-supported date; null when no claim dates it")
    earliest: Day | None = Field(description="First day that the date allows; null: open")
    latest: Day | None = Field(description="Last day that the date allows; null: open")
    rival_dates: list[Edtf] = Field(description="Dates that other sources give, best first")
    announced: Edtf | None = Field(description="When it was made known")
    manner: Manner | None
    status: Status
    verdict: Verdict = Field(description="What all claims together amount to")
    sources: int = Field(description="Articles that support it", examples=[3])
    independent_sources: int = Field(description="The same with copies counted once", examples=[2])
    confidence: float = Field(ge=0, le=1)
    recorded_at: Instant = Field(description="Since when this is believed")
    superseded_at: Instant | None = Field(description="Until when; null: still")
    reasons: list[ReasonItem]
    evidence: list[EvidenceItem] = Field(description="Supporting claims first, by day of publication")
    hop: Hop | None = Field(description="Where the person went next, or came from")
    links: Links
    history: list[MoveVersion] | None = Field(None, description="Every version, oldest first; single moves only")


class PageLinks(Record):
    """Where this list goes on."""

    self: str
    next: str | None = Field(description="The next page; null at the end")


class PageOf(Record, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    cursor: str | None = Field(description="Give it back as `cursor` for the next page; null at the end")
    links: PageLinks


class MovePage(PageOf[MoveItem]):
    """Moves that fit, with how many there are and the facets asked for."""

    total: int = Field(description="How many moves fit in all")
    facets: dict[str, dict[str, int]] | None = Field(
        None, description="Facet, value, number of moves", examples=[{"event": {"departure": 12, "hire": 7}}]
    )


class EntityItem(Record):
    """A person or an organization."""

    id: str
    name: str
    kind: str = Field(description='"person", or the kind of organization', examples=["company"])
    names: dict[str, list[str]] = Field(
        description="Language: forms, preferred first", examples=[{"zh-Hans": ["姚顺宇"], "en": ["Shunyu Yao"]}]
    )
    provisional: bool = Field(description="Known from claims only, not from the curated registry")
    wikidata: str | None
    description: str
    country: str | None
    founded: Edtf | None
    parents: list[NamedItem] = Field(description="Nearest first")
    units: list[NamedItem]
    different_from: list[NamedItem] = Field(description="Namesakes that are somebody else")
    moves: int = Field(description="Moves that rest on it")
    links: Links


class EntityPage(PageOf[EntityItem]):
    """People or organizations."""


class Stay(Record):
    """A person at an organization over some time, in one role."""

    id: str
    person: NamedItem
    organization: NamedItem
    role: str | None
    start: Edtf | None
    end: Edtf | None
    ended: bool = Field(description="A departure closes it, although `end` may be unknown")
    moves: list[str]


class TimelineAnswer(Record):
    """The story of one entity."""

    entity: EntityItem
    entries: list[MoveItem] = Field(
        description="Oldest first; at the end those that no date places, whose `earliest` or `latest` is null"
    )
    tenures: list[Stay] = Field(description="Of a person; empty for organizations")
    cursor: str | None
    links: PageLinks


class RosterItem(Record):
    """Somebody who was, or may have been, there on the day."""

    tenure: Stay
    certainty: Certainty
    evidence: list[EvidenceItem]


class Roster(Record):
    """Who was at an organization or its units on a day."""

    organization: NamedItem
    on: Day
    items: list[RosterItem]
    links: PageLinks


class ClaimItem(Record):
    """What one article says of one person, one organization and one event."""

    id: str
    article_id: str
    event: Event
    person: NamedItem = Field(description="As resolved")
    printed_person: str = Field(description="As printed")
    organization: NamedItem
    printed_organization: str
    role: str | None
    date: Edtf | None
    date_text: str | None
    date_meaning: DateMeaning | None
    manner: Manner | None
    status: Status
    confidence: float = Field(ge=0, le=1)
    extractor: str
    recorded_at: Instant
    withdrawn_at: Instant | None
    evidence: EvidenceItem
    reasons: list[ReasonItem]
    moves: list[str]
    links: Links


class ArticleItem(Record):
    """The newest version of an article. text, claim_list: of single articles only."""

    id: str
    title: str
    url: str
    publisher: str
    published: Day | None
    language: str | None
    sha256: str = Field(description="Of the text in UTF-8: what offsets refer to")
    recorded_at: Instant
    invalidated_at: Instant | None
    retracted_because: str | None
    versions: int
    claims: int
    links: Links
    text: str | None = None
    claim_list: list[ClaimItem] | None = None


class ArticlePage(PageOf[ArticleItem]):
    """Articles, the latest published first."""


class FlowItem(Record):
    """How many hops led from one organization to another."""

    source: NamedItem
    target: NamedItem
    moves: int = Field(description="Hops that were made; what is only planned does not count")
    first: Edtf | None
    last: Edtf | None


class Flows(Record):
    """Hops counted by pair of organizations, most first."""

    items: list[FlowItem]
    links: PageLinks


class UnderstoodPart(Record):
    """A piece of a question."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    text: str
    meaning: str = Field(alias="as", description="What it was taken for")


class AskedNote(Record):
    """What an empty answer does not mean: sources seldom state the manner or the reason that it asks for."""

    text: str = Field(
        examples=["no source words it as 'dismissed'; of 57 moves that fit otherwise, 57 have no manner stated"]
    )
    without: list[str] = Field(description="The filters that leave nothing", examples=[["manner"]])
    total: int = Field(description="Moves that fit the other filters")
    url: str = Field(description="These as a query of /v1/moves")


class Asked(Record):
    """What a question in plain words was taken to mean, and the moves that fit."""

    understood: list[UnderstoodPart]
    filters: dict[str, str] = Field(examples=[{"organization": "anthropic", "event": "departure", "since": "2025"}])
    url: str = Field(description="The same as a query of /v1/moves")
    total: int
    items: list[MoveItem]
    reasons: dict[str, int] | None = Field(description="Counted, where the question asks why")
    note: AskedNote | None = Field(
        default=None, description="Where a manner or a reason leaves nothing of what fits otherwise"
    )


class ReasonCountItem(Record):
    """A reason category and how many moves state it."""

    category: ReasonCategory
    moves: int


class Reasons(Record):
    """Reasons of the moves that fit, most frequent first."""

    items: list[ReasonCountItem]
    links: PageLinks


class Conflation(Record):
    """A claim about `person` that may be about `other`, because of `fact`."""

    claim_id: str
    article_id: str
    url: str
    person: NamedItem
    other: NamedItem
    fact: str


class DisputeItem(Record):
    """Something that sources disagree about."""

    kind: DisputeKind
    move: MoveItem | None
    conflation: Conflation | None


class DisputePage(PageOf[DisputeItem]):
    """What sources disagree about."""

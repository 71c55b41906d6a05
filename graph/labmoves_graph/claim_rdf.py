"""One version of an article and its claims as quads of one named graph, and back.

    Reading(article, claims, recorded_at) ── reading_quads ──► quads ── parse_reading ──► the same Reading

A Reading is what the store holds of one version. Its graph is named by a hash over the article's version, the
ids of its claims and the graph it replaces, so that readings form a chain: equal history, equal names. Every
field of Claim survives; optional fields that are None have no triple, empty texts have one. No blank nodes.

Errors: StoreCorruptError from parse_reading for quads that no Reading gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from pyoxigraph import NamedNode, Quad

from labmoves_graph.errors import LabmovesError, StoreCorruptError
from labmoves_graph.model import (
    Article,
    Claim,
    DateMeaning,
    Event,
    Evidence,
    Language,
    Manner,
    Reason,
    ReasonCategory,
    Status,
    content_hash,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.rdf_terms import (
    Description,
    Statement,
    date_literal,
    day_literal,
    describe,
    instant_literal,
    number_literal,
    text_literal,
)
from labmoves_graph.vocabulary import (
    ARTICLE,
    ARTICLE_GRAPH,
    CLAIM,
    EVIDENCE,
    EXTRACTOR,
    LM,
    OA,
    ORGANIZATION,
    PERSON,
    PROV,
    RDF,
    REASON,
    RUN,
    SCHEMA,
    concept,
    concept_value,
)

__all__ = [
    "Reading",
    "StoredArticle",
    "content_digest",
    "in_order",
    "parse_reading",
    "parse_stored_article",
    "reading_quads",
    "reading_statements",
]

_TYPE = RDF.type


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One version of an article in the store and its place in record time.

    graph:             hash that names its graph.
    recorded_at:       when the store learnt this version (UTC).
    invalidated_at:    when a newer version or a retraction took its place; None while it stands.
    retracted_because: why it was withdrawn; None unless retracted.
    previous:          graph of the version that it replaced; None for the first.
    """

    article: Article
    graph: str
    recorded_at: datetime
    invalidated_at: datetime | None = None
    retracted_because: str | None = None
    previous: str | None = None

    def known_at(self, as_of: datetime | None) -> bool:
        """Whether this version stood at that instant of record time; None means now."""
        if as_of is None:
            return self.invalidated_at is None
        return self.recorded_at <= as_of and (self.invalidated_at is None or as_of < self.invalidated_at)


@dataclass(frozen=True, slots=True)
class Reading:
    """A stored version together with its claims, which are sorted by place in the text, then id."""

    stored: StoredArticle
    claims: tuple[Claim, ...]

    @classmethod
    def of(
        cls, article: Article, claims: Iterable[Claim], recorded_at: datetime, previous: Reading | None = None
    ) -> Reading:
        """The reading of `article` at that instant; claims that `previous` already made keep their record time."""
        known = {claim.id: claim.recorded_at for claim in previous.claims} if previous else {}
        unique = {
            claim_id: replace(claim, recorded_at=known.get(claim_id) or recorded_at)
            for claim_id, claim in _by_id(claims).items()
        }
        replaced = previous.stored.graph if previous else None
        digest = content_digest(article, unique)
        stored = StoredArticle(article, content_hash(digest, replaced), recorded_at, previous=replaced)
        return cls(stored, in_order(unique))


def content_digest(article: Article, claim_ids: Iterable[str]) -> str:
    """What decides whether two readings say the same: the article's version, its language, its claims."""
    return content_hash(article.version, article.language, sorted(claim_ids))


def reading_quads(reading: Reading) -> list[Quad]:
    """The quads of a reading's graph."""
    graph = ARTICLE_GRAPH.iri(reading.stored.graph)
    return [Quad(*statement, graph) for statement in reading_statements(reading)]


def reading_statements(reading: Reading) -> list[Statement]:
    """The same without the graph, as tuples: what a bulk load is made of."""
    graph = ARTICLE_GRAPH.iri(reading.stored.graph)
    article = ARTICLE.iri(reading.stored.article.id)
    claims = _by_id(reading.claims)
    statements = _article_triples(reading, content_digest(reading.stored.article, claims), graph, article)
    for claim_id, claim in claims.items():
        statements += _claim_triples(claim_id, claim, graph, article)
    return statements


def parse_reading(quads: Iterable[Quad]) -> Reading:
    """The reading that these quads of one article graph state. Raises StoreCorruptError."""
    subjects = describe(quads)
    stored = _parse_stored(subjects)
    return Reading(stored, in_order(_by_id(_parse_all_claims(subjects, stored.article.id))))


def parse_stored_article(quads: Iterable[Quad]) -> StoredArticle:
    """The stored article alone, from at least the quads about it. Raises StoreCorruptError."""
    return _parse_stored(describe(quads))


def _article_triples(reading: Reading, digest: str, graph: NamedNode, article: NamedNode) -> list[Statement]:
    stored, text = reading.stored, reading.stored.article
    run = RUN.iri(stored.graph)
    triples: list[Statement] = [
        (graph, _TYPE, LM.Reading),
        (graph, LM.articleId, text_literal(text.id)),
        (graph, LM.contentDigest, text_literal(digest)),
        (graph, LM.textDigest, text_literal(text.sha256)),
        (graph, SCHEMA.articleBody, text_literal(text.text)),
        (graph, PROV.specializationOf, article),
        (graph, PROV.generatedAtTime, instant_literal(stored.recorded_at)),
        (graph, PROV.wasGeneratedBy, run),
        (run, _TYPE, LM.Extraction),
        (run, PROV.used, article),
        (run, PROV.endedAtTime, instant_literal(stored.recorded_at)),
    ]
    for extractor in sorted({claim.extractor for claim in reading.claims}):
        agent = EXTRACTOR.iri(extractor)
        triples += [(run, PROV.wasAssociatedWith, agent), (agent, _TYPE, PROV.SoftwareAgent)]
    for term, value in ((SCHEMA.headline, text.title), (SCHEMA.url, text.url), (LM.publisher, text.publisher)):
        if value:
            triples.append((graph, term, text_literal(value)))
    if text.published is not None:
        triples.append((graph, SCHEMA.datePublished, day_literal(text.published)))
    if text.language is not None:
        triples.append((graph, SCHEMA.inLanguage, text_literal(text.language)))
    if stored.previous is not None:
        triples.append((graph, PROV.wasRevisionOf, ARTICLE_GRAPH.iri(stored.previous)))
    if stored.invalidated_at is not None:
        triples.append((graph, PROV.invalidatedAtTime, instant_literal(stored.invalidated_at)))
    if stored.retracted_because is not None:
        triples.append((graph, LM.retractedBecause, text_literal(stored.retracted_because)))
    return triples


def _claim_triples(claim_id: str, claim: Claim, graph: NamedNode, article: NamedNode) -> list[Statement]:
    node = CLAIM.iri(claim_id)
    triples: list[Statement] = [
        (node, _TYPE, LM.Claim),
        (node, PROV.wasDerivedFrom, article),
        (node, PROV.wasAttributedTo, EXTRACTOR.iri(claim.extractor)),
        (node, LM.event, concept(claim.event)),
        (node, LM.status, concept(claim.status)),
        (node, LM.personName, text_literal(claim.person)),
        (node, LM.organizationName, text_literal(claim.organization)),
        (node, LM.confidence, number_literal(claim.confidence)),
    ]
    if claim.recorded_at is not None:
        triples.append((node, PROV.generatedAtTime, instant_literal(claim.recorded_at)))
    if claim.person_id is not None:
        triples.append((node, LM.person, PERSON.iri(claim.person_id)))
    if claim.organization_id is not None:
        triples.append((node, LM.organization, ORGANIZATION.iri(claim.organization_id)))
    if claim.manner is not None:
        triples.append((node, LM.manner, concept(claim.manner)))
    if claim.date_meaning is not None:
        triples.append((node, LM.dateMeaning, concept(claim.date_meaning)))
    if claim.source_url:
        triples.append((node, LM.sourceUrl, text_literal(claim.source_url)))
    for term, text in ((LM.role, claim.role), (LM.dateText, claim.date_text), (LM.saidBy, claim.said_by)):
        if text is not None:
            triples.append((node, term, text_literal(text)))
    if claim.date is not None:
        triples += [
            (node, LM.date, date_literal(claim.date)),
            (node, LM.earliest, day_literal(claim.date.earliest)),
            (node, LM.latest, day_literal(claim.date.latest)),
        ]
    for position, reason in enumerate(claim.reasons):
        triples += _reason_triples(node, f"{claim_id}-{position}", position, reason)
    if claim.evidence is not None:
        triples += _evidence_triples(node, claim_id, claim.evidence, graph)
    return triples


def _reason_triples(claim: NamedNode, name: str, position: int, reason: Reason) -> list[Statement]:
    node = REASON.iri(name)
    triples: list[Statement] = [
        (claim, LM.reason, node),
        (node, _TYPE, LM.Reason),
        (node, LM.position, number_literal(position)),
        (node, LM.category, concept(reason.category)),
        (node, LM.quote, text_literal(reason.quote)),
    ]
    if reason.share is not None:
        triples.append((node, LM.share, number_literal(float(reason.share))))
    if reason.said_by is not None:
        triples.append((node, LM.saidBy, text_literal(reason.said_by)))
    return triples


def _evidence_triples(claim: NamedNode, claim_id: str, evidence: Evidence, graph: NamedNode) -> list[Statement]:
    node, quote, place = (EVIDENCE.iri(claim_id + part) for part in ("", "-quote", "-position"))
    return [
        (claim, LM.evidence, node),
        (node, _TYPE, OA.SpecificResource),
        (node, OA.hasSource, graph),
        (node, OA.hasSelector, quote),
        (node, OA.hasSelector, place),
        (quote, _TYPE, OA.TextQuoteSelector),
        (quote, OA.exact, text_literal(evidence.quote)),
        (place, _TYPE, OA.TextPositionSelector),
        (place, OA.start, number_literal(evidence.start)),
        (place, OA.end, number_literal(evidence.end)),
    ]


def _parse_stored(subjects: dict[str, Description]) -> StoredArticle:
    found = [d for d in subjects.values() if LM.Reading in d.nodes(_TYPE)]
    if len(found) != 1:
        raise StoreCorruptError(f"an article graph describes {len(found)} readings instead of one; restore a backup")
    reading = found[0]
    published, language = reading.optional_text(SCHEMA.datePublished), reading.optional_text(SCHEMA.inLanguage)
    previous = reading.optional_node(PROV.wasRevisionOf)
    with _naming(reading.subject):
        article = Article(
            id=reading.text(LM.articleId),
            text=reading.text(SCHEMA.articleBody),
            title=reading.optional_text(SCHEMA.headline) or "",
            url=reading.optional_text(SCHEMA.url) or "",
            publisher=reading.optional_text(LM.publisher) or "",
            published=date.fromisoformat(published) if published else None,
            language=Language(language) if language else None,
        )
        return StoredArticle(
            article,
            graph=ARTICLE_GRAPH.id(NamedNode(reading.subject)),
            recorded_at=reading.instant(PROV.generatedAtTime),
            invalidated_at=reading.optional_instant(PROV.invalidatedAtTime),
            retracted_because=reading.optional_text(LM.retractedBecause),
            previous=ARTICLE_GRAPH.id(previous) if previous else None,
        )


def _parse_all_claims(subjects: dict[str, Description], article_id: str) -> list[Claim]:
    claims = []
    for description in subjects.values():
        if LM.Claim in description.nodes(_TYPE):
            with _naming(description.subject):
                claims.append(_parse_claim(description, subjects, article_id))
    return claims


def _parse_claim(d: Description, subjects: dict[str, Description], article_id: str) -> Claim:
    person, organization = d.optional_node(LM.person), d.optional_node(LM.organization)
    edtf, manner, meaning = d.optional_text(LM.date), d.optional_node(LM.manner), d.optional_node(LM.dateMeaning)
    evidence = d.optional_node(LM.evidence)
    return Claim(
        article_id=article_id,
        event=concept_value(Event, d.node(LM.event)),
        person=d.text(LM.personName),
        organization=d.text(LM.organizationName),
        status=concept_value(Status, d.node(LM.status)),
        evidence=_parse_evidence(_follow(subjects, evidence), subjects) if evidence else None,
        person_id=PERSON.id(person) if person else None,
        organization_id=ORGANIZATION.id(organization) if organization else None,
        role=d.optional_text(LM.role),
        date=_parse_date(edtf) if edtf is not None else None,
        date_text=d.optional_text(LM.dateText),
        date_meaning=concept_value(DateMeaning, meaning) if meaning else None,
        manner=concept_value(Manner, manner) if manner else None,
        said_by=d.optional_text(LM.saidBy),
        reasons=_parse_reasons(_follow(subjects, node) for node in d.nodes(LM.reason)),
        confidence=d.number(LM.confidence),
        extractor=EXTRACTOR.id(d.node(PROV.wasAttributedTo)),
        source_url=d.optional_text(LM.sourceUrl) or "",
        recorded_at=d.optional_instant(PROV.generatedAtTime),
    )


def _parse_reasons(found: Iterable[Description]) -> tuple[Reason, ...]:
    placed = [
        (
            d.integer(LM.position),
            Reason(
                category=concept_value(ReasonCategory, d.node(LM.category)),
                quote=d.text(LM.quote),
                share=d.optional_number(LM.share),
                said_by=d.optional_text(LM.saidBy),
            ),
        )
        for d in found
    ]
    return tuple(reason for _, reason in sorted(placed, key=lambda pair: pair[0]))


def _parse_evidence(target: Description, subjects: dict[str, Description]) -> Evidence:
    selectors = [_follow(subjects, node) for node in target.nodes(OA.hasSelector)]
    quotes = [d for d in selectors if OA.TextQuoteSelector in d.nodes(_TYPE)]
    places = [d for d in selectors if OA.TextPositionSelector in d.nodes(_TYPE)]
    if len(quotes) != 1 or len(places) != 1:
        raise StoreCorruptError(f"<{target.subject}> needs one quote and one position selector; restore a backup")
    return Evidence(places[0].integer(OA.start), places[0].integer(OA.end), quotes[0].text(OA.exact))


def _follow(subjects: dict[str, Description], node: NamedNode) -> Description:
    try:
        return subjects[node.value]
    except KeyError:
        raise StoreCorruptError(f"{node} is referred to but not described in its graph; restore a backup") from None


@contextmanager
def _naming(subject: str) -> Iterator[None]:
    """Whatever a value breaks while it is read, say whose value it was."""
    try:
        yield
    except StoreCorruptError:
        raise
    except (LabmovesError, ValueError) as error:
        raise StoreCorruptError(f"<{subject}>: {error}; run `labmoves verify`, then restore a backup") from error


@lru_cache(maxsize=65536)
def _parse_date(edtf: str) -> PartialDate:
    return PartialDate.parse(edtf)


def _by_id(claims: Iterable[Claim]) -> dict[str, Claim]:
    """The claims by their ids, which are hashes and so worth computing once."""
    return {claim.id: claim for claim in claims}


def in_order(claims: Mapping[str, Claim]) -> tuple[Claim, ...]:
    """By place in the text, those without evidence first, then by id."""
    placed = [(claim.evidence.start if claim.evidence else -1, claim_id) for claim_id, claim in claims.items()]
    return tuple(claims[claim_id] for _, claim_id in sorted(placed))

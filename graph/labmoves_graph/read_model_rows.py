"""Rows of the read model: from the model's objects and back.

Each function gives the columns of one table in the order of read_model.sql. What is read back equals what was
written, so the incremental projection and `verify` compare objects, not text.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from labmoves_graph.claim_rdf import StoredArticle
from labmoves_graph.conflation import ConflationFlag
from labmoves_graph.history import Version
from labmoves_graph.model import (
    Article,
    Claim,
    DateMeaning,
    Event,
    Evidence,
    Judgement,
    Language,
    Manner,
    Move,
    Organization,
    Person,
    Reason,
    ReasonCategory,
    Status,
    Tenure,
    Transition,
    Verdict,
)
from labmoves_graph.partial_date import PartialDate

__all__ = [
    "UNDATED",
    "Row",
    "article_row",
    "claim_row",
    "conflation_row",
    "date_bounds",
    "instant",
    "judgement_row",
    "move_claim_rows",
    "move_reason_rows",
    "move_row",
    "organization_row",
    "person_row",
    "read_article",
    "read_claim",
    "read_move",
    "read_tenure",
    "read_transition",
    "sentence_around",
    "stamp",
    "tenure_row",
    "transition_row",
    "verbatim_reasons",
]

Row = tuple[object, ...]

UNDATED = ""  # sort_date of a move that no date places between two days
LONGEST_SENTENCE = 600  # characters of context kept on either side of a quote where no sentence ends
_SENTENCE_END = re.compile(r"[。！？!?\n]|\.(?=\s)")


@lru_cache(maxsize=4096)
def stamp(when: datetime) -> str:
    """An instant as text of fixed length, so that text order is time order."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant(text: str) -> datetime:
    """The instant of such a text."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def date_bounds(when: PartialDate | None) -> tuple[str | None, str | None]:
    """The days that bound a date, None where nothing does."""
    if when is None:
        return None, None
    earliest = None if when.earliest == date.min else when.earliest.isoformat()
    return earliest, None if when.latest == date.max else when.latest.isoformat()


def _edtf(when: PartialDate | None) -> str | None:
    return when.edtf if when is not None else None


def _parsed(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text is not None else None


def person_row(person: Person, *, provisional: bool) -> Row:
    """Table person."""
    names = [_first(person.names, language) for language in Language]
    different = json.dumps(list(person.different_from))
    return person.id, person.name, *names, person.description, person.wikidata, different, int(provisional)


def organization_row(organization: Organization, *, provisional: bool) -> Row:
    """Table organization."""
    names = [_first(organization.names, language) for language in Language]
    o = organization
    return o.id, o.name, *names, o.kind, o.parent, o.country, _edtf(o.founded), o.wikidata, int(provisional)


def _first(names: Mapping[Language, tuple[str, ...]], language: Language) -> str | None:
    return next(iter(names.get(language, ())), None)


def article_row(stored: StoredArticle) -> Row:
    """Table article."""
    a = stored.article
    ended = stamp(stored.invalidated_at) if stored.invalidated_at else None
    published = a.published.isoformat() if a.published else None
    return (
        *(stored.graph, a.id, stamp(stored.recorded_at), ended, stored.retracted_because),
        *(a.title, a.url, a.publisher, published, a.language, a.sha256, a.text),
    )


def claim_row(claim: Claim, stored: StoredArticle) -> Row:
    """Table claim. Its record time is that of the claim, which may be older than the version."""
    start, end, quote, sentence = None, None, None, None
    if claim.evidence is not None:
        start, end, quote = claim.evidence.start, claim.evidence.end, claim.evidence.quote
        sentence = sentence_around(stored.article.text, start, end)
    reasons = [[r.category, r.quote, r.share, r.said_by] for r in claim.reasons]
    return (
        *(claim.id, stored.graph, claim.article_id, stamp(claim.recorded_at or stored.recorded_at)),
        *(stamp(stored.invalidated_at) if stored.invalidated_at else None, claim.event),
        *(claim.person, claim.person_id, claim.organization, claim.organization_id),
        *(claim.role, _edtf(claim.date), claim.date_text, claim.date_meaning, claim.manner, claim.status),
        *(claim.said_by, start, end, quote, sentence),
        *(json.dumps(reasons, ensure_ascii=False), float(claim.confidence), claim.extractor, claim.source_url),
    )


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence or sentences in which text[start:end] stands."""
    low = max(0, start - LONGEST_SENTENCE)
    before = [m.end() for m in _SENTENCE_END.finditer(text, low, start)]
    after = _SENTENCE_END.search(text, max(start, end - 1), min(len(text), end + LONGEST_SENTENCE))
    return text[before[-1] if before else low : after.end() if after else end + LONGEST_SENTENCE].strip()


def read_claim(row: sqlite3.Row) -> Claim:
    """The claim of a row of table claim."""
    quote = row["quote"]
    return Claim(
        article_id=row["article_id"],
        event=Event(row["event"]),
        person=row["person"],
        organization=row["organization"],
        status=Status(row["status"]),
        evidence=Evidence(row["evidence_start"], row["evidence_end"], quote) if quote is not None else None,
        person_id=row["stated_person_id"],
        organization_id=row["stated_organization_id"],
        role=row["role"],
        date=_parsed(row["date"]),
        date_text=row["date_text"],
        date_meaning=DateMeaning(row["date_meaning"]) if row["date_meaning"] else None,
        manner=Manner(row["manner"]) if row["manner"] else None,
        said_by=row["said_by"],
        reasons=tuple(Reason(ReasonCategory(c), q, share, by) for c, q, share, by in json.loads(row["reasons"])),
        confidence=row["confidence"],
        extractor=row["extractor"],
        source_url=row["source_url"],
        recorded_at=instant(row["recorded_at"]),
    )


def read_article(row: sqlite3.Row) -> Article:
    """The article of a row of table article."""
    return Article(
        id=row["id"],
        text=row["text"],
        title=row["title"],
        url=row["url"],
        publisher=row["publisher"],
        published=date.fromisoformat(row["published"]) if row["published"] else None,
        language=Language(row["language"]) if row["language"] else None,
    )


def judgement_row(judgement: Judgement) -> Row:
    """Table judgement."""
    j = judgement
    revoked = stamp(j.revoked_at) if j.revoked_at else None
    return j.id, j.kind, j.subject, j.object, j.value, j.made_by, stamp(j.made_at), j.why, revoked


def _life(version: Version[Move] | Version[Transition] | Version[Tenure] | Version[ConflationFlag]) -> Row:
    return stamp(version.valid_from), stamp(version.valid_to) if version.valid_to else None


def move_row(version: Version[Move], sort_date: str) -> Row:
    """Table move. sort_date: as move_order gives it."""
    m = version.row
    return (
        *(m.id, *_life(version), m.event, m.person_id, m.organization_id, m.role),
        *(_edtf(m.date), *date_bounds(m.date), sort_date, _edtf(m.announced)),
        *(json.dumps([rival.edtf for rival in m.rival_dates]), m.manner, m.status, m.verdict),
        *(m.sources, m.independent_sources, float(m.confidence)),
    )


def move_claim_rows(version: Version[Move]) -> Iterable[Row]:
    """Table move_claim."""
    m, since = version.row, stamp(version.valid_from)
    return [(m.id, since, c, 1) for c in m.supporting] + [(m.id, since, c, 0) for c in m.contradicting]


def move_reason_rows(version: Version[Move], sort_date: str, claims: Mapping[str, Claim]) -> Iterable[Row]:
    """Table move_reason. claims: id -> claim, at least of those that support the move."""
    m = version.row
    verbatim = verbatim_reasons(m, claims)
    since, ended = _life(version)
    shares = [float(r.share) if r.share is not None else None for r in m.reasons]
    return [
        (m.id, since, i, r.category, r.quote, int(verbatim[i]), shares[i], r.said_by, sort_date, ended)
        for i, r in enumerate(m.reasons)
    ]


def verbatim_reasons(move: Move, claims: Mapping[str, Claim]) -> list[bool]:
    """Of each reason of the move, whether a claim that quotes its article states it in these words.

    Curated claims quote nothing: what they give as a reason is a note, which readers must not take for a quote.
    """
    quoting = (claims[claim_id] for claim_id in move.supporting if claims[claim_id].evidence is not None)
    quoted = {(reason.category, reason.quote) for claim in quoting for reason in claim.reasons}
    return [(reason.category, reason.quote) in quoted for reason in move.reasons]


def transition_row(version: Version[Transition]) -> Row:
    """Table transition."""
    t = version.row
    ends = (t.from_organization, t.to_organization, t.departure_id, t.arrival_id)
    return t.id, *_life(version), t.person_id, *ends, _edtf(t.date), *date_bounds(t.date), t.days_between


def tenure_row(version: Version[Tenure]) -> Row:
    """Table tenure."""
    t = version.row
    start, end = (_edtf(t.start), *date_bounds(t.start)), (_edtf(t.end), *date_bounds(t.end))
    who = (t.id, *_life(version), t.person_id, t.organization_id, t.role)
    return *who, *start, *end, int(t.ended), json.dumps(list(t.moves))


def conflation_row(version: Version[ConflationFlag]) -> Row:
    """Table conflation."""
    f = version.row
    return f.claim_id, f.other_id, f.fact, *_life(version), f.article_id, f.person_id


def read_move(row: sqlite3.Row, claims: Iterable[sqlite3.Row], reasons: Iterable[sqlite3.Row]) -> Move:
    """The move of a row with its rows of move_claim and move_reason, each in key order."""
    linked = list(claims)
    return Move(
        id=row["id"],
        event=Event(row["event"]),
        person_id=row["person_id"],
        organization_id=row["organization_id"],
        role=row["role"],
        date=_parsed(row["date"]),
        rival_dates=tuple(PartialDate.parse(text) for text in json.loads(row["rival_dates"])),
        announced=_parsed(row["announced"]),
        manner=Manner(row["manner"]) if row["manner"] else None,
        status=Status(row["status"]),
        verdict=Verdict(row["verdict"]),
        reasons=tuple(Reason(ReasonCategory(r["category"]), r["quote"], r["share"], r["said_by"]) for r in reasons),
        supporting=tuple(link["claim_id"] for link in linked if link["supports"]),
        contradicting=tuple(link["claim_id"] for link in linked if not link["supports"]),
        sources=row["sources"],
        independent_sources=row["independent_sources"],
        confidence=row["confidence"],
    )


def read_transition(row: sqlite3.Row) -> Transition:
    """The transition of a row."""
    return Transition(
        id=row["id"],
        person_id=row["person_id"],
        from_organization=row["from_organization"],
        to_organization=row["to_organization"],
        departure_id=row["departure_id"],
        arrival_id=row["arrival_id"],
        date=_parsed(row["date"]),
        days_between=row["days_between"],
    )


def read_tenure(row: sqlite3.Row) -> Tenure:
    """The tenure of a row."""
    return Tenure(
        id=row["id"],
        person_id=row["person_id"],
        organization_id=row["organization_id"],
        role=row["role"],
        start=_parsed(row["start"]),
        end=_parsed(row["end"]),
        ended=bool(row["ended"]),
        moves=tuple(json.loads(row["moves"])),
    )

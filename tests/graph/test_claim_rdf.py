"""Claim -> RDF -> Claim is the identity for every field, through the store's own quads and files."""

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Quad, RdfFormat, Store, parse, serialize

from labmoves_graph.claim_rdf import Reading, StoredArticle, parse_reading, reading_quads, reading_statements
from labmoves_graph.errors import DateError, StoreCorruptError
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
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.rdf_terms import n_quads_text
from labmoves_graph.vocabulary import ARTICLE_GRAPH, LM

NAMES = [
    "姚顺宇",
    "姚順宇",
    "Андрей Карпатый",
    "ジェフ・ディーン",
    "김철수",
    "سام ألتمان",
    "आदित्य",
    "O’Neil-Šarić",
    "林\u3000俊旸 🚀",
]
EDTF_FORMS = [
    "2025-09-19",
    "2025-09",
    "2025",
    "2025-21",
    "2025-24",
    "2025-09-29~",
    "2025-10?",
    "2025%",
    "202X",
    "20XX",
    "XXXX-02-09",
    "XXXX-02",
    "2025-XX",
    "2025-XX-XX",
    "2025-09-XX",
    "2024/2025-03",
    "2024-10~/..",
    "../2025",
    "2024/",
    "/2025-09-19",
    "0001-01-01",
    "9999-12-31",
]
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)

names = st.one_of(st.sampled_from(NAMES), st.text(min_size=1).filter(str.strip))
optional_text = st.none() | st.text()
dates = st.sampled_from(EDTF_FORMS).map(PartialDate.parse) | st.dates().map(PartialDate.from_day)
instants = st.datetimes(min_value=datetime(1, 1, 2), timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]))
shares = st.none() | st.floats(0, 1)
reasons = st.builds(Reason, st.sampled_from(ReasonCategory), st.text(), shares, optional_text)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    text = draw(st.text(min_size=1, max_size=80))
    article = Article(
        id=draw(st.text()),
        text=text,
        title=draw(st.text()),
        url=draw(st.text()),
        publisher=draw(st.text()),
        published=draw(st.none() | st.dates()),
        language=draw(st.none() | st.sampled_from(Language)),
    )
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    claims = st.builds(
        Claim,
        article_id=st.just(article.id),
        event=st.sampled_from(Event),
        person=names,
        organization=names,
        status=st.sampled_from(Status),
        evidence=st.none() | st.just(Evidence(start, end, text[start:end])),
        person_id=optional_text,
        organization_id=optional_text,
        role=optional_text,
        date=st.none() | dates,
        date_text=optional_text,
        date_meaning=st.none() | st.sampled_from(DateMeaning),
        manner=st.none() | st.sampled_from(Manner),
        said_by=optional_text,
        reasons=st.lists(reasons, max_size=3).map(tuple),
        confidence=st.floats(0, 1),
        extractor=st.text(),
        source_url=st.text(min_size=1),
    )
    return Reading.of(article, draw(st.lists(claims, max_size=3)), draw(instants))


def everything(reading: Reading) -> tuple[StoredArticle, list[dict[str, object]]]:
    """All fields, also those that dataclass comparison leaves out."""
    return reading.stored, [
        {field.name: getattr(claim, field.name) for field in dataclasses.fields(claim)} for claim in reading.claims
    ]


@settings(max_examples=150, deadline=None)
@given(readings())
def test_reading_survives_its_quads_in_a_store(reading):
    store = Store()
    store.extend(reading_quads(reading))
    assert everything(parse_reading(store)) == everything(reading)


@settings(max_examples=50, deadline=None)
@given(readings())
def test_reading_survives_n_quads_text(reading):
    text = serialize(reading_quads(reading), format=RdfFormat.N_QUADS)
    bulk = n_quads_text((ARTICLE_GRAPH.iri(reading.stored.graph), reading_statements(reading)))
    assert bulk.encode("utf-8") == text
    assert everything(parse_reading(parse(text, format=RdfFormat.N_QUADS))) == everything(reading)


@pytest.mark.parametrize("edtf", EDTF_FORMS)
def test_every_edtf_form_keeps_its_characters(edtf):
    claim = Claim("a", Event.HIRE, "P", "O", Status.CONFIRMED, None, date=PartialDate.parse(edtf), source_url="u")
    reading = Reading.of(Article("a", "t"), [claim], MOMENT)
    assert parse_reading(reading_quads(reading)).claims == (claim,)


@settings(max_examples=50, deadline=None)
@given(readings())
@example(Reading.of(Article("", ""), [], MOMENT))
def test_no_blank_node_and_one_graph(reading):
    quads = reading_quads(reading)
    assert len({quad.graph_name for quad in quads}) == 1
    assert not any(isinstance(term, BlankNode) for quad in quads for term in quad)
    assert len(set(quads)) == len(quads)


def test_graph_name_depends_on_content_and_history_only():
    article = Article("a", "text", published=date(2025, 1, 2))
    first = Reading.of(article, [], MOMENT)
    later = Reading.of(article, [], MOMENT + timedelta(days=1))
    again = Reading.of(article, [], MOMENT, first)
    assert first.stored.graph == later.stored.graph
    assert again.stored.graph != first.stored.graph
    assert again.stored.previous == first.stored.graph


def test_claim_kept_from_the_former_version_keeps_its_record_time():
    kept = Claim("a", Event.HIRE, "P", "O", Status.CONFIRMED, Evidence(0, 1, "t"))
    new = Claim("a", Event.DEPARTURE, "P", "O", Status.CONFIRMED, Evidence(0, 1, "t"))
    first = Reading.of(Article("a", "text"), [kept], MOMENT)
    later = MOMENT + timedelta(days=1)
    second = Reading.of(Article("a", "text!"), [kept, new], later, first)
    assert {claim.event: claim.recorded_at for claim in second.claims} == {Event.HIRE: MOMENT, Event.DEPARTURE: later}


def test_naive_record_time_is_refused():
    with pytest.raises(DateError, match="no time zone"):
        reading_quads(Reading.of(Article("a", "t"), [], datetime(2026, 1, 1)))


@pytest.mark.parametrize(
    ("term", "message"),
    [("personName", "personName is missing"), ("event", "event is missing"), ("evidence", None)],
)
def test_damaged_graph_is_named_not_misread(term, message):
    claim = Claim("a", Event.HIRE, "P", "O", Status.CONFIRMED, Evidence(0, 1, "t"))
    quads = [
        quad for quad in reading_quads(Reading.of(Article("a", "t"), [claim], MOMENT)) if quad.predicate != LM[term]
    ]
    with pytest.raises(StoreCorruptError, match=message):
        parse_reading(quads)


def test_doubled_value_is_named_not_misread():
    claim = Claim("a", Event.HIRE, "P", "O", Status.CONFIRMED, Evidence(0, 1, "t"))
    quads = reading_quads(Reading.of(Article("a", "t"), [claim], MOMENT))
    doubled = [
        Quad(q.subject, q.predicate, LM["event-founding"], q.graph_name) for q in quads if q.predicate == LM.event
    ]
    with pytest.raises(StoreCorruptError, match="event has 2 values instead of one"):
        parse_reading(quads + doubled)

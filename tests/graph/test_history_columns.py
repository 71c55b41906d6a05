"""Reading the whole record property by property gives what parsing every graph gives, or says what is wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from labmoves_graph.claim_rdf import Reading, parse_reading, reading_quads
from labmoves_graph.errors import StoreCorruptError
from labmoves_graph.history_columns import read_history
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
from labmoves_graph.quad_store import EmbeddedQuadStore
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import ARTICLE_GRAPH, CLAIM, LM, PROV

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLE = Article(
    "a1",
    "林俊旸 left Alibaba.",
    title="Moves",
    url="https://news.example/1",
    publisher="Example Times",
    published=date(2026, 1, 1),
    language=Language.EN,
)
PLAIN = Claim("a1", Event.DEPARTURE, "林俊旸", "Alibaba", Status.CONFIRMED, Evidence(0, 3, "林俊旸"))
FULL = replace(
    PLAIN,
    person_id="lin-junyang",
    organization_id="alibaba group/研究",
    role="tech lead",
    date=PartialDate.parse("2026-01~"),
    date_text="last week",
    date_meaning=DateMeaning.ANNOUNCED,
    manner=Manner.RESIGNED,
    said_by="a colleague",
    reasons=(
        Reason(ReasonCategory.NEW_VENTURE, "to found a firm", 0.4, "himself"),
        Reason(ReasonCategory.OTHER, "for other reasons"),
    ),
    confidence=0.25,
    extractor="rules/3",
    source_url="https://news.example/1",
)


class Ticking:
    def __init__(self):
        self.now = MOMENT

    def __call__(self):
        self.now += timedelta(microseconds=1_500)
        return self.now


@pytest.fixture
def store(tmp_path):
    with ClaimStore.open(tmp_path / "store", clock=Ticking()) as opened:
        yield opened


def parsed(quads):
    """Every reading with the record times of its claims, graph by graph."""
    graphs = [graph for graph in quads.graphs() if graph in ARTICLE_GRAPH]
    readings = [parse_reading(quads.match(graph=graph)) for graph in graphs]
    return with_times(sorted(readings, key=lambda r: (r.stored.article.id, r.stored.graph)))


def with_times(readings):
    return [(reading, [claim.recorded_at for claim in reading.claims]) for reading in readings]


def test_versions_retractions_and_every_field_are_read(store):
    with store.writer() as writer:
        writer.put_article(ARTICLE, [PLAIN])
        writer.put_article(replace(ARTICLE, title="Corrected"), [PLAIN, FULL])
        writer.put_article(Article("a2", "nothing", language=None), [])
        writer.retract("a2", "made up")
    found = with_times(store.view().history())
    assert found == parsed(store.view().quads)
    assert sorted((len(r.claims), r.stored.retracted_because or "") for r, _ in found) == [
        (0, "made up"),
        (1, ""),
        (2, ""),
    ]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(person=TEXTS, organization=TEXTS, role=TEXTS, quote=TEXTS, article_id=TEXTS, person_id=TEXTS)
def test_any_text_comes_back(person, organization, role, quote, article_id, person_id):
    article = Article(article_id, f'{quote} and more\r\n\t"\\', title=role)
    claim = Claim(
        *(article_id, Event.HIRE, person, organization, Status.RUMORED, Evidence(0, len(quote), quote)),
        person_id=person_id,
        role=role,
        reasons=(Reason(ReasonCategory.OTHER, quote, None, person),),
        extractor=role,
    )
    quads = EmbeddedQuadStore.empty()
    reading = Reading.of(article, [claim], MOMENT)
    quads.apply(reading_quads(reading))
    assert with_times(read_history(quads)) == with_times([reading])


@pytest.mark.parametrize(
    ("term", "value", "problem"),
    [
        (LM.personName, Literal("somebody else"), "its id is not the hash of its content"),
        (LM.confidence, Literal("much"), "could not convert string to float"),
        (LM.event, LM["status-denied"], "is no Event"),
        (LM.articleId, Literal("a9"), "its id is not the hash of its content"),
        (PROV.wasRevisionOf, NamedNode("https://w3id.org/labmoves/graph/article/ffff"), "name is not the hash"),
        (LM.personName, None, "a value is missing"),
        (LM.articleId, None, "it holds claims and names no article"),
    ],
)
def test_what_was_changed_by_hand_is_refused(store, term, value, problem):
    with store.writer() as writer:
        writer.put_article(ARTICLE, [FULL])
        quads = writer.view.quads
        (graph,) = [graph for graph in quads.graphs() if graph in ARTICLE_GRAPH]
        old = list(quads.match(predicate=term, graph=graph))
        subject = old[0].subject if old else graph
        quads.apply([Quad(subject, term, value, graph)] if value is not None else [], old)
        with pytest.raises(StoreCorruptError, match=problem):
            list(writer.view.history())


def test_a_second_value_is_refused(store):
    with store.writer() as writer:
        writer.put_article(ARTICLE, [PLAIN])
        quads = writer.view.quads
        (graph,) = [graph for graph in quads.graphs() if graph in ARTICLE_GRAPH]
        quads.apply([Quad(CLAIM.iri(PLAIN.id), LM.personName, Literal("another"), graph)])
        with pytest.raises(StoreCorruptError, match="has two values"):
            list(writer.view.history())

"""A bulk load gives what single puts give, and a failed one gives nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from labmoves_graph import quad_store, store_writer
from labmoves_graph.derived_rdf import derived_quads, derived_text
from labmoves_graph.errors import StoreError
from labmoves_graph.model import Article, Claim, Event, Evidence, Move, Status, Tenure, Transition, Verdict
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.store import ClaimStore, PutOutcome
from labmoves_graph.vocabulary import MOVES_GRAPH

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def reading(number: int, title: str = "") -> tuple[Article, list[Claim]]:
    article = Article(f"a{number}", f"Person {number} joined OpenAI.", title=title)
    quote = article.text[:-1]
    claim = Claim(
        article.id, Event.HIRE, f"Person {number}", "OpenAI", Status.CONFIRMED, Evidence(0, len(quote), quote)
    )
    return article, [claim]


@pytest.fixture
def store(tmp_path):
    with ClaimStore.open(tmp_path / "store", clock=lambda: MOMENT) as opened:
        yield opened


@pytest.mark.parametrize("part", [quad_store.BULK_PART, 100])
def test_bulk_load_gives_the_bytes_of_single_puts(store, tmp_path, monkeypatch, part):
    monkeypatch.setattr(quad_store, "BULK_PART", part)
    readings = [reading(number % 40, title="again" * (number >= 40)) for number in range(60)]
    with store.writer() as writer:
        writer.put_article(*reading(3, title="before"))
        outcomes = writer.put_articles(iter(readings), on_rejected=pytest.fail)
    with ClaimStore.open(tmp_path / "single", clock=lambda: MOMENT) as single:
        with single.writer() as writer:
            writer.put_article(*reading(3, title="before"))
            for article, claims in readings:
                writer.put_article(article, claims)
        single.export(tmp_path / "single.nq")
    store.export(tmp_path / "bulk.nq")
    assert outcomes == {PutOutcome.ADDED: 39, PutOutcome.REPLACED: 21, PutOutcome.UNCHANGED: 0}
    assert (tmp_path / "bulk.nq").read_bytes() == (tmp_path / "single.nq").read_bytes()


def test_rejected_articles_are_told_and_the_others_stored(store):
    article, claims = reading(1)
    problems = []
    with store.writer() as writer:
        outcomes = writer.put_articles(
            [(Article("a0", "x"), claims), (article, claims), (Article("a2", "half \ud83d"), [])],
            on_rejected=lambda problem: problems.append(str(problem)),
        )
    assert outcomes[PutOutcome.ADDED] == 1
    assert [problem.partition(":")[0] for problem in problems] == [
        f"claim {claims[0].id} is of article 'a1', not 'a0'; put it there",
        "article 'a2' is rejected",
    ]
    assert list(store.claims()) == claims


def failing(count: int):
    for number in range(count):
        yield reading(number)
    raise RuntimeError("the source went away")


@pytest.mark.parametrize("count", [0, 5, 300])
def test_source_that_fails_leaves_the_store_as_it_was(store, tmp_path, count):
    with store.writer() as writer:
        writer.put_article(*reading(1000))
    store.export(tmp_path / "before.nq")
    with pytest.raises(RuntimeError, match="went away"), store.writer() as writer:
        writer.put_articles(failing(count), on_rejected=pytest.fail)
    with store.writer() as writer:
        assert [stored.article.id for stored in writer.view.articles()] == ["a1000"]
    store.export(tmp_path / "after.nq")
    assert (tmp_path / "before.nq").read_bytes() == (tmp_path / "after.nq").read_bytes()


def test_first_load_that_fails_leaves_an_empty_store(store):
    with pytest.raises(RuntimeError), store.writer() as writer:
        writer.put_articles(failing(300), on_rejected=pytest.fail)
    with store.writer() as writer:
        assert list(writer.view.articles()) == []


def test_nothing_is_written_after_a_failed_load_in_the_same_block(store):
    def careless() -> None:
        with store.writer() as writer:
            with pytest.raises(RuntimeError):
                writer.put_articles(failing(5), on_rejected=pytest.fail)
            with pytest.raises(StoreError, match="leave the writer's block"):
                writer.put_article(*reading(1))

    with pytest.raises(StoreError, match="leave the writer's block"):
        careless()
    with store.writer() as writer:
        assert list(writer.view.articles()) == []


@dataclass(frozen=True)
class Facts:
    moves: tuple[Move, ...]
    transitions: tuple[Transition, ...] = ()
    tenures: tuple[Tenure, ...] = ()


def move(number: int, role: str = "chief") -> Move:
    return Move(
        id=f"m{number}",
        event=Event.HIRE,
        person_id=f"p{number}",
        organization_id="openai",
        role=role,
        date=PartialDate.parse("2025-09"),
        rival_dates=(),
        announced=None,
        manner=None,
        status=Status.CONFIRMED,
        verdict=Verdict.SINGLE_SOURCE,
        reasons=(),
        supporting=(),
        contradicting=(),
        sources=1,
        independent_sources=1,
        confidence=0.9,
    )


@pytest.mark.parametrize("bulk_quads", [10, 100_000], ids=["in bulk", "in one transaction"])
def test_moves_graph_becomes_what_was_computed(store, monkeypatch, bulk_quads):
    monkeypatch.setattr(store_writer, "BULK_QUADS", bulk_quads)
    steps = [
        (Facts((move(1), move(2), move(3))), PutOutcome.ADDED),
        (Facts((move(1), move(2), move(3))), PutOutcome.UNCHANGED),
        (Facts((move(1, role="scientist"), move(3), move(4))), PutOutcome.REPLACED),
        (Facts(()), PutOutcome.REPLACED),
        (Facts((move(5),)), PutOutcome.ADDED),
    ]
    for facts, outcome in steps:
        with store.writer() as writer:
            assert writer.put_derived([derived_text(facts)]) is outcome
        assert set(store.view().quads.match(graph=MOVES_GRAPH)) == set(derived_quads(facts))

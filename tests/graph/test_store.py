"""Puts, versions, retractions, judgements and both ways of reading: now, and as of an instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from labmoves_graph.errors import ClaimError, NotFoundError, QueryError, StoreError
from labmoves_graph.model import (
    Article,
    Claim,
    Event,
    Evidence,
    Judgement,
    JudgementKind,
    Language,
    Organization,
    Person,
    Status,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.quad_store import EmbeddedQuadStore
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore, PutOutcome, StoredArticle
from labmoves_graph.vocabulary import CHANGE, ENTITIES_GRAPH, LM, ORG, ORGANIZATION, OWL, PERSON, SKOS

START = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLE = Article("a1", "Ann Lee joined OpenAI. She left Google.", title="Moves", publisher="The Wire")
JOINED = Claim("a1", Event.HIRE, "Ann Lee", "OpenAI", Status.CONFIRMED, Evidence(0, 21, "Ann Lee joined OpenAI"))
LEFT = Claim("a1", Event.DEPARTURE, "Ann Lee", "Google", Status.CONFIRMED, Evidence(23, 38, "She left Google"))


class Ticking:
    """A clock that goes on by one hour each time it is read."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> datetime:
        self.reads += 1
        return START + timedelta(hours=self.reads - 1)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


@pytest.fixture
def store(tmp_path):
    with ClaimStore.open(tmp_path / "store", clock=Ticking()) as opened:
        yield opened


def put(store: ClaimStore, article: Article, *claims: Claim) -> PutOutcome:
    with store.writer() as writer:
        return writer.put_article(article, claims)


def test_put_article_is_read_back_whole(store):
    assert put(store, ARTICLE, LEFT, JOINED) is PutOutcome.ADDED
    (stored,) = store.articles()
    assert stored == StoredArticle(ARTICLE, stored.graph, recorded_at=START)
    assert list(store.claims()) == [JOINED, LEFT]
    assert [claim.recorded_at for claim in store.claims()] == [START, START]


def test_batch_is_one_transaction_that_leaves_out_what_is_rejected(store, monkeypatch):
    other = replace(ARTICLE, id="a2")
    put(store, ARTICLE, JOINED)
    applied = []
    original = EmbeddedQuadStore.apply
    monkeypatch.setattr(EmbeddedQuadStore, "apply", lambda *a, **k: (applied.append(1), original(*a, **k))[1])
    with store.writer() as writer:
        outcomes = writer.put_batch(
            [
                (ARTICLE, [JOINED]),
                (replace(ARTICLE, title="Corrected"), [JOINED]),
                (replace(ARTICLE, id="a3"), [JOINED]),
                (other, [replace(LEFT, article_id="a2")]),
            ]
        )
    rejected = outcomes.pop(2)
    assert outcomes == [PutOutcome.UNCHANGED, PutOutcome.REPLACED, PutOutcome.ADDED]
    assert str(rejected) == f"claim {JOINED.id} is of article 'a1', not 'a3'; put it there"
    assert len(applied) == 1
    assert [(s.article.id, s.article.title) for s in store.articles()] == [("a1", "Corrected"), ("a2", "Moves")]


def test_batch_takes_an_article_twice_in_its_order(store):
    versions = [replace(ARTICLE, title=title) for title in ("first", "second", "third")]
    with store.writer() as writer:
        assert writer.put_batch([(version, [JOINED]) for version in versions]) == [
            PutOutcome.ADDED,
            PutOutcome.REPLACED,
            PutOutcome.REPLACED,
        ]
    assert [stored.article.title for stored in store.view().versions("a1")] == ["first", "second", "third"]


def test_same_article_twice_is_unchanged_and_takes_no_snapshot(store, tmp_path):
    put(store, ARTICLE, JOINED)
    before = store.snapshots.newest()
    assert put(store, ARTICLE, replace(JOINED, recorded_at=hour(9))) is PutOutcome.UNCHANGED
    assert store.snapshots.newest() == before


def test_changed_article_is_a_new_version_and_the_old_one_stays_for_as_of(store):
    corrected = replace(ARTICLE, text=ARTICLE.text.replace("joined", "shuned"))
    put(store, ARTICLE, JOINED, LEFT)
    assert put(store, corrected, LEFT) is PutOutcome.REPLACED
    first, second = store.view().versions("a1")
    assert (first.article, first.recorded_at, first.invalidated_at) == (ARTICLE, hour(0), hour(1))
    assert (second.article, second.recorded_at, second.previous) == (corrected, hour(1), first.graph)
    assert list(store.claims()) == [LEFT]
    assert list(store.claims(as_of=hour(0.5))) == [JOINED, LEFT]
    assert list(store.claims(as_of=hour(1))) == [LEFT]
    assert list(store.claims(as_of=hour(-1))) == []


def test_same_text_with_other_claims_is_a_new_version(store):
    put(store, ARTICLE, JOINED)
    assert put(store, ARTICLE, JOINED, LEFT) is PutOutcome.REPLACED
    assert {claim.event: claim.recorded_at for claim in store.claims()} == {
        Event.HIRE: hour(0),
        Event.DEPARTURE: hour(1),
    }


def test_article_that_returns_to_its_first_text_stands_again(store):
    other = replace(ARTICLE, title="Other")
    assert [put(store, article, JOINED) for article in (ARTICLE, other, ARTICLE)] == [
        PutOutcome.ADDED,
        PutOutcome.REPLACED,
        PutOutcome.REPLACED,
    ]
    assert [stored.article for stored in store.articles()] == [ARTICLE]
    assert [stored.article for stored in store.articles(as_of=hour(1))] == [other]


def test_retracted_article_withdraws_its_claims_and_stays_retracted(store):
    put(store, ARTICLE, JOINED)
    with store.writer() as writer:
        retracted = writer.retract("a1", "the paper withdrew it")
        assert writer.retract("a1", "again") == retracted
    assert (retracted.invalidated_at, retracted.retracted_because) == (hour(1), "the paper withdrew it")
    assert list(store.claims()) == []
    assert list(store.claims(as_of=hour(0))) == [JOINED]
    assert put(store, ARTICLE, JOINED, LEFT) is PutOutcome.UNCHANGED
    assert list(store.claims()) == []


def test_retracted_article_returns_with_another_text(store):
    put(store, ARTICLE, JOINED)
    with store.writer() as writer:
        writer.retract("a1", "wrong")
    assert put(store, replace(ARTICLE, title="Corrected"), JOINED) is PutOutcome.REPLACED
    assert list(store.claims()) == [JOINED]


def test_record_time_never_runs_backwards(tmp_path):
    instants = iter([hour(5), hour(1)])
    with ClaimStore.open(tmp_path, clock=lambda: next(instants)) as store:
        put(store, ARTICLE, JOINED)
        put(store, ARTICLE, LEFT)
        assert [(v.recorded_at, v.invalidated_at) for v in store.view().versions("a1")] == [
            (hour(5), hour(5)),
            (hour(5), None),
        ]


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (replace(JOINED, article_id="a2"), "of article 'a2', not 'a1'"),
        (replace(JOINED, evidence=Evidence(1, 22, "Ann Lee joined OpenAI")), "does not stand at 1–22"),
    ],
)
def test_claim_that_does_not_fit_its_article_is_rejected(store, claim, message):
    with store.writer() as writer, pytest.raises(ClaimError, match=message):
        writer.put_article(ARTICLE, [JOINED, claim])
    assert list(store.articles()) == []


def test_unknown_article_and_judgement_are_named(store):
    with store.writer() as writer:
        with pytest.raises(NotFoundError, match="no article 'a9'"):
            writer.retract("a9", "why")
        with pytest.raises(NotFoundError, match="no judgement 'j9'"):
            writer.revoke_judgement("j9")


def test_judgements_are_recorded_revoked_and_seen_as_of(store):
    judgement = Judgement(JudgementKind.SAME, "x-1", "ann-lee", None, "editor", hour(0), "same profile")
    with store.writer() as writer:
        assert writer.put_judgement(judgement) is PutOutcome.ADDED
        assert writer.put_judgement(judgement) is PutOutcome.UNCHANGED
        store.clock()
        revoked = writer.revoke_judgement(judgement.id)
        assert writer.revoke_judgement(judgement.id) == revoked
    assert revoked == replace(judgement, revoked_at=hour(1))
    assert list(store.judgements()) == []
    assert list(store.judgements(as_of=hour(0.5))) == [revoked]
    assert list(store.judgements(as_of=hour(-1))) == []
    assert list(store.view().judgements(revoked=True)) == [revoked]


def test_entities_hold_names_namesakes_and_mergers(store):
    registry = Registry.of(
        [
            Organization("deepmind", "DeepMind"),
            Organization("google-brain", "Google Brain"),
            Organization(
                "google-deepmind",
                "Google DeepMind",
                {Language.ZH_HANS: ("谷歌DeepMind", "谷歌深度思维")},
                predecessor_dates=tuple((old, PartialDate.parse("2023")) for old in ("deepmind", "google-brain")),
            ),
        ],
        [
            Person("y1", "Yao Shunyu", {Language.ZH_HANS: ("姚顺宇",)}, different_from=("y2",)),
            Person("y2", "Yao Shunyu"),
        ],
    )
    with store.writer() as writer:
        assert writer.put_entities(registry) is PutOutcome.ADDED
        assert writer.put_entities(registry) is PutOutcome.UNCHANGED
        assert writer.put_entities(Registry.of([], registry.people.values())) is PutOutcome.REPLACED
        writer.put_entities(registry)
    facts = {(q.subject, q.predicate, str(q.object)) for q in store.view().quads.match(graph=ENTITIES_GRAPH)}
    change, result = CHANGE.iri("google-deepmind-2023"), ORGANIZATION.iri("google-deepmind")
    assert facts >= {
        (PERSON.iri("y1"), OWL.differentFrom, str(PERSON.iri("y2"))),
        (PERSON.iri("y2"), OWL.differentFrom, str(PERSON.iri("y1"))),
        (PERSON.iri("y1"), SKOS.prefLabel, '"姚顺宇"@zh-hans'),
        (result, SKOS.altLabel, '"谷歌深度思维"@zh-hans'),
        (result, LM.name, '"Google DeepMind"'),
        (change, ORG.originalOrganization, str(ORGANIZATION.iri("deepmind"))),
        (change, ORG.originalOrganization, str(ORGANIZATION.iri("google-brain"))),
        (change, ORG.resultingOrganization, str(result)),
    }


def test_readers_see_the_last_published_state_while_a_writer_goes_on(store, tmp_path):
    put(store, ARTICLE, JOINED)
    with ClaimStore.open(tmp_path / "store") as reader:
        with store.writer() as writer:
            writer.put_article(ARTICLE, [LEFT])
            assert list(reader.claims()) == [JOINED]
            assert list(store.claims()) == [LEFT]
        assert list(reader.claims()) == [LEFT]


def test_an_old_view_keeps_answering_after_many_commits(store):
    put(store, ARTICLE, JOINED)
    view = store.view()
    for number in range(6):
        put(store, replace(ARTICLE, title=str(number)), JOINED)
        assert [stored.article.title for stored in store.articles()] == [str(number)]
    assert [stored.article.title for stored in view.articles()] == ["Moves"]
    assert len(store.snapshots.all()) <= 4


def test_what_was_put_before_an_error_is_published(store):
    def interrupted() -> None:
        with store.writer() as writer:
            writer.put_article(ARTICLE, [JOINED])
            raise RuntimeError("the source went away")

    with pytest.raises(RuntimeError):
        interrupted()
    assert list(store.claims()) == [JOINED]


def test_a_block_within_a_block_shares_the_writer(store):
    with store.writer() as outer, store.writer() as inner:
        assert inner is outer
        inner.put_article(ARTICLE, [JOINED])
    assert list(store.claims()) == [JOINED]


def test_same_input_gives_the_same_bytes(tmp_path):
    for name, order in (("one", (ARTICLE, replace(ARTICLE, id="a0"))), ("two", (replace(ARTICLE, id="a0"), ARTICLE))):
        with ClaimStore.open(tmp_path / name, clock=lambda: START) as store:
            for article in order:
                put(store, article, replace(JOINED, article_id=article.id))
            store.export(tmp_path / f"{name}.nq")
    assert (tmp_path / "one.nq").read_bytes() == (tmp_path / "two.nq").read_bytes()
    assert (tmp_path / "one.nq").stat().st_size > 1000


def test_query_answers_over_named_graphs_and_names_its_mistakes(store):
    put(store, ARTICLE, JOINED, LEFT)
    (row,) = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?claim a <{LM.Claim.value}> }} }}")
    assert row["n"].value == "2"
    with pytest.raises(QueryError, match="not SPARQL"):
        store.query("SELECT everything")


def test_a_new_store_reads_as_empty_and_makes_nothing(tmp_path):
    with ClaimStore.open(tmp_path / "new") as store:
        assert (list(store.articles()), list(store.claims()), list(store.judgements())) == ([], [], [])
    assert not (tmp_path / "new").exists()
    with pytest.raises(StoreError, match="holds no store"):
        ClaimStore.open(tmp_path / "new", must_exist=True)


def test_a_file_in_place_of_the_store_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="is a file"):
        ClaimStore.open(tmp_path / "file")


def test_writer_is_closed_after_its_block(store):
    with store.writer() as writer:
        pass
    with pytest.raises(StoreError, match="is closed"):
        writer.put_article(ARTICLE, [])


def test_claim_and_reading_are_found_by_id(store):
    put(store, ARTICLE, JOINED, LEFT)
    assert store.view().claim(LEFT.id) == LEFT
    (stored,) = store.articles()
    assert store.view().reading(stored.graph).claims == (JOINED, LEFT)
    with pytest.raises(NotFoundError, match="no claim 'c9'"):
        store.view().claim("c9")
    with pytest.raises(NotFoundError, match="no article version 'g9'"):
        store.view().reading("g9")

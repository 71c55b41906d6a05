"""Both derived forms follow the store, and an update equals a rebuild."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from labmoves_graph import projection
from labmoves_graph.model import Judgement, JudgementKind, Status
from labmoves_graph.projection import project, rebuild
from labmoves_graph.read_model_writer import ReadModelWriter
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import BASE, ENTITIES_GRAPH, MOVES_GRAPH, OWL

TABLES = ("article", "claim", "claim_entity", "conflation", "identity_key", "move", "move_claim", "move_reason")
MORE_TABLES = ("organization", "organization_line", "person", "provisional_name", "tenure", "transition", "move_text")


class Ticking:
    """Record time that moves on by a second with every look."""

    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def store(tmp_path):
    with ClaimStore.open(tmp_path / "store", clock=Ticking()) as opened:
        yield opened


@pytest.fixture
def news(generated_news):
    return generated_news(60, 7)


def put(store, readings):
    with store.writer() as writer:
        for article, claims in readings:
            writer.put_article(article, claims)


def content(store):
    """Everything that the read model holds, its meta but for the revision, and the moves graph."""
    with sqlite3.connect(store.read_model_path) as database:
        held = {t: sorted(database.execute(f"SELECT * FROM {t}"), key=repr) for t in (*TABLES, *MORE_TABLES)}
        names = "SELECT kind, entity, language, form, folded FROM entity_name ORDER BY 1, 2, 3, 4"
        held["names"] = database.execute(names).fetchall()
        held["digest"] = database.execute("SELECT value FROM meta WHERE key = 'digest'").fetchall()
    held["graph"] = sorted(str(quad) for quad in store.view().quads.match(graph=MOVES_GRAPH))
    return held


def test_update_article_by_article_equals_a_rebuild(store, news):
    for start in range(0, len(news.readings), 7):
        put(store, news.readings[start : start + 7])
        project(store, news.registry)
    updated = content(store)
    assert len(updated["move"]) > 60
    rebuilt = rebuild(store, news.registry)
    assert content(store) == updated
    assert rebuilt.revision == project(store, news.registry).revision


def test_changed_and_retracted_articles_equal_a_rebuild_and_keep_their_history(store, news):
    put(store, news.readings)
    project(store, news.registry)
    article, (claim,) = news.readings[10]
    put(store, [(replace(article, title="Corrected"), [replace(claim, status=Status.DENIED)])])
    with store.writer() as writer:
        writer.retract(news.readings[11][0].id, "made up")
    done = project(store, news.registry)
    assert (done.articles, done.rebuilt) == (2, False)
    updated = content(store)
    ended = [row for row in updated["article"] if row[3] is not None]
    assert sorted(row[4] or "" for row in ended) == ["", "made up"]
    rebuild(store, news.registry)
    assert content(store) == updated


def test_claims_that_an_article_gave_up_and_makes_again_equal_a_rebuild(store, news):
    put(store, news.readings)
    article, claims = news.readings[10]
    put(store, [(article, [])])
    put(store, [(article, claims)])
    readings = [store.view().reading(version.graph) for version in store.view().versions(article.id)]
    assert [len(reading.claims) for reading in readings] == [1, 0, 1]
    assert readings[0].claims[0].recorded_at < readings[2].claims[0].recorded_at
    assert [r for r in store.view().history() if r.stored.article.id == article.id] == sorted(
        readings, key=lambda reading: reading.stored.graph
    )
    project(store, news.registry)
    put(store, [(replace(article, title="Corrected"), claims)])
    assert not project(store, news.registry).rebuilt
    updated = content(store)
    rebuild(store, news.registry)
    assert content(store) == updated


def test_what_this_store_wrote_is_projected_without_a_look_at_the_rest(store, news, monkeypatch):
    put(store, news.readings[:60])
    project(store, news.registry)
    put(store, news.readings[60:62])
    with store.writer() as writer:
        writer.retract(news.readings[3][0].id, "made up")
        article, claims = news.readings[4]
        writer.put_batch([(replace(article, title="Corrected"), claims)])
    monkeypatch.setattr(projection, "_versions", lambda store: pytest.fail("looked at every version"))
    done = project(store, news.registry)
    assert (done.articles, done.rebuilt) == (4, False)
    updated = content(store)
    rebuild(store, news.registry)
    assert content(store) == updated


def test_what_somebody_else_wrote_meanwhile_is_projected_too(store, news):
    put(store, news.readings[:60])
    project(store, news.registry)
    put(store, news.readings[60:61])
    with ClaimStore.open(store.directory, clock=Ticking()) as other:
        put(other, news.readings[61:63])
    assert project(store, news.registry).articles == 3
    put(store, news.readings[63:64])
    with ClaimStore.open(store.directory, clock=Ticking()) as other:
        assert project(other, news.registry).articles == 1
    assert project(store, news.registry).articles == 0


def test_projecting_twice_changes_nothing_and_keeps_the_revision(store, news):
    put(store, news.readings)
    first = project(store, news.registry)
    again = project(store, news.registry)
    assert (first.revision, first.rebuilt) == (1, True)
    assert (again.revision, again.articles, again.rebuilt) == (1, 0, False)


def test_deleted_read_model_is_made_again_with_the_same_content(store, news):
    put(store, news.readings)
    project(store, news.registry)
    before = content(store)
    for path in store.directory.glob("moves.db*"):
        path.unlink()
    assert project(store, news.registry).rebuilt
    assert content(store) == before


def test_interrupted_update_leads_to_a_rebuild(store, news):
    put(store, news.readings)
    project(store, news.registry)
    with ReadModelWriter.open(store.read_model_path) as model:
        model.set_meta("pending", "1")
    assert project(store, news.registry).rebuilt
    assert not project(store, news.registry).rebuilt


def test_failed_transaction_leaves_the_read_model_as_it_was(store, news):
    put(store, news.readings)
    project(store, news.registry)
    before = content(store)

    def killed_while_writing():
        with ReadModelWriter.open(store.read_model_path) as model:
            model.delete("move", "event", ["hire"])
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed_while_writing()
    assert content(store) == before


def test_new_judgement_rebuilds(store, news):
    put(store, news.readings)
    project(store, news.registry)
    claim = news.readings[0][1][0]
    judgement = Judgement(
        JudgementKind.REJECT_CLAIM, claim.id, None, None, "editor", datetime(2026, 2, 1, tzinfo=UTC), "misread"
    )
    with store.writer() as writer:
        writer.put_judgement(judgement)
    assert project(store, news.registry).rebuilt


def identities(store):
    """(subject, term, object) of what the entities graph says to be one or two."""
    quads = store.view().quads
    found = {q for term in (OWL.sameAs, OWL.differentFrom) for q in quads.match(predicate=term, graph=ENTITIES_GRAPH)}
    return {tuple(node.value.removeprefix(BASE) for node in quad.triple) for quad in found}


def test_judgements_on_identity_stand_in_the_graph_until_revoked(store, news):
    put(store, news.readings)
    project(store, news.registry)
    with sqlite3.connect(store.read_model_path) as database:
        query = "SELECT DISTINCT entity FROM provisional_name WHERE kind = 'person' ORDER BY 1 LIMIT 1"
        ((unknown,),) = database.execute(query)
    when = datetime(2026, 2, 1, tzinfo=UTC)
    judgements = [
        Judgement(JudgementKind.SAME, unknown, "person-1", None, "editor", when, "a gloss elsewhere"),
        Judgement(JudgementKind.SAME, "org-1", "org-2", None, "editor", when, "renamed"),
        Judgement(
            JudgementKind.DIFFERENT, "org-2", "org-1", None, "editor", when + timedelta(days=1), "they are not"
        ),
        Judgement(JudgementKind.SAME, news.readings[0][1][0].id, "person-1", None, "editor", when, "about a claim"),
    ]
    with store.writer() as writer:
        for judgement in judgements:
            writer.put_judgement(judgement)
    project(store, news.registry)
    same, different = OWL.sameAs.value, OWL.differentFrom.value
    assert identities(store) == {
        (f"person/{unknown}", same, "person/person-1"),
        ("person/person-1", same, f"person/{unknown}"),
        ("organization/org-1", different, "organization/org-2"),
        ("organization/org-2", different, "organization/org-1"),
    }
    with store.writer() as writer:
        for judgement in judgements:
            writer.revoke_judgement(judgement.id)
    project(store, news.registry)
    assert identities(store) == set()

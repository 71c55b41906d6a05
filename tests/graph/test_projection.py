"""Both derived forms follow the store, and an update equals a rebuild."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from labmoves_graph import projection
from labmoves_graph.entity_ids import provisional_id
from labmoves_graph.model import Article, Claim, Event, Evidence, Judgement, JudgementKind, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project, rebuild
from labmoves_graph.read_model_writer import ReadModelWriter
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import BASE, ENTITIES_GRAPH, MOVES_GRAPH, OWL

TABLES = ("article", "claim", "claim_entity", "conflation", "identity_key", "move", "move_claim", "move_reason")
MORE_TABLES = ("organization", "organization_line", "person", "provisional_name", "tenure", "transition", "move_text")
JUDGED_TABLES = ("identity_link", "judged_entity")


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
        held = {
            t: sorted(database.execute(f"SELECT * FROM {t}"), key=repr)
            for t in (*TABLES, *MORE_TABLES, *JUDGED_TABLES)
        }
        names = "SELECT kind, entity, language, form, folded FROM entity_name ORDER BY 1, 2, 3, 4"
        held["names"] = database.execute(names).fetchall()
        held["digest"] = database.execute("SELECT value FROM meta WHERE key = 'digest'").fetchall()
    for name, graph in (("graph", MOVES_GRAPH), ("entities", ENTITIES_GRAPH)):
        held[name] = sorted(str(quad) for quad in store.view().quads.match(graph=graph))
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


def reading(name, event, person, organization, when="2024-05"):
    """An article of one claim."""
    article = Article(id=name, text=f"{person} and {organization}.", url=f"https://{name}.example/1")
    evidence = Evidence(0, len(person), person)
    return article, [
        Claim(name, Event(event), person, organization, Status.CONFIRMED, evidence, date=PartialDate.parse(when))
    ]


def judge(store, kind, subject, entity=None):
    when = datetime(2026, 2, 1, tzinfo=UTC)
    with store.writer() as writer:
        writer.put_judgement(Judgement(JudgementKind(kind), subject, entity, None, "editor", when, "seen"))


def unknown(person, organization):
    return provisional_id("person", person, provisional_id("organization", organization))


@pytest.mark.parametrize("first", [0, 1])
def test_people_judged_the_same_before_any_claim_names_them_become_one(store, news, first):
    put(store, news.readings)
    judge(store, "same", unknown("jane doe", "foo"), unknown("jane roe", "bar"))
    project(store, news.registry)
    coming = [
        reading("joins", "hire", "Jane Doe", "Foo", "2024-06"),
        reading("leaves", "departure", "Jane Roe", "Bar"),
    ]
    for one in (coming[first], coming[1 - first]):
        put(store, [one])
        assert not project(store, news.registry).rebuilt
    updated = content(store)
    with sqlite3.connect(store.read_model_path) as database:
        query = "SELECT person_id FROM transition WHERE from_organization = ? AND to_organization = ?"
        places = [provisional_id("organization", place) for place in ("bar", "foo")]
        assert len(database.execute(query, places).fetchall()) == 1
    rebuild(store, news.registry)
    assert content(store) == updated


@pytest.mark.parametrize("first", ["claim", "organization"])
def test_a_claim_may_mean_an_organization_that_only_other_peoples_claims_name(store, news, first):
    put(store, news.readings)
    typo = reading("typo", "departure", "Jane Doe", "Fu Labs")
    named = reading("named", "hire", "Max Moe", "Foo Labs")
    meant = provisional_id("organization", "foo labs")
    judge(store, "same", typo[1][0].id, meant)
    project(store, news.registry)
    for one in (typo, named) if first == "claim" else (named, typo):
        put(store, [one])
        assert not project(store, news.registry).rebuilt
    updated = content(store)
    with sqlite3.connect(store.read_model_path) as database:
        query = (
            "SELECT event, organization_id FROM move WHERE organization_id = ? AND valid_to IS NULL ORDER BY event"
        )
        assert database.execute(query, (meant,)).fetchall() == [("departure", meant), ("hire", meant)]
        names = (
            "SELECT 'person', name FROM person WHERE id = ?1 UNION SELECT 'lab', name FROM organization WHERE id = ?1"
        )
        assert database.execute(names, (meant,)).fetchall() == [("lab", "Foo Labs")]
    rebuild(store, news.registry)
    assert content(store) == updated


def test_organizations_judged_one_after_the_other_are_one_for_whoever_names_any(store, news):
    labs = ["foo labs", "foo laboratory", "foo"]
    put(
        store, [*news.readings, *(reading(lab[-5:], "hire", f"P{lab[-3:].title()} Moe", lab.title()) for lab in labs)]
    )
    one, two, three = (provisional_id("organization", lab) for lab in labs)
    judge(store, "same", one, two)
    judge(store, "same", two, three)
    project(store, news.registry)
    with sqlite3.connect(store.read_model_path) as database:
        places = database.execute(
            "SELECT DISTINCT organization_id FROM claim_entity WHERE organization_id LIKE 'x-%'"
        )
        assert {min(one, two, three)} == {place for (place,) in places} & {one, two, three}


def names(store):
    """(kind, id) -> the forms under which it is found."""
    with sqlite3.connect(store.read_model_path) as database:
        found = {}
        for kind, entity, form in database.execute("SELECT kind, entity, form FROM entity_name ORDER BY form"):
            found.setdefault((kind, entity), set()).add(form)
        return found


@pytest.mark.parametrize("taken_back", ["rejected", "retracted"])
def test_a_person_bears_no_name_of_a_claim_that_is_taken_back(store, news, taken_back):
    put(store, news.readings)
    article = Article(id="gloss", text="张伟(Wei Zhang) joined Foo.", url="https://gloss.example/1")
    glossed = Claim("gloss", Event.HIRE, "张伟", "Foo", Status.CONFIRMED, Evidence(0, 2, "张伟"))
    put(store, [(article, [glossed]), reading("plain", "hire", "Wei Zhang", "Foo")])
    project(store, news.registry)
    person = ("person", unknown("wei zhang", "foo"))
    assert names(store)[person] == {"Wei Zhang", "张伟"}
    if taken_back == "rejected":
        judge(store, "reject_claim", glossed.id)
    else:
        with store.writer() as writer:
            writer.retract("gloss", "made up")
    project(store, news.registry)
    updated = content(store)
    assert names(store)[person] == {"Wei Zhang"}
    assert [names(store)[e] for e in names(store) if "张伟" in names(store)[e]] == [{"张伟"}]  # as of an earlier time
    rebuild(store, news.registry)
    assert content(store) == updated

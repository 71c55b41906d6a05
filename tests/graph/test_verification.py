"""A store that was written by us is clean; one that was edited, cut or mixed up is not."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from labmoves_graph.errors import StoreCorruptError
from labmoves_graph.model import Article, Claim, Event, Evidence, Judgement, JudgementKind, Organization, Status
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore
from labmoves_graph.verification import verify
from labmoves_graph.vocabulary import JUDGEMENTS_GRAPH, LM, MOVES_GRAPH, OA, PROV, SCHEMA

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
REGISTRY = Registry.of([Organization("openai", "OpenAI"), Organization("google", "Google")], [])
ARTICLE = Article("a1", "Ann Lee joined OpenAI. She left Google.", title="Moves")
JOINED = Claim(
    "a1",
    Event.HIRE,
    "Ann Lee",
    "OpenAI",
    Status.CONFIRMED,
    Evidence(0, 21, "Ann Lee joined OpenAI"),
    organization_id="openai",
)
JUDGEMENT = Judgement(JudgementKind.CONFIRM_MOVE, "m1", None, None, "editor", MOMENT, "seen")


@pytest.fixture
def store(tmp_path):
    with ClaimStore.open(tmp_path / "store", clock=lambda: MOMENT) as opened:
        with opened.writer() as writer:
            writer.put_article(Article("a1", "draft"), [])
            writer.put_article(ARTICLE, [JOINED])
            writer.put_article(Article("a2", "withdrawn"), [])
            writer.retract("a2", "wrong")
            writer.put_judgement(JUDGEMENT)
        project(opened, REGISTRY)
        yield opened


def edit(store: ClaimStore, *, add: list[Quad] = (), remove: list[Quad] = ()) -> None:
    """Change the live graph behind the store's back."""
    raw = Store(str(store.directory / "graph"))
    for quad in remove:
        raw.remove(quad)
    raw.extend(add)
    raw.flush()


def one(store: ClaimStore, predicate: NamedNode, graph: NamedNode | None = None) -> Quad:
    found = sorted(store.view().quads.match(predicate=predicate, graph=graph), key=str)
    return found[0]


def problems(store: ClaimStore) -> list[str]:
    return [str(finding) for finding in verify(store, REGISTRY)]


def test_a_store_that_we_wrote_is_clean_and_stays_as_it_was(store, tmp_path):
    store.export(tmp_path / "before.nq")
    assert verify(store, REGISTRY) == []
    store.export(tmp_path / "after.nq")
    assert (tmp_path / "before.nq").read_bytes() == (tmp_path / "after.nq").read_bytes()


@pytest.mark.parametrize(
    ("term", "value", "problem"),
    [
        (LM.personName, Literal("Bob Lee"), "triples are not what its content gives"),
        (LM.status, LM["status-denied"], "triples are not what its content gives"),
        (OA.exact, Literal("Ann Lee joined Google"), "its quote does not stand at 0–21"),
        (OA.end, Literal(4000), "its quote does not stand at 0–4000"),
        (LM.confidence, Literal(1.5), "confidence 1.5 is not within 0 and 1"),
        (LM.textDigest, Literal("0" * 64), "triples are not what its content gives"),
        (SCHEMA.articleBody, Literal("another text"), "its name is not the hash of its content"),
        (PROV.wasRevisionOf, NamedNode("https://w3id.org/labmoves/graph/article/ffff"), "form no single chain"),
    ],
    ids=lambda value: value.value.rpartition("/")[2] if isinstance(value, NamedNode) else None,
)
def test_an_edited_value_is_found(store, term, value, problem):
    old = one(store, term)
    edit(store, remove=[old], add=[Quad(old.subject, term, value, old.graph_name)])
    assert any(problem in text for text in problems(store)), problems(store)


def test_a_removed_triple_is_found(store):
    edit(store, remove=[one(store, LM.event, one(store, LM.personName).graph_name)])
    assert any("event is missing" in text for text in problems(store))


def test_an_added_triple_is_found(store):
    claim = one(store, LM.personName)
    edit(store, add=[Quad(claim.subject, LM.role, Literal("chief"), claim.graph_name)])
    assert any("not what its content gives" in text for text in problems(store))


def test_triples_in_graphs_of_nobody_are_found(store):
    thing = NamedNode("https://example.org/x")
    edit(store, add=[Quad(thing, thing, thing, thing), Quad(thing, thing, thing, DefaultGraph())])
    assert [text.partition(":")[0] for text in problems(store)] == ["<https", "default graph"]


def test_an_edited_judgement_is_found(store):
    old = one(store, LM.why, JUDGEMENTS_GRAPH)
    edit(store, remove=[old], add=[Quad(old.subject, LM.why, Literal("not seen"), JUDGEMENTS_GRAPH)])
    assert problems(store) == ["judgements: a judgement's id is not the hash of what it says"]


def test_an_edited_move_is_found(store):
    old = one(store, LM.verdict, MOVES_GRAPH)
    edit(store, remove=[old])
    assert any("differs from the live graph" in text for text in problems(store))
    with store.writer() as writer:
        writer._journal.note_change()
    assert problems(store) == ["moves: differs from a rebuild; run `labmoves rebuild`"]


def test_an_edited_read_model_is_found(store):
    with sqlite3.connect(store.read_model_path) as database:
        database.execute("UPDATE claim SET person = 'Bob Lee'")
    assert problems(store) == ["moves.db: table claim differs from a rebuild; run `labmoves rebuild`"]


def test_a_version_that_should_have_ended_is_found(store):
    ended = one(store, PROV.invalidatedAtTime)
    graphs = {v.graph: v for v in store.view().versions("a1")}
    (first,) = [v for v in graphs.values() if v.previous is None]
    ended = next(
        q for q in store.view().quads.match(predicate=PROV.invalidatedAtTime) if q.subject.value.endswith(first.graph)
    )
    edit(store, remove=[ended])
    assert any("was replaced but does not end" in text for text in problems(store))


def largest_file(directory: Path) -> Path:
    return max((path for path in directory.iterdir() if path.is_file()), key=lambda path: path.stat().st_size)


def test_a_truncated_snapshot_is_found_and_not_read(store):
    newest = store.snapshots.newest()
    table = next(path for path in sorted(newest.graph.iterdir()) if path.suffix == ".sst")
    content = table.read_bytes()
    table.unlink()  # the live graph shares this file; a cut in a copy must not reach it
    table.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreCorruptError, match="bytes instead of"), ClaimStore.open(store.directory) as reader:
        list(reader.claims())
    found = problems(store)
    assert [text for text in found if f"{table.name} has {len(content) // 2} bytes" in text] == found


def test_a_damaged_snapshot_is_replaced_by_the_next_writer(store):
    newest = store.snapshots.newest()
    (newest.directory / "manifest.json").write_text("{}")
    with store.writer():
        pass
    assert list(ClaimStore.open(store.directory).claims()) == [JOINED]
    assert verify(store, REGISTRY) == []


def test_a_truncated_live_graph_is_found(store):
    table = next(path for path in sorted((store.directory / "graph").iterdir()) if path.suffix == ".sst")
    content = table.read_bytes()
    table.unlink()
    table.write_bytes(content[: len(content) // 2])
    assert any(text.startswith("graph: ") for text in problems(store))

"""Snapshots appear whole, rotate, and stay while somebody reads them."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from labmoves_graph.errors import StoreCorruptError, StoreError
from labmoves_graph.quad_store import EmbeddedQuadStore
from labmoves_graph.snapshots import KEEP, Snapshots

THING = NamedNode("https://example.org/x")


@pytest.fixture
def live(tmp_path):
    opened = EmbeddedQuadStore.open(tmp_path / "graph")
    yield opened
    opened.close()


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots")


def take(snapshots: Snapshots, live: EmbeddedQuadStore, *values: str) -> None:
    for value in values:
        live.apply([Quad(THING, THING, Literal(value), THING)])
        live.flush()
        snapshots.take(live)


def values(quads: EmbeddedQuadStore) -> set[str]:
    return {quad.object.value for quad in quads.match()}


def test_snapshot_holds_what_was_there_when_it_was_taken(snapshots, live):
    take(snapshots, live, "one", "two")
    first, second = (snapshot.open() for snapshot in snapshots.all())
    assert (values(first.quads), values(second.quads)) == ({"one"}, {"one", "two"})


def test_only_the_newest_snapshots_stay(snapshots, live):
    take(snapshots, live, *"abcdef")
    assert [snapshot.number for snapshot in snapshots.all()] == list(range(7 - KEEP, 7))
    assert sorted(path.name for path in snapshots.directory.iterdir()) == ["00000004", "00000005", "00000006"]


def test_snapshot_that_is_being_read_stays_until_it_is_let_go(snapshots, live):
    take(snapshots, live, "a")
    pinned = snapshots.all()[0].open()
    take(snapshots, live, *"bcdef")
    assert [snapshot.number for snapshot in snapshots.all()] == [1, 4, 5, 6]
    assert values(pinned.quads) == {"a"}
    pinned.close()
    take(snapshots, live, "g")
    assert [snapshot.number for snapshot in snapshots.all()] == [5, 6, 7]


def test_what_a_killed_writer_left_unfinished_is_no_snapshot(snapshots, live):
    take(snapshots, live, "a")
    left_over = snapshots.directory / "unfinished-00000002" / "graph"
    left_over.mkdir(parents=True)
    assert [snapshot.number for snapshot in snapshots.all()] == [1]
    take(snapshots, live, "b")
    assert [snapshot.number for snapshot in snapshots.all()] == [1, 2]
    assert not left_over.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"files": 3}', None], ids=["empty", "no files", "no mapping", "gone"])
def test_snapshot_without_a_readable_manifest_is_damaged(snapshots, live, content):
    take(snapshots, live, "a")
    (snapshot,) = snapshots.all()
    manifest = snapshot.directory / "manifest.json"
    manifest.unlink() if content is None else manifest.write_text(content)
    with pytest.raises(StoreCorruptError, match="is damaged: its manifest cannot be"):
        snapshot.open()


def test_closed_snapshot_is_not_read(snapshots, live):
    take(snapshots, live, "a")
    pinned = snapshots.all()[0].open()
    pinned.close()
    with pytest.raises(StoreError, match="is closed"):
        values(pinned.quads)

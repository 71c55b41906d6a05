"""From files to a store: nothing twice, nothing half, and the same store after a kill."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labmoves_graph.errors import RegistryError
from labmoves_graph.registry import data_directory
from labmoves_graph.store import ClaimStore
from labmoves_ingest.ingestion import IngestReport, import_curated, ingest

ROWS = 30


class Watcher:
    """Keeps what it was told."""

    def __init__(self):
        self.problems, self.notices = [], []

    def problem(self, problem):
        self.problems.append(str(problem))

    def notice(self, text):
        self.notices.append(text)

    def progress(self, text):
        pass


@pytest.fixture(scope="module")
def moves_csv(tmp_path_factory):
    path = tmp_path_factory.mktemp("curated") / "moves.csv"
    lines = (data_directory() / "moves.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: ROWS + 1]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def articles():
    return sorted((data_directory() / "articles").glob("2026-*.md"))


def clock(day):
    return lambda: datetime(2026, 5, day, tzinfo=UTC)


def graph_bytes(directory, tmp_path):
    with ClaimStore.open(directory) as store:
        store.export(tmp_path / "out.nq")
    return (tmp_path / "out.nq").read_bytes()


def read_model(directory):
    with closing(sqlite3.connect(directory / "moves.db")) as database:
        return list(database.iterdump())


def test_ingesting_twice_changes_no_byte(moves_csv, articles, tmp_path):
    store, watcher = tmp_path / "store", Watcher()
    first = [
        import_curated(moves_csv, store, watcher, clock=clock(1)),
        ingest(articles, store, watcher, clock=clock(2)),
    ]
    before = graph_bytes(store, tmp_path), read_model(store)
    again = [
        import_curated(moves_csv, store, watcher, clock=clock(3)),
        ingest(articles, store, watcher, clock=clock(4)),
    ]
    assert (graph_bytes(store, tmp_path), read_model(store)) == before
    assert [report.added for report in again] == [0, 0]
    assert [report.unchanged for report in again] == [report.added for report in first]
    assert (first[0].claims, len(articles)) == (ROWS, first[1].added)
    assert watcher.problems == []


def test_a_changed_article_replaces_its_former_version(tmp_path):
    store, watcher, path = tmp_path / "store", Watcher(), tmp_path / "a.md"
    path.write_text("---\nid: a\n---\nSam left OpenAI.", encoding="utf-8")
    ingest([path], store, watcher, clock=clock(1))
    path.write_text("---\nid: a\n---\nCorrection: Sam stays at OpenAI.", encoding="utf-8")
    report = ingest([path], store, watcher, clock=clock(2))
    assert (report.added, report.replaced, report.problems) == (0, 1, 0)
    with ClaimStore.open(store) as reading:
        assert [stored.article.text for stored in reading.articles()] == ["Correction: Sam stays at OpenAI."]
        assert [stored.article.text for stored in reading.articles(as_of=clock(1)())] == ["Sam left OpenAI."]


def test_what_cannot_be_used_is_told_and_the_rest_is_stored(articles, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    watcher = Watcher()
    report = ingest([bad, *articles, tmp_path / "gone.txt"], tmp_path / "store", watcher, clock=clock(1))
    assert (report.added, report.problems) == (len(articles), 2)
    assert watcher.problems == [
        f"{bad}: is empty; remove it, or put the article's text there",
        f"{tmp_path / 'gone.txt'}: no such file or folder; check the path",
    ]


def test_a_book_long_article_is_stored_whole(tmp_path):
    path, watcher = tmp_path / "book.txt", Watcher()
    path.write_text("Nothing happened.\n" + "a" * 1_000_001, encoding="utf-8")
    assert ingest([path], tmp_path / "store", watcher, clock=clock(1)).added == 1
    with ClaimStore.open(tmp_path / "store") as store:
        assert [len(stored.article.text) for stored in store.articles()] == [len(path.read_text(encoding="utf-8"))]


def test_input_without_anything_usable_makes_no_store(tmp_path):
    report = ingest([tmp_path / "gone.txt"], tmp_path / "store", Watcher())
    assert report == IngestReport(added=0, replaced=0, unchanged=0, claims=0, problems=1)
    assert not (tmp_path / "store").exists()


def test_a_curated_row_that_cannot_be_read_is_named_by_its_line(moves_csv, tmp_path):
    header, good = moves_csv.read_text(encoding="utf-8").splitlines()[:2]
    path, watcher = tmp_path / "rows.csv", Watcher()
    path.write_text("\n".join([header, good.replace("yao-shunyu-physics", "nobody"), good]), encoding="utf-8")
    assert import_curated(path, tmp_path / "store", watcher).claims == 1
    assert watcher.problems == [f"{path} line 2: no person 'nobody' in the registry; add them to people.jsonl"]


def test_a_table_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("name,age\nSam,40\n", encoding="utf-8")
    with pytest.raises(RegistryError, match=r"rows\.csv: no column event"):
        import_curated(path, tmp_path / "store", Watcher())


#: Where a run is killed: a function that it calls, and at which call.
STAGES = {
    "before the first batch": ("labmoves_graph.store_writer", "Writer.put_batch", 1),
    "while a batch is checked": ("labmoves_graph.store_writer", "Writer._change", 5),
    "before a batch is written": ("labmoves_graph.quad_store", "EmbeddedQuadStore.apply", 2),
    "before the snapshot": ("labmoves_graph.store_writer", "Writer.publish", 1),
    "before the moves graph": ("labmoves_graph.store_writer", "Writer.put_derived", 1),
    "before the read model": ("labmoves_graph.read_model_writer", "ReadModelWriter.open", 1),
    "within the read model": ("labmoves_graph.read_model_writer", "ReadModelWriter.insert", 9),
}
KILLED = """
import os, signal, sys
from importlib import import_module
module, name, call = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner, method = name.split(".")
place = getattr(import_module(module), owner)
original, calls = getattr(place, method), 0

def until_killed(*arguments, **options):
    global calls
    calls += 1
    if calls == call:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*arguments, **options)

setattr(place, method, until_killed)
from labmoves_api.cli import main
raise SystemExit(main(["import", sys.argv[4], "--store", sys.argv[5]]))
"""


@pytest.fixture(scope="module")
def undisturbed(moves_csv, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    import_curated(moves_csv, folder / "store", Watcher(), clock=clock(1))
    return graph_bytes(folder / "store", folder), read_model(folder / "store")


@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_run_is_finished_by_the_next(stage, moves_csv, undisturbed, tmp_path):
    store = tmp_path / "store"
    environment = {"SOURCE_DATE_EPOCH": str(int(clock(1)().timestamp())), "PATH": ""}
    command = [sys.executable, "-c", KILLED, *map(str, STAGES[stage]), str(moves_csv), str(store)]
    killed = subprocess.run(command, env=environment, capture_output=True, cwd=Path(__file__).parent, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    import_curated(moves_csv, store, Watcher(), clock=clock(1))
    assert (graph_bytes(store, tmp_path), read_model(store)) == undisturbed

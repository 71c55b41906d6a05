"""What a store is after a kill at every stage, beside another writer, under a reader, and on a full disk.

Every fault is a real one: a child process that SIGKILLs itself at the named stage, or that the operating system
refuses more bytes. After each, the same work is done again and must end in the bytes of an undisturbed run.
"""

import os
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from labmoves_graph.backup import back_up, restore
from labmoves_graph.errors import StoreLockedError
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore
from labmoves_graph.verification import verify

GRAPH_ROOT = Path(__file__).parents[2] / "graph"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
REGISTRY = Registry.of([], [])

#: What every child does in a store that holds one article: two batches, the first with a new version of that
#: article, the second a bulk load, and a projection; then one more article, which the projection adds to the rest.
WORK = textwrap.dedent(
    """
    import os, resource, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from labmoves_graph import backup, component_rows, projection, read_model_writer, recovery, replay_processes
    from labmoves_graph import snapshots, store_writer
    from labmoves_graph.model import Article, Claim, Event, Evidence, Status
    from labmoves_graph.projection import project
    from labmoves_graph.quad_store import EmbeddedQuadStore
    from labmoves_graph.registry import Registry
    from labmoves_graph.store import ClaimStore

    def reading(number, title=""):
        article = Article(f"a{number}", f"Person {number} joined OpenAI.", title=title)
        quote = article.text[:-1]
        claim = Claim(article.id, Event.HIRE, f"Person {number}", "OpenAI", Status.CONFIRMED,
                      Evidence(0, len(quote), quote))
        return article, [claim]

    def opened(directory):
        return ClaimStore.open(Path(directory), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    def prepare(directory):
        with opened(directory) as store, store.writer() as writer:
            writer.put_article(*reading(0, title="first"))

    def work(directory, first=0):
        with opened(directory) as store:
            with store.writer() as writer:
                for number in range(first, first + 5):
                    writer.put_article(*reading(number))
            with store.writer() as writer:
                writer.put_articles(map(reading, range(first + 5, first + 9)), on_rejected=print)
            project(store, Registry.of([], []))
            with store.writer() as writer:
                writer.put_article(*reading(first + 9))
            project(store, Registry.of([], []))

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    def die_at(owner, name, call, *, after):
        # The call of that number kills the process, before or after it did its work.
        original, calls = getattr(owner, name), [0]
        def wrapped(*arguments, **named):
            calls[0] += 1
            if calls[0] == call and not after:
                die()
            result = original(*arguments, **named)
            if calls[0] == call:
                die()
            return result
        setattr(owner, name, wrapped)
    """
)


_HERE: dict[str, Any] = {}
exec(WORK, _HERE)


def child(code: str, directory: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(GRAPH_ROOT)}
    return subprocess.run(
        [sys.executable, "-c", WORK + textwrap.dedent(code), str(directory)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def exported(directory: Path) -> bytes:
    target = directory.with_suffix(".nq")
    with ClaimStore.open(directory, clock=lambda: MOMENT) as store:
        store.export(target)
    return target.read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> bytes:
    directory = tmp_path_factory.mktemp("undisturbed") / "store"
    _HERE["prepare"](directory)
    _HERE["work"](directory)
    return exported(directory)


@pytest.fixture
def directory(tmp_path) -> Path:
    _HERE["prepare"](tmp_path / "store")
    return tmp_path / "store"


def assert_mends(directory: Path, undisturbed: bytes) -> None:
    """Everything that the half-done store holds is whole, and doing the work again completes it."""
    with ClaimStore.open(directory, clock=lambda: MOMENT) as store, store.writer() as writer:
        assert all(len(reading.claims) == 1 for reading in writer.view.history())
    _HERE["work"](directory)
    assert exported(directory) == undisturbed
    with ClaimStore.open(directory, clock=lambda: MOMENT) as store:
        assert verify(store, REGISTRY) == []


#: Where the child dies: in which call of what, before or after that call did its work.
STAGES = [
    ("EmbeddedQuadStore", "apply", 1, "after"),
    ("EmbeddedQuadStore", "apply", 3, "before"),
    ("store_writer", "reading_statements", 8, "after"),
    ("EmbeddedQuadStore", "bulk_add", 1, "before"),
    ("EmbeddedQuadStore", "bulk_add", 1, "after"),
    ("EmbeddedQuadStore", "flush", 1, "before"),
    ("EmbeddedQuadStore", "backup", 1, "after"),
    ("snapshots", "_write_manifest", 2, "before"),
    ("snapshots", "_sync_directory", 1, "after"),
    ("snapshots.Snapshots", "_rotate", 2, "before"),
    ("recovery", "_write_note", 2, "after"),
    ("component_rows", "replay", 4, "before"),
    ("store_writer.Writer", "put_derived", 1, "after"),
    ("read_model_writer.ReadModelWriter", "_close_revision", 1, "after"),
    ("projection", "remove_component", 1, "after"),
    ("store_writer.Writer", "replace_derived", 1, "after"),
]


@pytest.mark.parametrize(("owner", "name", "call", "when"), STAGES)
def test_killed_at_a_stage_and_done_again_gives_the_same_store(directory, undisturbed, owner, name, call, when):
    code = f"die_at({owner}, {name!r}, {call}, after={when == 'after'})\nwork(sys.argv[1])"
    killed = child(code, directory)
    assert killed.returncode == -9, killed.stderr
    assert_mends(directory, undisturbed)


def test_killed_while_workers_replay_leaves_none_and_is_done_again(directory, undisturbed):
    code = """
        replay_processes.WORTHWHILE = 0
        replay_processes.os.sched_getaffinity = lambda _: {0, 1}
        started = replay_processes.subprocess.Popen
        replay_processes.subprocess.Popen = lambda *a, **k: (made := started(*a, **k), print(made.pid, flush=True))[0]
        die_at(read_model_writer.ReadModelWriter, "insert_counted", 1, after=False)
        work(sys.argv[1])
        """
    killed = child(code, directory)
    assert killed.returncode == -9, killed.stderr
    workers = [int(line) for line in killed.stdout.split()]
    assert len(workers) == 2
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert_mends(directory, undisturbed)


#: Where a backup and the restoring of it die.
BACKUP_STAGES = [
    ("backup", "_copy_database", 1, "before"),
    ("backup", "_sha256", 2, "after"),
    ("Path", "rename", 1, "before"),
]
RESTORE_STAGES = [
    ("backup", "_sha256", 1, "after"),
    ("backup", "_lay_out", 1, "after"),
    ("Path", "rename", 3, "before"),
    ("Path", "rename", 3, "after"),
]


@pytest.mark.parametrize(("owner", "name", "call", "when"), BACKUP_STAGES)
def test_killed_backup_leaves_the_store_alone_and_is_made_again(directory, undisturbed, owner, name, call, when):
    _HERE["work"](directory)
    target = directory.with_name("copy")
    code = f"""
    die_at({owner}, {name!r}, {call}, after={when == "after"})
    with opened(sys.argv[1]) as store:
        backup.back_up(store, Path(sys.argv[1]).with_name("copy"))
    """
    killed = child(code, directory)
    assert killed.returncode == -9, killed.stderr
    assert not target.exists()
    with ClaimStore.open(directory, clock=lambda: MOMENT) as store:
        back_up(store, target)
        assert verify(store, REGISTRY) == []
    restore(target, directory.with_name("again"))
    assert exported(directory.with_name("again")) == undisturbed


@pytest.mark.parametrize(("owner", "name", "call", "when"), RESTORE_STAGES)
def test_killed_restore_is_done_again(directory, undisturbed, owner, name, call, when):
    source, broken = directory.with_name("copy"), directory.with_name("broken")
    _HERE["work"](directory)
    with ClaimStore.open(directory, clock=lambda: MOMENT) as store:
        back_up(store, source)
    _HERE["prepare"](broken)
    code = f"""
    die_at({owner}, {name!r}, {call}, after={when == "after"})
    backup.restore(Path(sys.argv[1]).with_name("copy"), Path(sys.argv[1]), replace=True)
    """
    killed = child(code, broken)
    assert killed.returncode == -9, killed.stderr
    restore(source, broken, replace=True)
    assert exported(broken) == undisturbed
    with ClaimStore.open(broken, clock=lambda: MOMENT) as store:
        assert verify(store, REGISTRY) == []
    assert sorted(path.name for path in broken.parent.glob("broken*")) == ["broken", "broken.nq"]


@pytest.mark.parametrize("most_bytes", [3_000, 9_000, 12_000, 20_000])
def test_disk_that_fills_is_named_and_done_again_gives_the_same_store(directory, undisturbed, most_bytes):
    full = child(
        f"""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))
        from labmoves_graph.errors import StoreError
        try:
            work(sys.argv[1])
        except StoreError as error:
            print(error)
            sys.exit(7)
        """,
        directory,
    )
    assert full.returncode == 7, full.stderr
    assert "free disk space" in full.stdout
    assert_mends(directory, undisturbed)


def test_two_writers_wait_for_each_other(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(GRAPH_ROOT)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", f"{WORK}\nwork(sys.argv[1], first={first})", str(tmp_path / "store")],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in (0, 100)
    ]
    assert [(writer.communicate(timeout=60)[1], writer.returncode) for writer in writers] == [("", 0), ("", 0)]
    with ClaimStore.open(tmp_path / "store", clock=lambda: MOMENT) as store:
        names = [*range(10), *range(100, 110)]
        assert {stored.article.id for stored in store.articles()} == {f"a{number}" for number in names}
        assert verify(store, REGISTRY) == []


def test_second_writer_that_gives_up_names_the_first(tmp_path):
    with ClaimStore.open(tmp_path) as store, ClaimStore.open(tmp_path, lock_timeout=0) as second:
        refused = pytest.raises(StoreLockedError, match=f"process {os.getpid()} on")
        with store.writer(), refused, second.writer():
            pass


def test_reader_sees_whole_articles_while_another_process_writes(directory):
    code = f"{WORK}\nfor round in range(1, 4):\n    work(sys.argv[1], first=round * 100)"
    writing = subprocess.Popen(
        [sys.executable, "-c", code, str(directory)], env={**os.environ, "PYTHONPATH": str(GRAPH_ROOT)}
    )
    with ClaimStore.open(directory) as reader, writing:
        while writing.poll() is None:
            view = reader.view()
            articles = {stored.article.id for stored in view.articles()}
            assert {claim.article_id for claim in view.claims()} == articles
            assert len(articles) - 1 in (0, 5, 9, 10, 15, 19, 20, 25, 29, 30)
        assert writing.returncode == 0
        assert len(list(reader.claims())) == 1 + 3 * 10

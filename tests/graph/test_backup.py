"""A backup is complete, checked before use, and restored whole or not at all."""

import shutil
from datetime import UTC, datetime

import pytest

from labmoves_graph.backup import back_up, check_backup, restore
from labmoves_graph.errors import StoreCorruptError, StoreError, StoreLockedError
from labmoves_graph.model import Article, Claim, Event, Evidence, Status
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore
from labmoves_graph.verification import verify
from labmoves_graph.writer_lock import writer_lock

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
REGISTRY = Registry.of([], [])
ARTICLE = Article("a1", "Ann Lee joined OpenAI.")
JOINED = Claim("a1", Event.HIRE, "Ann Lee", "OpenAI", Status.CONFIRMED, Evidence(0, 21, "Ann Lee joined OpenAI"))


def filled(directory):
    with ClaimStore.open(directory, clock=lambda: MOMENT) as store:
        with store.writer() as writer:
            writer.put_article(ARTICLE, [JOINED])
        project(store, REGISTRY)


def exported(directory, target):
    with ClaimStore.open(directory, must_exist=True) as store:
        store.export(target)
    return target.read_bytes()


@pytest.fixture
def backup(tmp_path):
    filled(tmp_path / "store")
    with ClaimStore.open(tmp_path / "store") as store:
        back_up(store, tmp_path / "backups" / "monday")
    return tmp_path / "backups" / "monday"


def test_restored_store_equals_the_one_backed_up(backup, tmp_path):
    restore(backup, tmp_path / "again")
    assert exported(tmp_path / "again", tmp_path / "2.nq") == exported(tmp_path / "store", tmp_path / "1.nq")
    with ClaimStore.open(tmp_path / "again") as store:
        assert list(store.claims()) == [JOINED]
        assert verify(store, REGISTRY) == []


def test_backup_shares_no_file_with_the_store(backup, tmp_path):
    of_backup = {path.stat().st_ino for path in backup.rglob("*")}
    assert of_backup.isdisjoint(path.stat().st_ino for path in (tmp_path / "store").rglob("*"))
    shutil.rmtree(tmp_path / "store")
    restore(backup, tmp_path / "store")
    with ClaimStore.open(tmp_path / "store") as store:
        assert list(store.claims()) == [JOINED]


@pytest.mark.parametrize("damage", ["cut", "gone", "bit"])
def test_damaged_backup_is_not_restored(backup, tmp_path, damage):
    table = next(path for path in sorted((backup / "graph").iterdir()) if path.suffix == ".sst")
    content = table.read_bytes()
    match damage:
        case "cut":
            table.write_bytes(content[:-1])
        case "gone":
            table.unlink()
        case "bit":
            table.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(StoreCorruptError, match=f"{table.name} is (changed|missing)"):
        restore(backup, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_something_else_is_no_backup(tmp_path):
    with pytest.raises(StoreCorruptError, match="is no backup"):
        check_backup(tmp_path)


def test_existing_store_is_replaced_only_when_told(backup, tmp_path):
    with ClaimStore.open(tmp_path / "store") as store, store.writer() as writer:
        writer.retract("a1", "wrong")
    with pytest.raises(StoreError, match="--replace"):
        restore(backup, tmp_path / "store")
    restore(backup, tmp_path / "store", replace=True)
    with ClaimStore.open(tmp_path / "store") as store:
        assert list(store.claims()) == [JOINED]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backups", "store"]


def test_store_that_is_being_written_is_not_replaced(backup, tmp_path):
    with (
        writer_lock(tmp_path / "store" / "lock", 1),
        pytest.raises(StoreLockedError, match="is being written by process"),
    ):
        restore(backup, tmp_path / "store", replace=True, lock_timeout=0)


def test_existing_folder_is_not_overwritten_by_a_backup(backup, tmp_path):
    with ClaimStore.open(tmp_path / "store") as store, pytest.raises(StoreError, match="name a new folder"):
        back_up(store, backup)

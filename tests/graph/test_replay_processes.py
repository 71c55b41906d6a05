"""Several processes replay claims to the same bytes as one, and tell what went wrong in them."""

import gc
import os
import signal
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from labmoves_graph import replay_processes
from labmoves_graph.errors import StoreError
from labmoves_graph.model import Judgement, JudgementKind
from labmoves_graph.projection import rebuild
from labmoves_graph.replay_processes import component_results, usable_processes
from labmoves_graph.store import ClaimStore


class Ticking:
    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def filled(directory, news):
    """A store with a replaced, a retracted and a judged article among the others."""
    article, claims = news.readings[5]
    judgement = Judgement(
        JudgementKind.REJECT_CLAIM, claims[0].id, None, None, "editor", datetime(2026, 2, 1, tzinfo=UTC), "misread"
    )
    store = ClaimStore.open(directory, clock=Ticking())
    with store.writer() as writer:
        writer.put_articles(news.readings, on_rejected=pytest.fail)
        writer.put_article(replace(article, title="Corrected"), claims)
        writer.retract(news.readings[6][0].id, "made up")
        writer.put_judgement(judgement)
    return store


def bytes_of(store):
    """The read model's tables row by row in the order in which they lie there, and the graph's export."""
    with sqlite3.connect(store.read_model_path) as database:
        dump = "\n".join(database.iterdump())
    store.export(store.directory / "all.nq")
    return dump, (store.directory / "all.nq").read_bytes()


@pytest.mark.parametrize("batch", [1, 40, 10_000])
def test_processes_give_the_bytes_of_one(tmp_path, generated_news, monkeypatch, batch):
    monkeypatch.setattr(replay_processes, "BATCH", batch)
    news = generated_news(60, 7)
    alone, together = filled(tmp_path / "alone", news), filled(tmp_path / "together", news)
    with alone, together:
        rebuild(alone, news.registry, processes=1)
        rebuild(together, news.registry, processes=3)
        assert bytes_of(together) == bytes_of(alone)
    assert gc.isenabled()


def test_what_replaying_raises_is_raised_here(generated_news):
    news = generated_news(20, 7)
    with pytest.raises(AttributeError, match="'str' object has no attribute"):
        list(component_results([["no claim"]], [], news.registry, 2))


def test_worker_that_dies_is_told(generated_news, monkeypatch):
    news = generated_news(20, 7)
    die = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"
    monkeypatch.setattr(replay_processes, "_SERVE", die)
    with pytest.raises(StoreError, match=r"a process that replays claims ended .*free memory"):
        list(component_results([[]] * 20, [], news.registry, 2))


def test_few_claims_are_replayed_by_one_process():
    assert usable_processes(replay_processes.WORTHWHILE - 1) == 1
    assert 1 <= usable_processes(1_000_000) <= max(os.cpu_count() or 1, 1)

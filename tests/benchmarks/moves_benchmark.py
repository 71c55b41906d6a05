"""How quick the derived forms are on generated news: rebuild, update of one article, every question of readers.

    python tests/benchmarks/moves_benchmark.py [--moves 100000] [--store DIR]

The store is loaded in bulk, both projections are made anew, single articles are changed, then the read model is
asked. Times are medians; seconds depend on the machine, so the replay of the record alone is printed beside them.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import GeneratedNews, generate
from labmoves_graph.errors import RecordError
from labmoves_graph.model import Event, ReasonCategory
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import rebuild, update
from labmoves_graph.read_model import ReadModel
from labmoves_graph.store import ClaimStore

START = datetime(2026, 1, 1, tzinfo=UTC)
UPDATES = 20
REPEATS = 30


def main() -> None:
    """Parse the arguments, run every measurement, print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=100_000, help="moves to generate (default: 100000)")
    parser.add_argument("--store", type=Path, help="directory to keep the store in (default: a temporary one)")
    arguments = parser.parse_args()
    news = generate(arguments.moves, 1)
    with tempfile.TemporaryDirectory() as temporary:
        directory = arguments.store or Path(temporary) / "store"
        with ClaimStore.open(directory, clock=Ticking()) as store:
            load(store, news)
            measure_projection(store, news)
        measure_reading(directory / "moves.db")


def load(store: ClaimStore, news: GeneratedNews) -> None:
    """Store the news in bulk."""
    began = time.perf_counter()
    with store.writer() as writer:
        writer.put_articles(news.readings, on_rejected=_fail)
    print(f"{len(news.readings)} articles stored in {time.perf_counter() - began:.1f} s, peak memory {_peak()} MB")


def _fail(problem: RecordError) -> None:
    raise problem


class Ticking:
    """Record time that moves on by a second with every look, so that every article has an instant of its own."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """The next instant."""
        self.now += timedelta(seconds=1)
        return self.now


def _peak() -> int:
    """The most memory that the process held since the last call, in MB; of all its life where Linux does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
    Path("/proc/self/clear_refs").write_text("5")
    return int(found[1]) >> 10 if found else 0


def measure_projection(store: ClaimStore, news: GeneratedNews) -> None:
    """A full rebuild, then single articles that change."""
    began, worked = time.perf_counter(), time.process_time()
    with store.writer():
        rebuild(store, news.registry)
        took = f"{time.perf_counter() - began:.1f} s ({time.process_time() - worked:.1f} s of one core)"
        size = store.read_model_path.stat().st_size >> 20
        print(f"rebuild of both projections: {took}, moves.db {size} MB, peak memory {_peak()} MB", flush=True)
    # A server has the read model open meanwhile, which spares the writer the clearing up at each close.
    with ReadModel.open(store.read_model_path) as model, store.writer() as writer:
        before = model.revision
        times, worked = [], []
        for article, claims in news.readings[:: max(1, len(news.readings) // UPDATES)][:UPDATES]:
            began, busy = time.perf_counter(), time.process_time()
            writer.put_article(replace(article, title="Corrected"), claims)
            update(store, news.registry, [article.id])
            times.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
        done = f"{_milliseconds(times)} ({_milliseconds(worked)} of one core)"
        print(f"one changed article, stored and projected: {done}, {model.revision - before} revisions")


def measure_reading(path: Path) -> None:
    """Every question of the read model."""
    with ReadModel.open(path) as model:
        hop = model.flows(limit=1)[0]
        busy = hop.source.id
        (some, *_) = model.moves(MoveFilter(organization=busy)).items
        then = START + timedelta(hours=10)
        departures = MoveFilter(organization=busy, event=(Event.DEPARTURE,), since=PartialDate.parse("2016"))
        hops = MoveFilter(from_organization=busy, to_organization=hop.target.id)
        by_reason = MoveFilter(reason=(ReasonCategory.COMPENSATION,))
        middle = model.moves(sort=MoveSort.DATE_DESCENDING, limit=1000).cursor
        questions: dict[str, Callable[[], object]] = {
            "page of moves": model.moves,
            "page of moves, deep cursor": lambda: model.moves(cursor=middle),
            "moves by organization, event and period": lambda: model.moves(departures),
            "moves of a hop A to B": lambda: model.moves(hops),
            "moves by reason": lambda: model.moves(by_reason),
            "moves by name": lambda: model.moves(MoveFilter(q="Known Person 77")),
            "moves as of an instant": lambda: model.moves(MoveFilter(organization=busy, as_of=then)),
            "one move": lambda: model.move(some.id),
            "timeline of a person": lambda: model.timeline(person=some.person.id),
            "timeline of an organization, 50 entries": lambda: model.timeline(organization=busy, limit=50),
            "roster on a day": lambda: model.roster(busy, date(2016, 6, 1)),
            "people by prefix": lambda: model.people("known pers"),
            "people by words": lambda: model.people("person 77"),
            "people with a typing error": lambda: model.people("knwon person 771"),
            "reasons of an organization": lambda: model.reasons(MoveFilter(organization=busy)),
            "facets of an organization": lambda: model.facets(MoveFilter(organization=busy), ["event", "year"]),
            "disputes": model.disputes,
            "top flows": model.flows,
            "facets of everything": lambda: model.facets(None, ["event", "year", "reason"]),
        }
        print(f"read model of {model.count()} moves, revision {model.revision}")
        for name, ask in questions.items():
            ask()
            print(f"  {name}: {_milliseconds([_timed(ask) for _ in range(REPEATS)])}")


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _milliseconds(times: list[float]) -> str:
    return f"{statistics.median(times) * 1000:.2f} ms"


if __name__ == "__main__":
    main()

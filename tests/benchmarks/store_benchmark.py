"""How quick the claim store is against the engine under it, in one run on one machine.

    python tests/benchmarks/store_benchmark.py [--claims 100000] [--claims-per-article 4]

Printed are the load of claims against the engine's own bulk load of the same quads as a file, the replacement of one
article in the loaded store, and one commit. Ratios compare; seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from labmoves_graph.model import (
    Article,
    Claim,
    DateMeaning,
    Event,
    Evidence,
    Language,
    Reason,
    ReasonCategory,
    Status,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.store import ClaimStore

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
DATES = [PartialDate.parse(f"20{year}-{month:02d}") for year in range(15, 26) for month in range(1, 13)]
SENTENCE = "第{number}位研究员王{number}已从OpenAI离职，加入Anthropic，Person {number} has left for a new lab. "
REPLACEMENTS = 200


def readings(claims: int, per_article: int) -> Iterator[tuple[Article, list[Claim]]]:
    """Articles with claims like those that news gives; a tenth of them with a reason."""
    chance = random.Random(7)
    for first in range(0, claims, per_article):
        numbers = range(first, min(first + per_article, claims))
        sentences = [SENTENCE.format(number=number) for number in numbers]
        article = Article(
            f"https://news.example.org/{first}",
            "".join(sentences),
            title=f"Moves of {first}",
            url=f"https://news.example.org/{first}",
            publisher=f"Publisher {first % 50}",
            published=date(2025, 1 + first % 12, 1 + first % 28),
            language=Language.ZH_HANS,
        )
        made, start = [], 0
        for number, sentence in zip(numbers, sentences, strict=True):
            made.append(_claim(article, number, Evidence(start, start + len(sentence) - 1, sentence[:-1]), chance))
            start += len(sentence)
        yield article, made


def _claim(article: Article, number: int, evidence: Evidence, chance: random.Random) -> Claim:
    reason = Reason(ReasonCategory.CAREER_GROWTH, f"new lab {number}", None, None)
    return Claim(
        article.id,
        Event.DEPARTURE if number % 2 else Event.HIRE,
        f"王{number}",
        "OpenAI",
        Status.CONFIRMED,
        evidence,
        person_id=f"p{number % 20_000}",
        organization_id=f"o{number % 178}",
        role="研究员" if number % 3 else None,
        date=DATES[number % len(DATES)],
        date_meaning=DateMeaning.EFFECTIVE,
        reasons=(reason,) if number % 10 == 0 else (),
        confidence=round(chance.random(), 4),
        extractor="rules/3",
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that `work` takes, on the clock and of processor time."""
    begin, begin_of_work = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin, time.process_time() - begin_of_work


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--claims-per-article", type=int, default=4)
    options = parser.parse_args()
    data = list(readings(options.claims, options.claims_per_article))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with ClaimStore.open(folder / "store", clock=lambda: MOMENT) as store:
            loading = timed(lambda: load(store, data))
            quads = store.export(folder / "all.nq")
            raw = timed(lambda: load_raw(folder))
            size = sum(path.stat().st_size for path in (folder / "store" / "graph").iterdir())
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{options.claims:,} claims in {len(data):,} articles: {quads:,} quads, {size / 1e6:.0f} MB on disk"
            )
            for name, place in (("clock", 0), ("processor", 1)):
                ratio = raw[place] / loading[place]
                print(f"load, {name}: {loading[place]:.1f} s; raw bulk load {raw[place]:.1f} s; ratio {ratio:.2f}")
            print(f"peak memory {peak:.0f} MB, input data and export included")
            replace_articles(store, data)


def load(store: ClaimStore, data: list[tuple[Article, list[Claim]]]) -> None:
    """Check, encode and store everything; the snapshot at the end is part of it."""
    with store.writer() as writer:
        writer.put_articles(data, on_rejected=print)


def load_raw(folder: Path) -> None:
    """The same quads from a ready file into an empty engine."""
    engine = Store(str(folder / "raw"))
    engine.bulk_load(path=str(folder / "all.nq"), format=RdfFormat.N_QUADS)
    engine.flush()


def replace_articles(store: ClaimStore, data: list[tuple[Article, list[Claim]]]) -> None:
    """New versions of articles, one at a time, and one commit."""
    chosen = random.Random(11).sample(data, REPLACEMENTS)
    with store.writer() as writer:
        times = [
            timed(lambda a=article, c=claims: writer.put_article(replace(a, title="corrected"), c))[0]
            for article, claims in chosen
        ]
        times.sort()
        begin = time.perf_counter()
    commit = time.perf_counter() - begin
    print(
        f"replacing one article: median {statistics.median(times) * 1e3:.1f} ms, "
        f"95 % within {times[int(len(times) * 0.95)] * 1e3:.1f} ms; commit with snapshot {commit * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    main()

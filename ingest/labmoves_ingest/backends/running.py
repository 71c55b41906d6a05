"""Has a reader read article after article, several at a time where the reader allows it.

The order of the readings is that of the articles, whatever was ready first. An article that cannot be read is told
and left out. When the reader cannot go on (its server is gone, its budget is spent), that is told and the run ends
early, with everything read so far given out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial

from labmoves_graph.errors import LabmovesError, ReaderError, RecordError
from labmoves_graph.model import Article, Claim
from labmoves_ingest.backends.contract import ClaimReader, concurrency

__all__ = ["readings"]

Reading = tuple[Article, list[Claim]]


def readings(
    reader: ClaimReader, articles: Iterable[Article], on_problem: Callable[[LabmovesError], None]
) -> Iterator[Reading]:
    """Each article with its claims. on_problem: told of each article left out, and of what ended the run."""
    try:
        with closing(_outcomes(reader, articles)) as outcomes:
            for article, outcome in outcomes:
                try:
                    yield article, outcome()
                except RecordError as problem:
                    on_problem(problem)
    except ReaderError as problem:
        on_problem(problem)


def _outcomes(
    reader: ClaimReader, articles: Iterable[Article]
) -> Generator[tuple[Article, Callable[[], list[Claim]]], None, None]:
    """Articles with what gives their claims; that many are under way at one time."""
    workers = concurrency(reader)
    if workers == 1:
        for article in articles:
            yield article, partial(reader.extract, article)
        return
    under_way: deque[tuple[Article, Future[list[Claim]]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="reader") as pool:
        try:
            for article in articles:
                under_way.append((article, pool.submit(reader.extract, article)))
                if len(under_way) > workers:
                    first, future = under_way.popleft()
                    yield first, future.result
            while under_way:
                first, future = under_way.popleft()
                yield first, future.result
        finally:
            for _, future in under_way:
                future.cancel()

"""From files to moves: read, extract, store, project.

    report = ingest(["news/"], Path("labmoves-store"), observer)
    files ─► Article ─► Claim* ─► one graph per article ─► moves, tenures, transitions ─► read model

    import_curated(Path("moves.csv"), …)    the same for rows that cite a page instead of quoting it

Articles are stored in batches, each whole or not at all, that hold the writer's lock only while they write; moves and
read model follow every few batches and at the end. What was stored before is left as it is, so running again after a
kill, or twice, ends in the same store.

Errors: StoreError for the store as a whole. A file, line, row or article that cannot be used is told to the
observer as a problem, counted, and does not stop the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from labmoves_graph.clock import Clock, system_clock
from labmoves_graph.curated import read_curated
from labmoves_graph.errors import RecordError
from labmoves_graph.model import Article, Claim
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore, PutOutcome, Writer
from labmoves_ingest import backends
from labmoves_ingest.article_reading import ArticleReader

__all__ = ["IngestReport", "Observer", "import_curated", "ingest"]

#: Articles written under one lock, in one transaction. Small enough that others wait for a second at most.
BATCH = 100
#: Batches after which moves and read model follow. In a store of 100,000 moves that takes a few milliseconds an
#: article, where reading one takes a hundred.
PROJECTED = 5


class Observer(Protocol):
    """Whoever watches: a command line, a job, a test."""

    def problem(self, problem: object) -> None:
        """Something could not be used; str() of it names cause and remedy."""

    def notice(self, text: str) -> None:
        """Something worth knowing that is no problem."""

    def progress(self, text: str) -> None:
        """How far the work has come; called often."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the input. problems: files, lines, rows and articles that were not used."""

    added: int
    replaced: int
    unchanged: int
    claims: int
    problems: int

    @property
    def articles(self) -> int:
        """Articles that are in the store now."""
        return self.added + self.replaced + self.unchanged

    def __str__(self) -> str:
        return (
            f"{self.articles} articles ({self.added} added, {self.replaced} replaced, {self.unchanged} unchanged), "
            f"{self.claims} claims, {self.problems} {'problem' if self.problems == 1 else 'problems'}"
        )


def ingest(
    paths: Iterable[str | os.PathLike[str]],
    store_directory: Path,
    observer: Observer,
    *,
    registry: Registry | None = None,
    clock: Clock = system_clock,
    encoding: str = "utf-8",
    backend: str = "default",
) -> IngestReport:
    """Ingest files and folders ("-" is standard input) into the store, which is made if need be.

    registry: people and organizations; those of data/ by default. clock: gives record time.
    encoding: of the files. backend: which reader makes the claims, see labmoves_ingest.backends.
    """
    work = _Ingestion(store_directory, observer, registry or Registry.load(), clock)
    claim_reader = backends.reader(backend, work.registry)
    articles = ArticleReader(on_problem=work.problem, on_notice=observer.notice, encoding=encoding).read(paths)
    report = work.run(backends.readings(claim_reader, articles, work.problem))
    if spent := backends.summary(claim_reader):
        observer.notice(spent)
    return report


def import_curated(
    path: Path,
    store_directory: Path,
    observer: Observer,
    *,
    registry: Registry | None = None,
    clock: Clock = system_clock,
) -> IngestReport:
    """Import the rows of a CSV file of curated moves (docs/data.md) as claims that cite their page."""
    work = _Ingestion(store_directory, observer, registry or Registry.load(), clock)
    curated = read_curated(path, work.registry)
    for row in curated.rejected:
        work.problem(f"{path} line {row.line}: {row.why}")
    return work.run(curated.articles)


class _Ingestion:
    """One run: where to, who watches, and what was counted so far."""

    def __init__(self, store_directory: Path, observer: Observer, registry: Registry, clock: Clock) -> None:
        self.registry = registry
        self._store_directory = store_directory
        self._observer = observer
        self._clock = clock
        self._outcomes = dict.fromkeys(PutOutcome, 0)
        self._claims = 0
        self._unprojected = False
        self._problems = 0

    def problem(self, problem: object) -> None:
        """Count it and pass it on."""
        self._problems += 1
        self._observer.problem(problem)

    def run(self, readings: Iterable[tuple[Article, Sequence[Claim]]]) -> IngestReport:
        """Store the readings and bring moves and read model up to date; without any, touch nothing."""
        with ClaimStore.open(self._store_directory, clock=self._clock) as store:
            for number, batch in enumerate(_batches(self._watched(readings)), 1):
                with store.writer() as writer:
                    if number == 1:
                        writer.put_entities(self.registry)
                    self._put(writer, batch)
                    if number % PROJECTED == 0:
                        self._project(store)
            if self._unprojected:
                self._project(store)
        return IngestReport(
            added=self._outcomes[PutOutcome.ADDED],
            replaced=self._outcomes[PutOutcome.REPLACED],
            unchanged=self._outcomes[PutOutcome.UNCHANGED],
            claims=self._claims,
            problems=self._problems,
        )

    def _put(self, writer: Writer, batch: Sequence[tuple[Article, Sequence[Claim]]]) -> None:
        """Store a batch in one transaction; each article that is rejected is a problem."""
        for (_, claims), outcome in zip(batch, writer.put_batch(batch), strict=True):
            if isinstance(outcome, RecordError):
                self.problem(outcome)
            else:
                self._outcomes[outcome] += 1
                self._claims += len(claims)
        self._unprojected = True

    def _project(self, store: ClaimStore) -> None:
        self._observer.progress("consolidating claims into moves")
        project(store, self.registry)
        self._unprojected = False

    def _watched(
        self, readings: Iterable[tuple[Article, Sequence[Claim]]]
    ) -> Iterator[tuple[Article, Sequence[Claim]]]:
        for number, (article, claims) in enumerate(readings, 1):
            self._observer.progress(f"{number} articles read, {len(claims)} claims in {article.title or article.id}")
            yield article, claims


def _batches(readings: Iterable[tuple[Article, Sequence[Claim]]]) -> Iterator[list[tuple[Article, Sequence[Claim]]]]:
    rest = iter(readings)
    while batch := list(islice(rest, BATCH)):
        yield batch

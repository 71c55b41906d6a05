"""Where quads lie: the small interface that the claim store is written on, and its embedded form.

A QuadStore matches patterns, answers SPARQL, and applies a change as a whole or not at all. EmbeddedQuadStore is
Oxigraph on disk; remote_store.py has the same over HTTP. Terms and quads are pyoxigraph's everywhere.

Errors: StoreError (StoreCorruptError for what cannot be opened) and QueryError; never pyoxigraph's own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Protocol

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from labmoves_graph.errors import QueryError, StoreCorruptError, StoreError
from labmoves_graph.quad_pipe import QuadPipe
from labmoves_graph.rdf_terms import GraphContent, n_quads_text

__all__ = ["Answer", "EmbeddedQuadStore", "QuadStore", "update_text"]

#: Statements that one bulk load takes. The engine holds them in memory, some 0.7 GB for a million; smaller parts
#: leave it more files to merge. Parts of 400,000 cost no time, of 100,000 a tenth more.
BULK_PART = 400_000

#: What a query gives: rows, a boolean, or triples.
Answer = QuerySolutions | QueryBoolean | QueryTriples | list[Triple]


class QuadStore(Protocol):
    """Quads that can be matched, queried and changed."""

    def match(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that fit; None fits everything."""
        ...

    def graphs(self) -> list[NamedNode]:
        """The named graphs that hold quads, sorted."""
        ...

    def query(self, sparql: str) -> Answer:
        """The answer to a SPARQL 1.1 query. Raises QueryError."""
        ...

    def apply(self, added: Iterable[Quad], removed: Iterable[Quad] = ()) -> None:
        """Remove and add, as a whole or not at all. Raises StoreError."""
        ...

    def bulk_add(self, graphs: Iterable[GraphContent]) -> None:
        """Add to many graphs quickly; a failure may leave some of it behind. Raises StoreError."""
        ...

    def bulk_add_text(self, texts: Iterable[str]) -> None:
        """The same for whole lines of N-Quads that were made from valid terms. Raises StoreError."""
        ...

    def clear_graph(self, graph: NamedNode) -> None:
        """Remove every quad of a graph. Raises StoreError."""
        ...


class EmbeddedQuadStore:
    """Oxigraph in a directory of this machine, or in memory for a store that has no data yet."""

    def __init__(self, store: Store, place: str) -> None:
        self._store: Store | None = store
        self._place = place

    @classmethod
    def open(cls, directory: Path) -> EmbeddedQuadStore:
        """Open for reading and writing, creating it if need be. Raises StoreCorruptError."""
        return cls(_opened(lambda: Store(str(directory)), directory), str(directory))

    @classmethod
    def open_read_only(cls, directory: Path) -> EmbeddedQuadStore:
        """Open a snapshot that nobody writes. Raises StoreCorruptError."""
        return cls(_opened(lambda: Store.read_only(str(directory)), directory), str(directory))

    @classmethod
    def empty(cls) -> EmbeddedQuadStore:
        """A store in memory that holds nothing."""
        return cls(Store(), "memory")

    def match(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that fit; None fits everything."""
        with _storage_errors(self._place):
            yield from self._opened.quads_for_pattern(subject, predicate, value, graph)

    def graphs(self) -> list[NamedNode]:
        """The named graphs that hold quads, sorted; some may have been emptied since."""
        with _storage_errors(self._place):
            named = [graph for graph in self._opened.named_graphs() if isinstance(graph, NamedNode)]
        return sorted(named, key=lambda graph: graph.value)

    def query(self, sparql: str) -> Answer:
        """The answer to a SPARQL 1.1 query. Raises QueryError."""
        try:
            return self._opened.query(sparql)
        except (SyntaxError, ValueError) as error:
            raise QueryError(f"the query is not SPARQL 1.1: {error}") from error
        except (OSError, RuntimeError) as error:
            raise StoreCorruptError(f"{self._place} cannot be read ({error}); run `labmoves verify`") from error

    def apply(self, added: Iterable[Quad], removed: Iterable[Quad] = ()) -> None:
        """Remove and add in one transaction. Raises StoreError."""
        new, gone = list(added), list(removed)
        with _storage_errors(self._place):
            if gone:
                self._opened.update(update_text(new, gone))
            else:
                self._opened.extend(new)

    def bulk_add(self, graphs: Iterable[GraphContent]) -> None:
        """Add to many graphs quickly; a failure may leave some of it behind. Raises StoreError."""
        self.bulk_add_text(map(n_quads_text, graphs))

    def bulk_add_text(self, texts: Iterable[str]) -> None:
        """The same for whole lines of N-Quads that were made from valid terms. Raises StoreError."""
        source = iter(texts)
        for first in source:
            with QuadPipe(_part(first, source)) as path, _storage_errors(self._place):
                # Its terms were checked when they were made, so the engine need not check them again.
                self._opened.bulk_load(path=path, format=RdfFormat.N_QUADS, lenient=True)

    def clear_graph(self, graph: NamedNode) -> None:
        """Remove every quad of a graph. Raises StoreError."""
        with _storage_errors(self._place):
            self._opened.remove_graph(graph)

    def flush(self) -> None:
        """Have everything written on disk. Raises StoreError."""
        with _storage_errors(self._place):
            self._opened.flush()

    def backup(self, directory: Path) -> None:
        """A consistent copy in a new directory, hard-linked where it can be. Raises StoreError."""
        with _storage_errors(self._place):
            self._opened.backup(str(directory))

    def close(self) -> None:
        """Let go of the files; any later use raises StoreError."""
        self._store = None

    @property
    def _opened(self) -> Store:
        if self._store is None:
            raise StoreError(f"{self._place} is closed; read through ClaimStore after the writer's block")
        return self._store

    def __len__(self) -> int:
        with _storage_errors(self._place):
            return len(self._opened)


def update_text(added: Iterable[Quad], removed: Iterable[Quad]) -> str:
    """One SPARQL 1.1 update request that removes and adds exactly these quads, which have no blank nodes."""
    steps = [f"{verb} DATA {{\n{_graphs_text(quads)}\n}}" for verb, quads in (("DELETE", removed), ("INSERT", added))]
    return " ;\n".join(steps)


def _part(first: str, rest: Iterator[str]) -> Iterator[str]:
    """The first text and as many of the rest as one bulk load takes."""
    statements = 0
    for text in chain([first], rest):
        yield text
        statements += text.count("\n")
        if statements >= BULK_PART:
            return


def _graphs_text(quads: Iterable[Quad]) -> str:
    by_graph: dict[NamedNode | BlankNode | DefaultGraph, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(quad.graph_name, []).append(f"{quad.triple} .")
    return "\n".join(f"GRAPH {graph} {{\n" + "\n".join(lines) + "\n}" for graph, lines in by_graph.items())


def _opened(opening: Callable[[], Store], directory: Path) -> Store:
    try:
        return _open_once(opening, directory)
    except StoreError as refused:
        if "lock" not in str(refused).lower():
            raise
    # A reader of the former writer may still await collection in this process and hold the engine's own lock.
    gc.collect()
    return _open_once(opening, directory)


def _open_once(opening: Callable[[], Store], directory: Path) -> Store:
    try:
        return opening()
    except OSError as error:
        raise StoreError(f"{directory} cannot be opened ({error}); free disk space, check permissions") from error
    except RuntimeError as error:
        raise StoreCorruptError(f"{directory} is damaged ({error}); run `labmoves restore`") from error


@contextmanager
def _storage_errors(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{place}: {error}; free disk space or check its permissions, then try again") from error
    except RuntimeError as error:
        raise StoreCorruptError(f"{place}: {error}; restore a backup with `labmoves restore`") from error

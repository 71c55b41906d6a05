"""Checks that a store still says what its writers wrote.

    verify(store, registry) -> [] or [Finding(place, problem), ...]

Looked at are: every article graph (it reads as one reading and that reading writes exactly these triples, so ids are
the hashes of what they name; evidence stands in the stored text; the shapes hold; versions form one chain), the
judgements, graphs that nobody should have written, the snapshots' files, whether the newest one equals the live
graph, and both derived forms, which must equal a rebuild. Nothing is changed, except that a damaged snapshot is
replaced by a new one. Findings are in words, sorted.

Errors: StoreLockedError when a writer does not end. Damage is a Finding, not an error.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad

from labmoves_graph.claim_rdf import StoredArticle, parse_reading
from labmoves_graph.errors import LabmovesError, StoreError
from labmoves_graph.judgement_rdf import judgement_quads, parse_judgements
from labmoves_graph.projection import rebuild
from labmoves_graph.quad_store import QuadStore
from labmoves_graph.reading_checks import chain_problems, reading_problems
from labmoves_graph.recovery import copy_graph
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import (
    ARTICLE_GRAPH,
    BASE,
    ENTITIES_GRAPH,
    JUDGEMENTS_GRAPH,
    LM,
    MOVES_GRAPH,
)

__all__ = ["Finding", "verify"]

_KNOWN_GRAPHS = frozenset([ENTITIES_GRAPH, JUDGEMENTS_GRAPH, MOVES_GRAPH])
#: Tables of the read model that say how it was made, and the search index's own, which follow from others.
_BOOKKEEPING = ("meta", "name_index", "sqlite_")
#: Row numbers, the only values there that a rebuild need not repeat.
_ROW_NUMBERS = frozenset([("entity_name", "id")])


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that contradicts itself, and where."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


def verify(store: ClaimStore, registry: Registry) -> list[Finding]:
    """Everything that is wrong with the store, sorted; empty when nothing is."""
    findings = set(_snapshot_findings(store))
    try:
        with store.writer() as writer:
            quads = writer.view.quads
            findings.update(_article_findings(quads))
            findings.update(_judgement_findings(quads))
            findings.update(_stray_findings(quads))
            if not findings:
                findings.update(_derived_findings(store, registry))
    except StoreError as error:
        findings.add(Finding("graph", str(error)))
    return sorted(findings)


def _snapshot_findings(store: ClaimStore) -> Iterator[Finding]:
    for snapshot in store.snapshots.all():
        try:
            snapshot.check()
        except StoreError as error:
            yield Finding(f"snapshots/{snapshot.directory.name}", str(error))


def _article_findings(quads: QuadStore) -> Iterator[Finding]:
    chains: dict[str, list[StoredArticle]] = defaultdict(list)
    for node in _article_graphs(quads):
        present = list(quads.match(graph=node))
        place = node.value.removeprefix(BASE)
        try:
            reading = parse_reading(present)
        except LabmovesError as error:
            yield Finding(place, str(error))
            continue
        chains[reading.stored.article.id].append(reading.stored)
        yield from (Finding(place, problem) for problem in reading_problems(node, reading, present))
    for article_id, versions in sorted(chains.items()):
        yield from (Finding(f"article {article_id!r}", problem) for problem in chain_problems(versions))


def _article_graphs(quads: QuadStore) -> list[NamedNode]:
    found = {quad.graph_name for quad in quads.match(predicate=LM.articleId)}
    return sorted((node for node in found if node in ARTICLE_GRAPH), key=str)  # type: ignore[misc]


def _judgement_findings(quads: QuadStore) -> Iterator[Finding]:
    present = list(quads.match(graph=JUDGEMENTS_GRAPH))
    try:
        wanted = {quad for judgement in parse_judgements(present) for quad in judgement_quads(judgement)}
    except LabmovesError as error:
        yield Finding("judgements", str(error))
        return
    if set(present) != wanted:
        yield Finding("judgements", "a judgement's id is not the hash of what it says")


def _stray_findings(quads: QuadStore) -> Iterator[Finding]:
    articles = set(_article_graphs(quads))
    strays = {
        quad.graph_name
        for quad in quads.match()
        if quad.graph_name not in articles and quad.graph_name not in _KNOWN_GRAPHS
    }
    for graph in sorted(strays, key=str):
        place = "default graph" if isinstance(graph, DefaultGraph) else str(graph)
        yield Finding(place, "holds triples that no writer of this store makes; remove them")


def _derived_findings(store: ClaimStore, registry: Registry) -> Iterator[Finding]:
    """Rebuild both derived forms in a copy, and compare."""
    with store.writer() as writer, tempfile.TemporaryDirectory(dir=store.directory, prefix="verify-") as folder:
        writer.publish()
        live = writer.view.quads
        copy = Path(folder)
        newest = store.snapshots.newest()
        if newest is not None:
            with closing(newest.open()) as pinned:
                if _quads_digest(pinned.quads.match()) != _quads_digest(live.match()):
                    yield Finding(f"snapshots/{newest.directory.name}", "differs from the live graph; remove it")
                    return
            copy_graph(newest.graph, copy / "graph")
        with ClaimStore.open(copy, clock=store.clock) as anew, anew.writer() as rebuilt:
            if newest is None:
                rebuilt.adopt([quad for graph in _recorded_graphs(live) for quad in live.match(graph=graph)])
            rebuild(anew, registry)
            for graph, name in ((ENTITIES_GRAPH, "entities"), (MOVES_GRAPH, "moves")):
                if set(live.match(graph=graph)) != set(rebuilt.view.quads.match(graph=graph)):
                    yield Finding(name, "differs from a rebuild; run `labmoves rebuild`")
            if store.read_model_path.exists():
                yield from _read_model_findings(store.read_model_path, anew.read_model_path)


def _recorded_graphs(quads: QuadStore) -> list[NamedNode]:
    """The graphs that are not computed: articles and judgements."""
    return [*_article_graphs(quads), JUDGEMENTS_GRAPH]


def _read_model_findings(present: Path, rebuilt: Path) -> Iterator[Finding]:
    try:
        found, wanted = _tables(present), _tables(rebuilt)
    except sqlite3.Error as error:
        yield Finding(present.name, f"cannot be read ({error}); run `labmoves rebuild`")
        return
    for table in sorted(found.keys() | wanted.keys()):
        if found.get(table) != wanted.get(table):
            yield Finding(present.name, f"table {table} differs from a rebuild; run `labmoves rebuild`")


def _tables(path: Path) -> dict[str, list[str]]:
    """The rows of every table that holds knowledge, as sorted text."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        listed = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        names = [name for (name,) in listed if not name.startswith(_BOOKKEEPING)]
        return {name: _rows(database, name) for name in names}


def _rows(database: sqlite3.Connection, table: str) -> list[str]:
    columns = [column for _, column, *_ in database.execute(f'PRAGMA table_info("{table}")')]
    wanted = ", ".join(f'"{column}"' for column in columns if (table, column) not in _ROW_NUMBERS)
    return sorted(map(repr, database.execute(f'SELECT {wanted} FROM "{table}"')))


def _quads_digest(quads: Iterable[Quad]) -> tuple[int, int]:
    """Number and sum of hashes: the same for equal sets in any order."""
    number = total = 0
    for quad in quads:
        number += 1
        total += int.from_bytes(hashlib.blake2b(str(quad).encode(), digest_size=16).digest())
    return number, total % (1 << 128)

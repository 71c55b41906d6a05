"""A store from a file that `export` wrote: N-Quads, TriG, JSON-LD or Turtle.

    import_file(store, Path("all.nq"))   -> number of quads; the store then equals the one exported

Everything is checked before anything is written: graphs must be those of a store, articles whole and unchanged (their
names are hashes), judgements what their ids say. The store must hold no articles or judgements yet, since two
histories cannot be merged. Turtle carries what stood at export, without former versions.

Errors: StoreError for a file or a store that does not fit; StoreCorruptError, naming the first problem, for a file
that was changed since it was exported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from labmoves_graph.claim_rdf import StoredArticle, parse_reading
from labmoves_graph.errors import LabmovesError, StoreCorruptError, StoreError
from labmoves_graph.judgement_rdf import judgement_quads, parse_judgements
from labmoves_graph.rdf_files import read_quads
from labmoves_graph.reading_checks import chain_problems, reading_problems
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import ARTICLE_GRAPH, ENTITIES_GRAPH, JUDGEMENTS_GRAPH, MOVES_GRAPH

__all__ = ["import_file"]


def import_file(store: ClaimStore, path: Path) -> int:
    """Fill the store, which holds no articles and judgements yet; returns the number of quads."""
    graphs: dict[NamedNode, list[Quad]] = defaultdict(list)
    for quad in read_quads(path):
        if not isinstance(quad.graph_name, NamedNode):
            raise StoreError(
                f"{path} has triples outside any named graph; import a file that `labmoves export` wrote"
            )
        graphs[quad.graph_name].append(quad)
    _check(path, graphs)
    with store.writer() as writer:
        if any(True for _ in writer.view.articles()) or any(True for _ in writer.view.judgements(revoked=True)):
            raise StoreError(f"{store.directory} holds articles already; import into a new --store")
        return writer.adopt([quad for quads in graphs.values() for quad in quads])


def _check(path: Path, graphs: Mapping[NamedNode, Sequence[Quad]]) -> None:
    chains: dict[str, list[StoredArticle]] = defaultdict(list)
    for graph, quads in graphs.items():
        if graph in ARTICLE_GRAPH:
            stored = _checked_article(path, graph, quads)
            chains[stored.article.id].append(stored)
        elif graph == JUDGEMENTS_GRAPH:
            wanted = {quad for judgement in parse_judgements(quads) for quad in judgement_quads(judgement)}
            if wanted != set(quads):
                raise _changed(path, graph, "a judgement's id is not the hash of what it says")
        elif graph not in (ENTITIES_GRAPH, MOVES_GRAPH):
            raise StoreError(f"{path} has the graph {graph}, which no store has; import an export of labmoves")
    for article_id, versions in chains.items():
        for problem in chain_problems(versions):
            raise StoreCorruptError(f"{path}: article {article_id!r}: {problem}; export it again")


def _checked_article(path: Path, graph: NamedNode, quads: Sequence[Quad]) -> StoredArticle:
    try:
        reading = parse_reading(quads)
    except LabmovesError as error:
        raise _changed(path, graph, str(error)) from error
    for problem in reading_problems(graph, reading, quads):
        raise _changed(path, graph, problem)
    return reading.stored


def _changed(path: Path, graph: NamedNode, problem: str) -> StoreCorruptError:
    return StoreCorruptError(f"{path}, graph {graph}: {problem}; export it again")

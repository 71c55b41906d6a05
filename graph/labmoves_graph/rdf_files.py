"""The store's quads as files, out and in: N-Quads, TriG, JSON-LD, Turtle.

    export_quads(view, Path("all.nq"))     every graph, with all versions and judgements
    export_quads(view, Path("now.ttl"))    Turtle has no graphs: what stands now, each article without its history
    read_quads(Path("all.nq"))             the quads again, in the graphs that they came from

Graphs come sorted by name and triples sorted within, so equal stores give equal bytes. A file appears complete or
not at all. What `read_quads` gives for our own exports is what the store held (Turtle: held as standing).

Errors: StoreError for a file that cannot be written, read, or whose extension is none of these.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from pyoxigraph import Literal, Quad, RdfFormat, parse, serialize

from labmoves_graph.claim_rdf import Reading, reading_quads
from labmoves_graph.errors import StoreError
from labmoves_graph.jsonld import is_schema_addition, write_jsonld
from labmoves_graph.quad_store import QuadStore
from labmoves_graph.store_view import View
from labmoves_graph.turtle_graphs import graph_of_each
from labmoves_graph.vocabulary import ENTITIES_GRAPH, JUDGEMENTS_GRAPH, MOVES_GRAPH, PREFIXES

__all__ = ["EXTENSIONS", "export_quads", "read_quads"]

#: RDF forms by file extension.
EXTENSIONS = {
    ".jsonld": RdfFormat.JSON_LD,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
}


def export_quads(view: View, path: Path) -> int:
    """Write the store to `path` in the form of its extension; returns the number of triples. Raises StoreError."""
    form = _form(path)
    count = 0

    def counted(quads: Iterable[Quad]) -> Iterator[Quad]:
        nonlocal count
        for quad in quads:
            count += 1
            yield quad

    def write(out: IO[bytes]) -> None:
        if form == RdfFormat.TURTLE:
            triples = dict.fromkeys(quad.triple for quad in counted(_standing_quads(view)))
            serialize(triples, output=out, format=form, prefixes=PREFIXES)
        elif form == RdfFormat.JSON_LD:
            write_jsonld(counted(_sorted_quads(view.quads)), out)
        elif form == RdfFormat.TRIG:
            serialize(counted(_sorted_quads(view.quads)), output=out, format=form, prefixes=PREFIXES)
        else:
            serialize(counted(_sorted_quads(view.quads)), output=out, format=form)

    _write_whole(path, write)
    return count


def read_quads(path: Path) -> Iterator[Quad]:
    """The quads of a file that export_quads wrote. Raises StoreError, also for text that is not in that form."""
    form = _form(path)
    try:
        if form == RdfFormat.TURTLE:
            yield from graph_of_each(quad.triple for quad in parse(path=path, format=form))
        else:
            yield from (quad for quad in parse(path=path, format=form) if not is_schema_addition(quad))
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror or error}); check its name") from error
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"{path} is not {form.name}: {error}") from error


def _form(path: Path) -> RdfFormat:
    try:
        return EXTENSIONS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(EXTENSIONS)
        raise StoreError(f"{path.name}: no RDF form has the extension {path.suffix!r}; use {known}") from None


def _sorted_quads(quads: QuadStore) -> Iterator[Quad]:
    for graph in quads.graphs():
        yield from sorted(quads.match(graph=graph), key=_order)


def _order(quad: Quad) -> tuple[str, str, str, str]:
    value = quad.object
    kind = value.language or value.datatype.value if isinstance(value, Literal) else ""
    return str(quad.subject), quad.predicate.value, str(value), kind


def _standing_quads(view: View) -> Iterator[Quad]:
    """What stands now: no former versions, no retracted articles, and no word of them."""
    for reading in view.readings():
        stored = Reading.of(reading.stored.article, reading.claims, reading.stored.recorded_at).stored
        yield from sorted(reading_quads(Reading(stored, reading.claims)), key=_order)
    for graph in (ENTITIES_GRAPH, JUDGEMENTS_GRAPH, MOVES_GRAPH):
        yield from sorted(view.quads.match(graph=graph), key=_order)


def _write_whole(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as out:
            write(out)
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror or error}); choose another place") from error
    finally:
        unfinished.unlink(missing_ok=True)

"""Both derived forms anew, from the claims alone.

    rebuild_all(store, registry)  ->  number of article versions

The record is read, its components are replayed, in several processes where there are many claims, and one thread
writes their rows and feeds the moves graph while the engine loads it. Neither the number of processes nor the order
in which they end shows in what is written.

Errors: those of the store, and StoreError for moves.db or for a worker that dies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from labmoves_graph.claim_rdf import Reading
from labmoves_graph.component_rows import WrittenComponent
from labmoves_graph.component_texts import MoveText
from labmoves_graph.history import RecordedClaim, components, with_keys
from labmoves_graph.identity_links import judged_entities, judged_links, with_kinds
from labmoves_graph.model import Judgement, content_hash
from labmoves_graph.move_texts import write_made
from labmoves_graph.projection_tables import (
    write_articles,
    write_judgements,
    write_provisional,
    write_registry,
)
from labmoves_graph.read_model_writer import SCHEMA_VERSION, ReadModelWriter
from labmoves_graph.registry import Registry
from labmoves_graph.replay_processes import collection_paused, component_results, usable_processes
from labmoves_graph.store import ClaimStore

__all__ = ["inputs_digest", "rebuild_all", "recorded_of"]

#: Readings whose rows are written between two components' results, while the workers go on.
_SLICE = 50


def rebuild_all(store: ClaimStore, registry: Registry, processes: int | None = None) -> int:
    """Make both derived forms anew; returns the number of article versions.

    processes: that replay claims; None: as many as are worth it on this machine.
    """
    with store.writer() as writer, collection_paused():
        readings = list(store.view().history())
        judgements = list(store.view().judgements(revoked=True))
        if store.read_model_path.exists():
            with ReadModelWriter.open(store.read_model_path) as model:
                model.set_meta("pending", "1")
        with ReadModelWriter.open(store.read_model_path, afresh=True) as model:
            model.set_meta("inputs", inputs_digest(registry, judgements))
            write_registry(model, registry)
            write_judgements(model, judgements)
            recorded = [item for reading in readings for item in recorded_of(reading, registry)]
            judged = judged_entities(judgements, recorded, registry)
            judgements = with_kinds(judgements, judged, registry)
            links = judged_links(judgements, judged, registry)
            model.insert("judged_entity", judged)
            model.insert("identity_link", links)
            groups = components(recorded, links)
            results = component_results(groups, judgements, registry, processes or usable_processes(len(recorded)))
            texts: list[MoveText] = []
            writer.put_derived(_write_components(model, readings, results, texts))
            writer.put_entities(registry, judgements)
            write_made(model, texts)
            model.build_indexes()
    return len(readings)


def _write_components(
    model: ReadModelWriter,
    readings: Sequence[Reading],
    results: Iterable[WrittenComponent],
    texts: list[MoveText],
) -> Iterator[str]:
    """Write the rows of every article and every component; gives the lines of the moves graph.

    texts: takes those of all moves believed, which are written when the names of all entities are.
    """
    named: set[tuple[str, str]] = set()
    written = 0
    for result in results:
        write_articles(model, readings[written : written + _SLICE])
        written += _SLICE
        model.insert_counted(result.tables, result.digest)
        named |= result.named
        texts += result.move_texts
        yield result.text
    write_articles(model, readings[written:])
    write_provisional(model, named)


def recorded_of(reading: Reading, registry: Registry) -> list[RecordedClaim]:
    """The claims of a version as recorded, with their identity keys."""
    stored = reading.stored
    return [
        with_keys(RecordedClaim(claim, stored.article, stored.recorded_at, stored.invalidated_at), registry)
        for claim in reading.claims
    ]


def inputs_digest(registry: Registry, judgements: Sequence[Judgement]) -> str:
    """What besides articles decides the content; another value means another content everywhere."""
    entities = [repr(entity) for group in (registry.organizations, registry.people) for entity in group.values()]
    decided = sorted(repr(judgement) for judgement in judgements)
    return content_hash(SCHEMA_VERSION, entities, decided)

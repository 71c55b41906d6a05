"""From the claim store to what readers ask: the `moves` graph and the read model moves.db.

    project(store, registry)      brings both up to date with whatever the store has learnt since
    rebuild(store, registry)      makes both anew from the claims alone

Both derived forms can be deleted at any time; a rebuild gives the same content. An update looks only at the people
whom a changed article can touch (identity keys connect them), replays their record and replaces their rows. A changed
registry does the same for the people whom its changes can touch. Changed judgements and another schema rebuild
everything, and so does a changed registry beside judgements on identity. The graph is written first, and a note in
the read model says so until the read model is committed: whoever finds that note rebuilds.

Errors: those of the store (StoreError, StoreLockedError), and StoreError for moves.db.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from labmoves_graph.claim_rdf import Reading
from labmoves_graph.clock import instant_text
from labmoves_graph.component_rows import DerivedRows, component_rows
from labmoves_graph.history import RecordedClaim, components, with_keys
from labmoves_graph.history_columns import property_values
from labmoves_graph.identity_links import judged_entities, judged_keys, judged_links, with_kinds
from labmoves_graph.model import Judgement
from labmoves_graph.move_texts import moves_naming, write_texts
from labmoves_graph.projection_tables import (
    claims_concerned,
    claims_connected_to,
    claims_of_articles,
    current_moves,
    current_tenures,
    current_transitions,
    entities_judged,
    identity_links,
    keys_of_claims,
    recorded_claims,
    remove_articles,
    remove_component,
    replace_entities,
    replace_judged,
    replace_links,
    replace_provisional,
    write_articles,
)
from labmoves_graph.read_model_rows import instant
from labmoves_graph.read_model_writer import SCHEMA_VERSION, ReadModelWriter, tables
from labmoves_graph.rebuild import inputs_digest, rebuild_all, recorded_of
from labmoves_graph.record_changes import RecordSize
from labmoves_graph.registry import Registry
from labmoves_graph.registry_changes import RegistryChanges, registry_of
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import ARTICLE_GRAPH, LM, PROV

__all__ = ["Projected", "project", "rebuild", "update"]

#: From this share of the articles on, everything is rebuilt: one pass is then quicker than many small ones.
REBUILD_SHARE = 0.2

#: Kind and id of each.
_Entities = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Projected:
    """What a projection did. articles: how many it looked at; rebuilt: whether everything was made anew."""

    revision: int
    articles: int
    rebuilt: bool


def project(store: ClaimStore, registry: Registry) -> Projected:
    """Bring the moves graph and the read model up to date with the store."""
    with store.writer():
        judgements = list(store.view().judgements(revoked=True))
        inputs = inputs_digest(registry, judgements)
        _follow_registry(store, registry, judgements, inputs)
        changed = _changed_articles(store, inputs)
        done = rebuild(store, registry) if changed is None else update(store, registry, changed)
        store.changes.clear()
        return done


def rebuild(store: ClaimStore, registry: Registry, processes: int | None = None) -> Projected:
    """Make both derived forms anew from the claims.

    processes: that replay claims; None: as many as are worth it on this machine. The result is the same.
    """
    articles = rebuild_all(store, registry, processes)
    return Projected(_revision(store.read_model_path), articles, rebuilt=True)


def update(store: ClaimStore, registry: Registry, article_ids: Sequence[str]) -> Projected:
    """Bring both derived forms up to date with these articles; the read model must match the rest of the store."""
    if article_ids:
        with store.writer() as writer:
            judgements = list(store.view().judgements(revoked=True))
            readings = [store.view().reading(v.graph) for a in article_ids for v in store.view().versions(a)]
            with ReadModelWriter.open(store.read_model_path) as model:
                model.note("pending", "1")
                former, believed = _update_rows(model, readings, article_ids, judgements, registry)
                writer.replace_derived(former, believed)
                if any(judgement.object is not None for judgement in judgements):
                    # The articles may be the first to tell what kind of entity a judgement is about.
                    writer.put_entities(registry, with_kinds(judgements, entities_judged(model), registry))
                model.set_meta("pending", "")
    return Projected(_revision(store.read_model_path), len(article_ids), rebuilt=False)


def _follow_registry(store: ClaimStore, registry: Registry, judgements: Sequence[Judgement], inputs: str) -> None:
    """Bring both derived forms up to date with a registry that changed since, where few claims are concerned.

    inputs: inputs_digest of the registry and the judgements.
    """
    former = _former_registry(store.read_model_path, judgements, inputs)
    if former is None:
        return
    found = RegistryChanges.between(former, registry)
    with store.writer() as writer, ReadModelWriter.open(store.read_model_path) as model:
        concerned = claims_concerned(model, found)
        (claims,) = model.database.execute("SELECT count(*) FROM claim").fetchone()
        if len(concerned) > REBUILD_SHARE * claims:
            return
        model.note("pending", "1")
        before, believed = _update_concerned(model, concerned, found, judgements, registry)
        writer.replace_derived(before, believed)
        writer.put_entities(registry)
        model.set_meta("inputs", inputs)
        model.set_meta("pending", "")


def _former_registry(path: Path, judgements: Sequence[Judgement], inputs: str) -> Registry | None:
    """The registry that the read model follows; None unless another one is all that has changed. inputs: those now.

    Judgements on identity tie together what names tie, in the whole record: beside them nothing is left as it was.
    """
    if not path.exists() or any(judgement.object is not None for judgement in judgements):
        return None
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        meta = _usable_meta(database)
        if meta is None or meta.get("inputs") == inputs:
            return None
        former = registry_of(database.execute("SELECT kind, record FROM registry_record ORDER BY kind, position"))
    return former if meta.get("inputs") == inputs_digest(former, judgements) else None


def _update_concerned(
    model: ReadModelWriter,
    claims: set[str],
    found: RegistryChanges,
    judgements: Sequence[Judgement],
    registry: Registry,
) -> tuple[DerivedRows, DerivedRows]:
    """Replace the rows of entities and of the people whom the claims touch; what was believed before, and is now."""
    fresh = [with_keys(item, registry) for item in recorded_claims(model, claims)]

    def rewrite() -> _Entities:
        replace_entities(model, found, registry)
        people = {("person", person) for person in found.people}
        return people | {("organization", organization) for organization in found.organizations}

    return _replace(model, claims, fresh, rewrite, judgements, registry)


def _update_rows(
    model: ReadModelWriter,
    readings: Sequence[Reading],
    article_ids: Sequence[str],
    judgements: Sequence[Judgement],
    registry: Registry,
) -> tuple[DerivedRows, DerivedRows]:
    """Replace the rows of the articles and of the people they touch; what was believed before, and is now."""
    fresh = [item for reading in readings for item in recorded_of(reading, registry)]
    stale = claims_of_articles(model, article_ids)

    def rewrite() -> _Entities:
        remove_articles(model, article_ids)
        write_articles(model, readings)
        return set()

    return _replace(model, stale, fresh, rewrite, judgements, registry)


def _replace(
    model: ReadModelWriter,
    stale: set[str],
    fresh: Sequence[RecordedClaim],
    rewrite: Callable[[], _Entities],
    judgements: Sequence[Judgement],
    registry: Registry,
) -> tuple[DerivedRows, DerivedRows]:
    """Replace the rows of the people whom claims touch; what was believed of them before, and is now.

    stale: the claims that go; fresh: those that come; rewrite: makes all other changes of the tables in between, and
    gives the entities of which it changes a name.
    """
    judgements, moved = _follow_judgements(model, stale, fresh, judgements, registry)
    keys = keys_of_claims(model, stale).union(moved, *(item.keys for item in fresh))
    touched = sorted(claims_connected_to(model, keys) | stale)
    kept = list(recorded_claims(model, set(touched) - stale))
    former = _current_rows(model, touched)
    named = remove_component(model, touched)
    renamed = rewrite()
    groups = components([*kept, *fresh], identity_links(model))
    results = [component_rows(group, judgements, registry) for group in groups]
    for result in results:
        model.insert_counted(result.tables, result.digest)
    renamed |= replace_provisional(model, named.union(*(result.named for result in results)))
    believed = _together([result.believed for result in results])
    moves = {move.id for move in (*former.moves, *believed.moves)}
    write_texts(model, sorted(moves | moves_naming(model, renamed)))
    return former, believed


def _follow_judgements(
    model: ReadModelWriter,
    stale: set[str],
    fresh: Sequence[RecordedClaim],
    judgements: Sequence[Judgement],
    registry: Registry,
) -> tuple[list[Judgement], set[str]]:
    """Bring up to date what judgements tie together, which may be older than the claims that they name.

    Gives the judgements with what they are about, and the identity keys of the claims for which either changed.
    """
    held = entities_judged(model)
    before = with_kinds(judgements, held, registry)
    replace_judged(model, stale, judged_entities(judgements, fresh, registry))
    present = entities_judged(model)
    now = with_kinds(judgements, present, registry)
    changed = [new for old, new in zip(before, now, strict=True) if old.about != new.about]
    ends = {end for judgement in changed for end in (judgement.subject, judgement.object) if end is not None}
    keys = judged_keys(ends, judgements, {*held, *present})
    return now, keys.union(*replace_links(model, judged_links(now, present, registry)))


def _together(parts: Sequence[DerivedRows]) -> DerivedRows:
    return DerivedRows(
        tuple(move for part in parts for move in part.moves),
        tuple(transition for part in parts for transition in part.transitions),
        tuple(tenure for part in parts for tenure in part.tenures),
    )


def _current_rows(model: ReadModelWriter, claim_ids: Sequence[str]) -> DerivedRows:
    moves = current_moves(model, claim_ids)
    people = sorted({move.person_id for move in moves})
    return DerivedRows(tuple(moves), tuple(current_transitions(model, people)), tuple(current_tenures(model, people)))


def _changed_articles(store: ClaimStore, inputs: str) -> list[str] | None:
    """Articles whose versions the read model does not hold as they are; None when it must be made anew."""
    if not store.read_model_path.exists():
        return None
    with closing(sqlite3.connect(f"file:{store.read_model_path}?mode=ro", uri=True)) as database:
        meta = _usable_meta(database)
        if meta is None or meta.get("inputs") != inputs:
            return None
        size = _size_held(database)
        if store.changes.articles and store.changes.lead_from(size, store.view().record_size()):
            return _few_of(store.changes.articles, size.versions)
        held = {
            graph: (article, ended and instant_text(instant(ended)), why)
            for graph, article, ended, why in database.execute(
                "SELECT graph, id, invalidated_at, retracted_because FROM article"
            )
        }
    present = _versions(store)
    changed = {state[0] for graph, state in present.items() if held.get(graph) != state}
    changed |= {state[0] for graph, state in held.items() if graph not in present}
    return _few_of(changed, len(held))


def _usable_meta(database: sqlite3.Connection) -> dict[str, str] | None:
    """What the read model says of itself; None when it is of another version, or half written."""
    if "meta" not in tables(database):
        return None
    meta: dict[str, str] = dict(database.execute("SELECT key, value FROM meta").fetchall())
    return None if meta.get("schema") != SCHEMA_VERSION or meta.get("pending") else meta


def _few_of(changed: set[str], versions: int) -> list[str] | None:
    """The articles sorted; None when they are so many of all that one pass over everything is quicker."""
    return sorted(changed) if len(changed) <= REBUILD_SHARE * max(versions, 1) else None


def _size_held(database: sqlite3.Connection) -> RecordSize:
    versions, standing = (
        database.execute(f"SELECT count(*) FROM article {condition}").fetchone()[0]
        for condition in ("", "WHERE invalidated_at IS NULL")
    )
    return RecordSize(versions, versions - standing)


def _versions(store: ClaimStore) -> dict[str, tuple[str, str | None, str | None]]:
    """Graph -> (article id, invalidated at, why retracted) of every version in the store."""
    quads = store.view().quads
    article, ended, why = (
        property_values(quads, predicate, ARTICLE_GRAPH)
        for predicate in (LM.articleId, PROV.invalidatedAtTime, LM.retractedBecause)
    )
    return {graph: (name, ended.get(graph), why.get(graph)) for graph, name in article.items()}


def _revision(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        found = database.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    return int(found[0]) if found else 0

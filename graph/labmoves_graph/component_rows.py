"""What one component of claims comes to: the rows of its derived tables, and what is believed now.

    recorded claims of one component, judgements, registry  ──►  ComponentRows, or WrittenComponent for a rebuild

A pure function of its arguments, so components can be worked out in any order and in any process. Rows are those of
read_model.sql; their digest is the part that they add to the read model's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labmoves_graph.component_texts import MoveText, component_texts
from labmoves_graph.derived_rdf import derived_text
from labmoves_graph.history import History, RecordedClaim, replay
from labmoves_graph.model import Judgement, Move, Tenure, Transition
from labmoves_graph.move_order import SortDates, sort_dates
from labmoves_graph.read_model_rows import (
    Row,
    conflation_row,
    move_claim_rows,
    move_reason_rows,
    move_row,
    tenure_row,
    transition_row,
)
from labmoves_graph.read_model_writer import rows_digest
from labmoves_graph.registry import Registry

__all__ = ["ComponentRows", "DerivedRows", "WrittenComponent", "component_rows", "written_component"]


@dataclass(frozen=True, slots=True)
class DerivedRows:
    """What is believed now, in the form that the moves graph is written from."""

    moves: tuple[Move, ...]
    transitions: tuple[Transition, ...]
    tenures: tuple[Tenure, ...]


@dataclass(frozen=True, slots=True)
class ComponentRows:
    """tables: the rows of each derived table. named: kind and id of entities that only claims know, at any time."""

    tables: dict[str, list[Row]]
    digest: int
    believed: DerivedRows
    named: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WrittenComponent:
    """The same in the form in which it is written and passes quickly between processes.

    text: what is believed, as N-Quads. move_texts: the JSON of the moves believed.
    """

    tables: dict[str, list[Row]]
    digest: int
    text: str
    named: frozenset[tuple[str, str]]
    move_texts: list[MoveText]


def component_rows(
    group: Sequence[RecordedClaim], judgements: Sequence[Judgement], registry: Registry
) -> ComponentRows:
    """Replay the component's record and give what it comes to."""
    history = replay(group, judgements, registry)
    return _rows(group, history, sort_dates(history))


def written_component(
    group: Sequence[RecordedClaim], judgements: Sequence[Judgement], registry: Registry
) -> WrittenComponent:
    """The same with texts, for a rebuild."""
    history = replay(group, judgements, registry)
    placed = sort_dates(history)
    rows = _rows(group, history, placed)
    texts = component_texts(group, history, registry, placed)
    return WrittenComponent(rows.tables, rows.digest, derived_text(rows.believed), rows.named, texts)


def _rows(group: Sequence[RecordedClaim], history: History, placed: SortDates) -> ComponentRows:
    tables = _tables(group, history, placed)
    digest = sum(rows_digest(table, rows) for table, rows in tables.items())
    return ComponentRows(tables, digest, _believed(history), frozenset((n.kind, n.entity) for n in history.names))


def _tables(group: Sequence[RecordedClaim], history: History, placed: SortDates) -> dict[str, list[Row]]:
    entity, place = history.identities.person, history.identities.organization
    claims = {item.claim.id: item.claim for item in group}
    moves = [(version, placed[version.row.id, version.valid_from]) for version in history.moves]
    return {
        "claim_entity": [(claim, entity[claim], place[claim]) for claim in sorted(entity)],
        "identity_key": sorted({(key, item.claim.id) for item in group for key in item.keys}),
        "provisional_name": [(n.kind, n.entity, n.form, n.claim_id, int(n.stands)) for n in history.names],
        "move": [move_row(version, sort_date) for version, sort_date in moves],
        "move_claim": [row for version in history.moves for row in move_claim_rows(version)],
        "move_reason": [row for version, sort_date in moves for row in move_reason_rows(version, sort_date, claims)],
        "transition": [transition_row(version) for version in history.transitions],
        "tenure": [tenure_row(version) for version in history.tenures],
        "conflation": [conflation_row(version) for version in history.conflations],
    }


def _believed(history: History) -> DerivedRows:
    """The versions that are still open."""
    return DerivedRows(
        tuple(v.row for v in history.moves if v.valid_to is None),
        tuple(v.row for v in history.transitions if v.valid_to is None),
        tuple(v.row for v in history.tenures if v.valid_to is None),
    )

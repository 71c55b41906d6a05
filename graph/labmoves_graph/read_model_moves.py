"""Questions about moves: pages, one move and its history, timelines, rosters, changes."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date, datetime

from labmoves_graph.errors import NotFoundError
from labmoves_graph.move_filter import Condition, MoveFilter, MoveSort, decode_cursor, encode_cursor, standing
from labmoves_graph.read_model_entities import check_known, entity
from labmoves_graph.read_model_names import find_entities
from labmoves_graph.read_model_reader import Reader
from labmoves_graph.read_model_rows import UNDATED, stamp
from labmoves_graph.read_model_views import (
    Certainty,
    MoveVersionView,
    MoveView,
    Page,
    RosterEntry,
    Timeline,
)

__all__ = ["changes", "condition_of", "history", "move", "page", "page_rows", "roster", "timeline"]

NAMESAKES = 50  # entities that a name in `q` may mean

_PAGE = "SELECT m.* FROM move m WHERE {condition}{after} {order}"
_OF_REASONS = """
SELECT DISTINCT m.sort_date, m.id FROM (
    SELECT sort_date, move_id AS id FROM move_reason WHERE category IN ({names}) AND valid_to IS NULL
) m WHERE true{after} {order}
"""
#: The first moves of each bearer of a name, then the first of those: all moves of fifty of them would be too many.
_OF_BEARERS = """
m.id IN (
    SELECT k.id FROM json_each(:named) n JOIN move k
    ON k.id IN (SELECT m.id FROM move m WHERE m.person_id = n.value AND {condition}{after} {order})
    UNION ALL
    SELECT k.id FROM json_each(:named) n JOIN move k
    ON k.id IN (SELECT m.id FROM move m WHERE m.organization_id = n.value AND {condition}{after} {order})
)
"""
_ROSTER = """
SELECT n.* FROM tenure n JOIN organization_line l ON l.organization_id = n.organization_id
LEFT JOIN organization o ON o.id = n.organization_id
WHERE l.ancestor_id = :organization AND l.part = 1 AND {standing}
  AND (n.start_earliest <= :on OR (n.start_earliest IS NULL AND (o.founded IS NULL OR o.founded <= :on)))
  AND (n.ended = 0 OR n.end_latest IS NULL OR n.end_latest >= :on)
ORDER BY coalesce(n.start_earliest, ''), n.id
"""


def condition_of(reader: Reader, chosen: MoveFilter) -> tuple[str, dict[str, object]]:
    """The SQL condition of a filter with all its parameters, names in `q` looked up."""
    condition = _condition(reader, chosen)
    return " AND ".join(filter(None, [condition.sql, condition.named])), condition.parameters


def _condition(reader: Reader, chosen: MoveFilter) -> Condition:
    condition = chosen.condition(reader.units)
    if chosen.q is None:
        return condition
    kinds = ("person", "organization")
    named = [e for kind in kinds for e in find_entities(reader.database, chosen.q, kind, NAMESAKES)]
    return replace(condition, parameters=condition.parameters | {"named": json.dumps(named)})


def _condition_on_page(
    reader: Reader, chosen: MoveFilter, sort: MoveSort, after: str, order: str
) -> tuple[str, dict[str, object]]:
    """The same for one page. What is chosen by reason and date alone is found in an index that lies in that order."""
    found = _condition(reader, chosen)
    condition, parameters = found.sql, found.parameters
    if found.named:
        condition += " AND " + _OF_BEARERS.format(condition=condition, after=after, order=order)
    if chosen.reason and chosen == MoveFilter(reason=chosen.reason) and sort.column == "sort_date":
        names = ", ".join(f":reason_{position}" for position in range(len(chosen.reason)))
        first = _OF_REASONS.format(names=names, after=after, order=order)
        condition = f"m.valid_to IS NULL AND m.id IN (SELECT id FROM ({first}))"
    return condition, parameters


def page(reader: Reader, chosen: MoveFilter, sort: MoveSort, limit: int, cursor: str | None) -> Page[MoveView]:
    """One page of the moves that fit, after the cursor."""
    rows, following = page_rows(reader, chosen, sort, limit, cursor)
    return Page(reader.moves(rows), following)


def page_rows(
    reader: Reader,
    chosen: MoveFilter,
    sort: MoveSort,
    limit: int,
    cursor: str | None,
    *,
    also: str = "",
    query: str = _PAGE,
) -> tuple[list[sqlite3.Row], str | None]:
    """The rows of table move of one page, and the cursor of the next. also: a condition more, with " AND " before it.

    query: SQL with places for the condition, what comes after the cursor, and the order; its rows must have the id
    and what is sorted by, and its table m.
    """
    column, direction = sort.column, "DESC" if sort.descending else "ASC"
    values: dict[str, object] = {}
    if cursor is not None:
        kind = int if sort.column == "independent_sources" else str
        values["after"], values["after_id"] = decode_cursor(cursor, kind, str)
    order = f"ORDER BY m.{column} {direction}, m.id {direction} LIMIT :limit"
    rows: list[sqlite3.Row] = []
    for after in _stretches(sort, values.get("after")):
        condition, parameters = _condition_on_page(reader, chosen, sort, also + after, order)
        sql = query.format(condition=condition + also, after=after, order=order)
        rows += reader.rows(sql, parameters | values | {"limit": limit + 1 - len(rows)})
        if len(rows) > limit:
            break
    more = len(rows) > limit
    rows = rows[:limit]
    return rows, encode_cursor(rows[-1][column], rows[-1]["id"]) if more and rows else None


def _stretches(sort: MoveSort, after: object | None) -> list[str]:
    """The conditions of what follows the cursor, one stretch after the other: the oldest first, then the undated.

    after: the cursor's value of the column that is sorted by, None at the beginning.
    """
    rest = f" AND (m.{sort.column}, m.id) {'<' if sort.descending else '>'} (:after, :after_id)"
    if sort is not MoveSort.DATE:
        return ["" if after is None else rest]
    if after == UNDATED:
        return [f" AND m.sort_date = '{UNDATED}' AND m.id > :after_id"]
    dated = f" AND m.sort_date > '{UNDATED}'" if after is None else rest
    return [dated, f" AND m.sort_date = '{UNDATED}'"]


def move(reader: Reader, move_id: str) -> MoveView:
    """The version of a move that is, or was at the reader's instant, believed. Raises NotFoundError."""
    parameters: dict[str, object] = {"id": move_id}
    if reader.as_of is not None:
        parameters["as_of"] = stamp(reader.as_of)
    rows = reader.rows(f"SELECT m.* FROM move m WHERE m.id = :id AND {standing('m', reader.as_of)}", parameters)
    if not rows:
        raise _not_held(move_id)
    return reader.moves(rows)[0]


def _not_held(move_id: str) -> NotFoundError:
    return NotFoundError(f"no move {move_id!r} is held at that time; find moves with GET /v1/moves")


def history(reader: Reader, move_id: str) -> tuple[MoveVersionView, ...]:
    """Every version of a move, oldest first. Raises NotFoundError."""
    rows = reader.rows("SELECT * FROM move WHERE id = ? ORDER BY valid_from", (move_id,))
    if not rows:
        raise NotFoundError(f"no move {move_id!r} was ever held; find moves with GET /v1/moves")
    return tuple(
        MoveVersionView(
            recorded_at=row["valid_from"],
            superseded_at=row["valid_to"],
            date=row["date"],
            rival_dates=tuple(json.loads(row["rival_dates"])),
            status=row["status"],
            verdict=row["verdict"],
            sources=row["sources"],
            independent_sources=row["independent_sources"],
        )
        for row in rows
    )


def changes(reader: Reader, since: datetime, limit: int) -> tuple[MoveView, ...]:
    """Versions that began or ended after the instant, newest change first."""
    rows = reader.rows(
        "SELECT * FROM (SELECT m.*, m.valid_from AS changed FROM move m WHERE m.valid_from > :since"
        " UNION ALL SELECT m.*, m.valid_to FROM move m WHERE m.valid_to > :since AND m.valid_from <= :since)"
        " ORDER BY changed DESC, id LIMIT :limit",
        {"since": stamp(since), "limit": limit},
    )
    return reader.moves(rows)


def timeline(reader: Reader, chosen: MoveFilter, limit: int, cursor: str | None) -> Timeline:
    """The story of the filter's person or organization, oldest first, the undated last. Raises NotFoundError."""
    kind = "person" if chosen.person is not None else "organization"
    subject = entity(reader, kind, chosen.person or chosen.organization or "")
    not_denied = " AND m.verdict <> 'denied'"
    rows, following = page_rows(reader, chosen, MoveSort.DATE, limit, cursor, also=not_denied)
    stays = _tenures_of_person(reader, subject.id) if kind == "person" else []
    return Timeline(subject, reader.moves(rows), tuple(reader.tenure(row) for row in stays), following)


def _tenures_of_person(reader: Reader, person_id: str) -> list[sqlite3.Row]:
    parameters: dict[str, object] = {"person": person_id}
    if reader.as_of is not None:
        parameters["as_of"] = stamp(reader.as_of)
    order = "ORDER BY coalesce(n.start_earliest, n.end_earliest, ''), n.id"
    return reader.rows(
        f"SELECT n.* FROM tenure n WHERE n.person_id = :person AND {standing('n', reader.as_of)} {order}", parameters
    )


def roster(reader: Reader, organization_id: str, on: date) -> tuple[RosterEntry, ...]:
    """Who was there on the day, certain ones first. Nobody was before a known founding. Raises NotFoundError."""
    check_known(reader, "organization", organization_id)
    day = on.isoformat()
    parameters: dict[str, object] = {"organization": organization_id, "on": day}
    if reader.as_of is not None:
        parameters["as_of"] = stamp(reader.as_of)
    rows = reader.rows(_ROSTER.format(standing=standing("n", reader.as_of)), parameters)
    reader.learn_names("person", (row["person_id"] for row in rows))
    reader.learn_names("organization", (row["organization_id"] for row in rows))
    stays = [reader.tenure(row) for row in rows]
    evidence = reader.evidence_of(sorted({move for stay in stays for move in stay.moves}))
    entries = [
        RosterEntry(stay, _certainty(row, day), tuple(e for move in stay.moves for e in evidence.get(move, ())))
        for row, stay in zip(rows, stays, strict=True)
    ]
    return tuple(sorted(entries, key=lambda e: (e.certainty, e.tenure.person.name, e.tenure.id)))


def _certainty(row: sqlite3.Row, day: str) -> Certainty:
    began = row["start_latest"] is not None and row["start_latest"] <= day
    stayed = not row["ended"] or (row["end_earliest"] is not None and row["end_earliest"] > day)
    return Certainty.CERTAIN if began and stayed else Certainty.POSSIBLE

"""Questions that count: facets, flows, reasons, and what sources disagree about."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date

from labmoves_graph.consolidation_dates import stated_period
from labmoves_graph.errors import QueryError
from labmoves_graph.model import Transition
from labmoves_graph.move_filter import MoveFilter, decode_cursor, encode_cursor, standing
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.read_model_moves import condition_of
from labmoves_graph.read_model_reader import Reader
from labmoves_graph.read_model_rows import read_transition, stamp
from labmoves_graph.read_model_views import ConflationView, Dispute, DisputeKind, FlowView, Page, ReasonCount

__all__ = ["FACETS", "count", "disputes", "facets", "flows", "reasons", "transitions"]

#: Facet -> the expression over `move m` whose values it counts; "reason" counts through move_reason.
FACETS = {
    "event": "m.event",
    "status": "m.status",
    "verdict": "m.verdict",
    "manner": "m.manner",
    "organization": "m.organization_id",
    "year": "nullif(substr(m.sort_date, 1, 4), '')",
    "reason": "r.category",
}
_REASONS = "JOIN move_reason r ON r.move_id = m.id AND r.valid_from = m.valid_from"
#: Of hops t those that were made: an arrival that is only planned belongs to a hop as well.
_MADE = "transition t JOIN move a ON a.id = t.arrival_id AND a.status = 'confirmed'"
_DISPUTED = {
    DisputeKind.DENIAL: "m.verdict = 'disputed'",
    DisputeKind.DATE: "m.verdict <> 'disputed' AND m.rival_dates <> '[]'",
}


def count(reader: Reader, chosen: MoveFilter) -> int:
    """How many moves fit."""
    condition, parameters = condition_of(reader, chosen)
    return int(reader.rows(f"SELECT count(*) FROM move m WHERE {condition}", parameters)[0][0])


def facets(reader: Reader, chosen: MoveFilter, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Facet -> value -> number of moves, greatest first. Raises QueryError for an unknown facet."""
    unknown = [name for name in names if name not in FACETS]
    if unknown:
        raise QueryError(f"no facet {unknown[0]!r}; there are {', '.join(FACETS)}")
    condition, parameters = condition_of(reader, chosen)
    found = {}
    for name in names:
        value = FACETS[name]
        join = _REASONS if name == "reason" else ""
        rows = reader.rows(
            f"SELECT {value} AS value, count(DISTINCT m.id) AS moves FROM move m {join} WHERE {condition}"
            f" AND {value} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
            parameters,
        )
        found[name] = {row["value"]: row["moves"] for row in rows}
    return found


def reasons(reader: Reader, chosen: MoveFilter) -> tuple[ReasonCount, ...]:
    """Reason categories of the moves that fit, most frequent first."""
    counted = facets(reader, chosen, ["reason"])["reason"]
    return tuple(ReasonCount(category, moves) for category, moves in counted.items())


def flows(
    reader: Reader, since: PartialDate | None, until: PartialDate | None, organization: str | None, limit: int
) -> tuple[FlowView, ...]:
    """Hops that were made, by pair of organizations, most first."""
    parts = [standing("t", reader.as_of), standing("a", reader.as_of)]
    parameters: dict[str, object] = {"limit": limit}
    if reader.as_of is not None:
        parameters["as_of"] = stamp(reader.as_of)
    if since is not None and since.earliest != date.min:
        parts.append("t.latest >= :since")
        parameters["since"] = since.earliest.isoformat()
    if until is not None and until.latest != date.max:
        parts.append("t.earliest <= :until")
        parameters["until"] = until.latest.isoformat()
    if organization is not None:
        units = "(SELECT organization_id FROM organization_line WHERE ancestor_id = :organization AND part = 1)"
        parts.append(f"(t.from_organization IN {units} OR t.to_organization IN {units})")
        parameters["organization"] = organization
    rows = reader.rows(
        "SELECT t.from_organization AS source, t.to_organization AS target, count(*) AS moves,"
        f" json_group_array(DISTINCT t.date) FILTER (WHERE t.date IS NOT NULL) AS dates FROM {_MADE}"
        f" WHERE {' AND '.join(parts)} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT :limit",
        parameters,
    )
    reader.learn_names("organization", [row["source"] for row in rows] + [row["target"] for row in rows])
    return tuple(_flow(reader, row) for row in rows)


def _flow(reader: Reader, row: sqlite3.Row) -> FlowView:
    period = stated_period(map(PartialDate.parse, json.loads(row["dates"])))
    return FlowView(
        source=reader.named("organization", row["source"]),
        target=reader.named("organization", row["target"]),
        moves=row["moves"],
        first=period[0].edtf if period else None,
        last=period[1].edtf if period else None,
    )


def transitions(reader: Reader) -> tuple[tuple[Transition, ...], dict[str, str]]:
    """Every transition that was made, as believed now, by id, and organization id -> name."""
    stands = f"{standing('t', None)} AND {standing('a', None)}"
    rows = reader.rows(f"SELECT t.* FROM {_MADE} WHERE {stands} ORDER BY t.id")
    names = reader.rows("SELECT id, name FROM organization")
    return tuple(read_transition(row) for row in rows), {row["id"]: row["name"] for row in names}


def disputes(reader: Reader, kind: DisputeKind | None, limit: int, cursor: str | None) -> Page[Dispute]:
    """A page of disputes: denials, then dates, then conflations; each kind in its own order."""
    kinds = [kind] if kind is not None else list(DisputeKind)
    place = decode_cursor(cursor, str, str, str) if cursor else (kinds[0].value, "", "")
    at, after, after_id = map(str, place)
    found: list[Dispute] = []
    for each in kinds[kinds.index(DisputeKind(at)) :] if at in list(kinds) else kinds:
        items, following = _disputes_of(reader, each, limit - len(found), after, after_id)
        found += items
        if following is not None:
            return Page(tuple(found), following)
        after, after_id = "", ""
    return Page(tuple(found))


def _disputes_of(
    reader: Reader, kind: DisputeKind, limit: int, after: str, after_id: str
) -> tuple[list[Dispute], str | None]:
    if kind is DisputeKind.CONFLATION:
        return _conflations(reader, limit, after, after_id)
    following = " AND (m.sort_date, m.id) < (:after, :after_id)" if after_id else ""
    rows = reader.rows(
        f"SELECT m.* FROM move m WHERE m.valid_to IS NULL AND {_DISPUTED[kind]}{following}"
        " ORDER BY m.sort_date DESC, m.id DESC LIMIT :limit",
        {"after": after, "after_id": after_id, "limit": limit + 1},
    )
    shown = rows[:limit]
    more = len(rows) > limit
    cursor = encode_cursor(kind, *((shown[-1]["sort_date"], shown[-1]["id"]) if shown else (after, after_id)))
    return [Dispute(kind, move=view) for view in reader.moves(shown)], cursor if more else None


def _conflations(reader: Reader, limit: int, after: str, after_id: str) -> tuple[list[Dispute], str | None]:
    rows = reader.rows(
        "SELECT f.*, coalesce(nullif(a.url, ''), c.source_url) AS url FROM conflation f"
        " JOIN claim c ON c.id = f.claim_id AND c.withdrawn_at IS NULL JOIN article a ON a.graph = c.graph"
        " WHERE f.valid_to IS NULL AND (f.claim_id, f.other_id || f.fact) > (:after, :after_id)"
        " ORDER BY f.claim_id, f.other_id || f.fact LIMIT :limit",
        {"after": after, "after_id": after_id, "limit": limit + 1},
    )
    shown = rows[:limit]
    found = [
        Dispute(
            DisputeKind.CONFLATION,
            conflation=ConflationView(
                claim_id=row["claim_id"],
                article_id=row["article_id"],
                url=row["url"],
                person=reader.named("person", row["person_id"]),
                other=reader.named("person", row["other_id"]),
                fact=row["fact"],
            ),
        )
        for row in shown
    ]
    last = (shown[-1]["claim_id"], shown[-1]["other_id"] + shown[-1]["fact"]) if shown else (after, after_id)
    return found, encode_cursor(DisputeKind.CONFLATION, *last) if len(rows) > limit else None

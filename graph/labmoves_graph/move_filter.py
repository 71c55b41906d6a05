"""Which moves are asked for, and the SQL condition that says so.

    MoveFilter(organization="openai", event=(Event.DEPARTURE,), since=PartialDate.parse("2024"))
        .condition(units)  ->  SQL over `move m`, and its parameters

Filters combine with AND, several values of one filter with OR. `since` and `until` are valid time: a move fits when
its bounds touch the period, so an undated move fits neither. `as_of` is record time. An organization includes its
units. `from` and `to` follow people across a hop: from=A are departures from A and the arrivals that followed them,
to=B arrivals at B and the departures that led there, both together one hop A → B.

Errors: QueryError for a cursor or a sort order that no answer gave out, DateError for a period that ends before it
starts: moves known to the year alone would touch both ends of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from labmoves_graph.errors import QueryError
from labmoves_graph.model import Event, Manner, ReasonCategory, Status, Verdict
from labmoves_graph.partial_date import PartialDate, check_period
from labmoves_graph.read_model_rows import stamp

__all__ = ["Condition", "MoveFilter", "MoveSort", "decode_cursor", "encode_cursor", "standing"]

_BEARERS = "(SELECT value FROM json_each(:named))"
_NAMED = f"(m.person_id IN {_BEARERS} OR m.organization_id IN {_BEARERS})"
_UNITS = "(SELECT organization_id FROM organization_line WHERE ancestor_id = :{0} AND part = 1)"
_HOPS_FROM = "SELECT {1} FROM transition t WHERE t.from_organization IN " + _UNITS.format("source") + " AND {0}"
_HOPS_TO = "SELECT {1} FROM transition t WHERE t.to_organization IN " + _UNITS.format("target") + " AND {0}"
_HOPS_BOTH = _HOPS_FROM + " AND t.to_organization IN " + _UNITS.format("target")


class MoveSort(StrEnum):
    """Orders of moves; "-" turns one round. By date, undated moves come last in both directions."""

    DATE = "date"
    DATE_DESCENDING = "-date"
    RECORDED = "recorded"
    RECORDED_DESCENDING = "-recorded"
    SOURCES = "sources"
    SOURCES_DESCENDING = "-sources"

    @property
    def column(self) -> str:
        """The column of table move that it sorts by."""
        columns = {"date": "sort_date", "recorded": "valid_from", "sources": "independent_sources"}
        return columns[self.value.removeprefix("-")]

    @property
    def descending(self) -> bool:
        """Whether great values come first."""
        return self.value.startswith("-")


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL over `move m` and its named parameters. named: what `q` asks for besides, empty without one."""

    sql: str
    parameters: dict[str, object]
    named: str = ""


@dataclass(frozen=True, slots=True)
class MoveFilter:
    """Every field None or empty: all moves believed now. min_sources counts independent sources. Raises DateError."""

    person: str | None = None
    organization: str | None = None
    from_organization: str | None = None
    to_organization: str | None = None
    event: tuple[Event, ...] = ()
    status: tuple[Status, ...] = ()
    verdict: tuple[Verdict, ...] = ()
    reason: tuple[ReasonCategory, ...] = ()
    manner: tuple[Manner, ...] = ()
    since: PartialDate | None = None
    until: PartialDate | None = None
    min_sources: int | None = None
    as_of: datetime | None = None
    q: str | None = None

    def __post_init__(self) -> None:
        check_period(self.since, self.until)

    def condition(self, units: Callable[[str], Sequence[str]]) -> Condition:
        """The SQL condition of all fields; with `q`, :named must be given the ids that bear the name.

        units: the organization itself and those that are parts of it.
        """
        parts = [standing("m", self.as_of)]
        parameters: dict[str, object] = {"as_of": stamp(self.as_of)} if self.as_of else {}
        if self.person is not None:
            parts.append("m.person_id = :person")
            parameters["person"] = self.person
        if self.organization is not None:
            _any_of(parts, parameters, "m.organization_id", "organization", units(self.organization))
        if self.from_organization is not None or self.to_organization is not None:
            parts.append(self._hops(parameters))
        narrow = bool(self.person is not None or self.organization is not None or self.reason or self.q is not None)
        for column, values in (("event", self.event), ("status", self.status), ("verdict", self.verdict)):
            # "+" keeps SQLite from walking all moves of one event when the few of somebody are asked for.
            _any_of(parts, parameters, f"{'+' * narrow}m.{column}", column, values)
        _any_of(parts, parameters, "m.manner", "manner", self.manner)
        if self.reason:
            inner: list[str] = []
            _any_of(inner, parameters, "r.category", "reason", self.reason)
            parts.append(f"(m.id, m.valid_from) IN (SELECT move_id, valid_from FROM move_reason r WHERE {inner[0]})")
        if self.since is not None and self.since.earliest != date.min:
            parts.append("m.latest >= :since")
            parameters["since"] = self.since.earliest.isoformat()
        if self.until is not None and self.until.latest != date.max:
            parts.append("m.earliest <= :until")
            parameters["until"] = self.until.latest.isoformat()
        if self.min_sources is not None:
            parts.append("m.independent_sources >= :min_sources")
            parameters["min_sources"] = self.min_sources
        return Condition(" AND ".join(parts), parameters, _NAMED if self.q is not None else "")

    def _hops(self, parameters: dict[str, object]) -> str:
        """Part of a hop from A, or to B, or from A to B; with one end only, the plain departures and arrivals too."""
        stands = standing("t", self.as_of)
        source, target = self.from_organization, self.to_organization
        hops = _HOPS_BOTH
        plain = ""
        if source is not None:
            parameters["source"] = source
        if target is not None:
            parameters["target"] = target
        if target is None:
            hops = _HOPS_FROM
            plain = f" OR (m.event = 'departure' AND m.organization_id IN {_UNITS.format('source')})"
        elif source is None:
            hops = _HOPS_TO
            plain = f" OR (m.event IN ('hire', 'founding') AND m.organization_id IN {_UNITS.format('target')})"
        ends = " UNION ".join(hops.format(stands, column) for column in ("t.departure_id", "t.arrival_id"))
        return f"(m.id IN ({ends}){plain})"


def standing(table: str, as_of: datetime | None) -> str:
    """The condition that a version was believed at that instant; now when there is none."""
    if as_of is None:
        return f"{table}.valid_to IS NULL"
    return f"{table}.valid_from <= :as_of AND ({table}.valid_to IS NULL OR {table}.valid_to > :as_of)"


def _any_of(parts: list[str], parameters: dict[str, object], column: str, name: str, values: Sequence[str]) -> None:
    if values:
        names = [f"{name}_{position}" for position in range(len(values))]
        parts.append(f"{column} IN ({', '.join(':' + n for n in names)})")
        parameters.update(zip(names, map(str, values), strict=True))


def encode_cursor(*values: str | int) -> str:
    """An opaque text that names a place in an order of answers."""
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type[str] | type[int]) -> list[str | int]:
    """The values of a cursor, of these kinds. Raises QueryError for anything that such a list did not give out."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise QueryError(f"{cursor[:40]!r} is no cursor; take it from the previous page as it is") from error
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds) or not _bindable(values):
        raise QueryError(f"{cursor[:40]!r} is a cursor of another list; start again without one")
    return values


def _bindable(values: list[str | int]) -> bool:
    """Whether SQLite takes them: no number beyond its own, no half of a character."""
    try:
        "".join(value for value in values if isinstance(value, str)).encode()
    except UnicodeEncodeError:
        return False
    return all(0 <= value < 2**53 for value in values if isinstance(value, int))

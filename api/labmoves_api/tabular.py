"""Answers as tables: CSV that opens right in a spreadsheet, and JSON Lines.

CSV has a byte-order mark, CRLF line ends, and no cell that a spreadsheet would run as a formula: such a cell gets an
apostrophe before it. JSON Lines hold the same records as JSON does, one a line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic_core import to_json

from labmoves_graph.move_records import Json

__all__ = [
    "ARTICLE_COLUMNS",
    "DISPUTE_COLUMNS",
    "ENTITY_COLUMNS",
    "FLOW_COLUMNS",
    "MOVE_COLUMNS",
    "REASON_COLUMNS",
    "ROSTER_COLUMNS",
    "Column",
    "csv_bytes",
    "jsonl_bytes",
]

#: Header, and the cell that a record shows under it.
Column = tuple[str, Callable[[Json], Any]]

BYTE_ORDER_MARK = "\ufeff"
#: What spreadsheets take for the start of a formula, also after white space.
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")


def csv_bytes(columns: Sequence[Column], records: Iterable[Json]) -> bytes:
    """The records as a CSV table in UTF-8."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([header for header, _ in columns])
    for record in records:
        table.writerow([_cell(value(record)) for _, value in columns])
    return (BYTE_ORDER_MARK + out.getvalue()).encode("utf-8", "replace")


def jsonl_bytes(records: Iterable[Json]) -> bytes:
    """One JSON object a line."""
    return b"".join(to_json(record) + b"\n" for record in records)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _field(*path: str) -> Column:
    """A field of the record, or of an object in it; the header joins the names."""

    def value(record: Json) -> Any:
        found: Any = record
        for name in path:
            found = found.get(name) if found is not None else None
        return found

    return "_".join(path), value


def _fields(names: str) -> list[Column]:
    return [_field(*name.split(".")) for name in names.split()]


def _joined(header: str, values: Callable[[Json], Iterable[Any]]) -> Column:
    return header, lambda record: "; ".join(str(value) for value in values(record))


_SOURCES: Sequence[Column] = (
    _joined("urls", lambda r: dict.fromkeys(e["url"] for e in r["evidence"] if e["url"])),
    # An article may have no URL: only its id then tells which it is.
    _joined("article_ids", lambda r: dict.fromkeys(e["article_id"] for e in r["evidence"])),
)


def _first_evidence(name: str) -> Column:
    return f"evidence_{name}", lambda r: r["evidence"][0][name] if r["evidence"] else None


MOVE_COLUMNS: Sequence[Column] = (
    *_fields("id event person.id person.name organization.id organization.name role date earliest latest"),
    _joined("rival_dates", lambda r: r["rival_dates"]),
    *_fields("announced manner status verdict sources independent_sources confidence"),
    _joined("reasons", lambda r: (reason["category"] for reason in r["reasons"])),
    _joined("reason_quotes", lambda r: (reason["quote"] for reason in r["reasons"])),
    _joined("reason_verbatim", lambda r: (_cell(reason["verbatim"]) for reason in r["reasons"])),
    *_fields("hop.direction hop.organization.id hop.organization.name hop.date"),
    _first_evidence("quote"),
    _first_evidence("url"),
    *_SOURCES,
    *_fields("recorded_at superseded_at"),
)
ENTITY_COLUMNS: Sequence[Column] = (
    *_fields("id name kind provisional moves wikidata country founded description"),
    _joined("names", lambda r: dict.fromkeys(form for forms in r["names"].values() for form in forms)),
    _joined("parents", lambda r: (one["id"] for one in r["parents"])),
    _joined("different_from", lambda r: (one["id"] for one in r["different_from"])),
)
ROSTER_COLUMNS: Sequence[Column] = (
    *_fields("tenure.person.id tenure.person.name tenure.organization.id tenure.role"),
    *_fields("tenure.start tenure.end tenure.ended certainty"),
    *_SOURCES,
)
FLOW_COLUMNS: Sequence[Column] = _fields("source.id source.name target.id target.name moves first last")
REASON_COLUMNS: Sequence[Column] = _fields("category moves")
ARTICLE_COLUMNS: Sequence[Column] = _fields(
    "id title url publisher published language sha256 recorded_at retracted_because versions claims"
)
DISPUTE_COLUMNS: Sequence[Column] = (
    *_fields("kind move.id move.event move.person.name move.organization.name move.date"),
    _joined("rival_dates", lambda r: (r["move"] or {}).get("rival_dates", ())),
    *_fields("conflation.claim_id conflation.person.name conflation.other.name conflation.fact"),
)

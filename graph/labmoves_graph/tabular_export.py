"""Moves as tables and graphs for other programs, chosen by the extension of the file.

    .csv      UTF-8 with a byte-order mark and CRLF, so that Excel opens it right; no cell is taken for a formula
    .parquet  typed columns; needs the extra labmoves[parquet]
    .graphml  .gexf   the flow network (flow_network.py)

One row is one move as believed now. Equal read models give equal bytes.

Errors: QueryError for an extension that is none of these, MissingExtraError where pyarrow is not installed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from labmoves_graph.errors import MissingExtraError, QueryError
from labmoves_graph.flow_network import FlowNetwork
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_views import MoveView

__all__ = ["COLUMNS", "EXTENSIONS", "all_moves", "csv_text", "export_tables", "parquet_bytes"]

EXTENSIONS = (".csv", ".gexf", ".graphml", ".parquet")
PAGE = 1000

COLUMNS = (
    "id",
    "event",
    "person_id",
    "person",
    "organization_id",
    "organization",
    "role",
    "date",
    "earliest",
    "latest",
    "rival_dates",
    "announced",
    "manner",
    "status",
    "verdict",
    "sources",
    "independent_sources",
    "confidence",
    "reasons",
    "hop_direction",
    "hop_organization_id",
    "hop_organization",
    "quote",
    "urls",
)
#: Characters with which a spreadsheet begins a formula or a command (CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Value = str | int | float | None


def export_tables(model: ReadModel, path: Path, chosen: MoveFilter | None = None) -> int:
    """Write the moves that fit to `path`; returns how many rows, or hops for a network. Raises QueryError."""
    if path.suffix == ".csv":
        moves = list(all_moves(model, chosen))
        path.write_bytes(csv_text(moves).encode("utf-8-sig"))
        return len(moves)
    if path.suffix == ".parquet":
        moves = list(all_moves(model, chosen))
        path.write_bytes(parquet_bytes(moves))
        return len(moves)
    if path.suffix in (".graphml", ".gexf"):
        network = FlowNetwork.of(*model.transitions())
        path.write_bytes(network.gexf() if path.suffix == ".gexf" else network.graphml())
        return network.graph.number_of_edges()
    raise QueryError(f"{path.name}: no table or network is written as {path.suffix!r}; use {', '.join(EXTENSIONS)}")


def all_moves(model: ReadModel, chosen: MoveFilter | None = None) -> Iterator[MoveView]:
    """Every move that fits, oldest first and undated ones last, page by page."""
    cursor: str | None = None
    while True:
        page = model.moves(chosen, MoveSort.DATE, PAGE, cursor)
        yield from page.items
        if (cursor := page.cursor) is None:
            return


def csv_text(moves: Iterable[MoveView]) -> str:
    """The moves as CSV; encode it as utf-8-sig."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for move in moves:
        table.writerow([_harmless(value) for value in _row(move).values()])
    return out.getvalue()


def parquet_bytes(moves: Iterable[MoveView]) -> bytes:
    """The moves as Parquet. Raises MissingExtraError."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("Parquet needs pyarrow; run `pip install 'labmoves[parquet]'`") from error
    numbers = {"sources": pa.int64(), "independent_sources": pa.int64(), "confidence": pa.float64()}
    schema = pa.schema([(name, numbers.get(name, pa.string())) for name in COLUMNS])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([_row(move) for move in moves], schema=schema), out)
    return out.getvalue()


def _row(move: MoveView) -> dict[str, Value]:
    hop = move.hop
    quotes = [evidence.quote for evidence in move.evidence if evidence.supports and evidence.quote]
    values: tuple[Value, ...] = (
        *(move.id, move.event, move.person.id, move.person.name, move.organization.id, move.organization.name),
        *(move.role, move.date, move.earliest, move.latest, " ".join(move.rival_dates) or None, move.announced),
        *(move.manner, move.status, move.verdict, move.sources, move.independent_sources, move.confidence),
        " ".join(dict.fromkeys(reason.category for reason in move.reasons)) or None,
        *((hop.direction, hop.organization.id, hop.organization.name) if hop is not None else (None, None, None)),
        quotes[0] if quotes else None,
        " ".join(dict.fromkeys(evidence.url for evidence in move.evidence if evidence.url)) or None,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _harmless(value: Value) -> Value:
    """The value so that no spreadsheet runs it: an apostrophe before what would begin a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

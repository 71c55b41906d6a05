"""Moves as tables: right in spreadsheets, typed in Parquet, the same bytes every time."""

import csv
import io
import sys

import pytest

from labmoves_graph.errors import MissingExtraError, QueryError
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_views import MoveView, Named
from labmoves_graph.store import ClaimStore
from labmoves_graph.tabular_export import COLUMNS, csv_text, export_tables, parquet_bytes


@pytest.fixture(scope="module")
def model(tmp_path_factory, generated_news):
    news = generated_news(60, 5)
    with ClaimStore.open(tmp_path_factory.mktemp("export")) as store:
        with store.writer() as writer:
            for article, claims in news.readings:
                writer.put_article(article, claims)
        project(store, news.registry)
        with ReadModel.open(store.read_model_path) as opened:
            yield opened


def move(**fields):
    given = {
        "id": "m1", "event": "departure",
        "person": Named("ada", "艾达"), "organization": Named("alpha", "Alpha, Inc."),
        "role": None, "date": "2025", "earliest": "2025-01-01", "latest": "2025-12-31", "rival_dates": ("2024",),
        "announced": None, "manner": None, "status": "confirmed", "verdict": "single_source", "sources": 1,
        "independent_sources": 1, "confidence": 0.9, "recorded_at": "", "superseded_at": None,
    }  # fmt: skip
    return MoveView(**(given | fields))


def test_csv_opens_right_in_a_spreadsheet(model, tmp_path):
    path = tmp_path / "moves.csv"
    count = export_tables(model, path)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,event,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert (len(rows), tuple(rows[0])) == (count, COLUMNS)
    assert count == model.count() > 40
    assert all(row["urls"].startswith("https://") and row["quote"] for row in rows)


@pytest.mark.parametrize("role", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", '=HYPERLINK("https://x")'])
def test_no_cell_is_taken_for_a_formula(role):
    (_, row) = csv.reader(io.StringIO(csv_text([move(role=role)]), newline=""))
    assert row[COLUMNS.index("role")] == f"'{role}"


def test_names_numbers_and_commas_survive():
    (_, row) = csv.reader(io.StringIO(csv_text([move()]), newline=""))
    assert (row[3], row[5], row[10], row[16], row[17]) == ("艾达", "Alpha, Inc.", "2024", "1", "0.9")


@pytest.mark.parametrize("extension", ["csv", "gexf", "graphml"])
def test_equal_read_models_give_equal_bytes(model, tmp_path, extension):
    one, other = tmp_path / f"one.{extension}", tmp_path / f"other.{extension}"
    export_tables(model, one)
    export_tables(model, other)
    assert one.read_bytes() == other.read_bytes()


def test_parquet_is_typed(model, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet", reason="needs the extra labmoves[parquet]")
    path = tmp_path / "moves.parquet"
    count = export_tables(model, path)
    table = pq.read_table(path)
    assert (table.num_rows, tuple(table.column_names)) == (count, COLUMNS)
    assert [str(table.schema.field(n).type) for n in ("id", "sources", "confidence")] == ["string", "int64", "double"]


def test_without_pyarrow_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'labmoves\[parquet\]'"):
        parquet_bytes([move()])


def test_unknown_extension_is_refused_with_those_that_work(model, tmp_path):
    with pytest.raises(QueryError, match=r"\.csv, \.gexf, \.graphml, \.parquet"):
        export_tables(model, tmp_path / "moves.xls")

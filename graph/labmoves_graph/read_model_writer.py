"""Writing moves.db: tables, and a digest of their content that does not depend on the order of writing.

The digest is the sum of the digests of all rows, so replacing some rows keeps it exact without reading the others:
an incremental update and a rebuild that hold the same rows have the same digest. The revision in `meta` grows by one
whenever a commit changed the digest.

Errors: StoreError when SQLite cannot write (disk full, another writer for too long).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path

from labmoves_graph.errors import StoreError
from labmoves_graph.read_model_rows import Row

__all__ = ["SCHEMA_VERSION", "ReadModelWriter", "rows_digest", "tables"]

#: Raised whenever read_model.sql or what its rows hold changes; a database of another version is rebuilt.
SCHEMA_VERSION = "11"
BUSY_TIMEOUT = 30.0  # seconds that a write waits for another process
BATCH = 5000  # rows inserted at once
CACHE_KIB = 64_000
#: Bytes; a page of 50 moves takes half the time that it takes with the usual 4,096, one move as long as before.
PAGE_BYTES = 16_384
_MODULUS = 1 << 128
_SCHEMA = (Path(__file__).parent / "read_model.sql").read_text(encoding="utf-8")
_CANONICAL = json.JSONEncoder(separators=(",", ":")).encode  # an enumeration is its text there
_UNCOUNTED = frozenset(["meta", "name_trigram", "entity_name", "registry_record"])


class ReadModelWriter:
    """One transaction on moves.db. Use `ReadModelWriter.open(path)` as a context manager; leaving it commits."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self._digest = int(self.meta("digest") or 0)
        self._before = self.meta("digest")
        self._waiting: dict[str, list[Row]] = {}
        self._indexes: list[str] = []

    @classmethod
    @contextmanager
    def open(cls, path: Path, *, afresh: bool = False) -> Iterator[ReadModelWriter]:
        """Open for one transaction; readers see the state before it until it commits.

        afresh: drop every table first and start from the empty schema.
        """
        try:
            # A rebuild computes rows in the thread that feeds the graph, one thread at a time.
            database = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be opened ({error}); check the directory's permissions") from error
        try:
            database.row_factory = sqlite3.Row
            database.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a new file
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            database.execute("BEGIN IMMEDIATE")
            writer = cls._started(database, afresh=afresh)
            yield writer
            writer._close_revision()
            database.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be written ({error}); free space or stop the other writer") from error
        finally:
            database.close()

    @classmethod
    def _started(cls, database: sqlite3.Connection, *, afresh: bool) -> ReadModelWriter:
        held = tables(database)
        former = _meta(database) if "meta" in held else {}
        if held and not afresh and former.get("schema") == SCHEMA_VERSION:
            return cls(database)
        for name, kind in held.items():
            database.execute(f"DROP {kind} IF EXISTS {name}")  # tables of an index of words go with it
        statements = list(_statements(_SCHEMA))
        for statement in statements:
            if "CREATE INDEX" not in statement:
                database.execute(statement)
        writer = cls(database)
        writer._indexes = [statement for statement in statements if "CREATE INDEX" in statement]
        writer.set_meta("schema", SCHEMA_VERSION)
        writer.set_meta("revision", former.get("revision", "0"))
        writer._before = former.get("digest")
        return writer

    def meta(self, key: str) -> str | None:
        """A value of table meta."""
        found = self.database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Set a value of table meta; not part of the content."""
        self.database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def note(self, key: str, value: str) -> None:
        """Set a value of table meta so that it stays even when the rest of the transaction never commits."""
        self.set_meta(key, value)
        self.database.execute("COMMIT")
        self.database.execute("BEGIN IMMEDIATE")

    @property
    def revision(self) -> int:
        """The revision that stands; the one that this transaction makes is set when it ends."""
        return int(self.meta("revision") or 0)

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows, which must be new. They reach the table in batches; `flush` before reading it."""
        new = list(rows)
        if table not in _UNCOUNTED:
            self._count(rows_digest(table, new))
        self._await(table, new)

    def insert_counted(self, rows_of: Mapping[str, Sequence[Row]], digest: int) -> None:
        """The same for several tables whose rows have been summed up before: digest is that of all together."""
        self._count(digest)
        for table, rows in rows_of.items():
            self._await(table, rows)

    def _await(self, table: str, rows: Iterable[Row]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting += rows
        if len(waiting) >= BATCH:
            self._insert(table)

    def flush(self) -> None:
        """Have every row that was inserted in its table."""
        for table in list(self._waiting):
            self._insert(table)

    def _insert(self, table: str) -> None:
        batch = self._waiting.pop(table)
        if batch:
            marks = ", ".join("?" * len(batch[0]))
            # Rows in key order touch each page once; their first column leads every key.
            self.database.executemany(f"INSERT INTO {table} VALUES ({marks})", sorted(batch, key=itemgetter(0)))

    def delete(self, table: str, column: str, values: Sequence[str]) -> None:
        """Remove the rows whose column has one of the values. column: or a condition that ends with one."""
        self.flush()
        for value in values:
            rows = self.database.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,)).fetchall()
            if rows:
                if table not in _UNCOUNTED:
                    self._count(-rows_digest(table, map(tuple, rows)))
                self.database.execute(f"DELETE FROM {table} WHERE {column} = ?", (value,))

    def _count(self, digest: int) -> None:
        self._digest = (self._digest + digest) % _MODULUS

    def build_indexes(self) -> None:
        """Make those that a model begun afresh still lacks; until then only keys are quick to look up."""
        self.flush()
        while self._indexes:
            self.database.execute(self._indexes.pop(0))

    def _close_revision(self) -> None:
        self.build_indexes()
        digest = str(self._digest)
        if digest != (self._before or "0"):  # an empty model has told nobody anything yet
            self.set_meta("revision", str(self.revision + 1))
        self.set_meta("digest", digest)


def tables(database: sqlite3.Connection) -> dict[str, str]:
    """Tables and views, with their kind, in an order in which they can be dropped: an index before its own."""
    found = database.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
    )
    return dict(found.fetchall())


def _meta(database: sqlite3.Connection) -> dict[str, str]:
    return dict(database.execute("SELECT key, value FROM meta").fetchall())


def rows_digest(table: str, rows: Iterable[Row]) -> int:
    """The digest of rows of one table, which digests of others are added to."""
    return sum(_row_digest(table, row) for row in rows)


def _row_digest(table: str, row: Row) -> int:
    content = _CANONICAL((table, row)).encode("ascii")
    return int.from_bytes(hashlib.blake2b(content, digest_size=16).digest())


def _statements(script: str) -> Iterator[str]:
    """The statements of the script, one by one: executescript would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""

"""Work that was accepted and is still to be done: a queue in SQLite, shared by all processes of one store.

    queue = JobQueue(directory / "jobs.db", most=100)
    job = queue.put("article", payload, token="newsroom", key="…")     # the same key again: the same job
    while (job := queue.claim()): queue.finish(job.id, result)

A job is queued, running, done or failed. One whose process died is queued again; doing a job twice has the effect of
doing it once. Finished jobs stay: they say who wrote what, and when.

Errors: BusyError for a full queue, IdempotencyError for a key that stands for something else, NotFoundError.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from labmoves_api.errors import BusyError, IdempotencyError
from labmoves_graph.clock import Clock, instant_text, system_clock
from labmoves_graph.errors import NotFoundError

__all__ = ["Job", "JobKind", "JobQueue", "JobState"]

SECONDS_A_JOB = 2  # what one article takes, roughly; tells a client when to come back
_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, token TEXT NOT NULL, idempotency_key TEXT,
    digest TEXT NOT NULL, payload TEXT NOT NULL, result TEXT, created_at TEXT NOT NULL, finished_at TEXT,
    process INTEGER, number INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS job_key ON job (token, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS job_open ON job (number) WHERE state IN ('queued', 'running');
"""


class JobKind(StrEnum):
    """What is to be done."""

    ARTICLE = "article"
    RETRACTION = "retraction"
    JUDGEMENT = "judgement"


class JobState(StrEnum):
    """How far it is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One job. result: what it gave, or the problem it met; None until it is finished."""

    id: str
    kind: JobKind
    state: JobState
    token: str
    payload: dict[str, Any]
    result: dict[str, Any] | None
    created_at: str
    finished_at: str | None


class JobQueue:
    """The queue of one store; each call opens the file anew, so that any thread of any process may call."""

    def __init__(self, path: Path, most: int, clock: Clock = system_clock) -> None:
        self._path = path
        self._most = most
        self._clock = clock

    def put(self, kind: JobKind, payload: dict[str, Any], *, token: str, key: str | None = None) -> Job:
        """Queue it. key: of the client, to ask twice and be served once."""
        text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
        with self._transaction() as database:
            if key is not None:
                same = database.execute(
                    "SELECT * FROM job WHERE token = ? AND idempotency_key = ?", (token, key)
                ).fetchone()
                if same is not None:
                    if same["digest"] != digest:
                        raise IdempotencyError("this idempotency key stands for another request; take a new one")
                    return _job(same)
            waiting = database.execute("SELECT count(*) FROM job WHERE state IN ('queued', 'running')").fetchone()[0]
            if waiting >= self._most:
                raise BusyError(f"{waiting} jobs are waiting already; try again later", SECONDS_A_JOB * waiting // 2)
            job_id = secrets.token_hex(8)
            database.execute(
                "INSERT INTO job SELECT ?, ?, 'queued', ?, ?, ?, ?, NULL, ?, NULL, NULL,"
                " coalesce(max(number), 0) + 1 FROM job",
                (job_id, kind, token, key, digest, text, instant_text(self._clock())),
            )
        return self.get(job_id)

    def claim(self) -> Job | None:
        """The oldest queued job, now running in this process; None when there is none."""
        with self._transaction() as database:
            row = database.execute(
                "UPDATE job SET state = 'running', process = ? WHERE id = "
                "(SELECT id FROM job WHERE state = 'queued' ORDER BY number LIMIT 1) RETURNING *",
                (os.getpid(),),
            ).fetchone()
        return _job(row) if row is not None else None

    def finish(self, job_id: str, state: JobState, result: dict[str, Any]) -> None:
        """Say what became of it. The article's text is dropped: the store has it, or nobody needs it."""
        with self._transaction() as database:
            database.execute(
                "UPDATE job SET state = ?, result = ?, finished_at = ?, payload = '{}' WHERE id = ?",
                (state, json.dumps(result, ensure_ascii=False), instant_text(self._clock()), job_id),
            )

    def get(self, job_id: str) -> Job:
        """One job. Raises NotFoundError."""
        if self._path.exists():
            with self._connection() as database:
                row = database.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
                if row is not None:
                    return _job(row)
        raise NotFoundError("no such job; its address stands in the answer to the request that made it")

    def recover(self) -> None:
        """Queue again what a process that is gone was doing."""
        if not self._path.exists():
            return
        with self._transaction() as database:
            for row in database.execute("SELECT id, process FROM job WHERE state = 'running'").fetchall():
                if not _alive(row["process"]) or row["process"] == os.getpid():
                    database.execute("UPDATE job SET state = 'queued', process = NULL WHERE id = ?", (row["id"],))

    def waiting(self) -> int:
        """How many are not finished."""
        if not self._path.exists():
            return 0
        with self._connection() as database:
            return int(
                database.execute("SELECT count(*) FROM job WHERE state IN ('queued', 'running')").fetchone()[0]
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)
            yield database

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        state=JobState(row["state"]),
        token=row["token"],
        payload=json.loads(row["payload"]),
        result=json.loads(row["result"]) if row["result"] is not None else None,
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )


def _alive(process: int | None) -> bool:
    if process is None:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

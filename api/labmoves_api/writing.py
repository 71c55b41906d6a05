"""Doing the jobs: articles are read, extracted and stored, judgements recorded, articles retracted.

One thread of each process takes jobs one after the other; the store's own lock keeps processes apart. A problem of
one job is its result and does not stop the next.
"""

from __future__ import annotations

import threading
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from labmoves_api.errors import FetchError
from labmoves_api.fetching import FetchLimits, fetch, is_public
from labmoves_api.jobs import Job, JobKind, JobQueue, JobState
from labmoves_api.page_reading import decoded_page, read_page
from labmoves_api.request_log import ACCESS_LOG
from labmoves_api.settings import Settings
from labmoves_graph.clock import parse_instant, system_clock
from labmoves_graph.errors import LabmovesError
from labmoves_graph.model import Article, Judgement, JudgementKind
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_ingest.extractor import Extractor

__all__ = ["JobWorker"]

#: Seconds between looks for jobs that another process queued and did not live to do.
LOOK_EVERY = 5.0


class JobWorker:
    """The thread that does the jobs."""

    def __init__(self, settings: Settings, store: ClaimStore, queue: JobQueue) -> None:
        self._settings = settings
        self._store = store
        self._queue = queue
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    @cached_property
    def _registry(self) -> Registry:
        return Registry.load()

    @cached_property
    def _extractor(self) -> Extractor:
        from labmoves_ingest.extractor import Extractor  # heavy; a service that only reads never needs it

        return Extractor(self._registry)

    def start(self) -> None:
        """Start, with what a dead process left."""
        self._thread = threading.Thread(target=self._work, name="labmoves-jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is a job."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the job at hand, then end."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        self._queue.recover()
        while not self._stopping:
            self._wake.clear()
            while not self._stopping and self._queue.waiting() and (job := self._queue.claim()) is not None:
                self._do(job)
            self._wake.wait(LOOK_EVERY)

    def _do(self, job: Job) -> None:
        try:
            result = _DOING[job.kind](self, job)
        except LabmovesError as error:
            self._queue.finish(job.id, JobState.FAILED, {"problem": str(error)})
            ACCESS_LOG.warning("job failed", extra={"fields": _fields(job) | {"problem": str(error)}})
        except Exception:
            self._queue.finish(job.id, JobState.FAILED, {"problem": "an unexpected error; the service's log has it"})
            ACCESS_LOG.exception("job failed", extra={"fields": _fields(job)})
        else:
            self._queue.finish(job.id, JobState.DONE, result)
            ACCESS_LOG.info("job done", extra={"fields": _fields(job) | {"result": result}})

    def _put_article(self, job: Job) -> dict[str, Any]:
        article = self._article(job.payload)
        claims = self._extractor.extract(article)
        with self._store.writer() as writer:
            writer.put_entities(self._registry)
            outcome = writer.put_article(article, claims)
        project(self._store, self._registry)
        return {"article_id": article.id, "outcome": outcome.value, "claims": len(claims)}

    def _article(self, payload: dict[str, Any]) -> Article:
        from labmoves_ingest.article_record import article_from_record

        record = dict(payload)
        if (html := record.pop("html", None)) is not None:
            record = _with_page(record, html)
        elif "text" not in record:
            permits = (lambda address, port: True) if self._settings.fetch_private else is_public
            limits = FetchLimits(self._settings.fetch_seconds, self._settings.max_body, permits)
            page = fetch(record["url"], limits)
            text = decoded_page(page.body, page.charset)
            plain = page.media_type == "text/plain"
            record = record | {"text": text} if plain else _with_page(record, text)
        today: date = system_clock().date()
        return article_from_record(record, "the article", today=today)

    def _retract(self, job: Job) -> dict[str, Any]:
        with self._store.writer() as writer:
            stored = writer.retract(job.payload["article_id"], job.payload["why"])
        project(self._store, self._registry)
        return {"article_id": stored.article.id}

    def _judge(self, job: Job) -> dict[str, Any]:
        payload = job.payload
        judgement = Judgement(
            kind=JudgementKind(payload["kind"]),
            subject=payload["subject"],
            object=payload["object"],
            value=payload["value"],
            made_by=job.token,
            made_at=parse_instant(job.created_at),
            why=payload["why"],
        )
        with self._store.writer() as writer:
            outcome = writer.put_judgement(judgement)
        project(self._store, self._registry)
        return {"judgement_id": judgement.id, "outcome": outcome.value}


_DOING = {
    JobKind.ARTICLE: JobWorker._put_article,
    JobKind.RETRACTION: JobWorker._retract,
    JobKind.JUDGEMENT: JobWorker._judge,
}


def _with_page(record: dict[str, Any], html: str) -> dict[str, Any]:
    """The record with what the page states, where the client did not state it."""
    page = read_page(html)
    if not page.text:
        raise FetchError("the page holds no text; post the article's text instead")
    stated = {
        "text": page.text,
        "title": page.title,
        "publisher": page.publisher,
        "published": page.published.isoformat() if page.published else "",
    }
    return {key: value for key, value in stated.items() if value} | record


def _fields(job: Job) -> dict[str, Any]:
    return {"job": job.id, "kind": job.kind.value, "token": job.token}

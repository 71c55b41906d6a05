"""The read model: every question that the API, the pages and the command line ask, answered from moves.db.

    with ReadModel.open(store.read_model_path) as model:
        page = model.moves(MoveFilter(organization="openai", event=(Event.DEPARTURE,)), limit=50)
        rest = model.moves(..., cursor=page.cursor)
        model.timeline(person="lin-junyang"); model.roster("xai", date(2024, 1, 1)); model.move(page.items[0].id)

Reading never blocks the writer and sees one consistent state per question. Names come in the language asked for.
Parameters say which time they mean: `on`, `since`, `until` when it was so, `as_of` when we knew it.

Errors: NotFoundError for an id that is not held, QueryError for a cursor that no answer gave out, StoreError when
there is no read model (make it with `labmoves rebuild`).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from labmoves_graph import move_texts as texts
from labmoves_graph import read_model_entities as entities
from labmoves_graph import read_model_moves as moves
from labmoves_graph import read_model_statistics as statistics
from labmoves_graph.errors import StoreError
from labmoves_graph.model import Language, Transition
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.partial_date import PartialDate, check_period
from labmoves_graph.read_model_reader import Reader
from labmoves_graph.read_model_views import (
    ArticleView,
    ClaimView,
    Dispute,
    DisputeKind,
    EntityView,
    FlowView,
    MoveVersionView,
    MoveView,
    Page,
    ReasonCount,
    RosterEntry,
    Timeline,
)
from labmoves_graph.read_model_writer import SCHEMA_VERSION, tables
from labmoves_graph.revision_cache import RevisionCache

__all__ = ["ReadModel"]

Answer = TypeVar("Answer")

CACHE_KIB = 16_000  # per connection; the system's page cache holds the rest


class ReadModel:
    """Read-only questions to moves.db. One object serves many threads; each gets a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._cache = RevisionCache()

    @classmethod
    def open(cls, path: Path) -> ReadModel:
        """The read model at `path`. Raises StoreError when there is none, or one of another version."""
        model = cls(path)
        with model._reader() as reader:
            held = tables(reader.database)
            found = reader.rows("SELECT value FROM meta WHERE key = 'schema'") if "meta" in held else []
        if not found or found[0][0] != SCHEMA_VERSION:
            model.close()
            raise StoreError(f"{path} is of another version; run `labmoves rebuild`")
        return model

    def __enter__(self) -> ReadModel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; a later question opens a new one."""
        with self._lock:
            for database in self._opened:
                database.close()
            self._opened.clear()
        self._local = threading.local()

    @property
    def revision(self) -> int:
        """Grows by one with every change of content; read again only when another process wrote."""
        try:
            [(version,)] = self._connection().execute("PRAGMA data_version")
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        known: tuple[int, int] | None = getattr(self._local, "revision", None)
        if known is None or known[0] != version:
            with self._reader() as reader:
                known = self._local.revision = (version, _revision(reader))
        return known[1]

    def people(
        self, q: str | None = None, *, limit: int = 50, cursor: str | None = None, lang: Language | None = None
    ) -> Page[EntityView]:
        """People by id, or those whose names match `q`, best first."""
        with self._reader(lang) as reader:
            return entities.entities(reader, "person", q, limit, cursor)

    def organizations(
        self, q: str | None = None, *, limit: int = 50, cursor: str | None = None, lang: Language | None = None
    ) -> Page[EntityView]:
        """Organizations by id, or those whose names match `q`, best first."""
        with self._reader(lang) as reader:
            return entities.entities(reader, "organization", q, limit, cursor)

    def person(self, person_id: str, *, lang: Language | None = None) -> EntityView:
        """One person. Raises NotFoundError."""
        with self._reader(lang) as reader:
            return entities.entity(reader, "person", person_id)

    def organization(self, organization_id: str, *, lang: Language | None = None) -> EntityView:
        """One organization. Raises NotFoundError."""
        with self._reader(lang) as reader:
            return entities.entity(reader, "organization", organization_id)

    def moves(
        self,
        chosen: MoveFilter | None = None,
        sort: MoveSort = MoveSort.DATE_DESCENDING,
        limit: int = 50,
        cursor: str | None = None,
        *,
        lang: Language | None = None,
    ) -> Page[MoveView]:
        """The moves that fit. cursor: of the previous page; it stays right when moves are added meanwhile."""
        chosen = chosen or MoveFilter()
        with self._reader(lang, chosen.as_of) as reader:
            return moves.page(reader, chosen, sort, limit, cursor)

    def count(self, chosen: MoveFilter | None = None) -> int:
        """How many moves fit."""
        chosen = chosen or MoveFilter()
        with self._reader() as reader:
            return self._counted(reader, ("count", chosen), lambda: statistics.count(reader, chosen))

    def facets(self, chosen: MoveFilter | None, names: Sequence[str]) -> dict[str, dict[str, int]]:
        """How many of the moves that fit have each value of event, status, verdict, manner, organization, reason or
        year. Raises QueryError for another name."""
        chosen = chosen or MoveFilter()
        with self._reader() as reader:
            key = ("facets", chosen, *names)
            return self._counted(reader, key, lambda: statistics.facets(reader, chosen, names))

    def move(self, move_id: str, *, as_of: datetime | None = None, lang: Language | None = None) -> MoveView:
        """One move with its claims, evidence and reasons. Raises NotFoundError."""
        with self._reader(lang, as_of) as reader:
            return moves.move(reader, move_id)

    def move_texts(
        self,
        chosen: MoveFilter | None = None,
        sort: MoveSort = MoveSort.DATE_DESCENDING,
        limit: int = 50,
        cursor: str | None = None,
        *,
        lang: Language | None = None,
    ) -> texts.TextPage:
        """What `moves` gives, as JSON of move_records."""
        chosen = chosen or MoveFilter()
        with self._reader(lang, chosen.as_of) as reader:
            return texts.page_of_texts(reader, chosen, sort, limit, cursor)

    def move_text(self, move_id: str, *, as_of: datetime | None = None, lang: Language | None = None) -> bytes:
        """What `move` and `move_history` give together, as JSON of move_records. Raises NotFoundError."""
        with self._reader(lang, as_of) as reader:
            return texts.text_of(reader, move_id)

    def move_history(self, move_id: str) -> tuple[MoveVersionView, ...]:
        """What was believed of a move, oldest first. Raises NotFoundError."""
        with self._reader() as reader:
            return moves.history(reader, move_id)

    def changes(self, since: datetime, *, limit: int = 50, lang: Language | None = None) -> tuple[MoveView, ...]:
        """Move versions that came to be believed, or ceased to be, after that instant, newest change first."""
        with self._reader(lang) as reader:
            return moves.changes(reader, since, limit)

    def timeline(
        self,
        *,
        person: str | None = None,
        organization: str | None = None,
        since: PartialDate | None = None,
        until: PartialDate | None = None,
        as_of: datetime | None = None,
        limit: int = 200,
        cursor: str | None = None,
        lang: Language | None = None,
    ) -> Timeline:
        """The story of a person or of an organization with its units, undated moves last, denied ones left out.

        Raises NotFoundError, DateError, and ValueError unless exactly one of the two is given.
        """
        if (person is None) == (organization is None):
            raise ValueError("give either person or organization")
        chosen = MoveFilter(person=person, organization=organization, since=since, until=until, as_of=as_of)
        with self._reader(lang, as_of) as reader:
            return moves.timeline(reader, chosen, limit, cursor)

    def roster(
        self, organization_id: str, on: date, *, as_of: datetime | None = None, lang: Language | None = None
    ) -> tuple[RosterEntry, ...]:
        """Who was at the organization or its units on that day, certain ones first. Raises NotFoundError."""
        with self._reader(lang, as_of) as reader:
            return moves.roster(reader, organization_id, on)

    def flows(
        self,
        *,
        since: PartialDate | None = None,
        until: PartialDate | None = None,
        organization: str | None = None,
        as_of: datetime | None = None,
        limit: int = 50,
        lang: Language | None = None,
    ) -> tuple[FlowView, ...]:
        """Hops counted by pair of organizations, most first; arrivals that are only planned do not count.

        organization: only flows from or to it or its units. Raises DateError for a period that ends before it starts.
        """
        check_period(since, until)
        key = ("flows", since, until, organization, as_of, limit, lang)
        with self._reader(lang, as_of) as reader:
            return self._counted(reader, key, lambda: statistics.flows(reader, since, until, organization, limit))

    def transitions(self) -> tuple[tuple[Transition, ...], dict[str, str]]:
        """Every hop that was made, as believed now, and the names of the organizations: what FlowNetwork.of takes."""
        with self._reader() as reader:
            return statistics.transitions(reader)

    def reasons(self, chosen: MoveFilter | None = None) -> tuple[ReasonCount, ...]:
        """How many of the moves that fit state a reason of each category, most first."""
        chosen = chosen or MoveFilter()
        with self._reader() as reader:
            return self._counted(reader, ("reasons", chosen), lambda: statistics.reasons(reader, chosen))

    def disputes(
        self,
        kind: DisputeKind | None = None,
        *,
        limit: int = 50,
        cursor: str | None = None,
        lang: Language | None = None,
    ) -> Page[Dispute]:
        """What sources disagree about, the latest events first; conflations by claim."""
        with self._reader(lang) as reader:
            return statistics.disputes(reader, kind, limit, cursor)

    def claim(self, claim_id: str, *, lang: Language | None = None) -> ClaimView:
        """One claim as recorded and as resolved. Raises NotFoundError."""
        with self._reader(lang) as reader:
            return entities.claim(reader, claim_id)

    def articles(
        self,
        *,
        publisher: str | None = None,
        since: date | None = None,
        until: date | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[ArticleView]:
        """Articles that stand, the latest published first, without their text."""
        with self._reader() as reader:
            return entities.articles(reader, publisher, since, until, limit, cursor)

    def article(self, article_id: str) -> ArticleView:
        """The newest version of one article with its text. Raises NotFoundError."""
        with self._reader() as reader:
            return entities.article(reader, article_id)

    def claims_of(self, article_id: str, *, lang: Language | None = None) -> tuple[ClaimView, ...]:
        """The claims of the newest version of one article, in text order. Raises NotFoundError."""
        with self._reader(lang) as reader:
            return entities.claims_of(reader, article_id)

    def _counted(self, reader: Reader, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        return self._cache.get(_revision(reader), key, compute)

    @contextmanager
    def _reader(self, lang: Language | None = None, as_of: datetime | None = None) -> Iterator[Reader]:
        database = self._connection()
        try:
            database.execute("BEGIN")
            yield Reader(database, lang, as_of)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        finally:
            if database.in_transaction:
                database.execute("COMMIT")

    def _unreadable(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"{self._path} cannot be read ({error}); run `labmoves rebuild`")

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "database", None)
        if found is None:
            if not self._path.exists():
                raise StoreError(f"{self._path} does not exist; make it with `labmoves ingest` or `labmoves rebuild`")
            uri = f"{self._path.absolute().as_uri()}?mode=ro"
            found = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
            found.row_factory = sqlite3.Row
            found.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            self._local.database = found
            with self._lock:
                self._opened.append(found)
        return found


def _revision(reader: Reader) -> int:
    return int(reader.rows("SELECT value FROM meta WHERE key = 'revision'")[0][0])

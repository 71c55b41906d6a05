"""Import of curated moves: each row of a CSV file becomes one claim that cites its page.

    person_id,event,organization_id,role,date,status,reason_category,reason_note,source_url,source_date

    read_curated(path, registry)  ──►  CuratedImport(articles, rejected)

A row is a claim like any other: rows that disagree are kept side by side and weighed at consolidation. It carries no
quote, so it has no evidence but its `source_url`; all rows that cite one page belong to one article without text.
A row that names an unknown person, organization, event, status or reason, or an impossible date, is rejected with
its line and the reason, and the others go on.

Errors: RegistryError when the file as a whole is not such a table.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from labmoves_graph.errors import DateError, RecordError, RegistryError
from labmoves_graph.model import Article, Claim, Event, Reason, ReasonCategory, Status, content_hash
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_graph.registry import Registry

__all__ = ["COLUMNS", "EXTRACTOR", "CuratedImport", "RejectedRow", "read_curated"]

EXTRACTOR = "curated/1"
#: Curated rows were checked by hand against their page; a spot check of 40 found no wrong person, event or date.
CONFIDENCE = 0.95

COLUMNS = (
    "person_id",
    "event",
    "organization_id",
    "role",
    "date",
    "status",
    "reason_category",
    "reason_note",
    "source_url",
    "source_date",
)
_REQUIRED = frozenset(["person_id", "event", "organization_id", "source_url"])
_Term = TypeVar("_Term", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not used. line: its number in the file, the header being 1; why: cause and remedy."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class CuratedImport:
    """articles: one per cited page with its claims, in order of first citation. rejected: rows left out."""

    articles: tuple[tuple[Article, tuple[Claim, ...]], ...]
    rejected: tuple[RejectedRow, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, article by article."""
        return tuple(claim for _, claims in self.articles for claim in claims)


def read_curated(path: Path, registry: Registry) -> CuratedImport:
    """Read a CSV file of curated moves. Raises RegistryError when it cannot be read as one."""
    claims: dict[str, list[Claim]] = defaultdict(list)
    published: dict[str, set[date | None]] = defaultdict(set)
    rejected: list[RejectedRow] = []
    for line, row in _rows(path):
        try:
            claim = _claim(row, registry)
        except (RecordError, DateError) as error:
            rejected.append(RejectedRow(line, str(error)))
            continue
        claims[claim.source_url].append(claim)
        published[claim.source_url].add(_day(row))
    articles = tuple((_article(url, published[url]), tuple(theirs)) for url, theirs in claims.items())
    return CuratedImport(articles, tuple(rejected))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            missing = _REQUIRED.difference(table.fieldnames or ())
            if missing:
                columns = ", ".join(COLUMNS)
                raise RegistryError(f"{path.name}: no column {', '.join(sorted(missing))}; expected are {columns}")
            for row in table:
                yield table.line_num, {key: (value or "").strip() for key, value in row.items() if key in COLUMNS}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RegistryError(f"{path.name}: cannot be read as a CSV file in UTF-8 ({error})") from error


def _claim(row: dict[str, str], registry: Registry) -> Claim:
    person = registry.person(row["person_id"])
    if person is None:
        raise RegistryError(f"no person {row['person_id']!r} in the registry; add them to people.jsonl")
    organization = registry.organization(row["organization_id"])
    if organization is None:
        raise RegistryError(f"no organization {row['organization_id']!r}; add it to organizations.jsonl")
    if not row["source_url"].startswith(("http://", "https://")):
        raise RegistryError(f"source_url {row['source_url'][:60]!r} is no web address; every row cites a page")
    return Claim(
        article_id=_article_id(row["source_url"]),
        event=_term(Event, row["event"], "event"),
        person=next(iter(registry.forms(person.id)), person.name),
        person_id=person.id,
        organization=organization.name,
        organization_id=organization.id,
        role=row.get("role") or None,
        date=PartialDate.parse(row["date"]) if row.get("date") else None,
        status=_term(Status, row.get("status") or Status.CONFIRMED.value, "status"),
        reasons=tuple(_reasons(row)),
        evidence=None,
        confidence=CONFIDENCE,
        extractor=EXTRACTOR,
        source_url=row["source_url"],
    )


def _reasons(row: dict[str, str]) -> Iterator[Reason]:
    if category := row.get("reason_category"):
        yield Reason(_term(ReasonCategory, category, "reason_category"), row.get("reason_note", ""))


def _term(kind: type[_Term], value: str, column: str) -> _Term:
    try:
        return kind(value)
    except ValueError as error:
        raise RegistryError(f"{column} {value!r} is none of {', '.join(kind)}") from error


def _day(row: dict[str, str]) -> date | None:
    """The day the page appeared, None when the row gives less than a day."""
    when = PartialDate.parse(row["source_date"]) if row.get("source_date") else None
    return when.earliest if when is not None and when.precision is Precision.DAY else None


def _article_id(url: str) -> str:
    return f"curated-{content_hash('curated', url)}"


def _article(url: str, published: set[date | None]) -> Article:
    return Article(id=_article_id(url), text="", url=url, published=min(filter(None, published), default=None))

"""Reading rows of moves.db into views: names in one language, moves complete with evidence, reasons and hops.

A Reader holds one connection, one language and one instant of record time (None: now) for the length of a question,
and fetches what belongs to many moves at once, so that a page costs a handful of queries whatever its length.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic_core import from_json

from labmoves_graph.model import Language
from labmoves_graph.move_filter import standing
from labmoves_graph.move_records import evidence_in
from labmoves_graph.read_model_rows import stamp
from labmoves_graph.read_model_views import (
    EvidenceView,
    HopView,
    MoveView,
    Named,
    ReasonView,
    TenureView,
    evidence_in_order,
)

__all__ = ["NAME_COLUMNS", "Reader", "evidence_view"]

NAME_COLUMNS: Mapping[Language | None, str] = {
    None: "name",
    Language.EN: "name",
    Language.ZH_HANS: "coalesce(name_zh_hans, name)",
    Language.ZH_HANT: "coalesce(name_zh_hant, name_zh_hans, name)",
}

# Columns in the order of EvidenceView: taking whole rows of claims apart by name took three times as long.
_EVIDENCE = """
SELECT mc.move_id,
       c.id, c.article_id, mc.supports, c.status, c.date, c.date_text, c.quote, c.sentence, c.evidence_start,
       c.evidence_end, c.said_by, a.title, coalesce(nullif(c.source_url, ''), a.url), a.publisher, a.published,
       c.extractor
FROM json_each(:moves) wanted
JOIN move_claim mc ON mc.move_id = json_extract(wanted.value, '$[0]')
                  AND mc.valid_from = json_extract(wanted.value, '$[1]')
JOIN claim c ON c.id = mc.claim_id
JOIN article a ON a.graph = c.graph AND CASE
    WHEN :as_of IS NOT NULL THEN a.recorded_at <= :as_of
    ELSE coalesce(a.recorded_at < json_extract(wanted.value, '$[2]'), true) END
ORDER BY mc.move_id, a.recorded_at
"""
_REASONS = """
SELECT r.* FROM json_each(:moves) wanted
JOIN move_reason r ON r.move_id = json_extract(wanted.value, '$[0]')
                  AND r.valid_from = json_extract(wanted.value, '$[1]')
ORDER BY r.move_id, r.position
"""
_HOPS = """
SELECT t.*, w.value AS wanted FROM json_each(:ids) w
JOIN transition t ON t.{end} = w.value
WHERE {standing} ORDER BY t.id
"""


class Reader:
    """One question's view of the database."""

    def __init__(
        self, database: sqlite3.Connection, language: Language | None = None, as_of: datetime | None = None
    ) -> None:
        self.database = database
        self.as_of = as_of
        self.language = language
        self._column = NAME_COLUMNS[language]
        self._names: dict[tuple[str, str], str] = {}

    def rows(self, sql: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self.database.execute(sql, parameters).fetchall()

    def named(self, kind: str, entity: str) -> Named:
        """A person or an organization with its name; its id stands in for an entity that no row holds."""
        if (kind, entity) not in self._names:
            self.learn_names(kind, [entity])
        return Named(entity, self._names[kind, entity])

    def learn_names(self, kind: str, entities: Iterable[str]) -> None:
        """Fetch the names of many entities at once."""
        wanted = sorted(set(entities))
        query = f"SELECT id, {self._column} FROM {kind} WHERE id IN (SELECT value FROM json_each(?))"
        self._names.update({(kind, entity): entity for entity in wanted})
        self._names.update({(kind, row[0]): row[1] for row in self.rows(query, (json.dumps(wanted),))})

    def units(self, organization_id: str) -> list[str]:
        """The organization and those that are parts of it; itself alone when it is unknown."""
        query = "SELECT organization_id FROM organization_line WHERE ancestor_id = ? AND part = 1 ORDER BY 1"
        return [row[0] for row in self.rows(query, (organization_id,))] or [organization_id]

    def moves(self, rows: Sequence[sqlite3.Row]) -> tuple[MoveView, ...]:
        """Rows of table move as views, in their order."""
        keys = json.dumps([_version(row) for row in rows])
        hops = self._hops([row["id"] for row in rows])
        others = [hop["to_organization"] for hop in hops.values()] + [
            hop["from_organization"] for hop in hops.values()
        ]
        self.learn_names("person", (row["person_id"] for row in rows))
        self.learn_names("organization", [row["organization_id"] for row in rows] + others)
        evidence, reasons = self._evidence(keys), self._reasons(keys)
        return tuple(
            self._move(row, evidence.get(row["id"], ()), reasons.get(row["id"], ()), hops.get(row["id"]))
            for row in rows
        )

    def tenure(self, row: sqlite3.Row) -> TenureView:
        """A row of table tenure as a view."""
        person = self.named("person", row["person_id"])
        organization = self.named("organization", row["organization_id"])
        ended, moves = bool(row["ended"]), tuple(from_json(row["moves"]))
        return TenureView(row["id"], person, organization, row["role"], row["start"], row["end"], ended, moves)

    def evidence_of(self, moves: Sequence[str]) -> dict[str, tuple[EvidenceView, ...]]:
        """Move id -> its evidence, for moves that are, or were at the reader's instant, believed.

        What is believed now has it in its text: to collect it from claims and articles takes six times as long.
        """
        wanted: dict[str, object] = {"moves": json.dumps(moves)}
        if self.as_of is None:
            return self._evidence_in_texts(wanted)
        stands = standing("m", self.as_of)
        query = "SELECT m.id, m.valid_from, m.valid_to FROM json_each(:moves) w JOIN move m ON m.id = w.value"
        versions = self.rows(f"{query} AND {stands}", wanted | {"as_of": stamp(self.as_of)})
        believed = json.dumps([row["id"] for row in versions if row["valid_to"] is None])
        found = self._evidence_in_texts({"moves": believed})
        renewed = self._renewed({evidence.article_id for cited in found.values() for evidence in cited})
        current = {move: cited for move, cited in found.items() if renewed.isdisjoint(e.article_id for e in cited)}
        return self._evidence(json.dumps([_version(row) for row in versions if row["id"] not in current])) | current

    def _renewed(self, articles: Iterable[str]) -> set[str]:
        """Those of the articles of which a version is younger than the reader's instant."""
        query = "SELECT a.id FROM json_each(:articles) w JOIN article a ON a.id = w.value AND a.recorded_at > :as_of"
        as_of = stamp(self.as_of) if self.as_of is not None else None
        return {row[0] for row in self.rows(query, {"articles": json.dumps(sorted(articles)), "as_of": as_of})}

    def _evidence_in_texts(self, moves: Mapping[str, object]) -> dict[str, tuple[EvidenceView, ...]]:
        texts = "SELECT t.id, t.record FROM json_each(:moves) w JOIN move_text t ON t.id = w.value"
        found = self.rows(texts, moves)
        return dict(zip([row[0] for row in found], evidence_in(row[1] for row in found), strict=True))

    def _move(
        self,
        row: sqlite3.Row,
        evidence: tuple[EvidenceView, ...],
        reasons: tuple[ReasonView, ...],
        hop: sqlite3.Row | None,
    ) -> MoveView:
        superseded = row["valid_to"]
        if self.as_of is not None and superseded is not None and superseded > stamp(self.as_of):
            superseded = None  # what was believed then had not been superseded yet
        return MoveView(
            id=row["id"],
            event=row["event"],
            person=self.named("person", row["person_id"]),
            organization=self.named("organization", row["organization_id"]),
            role=row["role"],
            date=row["date"],
            earliest=row["earliest"],
            latest=row["latest"],
            rival_dates=tuple(json.loads(row["rival_dates"])),
            announced=row["announced"],
            manner=row["manner"],
            status=row["status"],
            verdict=row["verdict"],
            sources=row["sources"],
            independent_sources=row["independent_sources"],
            confidence=row["confidence"],
            recorded_at=row["valid_from"],
            superseded_at=superseded,
            reasons=reasons,
            evidence=evidence,
            hop=self._hop(hop, row["id"]) if hop is not None else None,
        )

    def _hop(self, row: sqlite3.Row, move_id: str) -> HopView:
        leaving = row["departure_id"] == move_id
        other = row["arrival_id"] if leaving else row["departure_id"]
        organization = row["to_organization"] if leaving else row["from_organization"]
        direction = "to" if leaving else "from"
        where = self.named("organization", organization)
        return HopView(row["id"], direction, other, where, row["date"], row["days_between"])

    def _hops(self, moves: Sequence[str]) -> dict[str, sqlite3.Row]:
        """Move id -> its transition; the onward one for a move that both ends one and starts another."""
        parameters: dict[str, object] = {"ids": json.dumps(moves)}
        if self.as_of is not None:
            parameters["as_of"] = stamp(self.as_of)
        stands = standing("t", self.as_of)
        found = {}
        for end in ("arrival_id", "departure_id"):
            for row in self.rows(_HOPS.format(end=end, standing=stands), parameters):
                found[row["wanted"]] = row
        return found

    def _evidence(self, keys: str) -> dict[str, tuple[EvidenceView, ...]]:
        """keys: of versions of moves, as `_version` gives them."""
        found: dict[str, dict[str, EvidenceView]] = defaultdict(dict)
        as_of = stamp(self.as_of) if self.as_of is not None else None
        for row in self.rows(_EVIDENCE, {"moves": keys, "as_of": as_of}):
            move, claim, article, supports, *rest = row
            # The same claim may stand in several versions of its article: shown is the newest that was known then.
            found[move][claim] = EvidenceView(claim, article, bool(supports), *rest)
        return {move: evidence_in_order(views.values()) for move, views in found.items()}

    def _reasons(self, keys: str) -> dict[str, tuple[ReasonView, ...]]:
        found: dict[str, list[ReasonView]] = defaultdict(list)
        for row in self.rows(_REASONS, {"moves": keys}):
            found[row["move_id"]].append(
                ReasonView(row["category"], row["quote"], row["share"], row["said_by"], bool(row["verbatim"]))
            )
        return {move: tuple(views) for move, views in found.items()}


def _version(row: sqlite3.Row) -> tuple[str, str, str | None]:
    """What tells a version of a move, and when it ended."""
    return row["id"], row["valid_from"], row["valid_to"]


def evidence_view(row: sqlite3.Row, *, supports: bool) -> EvidenceView:
    """A claim's row, joined with its article's, as evidence."""
    return EvidenceView(
        claim_id=row["id"],
        article_id=row["article_id"],
        supports=supports,
        status=row["status"],
        date=row["date"],
        date_text=row["date_text"],
        quote=row["quote"],
        sentence=row["sentence"],
        start=row["evidence_start"],
        end=row["evidence_end"],
        said_by=row["said_by"],
        title=row["title"],
        url=row["source_url"] or row["url"],
        publisher=row["publisher"],
        published=row["published"],
        extractor=row["extractor"],
    )

"""Questions about people, organizations, articles and claims."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from datetime import date

from labmoves_graph.errors import NotFoundError
from labmoves_graph.model import Language
from labmoves_graph.move_filter import decode_cursor, encode_cursor
from labmoves_graph.read_model_names import find_entities
from labmoves_graph.read_model_reader import Reader, evidence_view
from labmoves_graph.read_model_views import ArticleView, ClaimView, EntityView, Named, Page, ReasonView

__all__ = ["article", "articles", "check_known", "claim", "claims_of", "entities", "entity"]

_COUNTS = """
SELECT {column} AS id, count(*) AS moves FROM move
WHERE {column} IN (SELECT value FROM json_each(?)) AND valid_to IS NULL AND verdict <> 'denied' GROUP BY {column}
"""
_ARTICLES = """
SELECT a.graph, a.id, a.title, a.url, a.publisher, a.published, a.language, a.sha256, a.recorded_at,
       a.invalidated_at, a.retracted_because, {text} AS text,
       (SELECT count(*) FROM article v WHERE v.id = a.id) AS versions,
       (SELECT count(*) FROM claim c WHERE c.article_id = a.id AND c.graph = a.graph) AS claims
FROM article a
"""
_CLAIM = """
SELECT c.*, a.title, a.url, a.publisher, a.published,
       coalesce(e.person_id, c.stated_person_id, '') AS person_id,
       coalesce(e.organization_id, c.stated_organization_id, '') AS organization_id
FROM claim c JOIN article a ON a.graph = c.graph LEFT JOIN claim_entity e ON e.claim_id = c.id
"""


def entities(reader: Reader, kind: str, q: str | None, limit: int, cursor: str | None) -> Page[EntityView]:
    """A page of people or organizations: by id, or by how well they match `q`."""
    if q is not None:
        start = int(decode_cursor(cursor, int)[0]) if cursor else 0
        found = find_entities(reader.database, q, kind, start + limit + 1)
        ids = found[start : start + limit]
        following = encode_cursor(start + limit) if len(found) > start + limit else None
    else:
        after = str(decode_cursor(cursor, str)[0]) if cursor else ""
        rows = reader.rows(f"SELECT id FROM {kind} WHERE id > ? ORDER BY id LIMIT ?", (after, limit + 1))
        ids = [row["id"] for row in rows[:limit]]
        following = encode_cursor(ids[-1]) if len(rows) > limit else None
    return Page(tuple(_entities(reader, kind, ids)), following)


def entity(reader: Reader, kind: str, entity_id: str) -> EntityView:
    """One person or organization. Raises NotFoundError."""
    found = _entities(reader, kind, [entity_id])
    if not found:
        raise _not_found(kind, entity_id)
    return found[0]


def check_known(reader: Reader, kind: str, entity_id: str) -> None:
    """Say nothing of a person or an organization that there is. Raises NotFoundError."""
    if not reader.rows(f"SELECT 1 FROM {kind} WHERE id = ?", (entity_id,)):
        raise _not_found(kind, entity_id)


def _not_found(kind: str, entity_id: str) -> NotFoundError:
    plural = "people" if kind == "person" else "organizations"
    return NotFoundError(f"no {kind} {entity_id!r}; try GET /v1/{plural}?q={entity_id}")


def _entities(reader: Reader, kind: str, ids: list[str]) -> list[EntityView]:
    wanted = json.dumps(ids)
    among = "(SELECT value FROM json_each(?))"
    rows = {row["id"]: row for row in reader.rows(f"SELECT * FROM {kind} WHERE id IN {among}", (wanted,))}
    names: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    query = f"SELECT entity, language, form FROM entity_name WHERE kind = ? AND entity IN {among} ORDER BY id"
    for row in reader.rows(query, (kind, wanted)):
        names[row["entity"]][row["language"]].append(row["form"])
    counts = {row["id"]: row["moves"] for row in reader.rows(_COUNTS.format(column=f"{kind}_id"), (wanted,))}
    reader.learn_names(kind, rows)
    view = _person if kind == "person" else _organization
    return [view(reader, rows[i], names[i], counts.get(i, 0)) for i in ids if i in rows]


def _forms(row: sqlite3.Row, names: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Language -> forms, the preferred one first; the label that tells namesakes apart is no form of its own."""
    preferred = {
        Language.EN: row["name_en"],
        Language.ZH_HANS: row["name_zh_hans"],
        Language.ZH_HANT: row["name_zh_hant"],
    }
    return {
        language: tuple(sorted(forms, key=lambda form: form != preferred.get(Language(language))))
        for language, forms in sorted(names.items())
    }


def _person(reader: Reader, row: sqlite3.Row, names: dict[str, list[str]], moves: int) -> EntityView:
    return EntityView(
        id=row["id"],
        name=reader.named("person", row["id"]).name,
        kind="person",
        names=_forms(row, names),
        provisional=bool(row["provisional"]),
        wikidata=row["wikidata"],
        description=row["description"],
        different_from=tuple(reader.named("person", other) for other in json.loads(row["different_from"])),
        moves=moves,
    )


def _organization(reader: Reader, row: sqlite3.Row, names: dict[str, list[str]], moves: int) -> EntityView:
    line = "SELECT {0} AS id FROM organization_line l WHERE l.{1} = ? AND l.distance {2} ORDER BY l.distance, id"
    parents = reader.rows(line.format("ancestor_id", "organization_id", "> 0"), (row["id"],))
    units = reader.rows(line.format("organization_id", "ancestor_id", "= 1"), (row["id"],))
    return EntityView(
        id=row["id"],
        name=reader.named("organization", row["id"]).name,
        kind=row["kind"],
        names=_forms(row, names),
        provisional=bool(row["provisional"]),
        wikidata=row["wikidata"],
        country=row["country"],
        founded=row["founded"],
        parents=tuple(reader.named("organization", parent["id"]) for parent in parents),
        units=tuple(reader.named("organization", unit["id"]) for unit in units),
        moves=moves,
    )


def articles(
    reader: Reader, publisher: str | None, since: date | None, until: date | None, limit: int, cursor: str | None
) -> Page[ArticleView]:
    """A page of the articles that stand, the latest published first."""
    parts = ["a.invalidated_at IS NULL"]
    parameters: dict[str, object] = {"limit": limit + 1}
    if publisher is not None:
        parts.append("a.publisher = :publisher")
        parameters["publisher"] = publisher
    if since is not None:
        parts.append("a.published >= :since")
        parameters["since"] = since.isoformat()
    if until is not None:
        parts.append("a.published <= :until")
        parameters["until"] = until.isoformat()
    if cursor is not None:
        parts.append("(coalesce(a.published, ''), a.id) < (:after, :after_id)")
        parameters["after"], parameters["after_id"] = decode_cursor(cursor, str, str)
    order = "ORDER BY coalesce(a.published, '') DESC, a.id DESC LIMIT :limit"
    rows = reader.rows(f"{_ARTICLES.format(text=repr(''))} WHERE {' AND '.join(parts)} {order}", parameters)
    views = tuple(_article(row) for row in rows[:limit])
    last = views[-1] if len(rows) > limit else None
    return Page(views, encode_cursor(last.published or "", last.id) if last else None)


def article(reader: Reader, article_id: str) -> ArticleView:
    """The newest version of an article, with its text. Raises NotFoundError."""
    newest = "WHERE a.id = ? ORDER BY a.invalidated_at IS NULL DESC, a.recorded_at DESC LIMIT 1"
    rows = reader.rows(f"{_ARTICLES.format(text='a.text')} {newest}", (article_id,))
    if not rows:
        raise NotFoundError(f"no article {article_id!r} is stored; list them with GET /v1/articles")
    return _article(rows[0])


def _article(row: sqlite3.Row) -> ArticleView:
    return ArticleView(
        id=row["id"],
        title=row["title"],
        url=row["url"],
        publisher=row["publisher"],
        published=row["published"],
        language=row["language"],
        sha256=row["sha256"],
        recorded_at=row["recorded_at"],
        invalidated_at=row["invalidated_at"],
        retracted_because=row["retracted_because"],
        versions=row["versions"],
        claims=row["claims"],
        text=row["text"],
    )


def claim(reader: Reader, claim_id: str) -> ClaimView:
    """The claim, from the newest version that makes it. Raises NotFoundError."""
    newest = "WHERE c.id = ? ORDER BY c.withdrawn_at IS NULL DESC, a.recorded_at DESC LIMIT 1"
    rows = reader.rows(f"{_CLAIM} {newest}", (claim_id,))
    if not rows:
        raise NotFoundError(f"no claim {claim_id!r} is stored; claim ids stand beside each move")
    return _claim(reader, rows[0])


def claims_of(reader: Reader, article_id: str) -> tuple[ClaimView, ...]:
    """The claims of the newest version of an article, in text order. Raises NotFoundError."""
    article(reader, article_id)
    newest = "SELECT graph FROM article WHERE id = ? ORDER BY invalidated_at IS NULL DESC, recorded_at DESC LIMIT 1"
    rows = reader.rows(f"{_CLAIM} WHERE c.graph = ({newest}) ORDER BY c.evidence_start, c.id", (article_id,))
    return tuple(_claim(reader, row) for row in rows)


def _claim(reader: Reader, row: sqlite3.Row) -> ClaimView:
    moves = reader.rows(
        "SELECT DISTINCT mc.move_id FROM move_claim mc"
        " JOIN move m ON m.id = mc.move_id AND m.valid_from = mc.valid_from"
        " WHERE mc.claim_id = ? AND m.valid_to IS NULL ORDER BY 1",
        (row["id"],),
    )
    return ClaimView(
        id=row["id"],
        article_id=row["article_id"],
        event=row["event"],
        person=_resolved(reader, "person", row["person_id"], row["person"]),
        printed_person=row["person"],
        organization=_resolved(reader, "organization", row["organization_id"], row["organization"]),
        printed_organization=row["organization"],
        role=row["role"],
        date=row["date"],
        date_text=row["date_text"],
        date_meaning=row["date_meaning"],
        manner=row["manner"],
        status=row["status"],
        confidence=row["confidence"],
        extractor=row["extractor"],
        recorded_at=row["recorded_at"],
        withdrawn_at=row["withdrawn_at"],
        evidence=evidence_view(row, supports=row["status"] != "denied"),
        reasons=tuple(
            ReasonView(category, quote, share, said_by, row["quote"] is not None)
            for category, quote, share, said_by in json.loads(row["reasons"])
        ),
        moves=tuple(found["move_id"] for found in moves),
    )


def _resolved(reader: Reader, kind: str, entity_id: str, printed: str) -> Named:
    return reader.named(kind, entity_id) if entity_id else Named("", printed)

"""The moves believed now as JSON text, made when the store is projected and kept in table move_text.

    write_texts(model, move_ids)                             once the rows that they rest on are written
    write_made(model, texts)                                 those that were made with these rows (component_texts.py)
    page_of_texts(reader, chosen, sort, limit, cursor)       TextPage: what to_json([move_record(view), ...]) gives
    text_of(reader, move_id)                                 one move with its history

A text leaves nothing open but the language: where the name of a person or an organization differs between languages,
its forms stand beside one another between marks that no JSON contains, and reading picks one. So a page costs one
query, and no JSON is made for it. Texts follow from other tables and are no content of their own.

Errors: NotFoundError for a move that is not believed now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic_core import to_json

from labmoves_graph.component_texts import OPEN_NAME, MoveText
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.move_records import move_record, move_version_record
from labmoves_graph.name_slots import NAME_FORMS, in_language, name_slots
from labmoves_graph.read_model_moves import history, move, page, page_rows
from labmoves_graph.read_model_reader import NAME_COLUMNS, Reader
from labmoves_graph.read_model_views import Named
from labmoves_graph.read_model_writer import ReadModelWriter

__all__ = ["TextPage", "moves_naming", "page_of_texts", "text_of", "write_made", "write_texts"]

BATCH = 500  # moves made at once
#: In the order of name_slots.NAME_FORMS.
_COLUMNS = ", ".join(dict.fromkeys(NAME_COLUMNS.values()))
_NAMING = {
    "person": "SELECT id FROM move WHERE person_id = :entity AND valid_to IS NULL",
    "organization": """
        SELECT id FROM move WHERE organization_id = :entity AND valid_to IS NULL
        UNION SELECT departure_id FROM transition WHERE to_organization = :entity AND valid_to IS NULL
        UNION SELECT arrival_id FROM transition WHERE from_organization = :entity AND valid_to IS NULL
    """,
}
#: The texts of all moves by date lie in that order; those of a filter are looked up one by one.
_ALL_BY_DATE = "SELECT m.id, m.sort_date, m.record FROM move_text m WHERE true{after} {order}"
_CHOSEN = """
SELECT p.*, t.record FROM (SELECT m.id, m.COLUMN FROM move m WHERE {condition}{after} {order}) p
CROSS JOIN move_text t ON t.id = p.id
"""


@dataclass(frozen=True, slots=True)
class TextPage:
    """Some moves, with commas between them, and the cursor of the rest; cursor None: there is no more.

    items: in pieces, to be joined only once: each copy of a page takes as long as to read it.
    """

    items: list[bytes]
    cursor: str | None


def page_of_texts(reader: Reader, chosen: MoveFilter, sort: MoveSort, limit: int, cursor: str | None) -> TextPage:
    """The moves that `ReadModel.moves` gives for the same."""
    if reader.as_of is not None:
        views = page(reader, chosen, sort, limit, cursor)
        return TextPage([b",".join(to_json(move_record(view)) for view in views.items)], views.cursor)
    plain = chosen == MoveFilter() and sort.column == "sort_date"
    query = _ALL_BY_DATE if plain else _CHOSEN.replace("COLUMN", sort.column)
    rows, following = page_rows(reader, chosen, sort, limit, cursor, query=query)
    pieces: list[bytes] = []
    for row in rows:
        pieces += in_language(row["record"], NAME_FORMS[reader.language])
        pieces.append(b",")
    return TextPage(pieces[:-1], following)


def text_of(reader: Reader, move_id: str) -> bytes:
    """The move that `ReadModel.move` gives, with `history`. Raises NotFoundError."""
    if reader.as_of is None:
        found = reader.rows("SELECT record, history FROM move_text WHERE id = ?", (move_id,))
        if found:
            [(record, versions)] = found
            return _with_history(b"".join(in_language(record, NAME_FORMS[reader.language])), versions)
    return _with_history(to_json(move_record(move(reader, move_id))), _history(reader, move_id))


def _with_history(record: bytes, versions: bytes) -> bytes:
    return b'%b,"history":%b}' % (record[:-1], versions)


def _history(reader: Reader, move_id: str) -> bytes:
    return to_json([move_version_record(version) for version in history(reader, move_id)])


def moves_naming(model: ReadModelWriter, entities: Iterable[tuple[str, str]]) -> set[str]:
    """The moves believed now in whose texts one of the entities, given by kind and id, is named."""
    found: set[str] = set()
    for kind, entity in entities:
        found.update(row[0] for row in model.database.execute(_NAMING[kind], {"entity": entity}))
    return found


def write_made(model: ReadModelWriter, texts: list[MoveText]) -> None:
    """Write the texts of all moves believed, once the names of all entities are written. texts: is sorted."""
    model.flush()
    reader = Reader(model.database)
    open_names = {
        (kind, entity): name_slots(kind, entity, OPEN_NAME, forms)
        for kind, entities in (
            ("person", {entity for text in texts for entity in text.people}),
            ("organization", {entity for text in texts for entity in text.organizations}),
        )
        for entity, forms in _names(reader, kind, entities).items()
    }
    # In the order in which they are mostly asked for, so that a page's texts lie together.
    texts.sort(key=lambda text: (text.sort_date, text.id), reverse=True)
    rows = ((text.id, text.sort_date, _filled(text, open_names), text.history) for text in texts)
    model.database.executemany("INSERT INTO move_text VALUES (?, ?, ?, ?)", rows)


def _filled(text: MoveText, open_names: Mapping[tuple[str, str], tuple[bytes, bytes]]) -> bytes:
    record = text.record
    for kind, entities in (("person", text.people), ("organization", text.organizations)):
        for entity in entities:
            record = record.replace(*open_names[kind, entity])
    return record


def write_texts(model: ReadModelWriter, move_ids: Sequence[str]) -> None:
    """Make the texts of these moves anew; those that nobody believes any more have none."""
    model.flush()
    reader = Reader(model.database)
    for start in range(0, len(move_ids), BATCH):
        some = move_ids[start : start + BATCH]
        model.database.executemany("DELETE FROM move_text WHERE id = ?", [(move_id,) for move_id in some])
        model.database.executemany("INSERT INTO move_text VALUES (?, ?, ?, ?)", _rows(reader, some))


def _rows(reader: Reader, move_ids: Sequence[str]) -> list[tuple[object, ...]]:
    wanted = "SELECT m.* FROM json_each(?) w JOIN move m ON m.id = w.value AND m.valid_to IS NULL ORDER BY w.key"
    rows = reader.rows(wanted, (json.dumps(move_ids),))
    views = reader.moves(rows)
    people = _slots(reader, "person", [view.person for view in views])
    hops = [view.hop.organization for view in views if view.hop is not None]
    organizations = _slots(reader, "organization", [*hops, *(view.organization for view in views)])
    texts: list[tuple[object, ...]] = []
    for row, view in zip(rows, views, strict=True):
        record = to_json(move_record(view)).replace(*people[view.person.id])
        for place in {view.organization.id} if view.hop is None else {view.organization.id, view.hop.organization.id}:
            record = record.replace(*organizations[place])
        texts.append((view.id, row["sort_date"], record, _history(reader, view.id)))
    return texts


def _slots(reader: Reader, kind: str, entities: Iterable[Named]) -> dict[str, tuple[bytes, bytes]]:
    """Id -> what stands in JSON for the entity as it is mentioned, and what is to stand there."""
    mentioned = {entity.id: entity.name for entity in entities}
    names = _names(reader, kind, mentioned)
    return {entity: name_slots(kind, entity, name, names[entity]) for entity, name in mentioned.items()}


def _names(reader: Reader, kind: str, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Id -> its name in every form; the id itself for an entity that no row holds."""
    wanted = sorted(ids)
    found: dict[str, tuple[str, ...]] = {entity: (entity,) for entity in wanted}
    query = f"SELECT id, {_COLUMNS} FROM {kind} WHERE id IN (SELECT value FROM json_each(?))"
    return found | {row[0]: tuple(row)[1:] for row in reader.rows(query, (json.dumps(wanted),))}

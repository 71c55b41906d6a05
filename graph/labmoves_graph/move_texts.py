"""The moves believed now as JSON text, made when the store is projected and kept in table move_text.

    write_texts(model, move_ids)                             once the rows that they rest on are written
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
from functools import cache

from pydantic_core import to_json

from labmoves_graph.model import Language
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.move_records import Json, move_record, move_version_record
from labmoves_graph.read_model_moves import history, move, page, page_rows
from labmoves_graph.read_model_reader import NAME_COLUMNS, Reader
from labmoves_graph.read_model_writer import ReadModelWriter

__all__ = ["TextPage", "move_ids_believed", "moves_naming", "page_of_texts", "text_of", "write_texts"]

BATCH = 500  # moves made at once
_SLOT, _NEXT = b"\0", b"\1"  # JSON spells both otherwise
_COLUMNS = list(dict.fromkeys(NAME_COLUMNS.values()))
_FORM: Mapping[Language | None, int] = {language: _COLUMNS.index(column) for language, column in NAME_COLUMNS.items()}
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
        pieces += _in_language(row["record"], reader.language)
        pieces.append(b",")
    return TextPage(pieces[:-1], following)


def text_of(reader: Reader, move_id: str) -> bytes:
    """The move that `ReadModel.move` gives, with `history`. Raises NotFoundError."""
    if reader.as_of is None:
        found = reader.rows("SELECT record, history FROM move_text WHERE id = ?", (move_id,))
        if found:
            [(record, versions)] = found
            return _with_history(b"".join(_in_language(record, reader.language)), versions)
    return _with_history(to_json(move_record(move(reader, move_id))), _history(reader, move_id))


def _with_history(record: bytes, versions: bytes) -> bytes:
    return b'%b,"history":%b}' % (record[:-1], versions)


def _history(reader: Reader, move_id: str) -> bytes:
    return to_json([move_version_record(version) for version in history(reader, move_id)])


def _in_language(text: bytes, language: Language | None) -> list[bytes]:
    parts = text.split(_SLOT)
    if len(parts) > 1:
        form = _FORM[language]
        parts[1::2] = [forms.split(_NEXT)[form] for forms in parts[1::2]]
    return parts


def moves_naming(model: ReadModelWriter, entities: Iterable[tuple[str, str]]) -> set[str]:
    """The moves believed now in whose texts one of the entities, given by kind and id, is named."""
    found: set[str] = set()
    for kind, entity in entities:
        found.update(row[0] for row in model.database.execute(_NAMING[kind], {"entity": entity}))
    return found


def move_ids_believed(model: ReadModelWriter) -> list[str]:
    """All of them, in the order in which they are mostly asked for, so that a page's texts lie together."""
    rows = model.database.execute("SELECT id FROM move WHERE valid_to IS NULL ORDER BY sort_date DESC, id DESC")
    return [row["id"] for row in rows]


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
    hops = [view.hop.organization.id for view in views if view.hop is not None]
    people = _names(reader, "person", (view.person.id for view in views))
    organizations = _names(reader, "organization", [*hops, *(view.organization.id for view in views)])
    return [
        (view.id, row["sort_date"], _text(move_record(view), people, organizations), _history(reader, view.id))
        for row, view in zip(rows, views, strict=True)
    ]


def _names(reader: Reader, kind: str, ids: Iterable[str]) -> dict[str, bytes]:
    """Id -> the JSON of the entity as it is mentioned, in every form where there is more than one."""
    wanted = sorted(set(ids))
    found = {entity: (entity,) for entity in wanted}
    columns = ", ".join(_COLUMNS)
    query = f"SELECT id, {columns} FROM {kind} WHERE id IN (SELECT value FROM json_each(?))"
    found |= {row[0]: tuple(row)[1:] for row in reader.rows(query, (json.dumps(wanted),))}
    return {entity: _slot(entity, forms) for entity, forms in found.items()}


def _slot(entity: str, names: Sequence[str]) -> bytes:
    forms = [to_json({"id": entity, "name": name}) for name in names]
    return forms[0] if len(set(forms)) == 1 else _SLOT + _NEXT.join(forms) + _SLOT


def _text(record: Json, people: Mapping[str, bytes], organizations: Mapping[str, bytes]) -> bytes:
    members = []
    for key, value in record.items():
        if key == "person":
            text = people[value["id"]]
        elif key == "organization":
            text = organizations[value["id"]]
        elif key == "hop" and value is not None:
            text = _text(value, people, organizations)
        else:
            text = to_json(value)
        members.append(_key(key) + text)
    return b"{" + b",".join(members) + b"}"


@cache
def _key(key: str) -> bytes:
    return to_json(key) + b":"

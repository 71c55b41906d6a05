"""Finding people and organizations by name: any script, prefix, words in any order, and small typing errors.

    find_entities(database, "yaoshunyu", "person")   -> both of that romanised name, told apart by their labels
    find_entities(database, "谷歌deep", "organization")

Tiers, each asked only as far as the limit is not reached: the whole name, a prefix, the beginning of a Chinese name
in pinyin, every word somewhere in the name, a likeness of trigrams above LIKENESS. Pinyin and likeness only ever
find; they never decide who somebody is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice

from labmoves_graph.registry import fold_name

__all__ = ["find_entities"]

LIKENESS = 0.75  # one wrong letter in eight still finds; two in eight do not
CANDIDATES = 60  # names compared by likeness, the ones that share most trigrams
MOST_NAMES = 3000  # names ranked; ranking 25,000 that all share "person" took 30 ms
_LAST = "\U0010ffff"


def find_entities(database: sqlite3.Connection, query: str, kind: str, limit: int) -> list[str]:
    """Ids of entities of the kind, best match first. Empty for a query without a letter."""
    folded = fold_name(query)
    compact = folded.replace(" ", "")
    if not compact:
        return []
    found: dict[str, None] = {}
    for entity in _tiers(database, folded, compact, kind, limit):
        found[entity] = None
        if len(found) == limit:
            break
    if not found:
        found = dict.fromkeys(islice(_alike(database, compact, kind), limit))
    return list(found)


def _tiers(database: sqlite3.Connection, folded: str, compact: str, kind: str, limit: int) -> Iterator[str]:
    exact = "SELECT DISTINCT entity FROM entity_name WHERE kind = ? AND compact = ? ORDER BY entity LIMIT ?"
    yield from _entities(database, exact, kind, compact, limit)
    prefix = (
        "SELECT entity FROM entity_name WHERE kind = ? AND compact > ? AND compact < ? "
        "ORDER BY compact, entity LIMIT ?"
    )
    yield from _entities(database, prefix, kind, compact, compact + _LAST, limit * 4)
    typed = (
        "SELECT entity FROM entity_reading WHERE kind = ? AND reading >= ? AND reading < ? "
        "ORDER BY reading, entity LIMIT ?"
    )
    yield from _entities(database, typed, kind, compact, compact + _LAST, limit * 4)
    words = [word for word in folded.split() if len(word) > 2]
    if words and len(words) == len(folded.split()):
        matching = (
            "SELECT e.entity FROM name_index JOIN entity_name e ON e.id = name_index.rowid "
            "WHERE name_index MATCH ? AND e.kind = ? ORDER BY length(e.compact), e.entity LIMIT ?"
        )
        yield from _entities(database, matching, " AND ".join(_quoted(word) for word in words), kind, limit * 4)
    else:
        inside = (
            "SELECT entity FROM entity_name WHERE kind = ? AND instr(compact, ?) "
            "ORDER BY length(compact), entity LIMIT ?"
        )
        yield from _entities(database, inside, kind, compact, limit * 4)


def _alike(database: sqlite3.Connection, compact: str, kind: str) -> Iterator[str]:
    """Names that share most of the query's telling trigrams, if they are alike enough."""
    trigrams = _telling(database, {compact[i : i + 3] for i in range(len(compact) - 2)})
    if not trigrams:
        return
    sharing = (
        "SELECT e.entity, e.folded FROM name_index JOIN entity_name e ON e.id = name_index.rowid "
        "WHERE name_index MATCH ? AND e.kind = ? ORDER BY name_index.rank, e.id LIMIT ?"
    )
    match = " OR ".join(_quoted(trigram) for trigram in trigrams)
    query = SequenceMatcher(b=compact)  # what it learns of the one it keeps for all the others
    scored = sorted(
        (-_likeness(query, folded), entity) for entity, folded in database.execute(sharing, (match, kind, CANDIDATES))
    )
    yield from (entity for score, entity in scored if -score >= LIKENESS)


def _telling(database: sqlite3.Connection, trigrams: set[str]) -> list[str]:
    """The rarest of the trigrams, as long as the names that hold them are few enough to compare."""
    wanted = json.dumps(sorted(trigrams))
    counted = "SELECT term, doc FROM name_trigram WHERE term IN (SELECT value FROM json_each(?)) ORDER BY doc, term"
    chosen: list[str] = []
    names = 0
    for term, number in database.execute(counted, (wanted,)):
        names += number
        if chosen and names > MOST_NAMES:
            break
        chosen.append(term)
    return chosen


def _likeness(query: SequenceMatcher[str], folded: str) -> float:
    """Of the whole name or its likest word to the query, 0 to 1; 0 where it is below LIKENESS at a glance."""
    best = 0.0
    for candidate in (folded.replace(" ", ""), *folded.split()):
        query.set_seq1(candidate)
        if query.real_quick_ratio() >= LIKENESS and query.quick_ratio() >= LIKENESS:
            best = max(best, query.ratio())
    return best


def _entities(database: sqlite3.Connection, query: str, *parameters: str | int) -> Iterator[str]:
    return (str(row[0]) for row in database.execute(query, parameters))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'

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
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice
from math import ceil

from labmoves_graph.registry import fold_name

__all__ = ["find_entities", "trigrams"]

LIKENESS = 0.75  # one wrong letter in eight still finds; two in eight do not
CANDIDATES = 60  # names compared by likeness, the ones that share most trigrams
MOST_NAMES = 3000  # names ranked; ranking 25,000 that all share "person" took 30 ms
TOLD_BY = 3  # rare trigrams that narrow names down before their words are looked for
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
    words = folded.split()
    if min(map(len, words)) > 2:
        yield from _holding(database, kind, words, "folded", limit * 4)
    else:
        yield from _holding(database, kind, [compact], "compact", limit * 4)


def _holding(database: sqlite3.Connection, kind: str, parts: Sequence[str], column: str, limit: int) -> Iterator[str]:
    """Entities in whose names all the parts stand, short names first. column: in which form of them."""
    wanted = frozenset().union(*map(trigrams, parts))
    counted = _counted(database, kind, wanted)
    if len(counted) < len(wanted):
        return
    holding = " AND ".join([f"instr(e.{column}, ?)"] * len(parts))
    rare = [trigram for trigram, names in counted if names <= MOST_NAMES][:TOLD_BY]
    if rare:
        found = (
            f"SELECT e.entity FROM name_index_{kind} i JOIN entity_name e ON e.id = i.rowid "
            f"WHERE name_index_{kind} MATCH ? AND {holding} ORDER BY e.letters, e.entity LIMIT ?"
        )
        yield from _entities(database, found, " AND ".join(map(_quoted, rare)), *parts, limit)
    else:
        # Where every trigram is common, the first names of that order mostly hold what is asked for.
        found = f"SELECT entity FROM entity_name e WHERE kind = ? AND {holding} ORDER BY letters, entity LIMIT ?"
        yield from _entities(database, found, kind, *parts, limit)


def _alike(database: sqlite3.Connection, compact: str, kind: str) -> Iterator[str]:
    """Names that share most of the query's telling trigrams, if they are alike enough."""
    query = SequenceMatcher(b=compact)  # what it learns of the one it keeps for all the others
    known: dict[str, float] = {}  # candidates have words in common
    scored = sorted(
        (-_likeness(query, folded, known), entity) for entity, folded in _candidates(database, compact, kind)
    )
    yield from (entity for score, entity in scored if -score >= LIKENESS)


def _candidates(database: sqlite3.Connection, compact: str, kind: str) -> Iterable[tuple[str, str]]:
    """Entities and folded names worth comparing with the query."""
    telling = _telling(_counted(database, kind, trigrams(compact)))
    if not telling:
        return ()
    if telling[0][1] > MOST_NAMES:  # ranked by one common trigram alone, short names come first
        common = (
            "SELECT entity, folded FROM entity_name WHERE kind = ? AND letters >= ? AND instr(compact, ?) "
            "ORDER BY letters, entity LIMIT ?"
        )
        shortest = ceil(len(compact) * LIKENESS / (2 - LIKENESS))  # a shorter name has too few letters to be alike
        return database.execute(common, (kind, shortest, telling[0][0], CANDIDATES))
    sharing = (
        f"SELECT e.entity, e.folded FROM name_index_{kind} i JOIN entity_name e ON e.id = i.rowid "
        f"WHERE name_index_{kind} MATCH ? ORDER BY i.rank, e.entity, e.folded LIMIT ?"
    )
    return database.execute(sharing, (" OR ".join(_quoted(trigram) for trigram, _ in telling), CANDIDATES))


def trigrams(compact: str) -> frozenset[str]:
    """Every three letters that follow one another."""
    return frozenset(compact[i : i + 3] for i in range(len(compact) - 2))


def _counted(database: sqlite3.Connection, kind: str, wanted: Iterable[str]) -> list[tuple[str, int]]:
    """The trigrams that names of the kind hold, with how many do, the rarest first."""
    query = (
        "SELECT trigram, names FROM name_trigram "
        "WHERE kind = ? AND trigram IN (SELECT value FROM json_each(?)) ORDER BY names, trigram"
    )
    return [tuple(row) for row in database.execute(query, (kind, json.dumps(sorted(wanted))))]


def _telling(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The rarest of the trigrams, as long as the names that hold them are few enough to compare."""
    chosen: list[tuple[str, int]] = []
    together = 0
    for trigram, names in counted:
        together += names
        if chosen and together > MOST_NAMES:
            break
        chosen.append((trigram, names))
    return chosen


def _likeness(query: SequenceMatcher[str], folded: str, known: dict[str, float]) -> float:
    """Of the whole name or its likest word to the query, 0 to 1; 0 where it is below LIKENESS at a glance."""
    return max(_ratio(query, candidate, known) for candidate in (folded.replace(" ", ""), *folded.split()))


def _ratio(query: SequenceMatcher[str], candidate: str, known: dict[str, float]) -> float:
    if candidate not in known:
        query.set_seq1(candidate)
        alike = query.real_quick_ratio() >= LIKENESS and query.quick_ratio() >= LIKENESS
        known[candidate] = query.ratio() if alike else 0.0
    return known[candidate]


def _entities(database: sqlite3.Connection, query: str, *parameters: str | int) -> Iterator[str]:
    return (str(row[0]) for row in database.execute(query, parameters))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'

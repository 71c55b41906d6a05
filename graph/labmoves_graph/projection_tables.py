"""Which rows of the read model belong to what: articles, the registry, and one component of claims.

A component is a set of claims that may share people (identity keys, `history.components`). Its derived rows can be
taken out and put back without touching any other's; names of entities that only claims know are kept in step.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from labmoves_graph.claim_rdf import Reading
from labmoves_graph.history import RecordedClaim
from labmoves_graph.identity import provisional_organization, provisional_person
from labmoves_graph.identity_links import JudgedEntity
from labmoves_graph.model import Judgement, Language, Move, Organization, Person, Tenure, Transition
from labmoves_graph.read_model_names import trigrams
from labmoves_graph.read_model_rows import (
    article_row,
    claim_row,
    instant,
    judgement_row,
    organization_row,
    person_row,
    read_article,
    read_claim,
    read_move,
    read_tenure,
    read_transition,
)
from labmoves_graph.read_model_writer import ReadModelWriter
from labmoves_graph.registry import Registry, fold_name
from labmoves_graph.registry_changes import RegistryChanges, entity_record
from labmoves_graph.romanisation import readings

__all__ = [
    "claims_concerned",
    "claims_connected_to",
    "claims_of_articles",
    "current_moves",
    "current_tenures",
    "current_transitions",
    "entities_judged",
    "identity_links",
    "keys_of_claims",
    "recorded_claims",
    "remove_articles",
    "remove_component",
    "replace_entities",
    "replace_judged",
    "replace_links",
    "replace_provisional",
    "write_articles",
    "write_judgements",
    "write_provisional",
    "write_registry",
]

_BY_CLAIM = ("conflation", "claim_entity", "identity_key", "provisional_name")
_FORMS = """
SELECT DISTINCT form FROM provisional_name
WHERE entity = ?1 AND kind = '{0}'
  AND stands = (SELECT max(stands) FROM provisional_name WHERE entity = ?1 AND kind = '{0}')
ORDER BY form
"""


def write_registry(model: ReadModelWriter, registry: Registry) -> None:
    """The entities of the registry, their names and the lines of their parents."""
    _write_entities(model, registry.people.values(), registry.organizations.values())
    for organization in registry.organizations:
        _write_line(model, organization, registry)
    _write_records(model, registry)


def replace_entities(model: ReadModelWriter, found: RegistryChanges, registry: Registry) -> None:
    """Make the same tables follow a registry in which no more than that is different."""
    for kind, changed in (("person", found.people), ("organization", found.organizations)):
        model.delete(kind, "id", sorted(changed))
        for entity in sorted(changed):
            _remove_names(model, kind, entity)
    people = [person for person in registry.people.values() if person.id in found.people]
    _write_entities(model, people, [o for o in registry.organizations.values() if o.id in found.organizations])
    model.delete("organization_line", "organization_id", sorted(found.lines))
    for organization in sorted(found.lines & registry.organizations.keys()):
        _write_line(model, organization, registry)
    model.database.execute("DELETE FROM registry_record")
    _write_records(model, registry)


def _write_entities(
    model: ReadModelWriter, people: Collection[Person], organizations: Collection[Organization]
) -> None:
    model.insert("person", [person_row(person, provisional=False) for person in people])
    model.insert("organization", [organization_row(place, provisional=False) for place in organizations])
    _write_names(model, "person", people)
    _write_names(model, "organization", organizations)


def _write_records(model: ReadModelWriter, registry: Registry) -> None:
    for kind, entities in (("organization", registry.organizations), ("person", registry.people)):
        records = (entity_record(entity) for entity in entities.values())
        model.insert("registry_record", [(kind, position, record) for position, record in enumerate(records)])


def _write_line(model: ReadModelWriter, organization_id: str, registry: Registry) -> None:
    line = enumerate(registry.ancestors(organization_id))
    rows = [(organization_id, a, distance, int(registry.part_of(organization_id, a))) for distance, a in line]
    model.insert("organization_line", rows)


def _write_names(model: ReadModelWriter, kind: str, entities: Iterable[Person | Organization]) -> None:
    """Every form of their names, as it is shown and as it is searched."""
    written: Counter[str] = Counter()
    for entity in entities:
        forms = {(Language.EN, entity.name)} | {(la, form) for la, group in entity.names.items() for form in group}
        typed: set[str] = set()
        for language, form in sorted(forms):
            folded = fold_name(form)
            compact = folded.replace(" ", "")
            cursor = model.database.execute(
                "INSERT INTO entity_name (kind, entity, language, form, folded, compact, letters)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (kind, entity.id, language, form, folded, compact, len(compact)),
            )
            indexed = f"INSERT INTO name_index_{kind} (rowid, compact) VALUES (?, ?)"
            model.database.execute(indexed, (cursor.lastrowid, compact))
            written.update(trigrams(compact))
            typed |= readings(compact)
        model.insert("entity_reading", [(kind, reading, entity.id) for reading in sorted(typed)])
    _count_trigrams(model, kind, written)


def _remove_names(model: ReadModelWriter, kind: str, entity: str) -> None:
    model.delete("entity_reading", f"kind = '{kind}' AND entity", [entity])
    gone: Counter[str] = Counter()
    index = f"name_index_{kind}"
    names = "SELECT id, compact FROM entity_name WHERE entity = ? AND kind = ?"
    for number, compact in model.database.execute(names, (entity, kind)).fetchall():
        forgotten = f"INSERT INTO {index} ({index}, rowid, compact) VALUES ('delete', ?, ?)"
        model.database.execute(forgotten, (number, compact))
        model.database.execute("DELETE FROM entity_name WHERE id = ?", (number,))
        gone.subtract(trigrams(compact))
    _count_trigrams(model, kind, gone)


def _count_trigrams(model: ReadModelWriter, kind: str, names: Mapping[str, int]) -> None:
    """Add to the number of names that hold each of these trigrams."""
    counted = "INSERT INTO name_trigram VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET names = names + excluded.names"
    model.database.executemany(counted, [(kind, trigram, number) for trigram, number in sorted(names.items())])
    gone = "DELETE FROM name_trigram WHERE kind = ? AND trigram = ? AND names = 0"
    model.database.executemany(gone, [(kind, trigram) for trigram, number in names.items() if number < 0])


def write_judgements(model: ReadModelWriter, judgements: Iterable[Judgement]) -> None:
    """All judgements, revoked ones too."""
    model.insert("judgement", [judgement_row(judgement) for judgement in judgements])


def write_articles(model: ReadModelWriter, readings: Iterable[Reading]) -> None:
    """Every version of the articles, with its claims."""
    for reading in readings:
        model.insert("article", [article_row(reading.stored)])
        model.insert("claim", [claim_row(claim, reading.stored) for claim in reading.claims])


def remove_articles(model: ReadModelWriter, article_ids: Sequence[str]) -> None:
    """Forget every version of the articles and their claims."""
    model.delete("article", "id", article_ids)
    model.delete("claim", "article_id", article_ids)


def remove_component(model: ReadModelWriter, claim_ids: Sequence[str]) -> set[tuple[str, str]]:
    """Take out the derived rows of the claims' component. Returns the provisional entities that it named."""
    moves = sorted(set(_column(model, "SELECT move_id FROM move_claim WHERE claim_id = ?", claim_ids)))
    people = sorted(set(_column(model, "SELECT person_id FROM move WHERE id = ?", moves)))
    named = {
        (row["kind"], row["entity"])
        for claim in claim_ids
        for row in model.database.execute("SELECT kind, entity FROM provisional_name WHERE claim_id = ?", (claim,))
    }
    model.delete("move", "id", moves)
    model.delete("move_claim", "move_id", moves)
    model.delete("move_reason", "move_id", moves)
    model.delete("transition", "person_id", people)
    model.delete("tenure", "person_id", people)
    for table in _BY_CLAIM:
        model.delete(table, "claim_id", claim_ids)
    return named


def write_provisional(model: ReadModelWriter, entities: Iterable[tuple[str, str]]) -> None:
    """The entities that only claims know, under the names that claims give them; those without any are left out.

    What nobody means any more keeps the names that it had: answers as of an earlier time still show it.
    """
    model.flush()
    for kind, entity in sorted(entities):
        forms = _column(model, _FORMS.format(kind), [entity])
        if not forms:
            continue
        if kind == "person":
            person = provisional_person(entity, forms)
            model.insert("person", [person_row(person, provisional=True)])
            _write_names(model, kind, [person])
        else:
            organization = provisional_organization(entity, forms)
            model.insert("organization", [organization_row(organization, provisional=True)])
            model.insert("organization_line", [(entity, entity, 0, 1)])
            _write_names(model, kind, [organization])


def replace_provisional(model: ReadModelWriter, entities: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """The same for entities that may have been written before; those that had another name come back."""
    model.flush()
    former = _entity_rows(model, entities)
    for kind, entity in sorted(entities):
        model.delete(kind, "id", [entity])
        _remove_names(model, kind, entity)
        if kind == "organization":
            model.delete("organization_line", "organization_id", [entity])
    write_provisional(model, entities)
    model.flush()
    present = _entity_rows(model, entities)
    return {entity for entity, row in former.items() if row != present[entity]}


def _entity_rows(
    model: ReadModelWriter, entities: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[sqlite3.Row]]:
    return {(kind, entity): _rows(model, f"SELECT * FROM {kind} WHERE id = ?", [entity]) for kind, entity in entities}


def claims_of_articles(model: ReadModelWriter, article_ids: Sequence[str]) -> set[str]:
    """Ids of the claims that any version of the articles makes."""
    return set(_column(model, "SELECT id FROM claim WHERE article_id = ?", article_ids))


def claims_concerned(model: ReadModelWriter, found: RegistryChanges) -> set[str]:
    """Claims, in any version of an article, that may come to something else after such a change."""
    keys = [*(f"person:{person}" for person in found.about_people), *(f"name:{name}" for name in found.person_names)]
    claims = set(_column(model, "SELECT claim_id FROM identity_key WHERE key = ?", keys))
    if found.about_organizations or found.organization_names:
        query = "SELECT claim_id FROM claim_entity WHERE organization_id = ?"
        claims |= set(_column(model, query, found.about_organizations))
        stated = "SELECT id, organization, stated_organization_id FROM claim"
        claims.update(
            claim
            for claim, printed, organization in model.database.execute(stated)
            if organization in found.about_organizations or fold_name(printed) in found.organization_names
        )
    return claims


def keys_of_claims(model: ReadModelWriter, claim_ids: Iterable[str]) -> set[str]:
    """The identity keys of the claims."""
    return set(_column(model, "SELECT key FROM identity_key WHERE claim_id = ?", claim_ids))


def claims_connected_to(model: ReadModelWriter, keys: Iterable[str]) -> set[str]:
    """Claims that share a key with the given ones, directly or through others."""
    reached: set[str] = set()
    claims: set[str] = set()
    waiting = set(keys)
    while waiting:
        key = waiting.pop()
        reached.add(key)
        met = set(_column(model, "SELECT claim_id FROM identity_key WHERE key = ?", [key])) - claims
        claims |= met
        links = "SELECT other FROM identity_link WHERE one = ?1 UNION SELECT one FROM identity_link WHERE other = ?1"
        waiting |= (keys_of_claims(model, met) | set(_column(model, links, [key]))) - reached
    return claims


def identity_links(model: ReadModelWriter) -> list[tuple[str, str]]:
    """The pairs of identity keys that judgements tie together."""
    model.flush()
    return [tuple(row) for row in model.database.execute("SELECT one, other FROM identity_link ORDER BY 1, 2")]


def replace_links(model: ReadModelWriter, links: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Make those pairs the ones that are tied together. Returns the pairs that come or go."""
    changed = {*identity_links(model)} ^ {*links}
    ends = sorted({one for one, _ in changed})
    model.delete("identity_link", "one", ends)
    model.insert("identity_link", [link for link in sorted(links) if link[0] in ends])
    model.flush()
    return changed


def entities_judged(model: ReadModelWriter) -> list[JudgedEntity]:
    """What recorded claims bring of that which judgements name, sorted."""
    model.flush()
    found = model.database.execute("SELECT entity, claim_id, kind, key FROM judged_entity ORDER BY 1, 2, 3")
    return [JudgedEntity(*row) for row in found]


def replace_judged(model: ReadModelWriter, stale: Collection[str], fresh: Iterable[JudgedEntity]) -> None:
    """Forget what the stale claims bring of it, and add what others do."""
    if model.database.execute("SELECT 1 FROM judged_entity LIMIT 1").fetchone():
        model.delete("judged_entity", "claim_id", sorted(stale))
    model.insert("judged_entity", fresh)
    model.flush()


def recorded_claims(model: ReadModelWriter, claim_ids: Iterable[str]) -> Iterator[RecordedClaim]:
    """The claims as recorded, in every version that makes them, with their identity keys."""
    for claim_id in sorted(claim_ids):
        keys = frozenset(_column(model, "SELECT key FROM identity_key WHERE claim_id = ?", [claim_id]))
        for row in model.database.execute("SELECT * FROM claim WHERE id = ? ORDER BY graph", (claim_id,)).fetchall():
            article = model.database.execute("SELECT * FROM article WHERE graph = ?", (row["graph"],)).fetchone()
            ended = instant(article["invalidated_at"]) if article["invalidated_at"] else None
            yield RecordedClaim(read_claim(row), read_article(article), instant(article["recorded_at"]), ended, keys)


def current_moves(model: ReadModelWriter, claim_ids: Sequence[str]) -> list[Move]:
    """The moves believed now that rest on the claims."""
    ids = sorted(set(_column(model, "SELECT move_id FROM move_claim WHERE claim_id = ?", claim_ids)))
    found = []
    for row in _rows(model, "SELECT * FROM move WHERE id = ? AND valid_to IS NULL", ids):
        version = (row["id"], row["valid_from"])
        of_move = "WHERE move_id = ? AND valid_from = ? ORDER BY"
        claims = model.database.execute(f"SELECT * FROM move_claim {of_move} claim_id", version).fetchall()
        reasons = model.database.execute(f"SELECT * FROM move_reason {of_move} position", version).fetchall()
        found.append(read_move(row, claims, reasons))
    return found


def current_transitions(model: ReadModelWriter, people: Sequence[str]) -> list[Transition]:
    """The transitions of the people believed now."""
    rows = _rows(model, "SELECT * FROM transition WHERE person_id = ? AND valid_to IS NULL", people)
    return [read_transition(row) for row in rows]


def current_tenures(model: ReadModelWriter, people: Sequence[str]) -> list[Tenure]:
    """The tenures of the people believed now."""
    rows = _rows(model, "SELECT * FROM tenure WHERE person_id = ? AND valid_to IS NULL", people)
    return [read_tenure(row) for row in rows]


def _rows(model: ReadModelWriter, query: str, values: Iterable[str]) -> list[sqlite3.Row]:
    return [row for value in values for row in model.database.execute(query, (value,)).fetchall()]


def _column(model: ReadModelWriter, query: str, values: Iterable[str]) -> list[str]:
    return [str(row[0]) for row in _rows(model, query, values)]

"""A changed registry is followed by what it touches, and that equals a rebuild."""

import random
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from labmoves_graph import projection
from labmoves_graph.model import (
    Article,
    Claim,
    Event,
    Evidence,
    Judgement,
    JudgementKind,
    Language,
    Organization,
    Person,
    Status,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project, rebuild
from labmoves_graph.registry import Registry
from labmoves_graph.registry_changes import RegistryChanges, entity_record, registry_of
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import ENTITIES_GRAPH, MOVES_GRAPH

START = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 12
_NUMBERED = frozenset([("entity_name", "id")])


class Clock:
    """A second later with every look."""

    def __init__(self):
        self.now = START

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def content(store):
    """Every table of the read model but for numbers of rows and its own notes, and both graphs that follow it."""
    with sqlite3.connect(store.read_model_path) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {}
        for table in tables:
            if table.startswith(("name_index_", "sqlite_")):
                continue
            columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
            wanted = ", ".join(f'"{name}"' for name in columns if (table, name) not in _NUMBERED)
            without = " WHERE key NOT IN ('revision', 'pending')" if table == "meta" else ""
            held[table] = sorted(map(repr, database.execute(f"SELECT {wanted} FROM {table}{without}")))
    for graph in (MOVES_GRAPH, ENTITIES_GRAPH):
        held[graph.value] = sorted(str(quad) for quad in store.view().quads.match(graph=graph))
    return held


def vague(news, chance):
    """The same news, in which many claims do not say which person or organization of the registry they mean."""
    for article, claims in news.readings:
        said = []
        for claim in claims:
            known = claim.person_id if chance.random() < 0.3 else None
            place = claim.organization_id if chance.random() < 0.3 else None
            said.append(replace(claim, person_id=known, organization_id=place))
        yield article, said


def changed(registry, chance):
    """The registry after one to three changes of any kind."""
    people, places = dict(registry.people), dict(registry.organizations)
    for _ in range(chance.randint(1, 3)):
        chance.choice(CHANGES)(people, places, chance)
    return Registry.of(places.values(), people.values())


def _any(entities, chance):
    """One of them; half the time one of the few that changes meet again and again."""
    return entities[chance.choice(sorted(entities)[: 3 if chance.random() < 0.5 else None])]


def _known_name(people, chance):
    return f"Somebody {chance.randrange(200)} Else" if chance.random() < 0.5 else _any(people, chance).name


def _person_comes(people, places, chance):
    number = chance.randrange(10_000)
    people[f"new-{number}"] = Person(f"new-{number}", _known_name(people, chance))


def _person_goes(people, places, chance):
    del people[_any(people, chance).id]


def _person_is_called_otherwise(people, places, chance):
    one = _any(people, chance)
    people[one.id] = replace(one, names={**one.names, Language.EN: (_known_name(people, chance), "Late Name")})


def _person_is_told_from_another(people, places, chance):
    one, other = _any(people, chance), _any(people, chance)
    words = f'Worked at {_any(places, chance).name}; "More followed" and GreatWork.'
    people[one.id] = replace(one, different_from=(other.id,), description=words)
    people[other.id] = replace(people[other.id], different_from=(one.id,))


def _person_is_described(people, places, chance):
    one = _any(people, chance)
    people[one.id] = replace(one, description=f"Of {_any(places, chance).name}. Not of {_any(places, chance).name}.")


def _person_is_a_common_name(people, places, chance):
    one = _any(people, chance)
    words = f"Of {_any(places, chance).name}."
    forms = () if one.ambiguous else (one.name, *(form for group in one.names.values() for form in group))
    people[one.id] = replace(one, ambiguous=forms, description=words)


def _place_comes(people, places, chance):
    number = chance.randrange(10_000)
    places[f"lab-{number}"] = Organization(f"lab-{number}", f"Lab {chance.randrange(12)}", kind="lab")


def _place_goes(people, places, chance):
    del places[_any(places, chance).id]


def _place_is_called_otherwise(people, places, chance):
    one = _any(places, chance)
    named = {Language.EN: (f"Lab {chance.randrange(12)}",), Language.ZH_HANS: ("实验室",)}
    places[one.id] = replace(one, name=f"{one.name} Renamed", names=named)


def _place_moves(people, places, chance):
    one = _any(places, chance)
    kind = chance.choice(["lab", "unit", "institute"])
    places[one.id] = replace(one, parent=_any(places, chance).id, kind=kind)


def _place_is_founded(people, places, chance):
    one = _any(places, chance)
    places[one.id] = replace(one, founded=PartialDate.parse(str(chance.randrange(2005, 2020))))


def _place_succeeds(people, places, chance):
    one, other = _any(places, chance), _any(places, chance)
    when = PartialDate.parse(str(chance.randrange(2013, 2020)))
    places[one.id] = replace(one, predecessors=(other.id,), predecessor_dates=((other.id, when),))


def _order_is_another(people, places, chance):
    name = chance.choice(sorted(places))
    places[name] = places.pop(name)


def _sources_are_another(people, places, chance):
    one = _any(people, chance)
    people[one.id] = replace(one, sources=("https://paper.example/9",), wikidata="Q9")


CHANGES = (
    _order_is_another,
    _person_comes,
    _person_goes,
    _person_is_a_common_name,
    _person_is_called_otherwise,
    _person_is_described,
    _person_is_told_from_another,
    _place_comes,
    _place_goes,
    _place_is_called_otherwise,
    _place_is_founded,
    _place_moves,
    _place_succeeds,
    _sources_are_another,
)


@pytest.mark.parametrize("seed", range(4))
def test_a_followed_registry_equals_a_rebuild(generated_news, tmp_path, monkeypatch, seed):
    monkeypatch.setattr(projection, "REBUILD_SHARE", 1.0)
    chance = random.Random(seed)
    news = generated_news(80, seed)
    registry = news.registry
    with ClaimStore.open(tmp_path / "store", clock=Clock()) as store, store.writer() as writer:
        for article, claims in vague(news, chance):
            writer.put_article(article, claims)
        for article, claims in list(vague(news, chance))[::9]:
            writer.put_article(article, claims)
        project(store, registry)
        for number in range(ROUNDS):
            registry = changed(registry, chance)
            if number % 3 == 0:
                writer.put_batch(list(vague(news, chance))[number * 5 : number * 5 + 2])
            assert not project(store, registry).rebuilt
            followed = content(store)
            rebuild(store, registry)
            assert followed == content(store)


def test_a_place_that_only_a_description_names_counts_too(small_registry, tmp_path, monkeypatch):
    """The physicist is told of Alpha and Beta, so a claim that puts him at his namesake's Gamma is flagged."""
    monkeypatch.setattr(projection, "REBUILD_SHARE", 1.0)
    text = "Shunyu Yao joined Gamma."
    claim = Claim(
        "a",
        Event.HIRE,
        "Shunyu Yao",
        "Gamma",
        Status.CONFIRMED,
        Evidence(0, len(text), text),
        person_id="yao-physics",
        organization_id="gamma",
    )
    places = dict(small_registry.organizations)
    for name in ("alpha", "beta"):
        places[name] = replace(places[name], name=f"{name}, once".upper())
    with ClaimStore.open(tmp_path / "store", clock=Clock()) as store, store.writer() as writer:
        writer.put_article(Article("a", text), [claim])
        project(store, small_registry)
        assert len(content(store)["conflation"]) == 1
        present = Registry.of(places.values(), small_registry.people.values())
        assert not project(store, present).rebuilt
        assert content(store)["conflation"] == []


def test_a_registry_that_changes_little_leaves_most_alone(generated_news, tmp_path, monkeypatch):
    news = generated_news(80, 1)
    with ClaimStore.open(tmp_path / "store", clock=Clock()) as store:
        with store.writer() as writer:
            for article, claims in news.readings:
                writer.put_article(article, claims)
        before = project(store, news.registry)
        people = dict(news.registry.people)
        person = people["person-3"] = replace(people["person-3"], name="Known Person 3, Who Married")
        present = Registry.of(news.registry.organizations.values(), people.values())
        replayed = []
        real = projection.component_rows
        monkeypatch.setattr(projection, "component_rows", lambda *given: replayed.append(given[0]) or real(*given))
        done = project(store, present)
        assert (done.rebuilt, done.revision) == (False, before.revision + 1)
        assert {item.claim.person_id for group in replayed for item in group} == {person.id}
        assert project(store, present) == done


def test_a_registry_that_changes_much_or_beside_judgements_on_identity_rebuilds(generated_news, tmp_path):
    news = generated_news(40, 2)
    with ClaimStore.open(tmp_path / "store", clock=Clock()) as store, store.writer() as writer:
        for article, claims in news.readings:
            writer.put_article(article, claims)
        project(store, news.registry)
        renamed = [replace(place, name=f"{place.name} Again") for place in news.registry.organizations.values()]
        present = Registry.of(renamed, news.registry.people.values())
        assert project(store, present).rebuilt
        writer.put_judgement(Judgement(JudgementKind.SAME, "person-1", "person-2", None, "editor", START, "one"))
        assert project(store, present).rebuilt
        assert not project(store, present).rebuilt
        fewer = Registry.of(renamed, list(news.registry.people.values())[1:])
        assert project(store, fewer).rebuilt


def test_records_give_the_registry_again():
    registry = Registry.load()
    for kind, entities in (("organization", registry.organizations), ("person", registry.people)):
        records = [(kind, entity_record(entity)) for entity in entities.values()]
        read = registry_of(records)
        assert list((read.people or read.organizations).values()) == list(entities.values())
    found = RegistryChanges.between(registry, Registry.load())
    assert {getattr(found, name) for name in RegistryChanges.__slots__} == {frozenset()}

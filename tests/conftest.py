"""Fixtures for every package: generated news with everything that consolidation has to deal with."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from labmoves_graph.model import (
    Article,
    Claim,
    Event,
    Evidence,
    Language,
    Manner,
    Organization,
    Person,
    Reason,
    ReasonCategory,
    Status,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry

PUBLISHERS = ("Example Times", "Daily Sample", "Muster-Zeitung", "示例日报", "Test Wire", "Blog of Somebody")


@dataclass(frozen=True)
class GeneratedNews:
    """registry: the entities. readings: articles with the claims read from them, in order of publication."""

    registry: Registry
    readings: list[tuple[Article, list[Claim]]]


@pytest.fixture(scope="session")
def generated_news() -> Callable[[int, int], GeneratedNews]:
    """Makes news about so many moves from a seed: careers with returns, rumours, denials, rival and vague dates."""
    return lambda moves, seed: generate(moves, seed)


def generate(moves: int, seed: int) -> GeneratedNews:
    """News about so many moves; equal arguments give equal news."""
    chance = random.Random(seed)
    labs = max(10, min(160, moves // 20))
    founded = PartialDate.parse("2010")
    organizations = [Organization(id=f"org-{n}", name=f"Lab {n}", kind="lab", founded=founded) for n in range(labs)]
    organizations += [
        Organization(id=f"unit-{n}", name=f"Unit {n}", kind="unit", parent=f"org-{n}") for n in range(labs // 4)
    ]
    people = [
        Person(id=f"person-{n}", name=f"Known Person {n}", names={Language.ZH_HANS: (f"人物{n}",)})
        for n in range(moves // 8)
    ]
    people += [Person(id=f"{person.id}-junior", name=f"{person.name} Junior") for person in people]
    registry = Registry.of(organizations, people)
    readings: list[tuple[Article, list[Claim]]] = []
    made = 0
    while made < moves:
        career = list(_career(chance, made, registry))
        if chance.random() < 0.4:
            career += [_shifted(move, len(career)) for move in career]
        made += len(career)
        readings += [reading for move in career for reading in _reports(chance, move, len(readings))]
    return GeneratedNews(registry, readings)


@dataclass(frozen=True)
class _Happening:
    number: int
    event: Event
    person: str
    person_id: str | None
    organization: Organization
    day: date


def _career(chance: random.Random, number: int, registry: Registry) -> Iterator[_Happening]:
    known = f"person-{number // 8}" in registry.people and chance.random() < 0.7
    person_id = f"person-{number // 8}" if known else None
    person = f"Known Person {number // 8}" if known else f"Somebody {number} Else"
    places = list(registry.organizations.values())
    day = date(2012, 1, 1) + timedelta(days=chance.randrange(3000))
    previous: Organization | None = None
    for _ in range(chance.randint(1, 3)):
        returning = previous is not None and chance.random() < 0.1
        crowd = min(chance.randrange(len(places)), chance.randrange(len(places)))
        place = previous if returning and previous is not None else places[crowd]
        arrival = Event.FOUNDING if chance.random() < 0.1 else Event.HIRE
        yield _Happening(number, arrival, person, person_id, place, day)
        number += 1
        if chance.random() < 0.2:
            return
        day += timedelta(days=chance.randrange(100, 1500))
        yield _Happening(number, Event.DEPARTURE, person, person_id, place, day)
        number += 1
        day += timedelta(days=chance.randrange(0, 90))
        previous = place


def _shifted(move: _Happening, places: int) -> _Happening:
    """The same happening to a colleague, two days later."""
    number, day = move.number + places, move.day + timedelta(days=2)
    junior = f"{move.person_id}-junior" if move.person_id else None
    return replace(move, number=number, day=day, person=f"{move.person} Junior", person_id=junior)


def _reports(chance: random.Random, move: _Happening, number: int) -> Iterator[tuple[Article, list[Claim]]]:
    for copy in range(1 + (chance.random() < 0.25) + (chance.random() < 0.1)):
        published = move.day + timedelta(days=chance.randrange(0, 20))
        verb = {Event.DEPARTURE: "left", Event.HIRE: "joined", Event.FOUNDING: "founded"}[move.event]
        quote = f"{move.person} {verb} {move.organization.name}"
        text = f"Report {number + copy} of {published}. {quote}, it was learnt. More followed."
        start = text.index(quote)
        reasons = (Reason(chance.choice(list(ReasonCategory)), quote),) if chance.random() < 0.2 else ()
        article = Article(
            id=f"article-{move.number}-{copy}",
            text=text,
            title=quote,
            url=f"https://news{chance.randrange(40)}.example/{move.number}/{copy}",
            publisher=chance.choice(PUBLISHERS),
            published=published,
            language=Language.EN,
        )
        claim = Claim(
            article_id=article.id,
            event=move.event,
            person=move.person,
            person_id=move.person_id,
            organization=move.organization.name,
            organization_id=move.organization.id,
            status=chance.choices(list(Status), weights=[88, 6, 4, 2])[0],
            evidence=Evidence(start, start + len(quote), quote),
            role=chance.choice(["researcher", "engineer", "co-founder", None]),
            date=_stated(chance, move.day),
            manner=chance.choice([None, None, Manner.RESIGNED, Manner.POACHED]),
            reasons=reasons,
            confidence=round(chance.uniform(0.5, 1.0), 3),
            extractor="generated/1",
        )
        yield article, [claim]


def _stated(chance: random.Random, day: date) -> PartialDate | None:
    draw = chance.random()
    if draw < 0.1:
        return None
    if draw < 0.7:
        return PartialDate.from_day(day + timedelta(days=chance.choice([0, 0, 0, 1])))
    if draw < 0.85:
        return PartialDate.parse(f"{day:%Y-%m}")
    return PartialDate.parse(f"{day:%Y-%m}~" if draw < 0.92 else f"{day:%Y}")

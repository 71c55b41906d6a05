"""Short ways to an answer give what the long ones give: names by trigram, moves by name, evidence from texts."""

import random
import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest

from labmoves_graph import read_model_names
from labmoves_graph.model import Event
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.read_model_names import find_entities, trigrams
from labmoves_graph.registry import fold_name
from labmoves_graph.store import ClaimStore

START = datetime(2026, 1, 1, tzinfo=UTC)
CORRECTED = START + timedelta(hours=2)
EVERYTHING = 10_000


@pytest.fixture(scope="module")
def store(generated_news, tmp_path_factory):
    """A store of which a third was told otherwise at first."""
    news = generated_news(300, 21)
    now = [START]
    with ClaimStore.open(tmp_path_factory.mktemp("paths"), clock=lambda: now[0]) as opened:
        with opened.writer() as writer:
            for number, (article, claims) in enumerate(news.readings):
                writer.put_article(article, claims if number % 3 else [])
            project(opened, news.registry)
            now[0] = CORRECTED
            for article, claims in news.readings[::3]:
                writer.put_article(article, claims)
            project(opened, news.registry)
        yield opened


@pytest.fixture(scope="module")
def model(store):
    with ReadModel.open(store.read_model_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def connection(store):
    """The file behind the read model."""
    opened = sqlite3.connect(f"{store.read_model_path.as_uri()}?mode=ro", uri=True)
    yield opened
    opened.close()


@pytest.fixture(params=[0, read_model_names.MOST_NAMES], ids=["all names common", "no name common"])
def commonness(request, monkeypatch):
    """Few names are here, so what is common is set."""
    monkeypatch.setattr(read_model_names, "MOST_NAMES", request.param)


@pytest.mark.usefixtures("commonness")
@pytest.mark.parametrize("kind", ["person", "organization"])
def test_names_are_found_as_a_look_at_all_of_them_finds_them(model, connection, kind):
    names = connection.execute("SELECT entity, folded, compact FROM entity_name WHERE kind = ?", (kind,)).fetchall()
    asked = [query for query in _queries(names, random.Random(3)) if _holding(names, query)]
    assert len(asked) > 60
    for query in asked:
        assert find_entities(connection, query, kind, EVERYTHING) == _holding(names, query), query


@pytest.mark.usefixtures("commonness")
@pytest.mark.parametrize("query", ["Knwon Person 3", "Known Presn 3", "Persson", "Smebody Else"])
def test_a_likeness_is_found_whether_its_letters_are_common_or_not(connection, query):
    found = [e for kind in ("person", "organization") for e in find_entities(connection, query, kind, 60)]
    assert found
    assert find_entities(connection, "zzz qqq", "person", 60) == []


def test_trigrams_are_counted_as_names_come_and_go(connection):
    counted = connection.execute("SELECT kind, trigram, names FROM name_trigram").fetchall()
    expected: dict[tuple[str, str], int] = {}
    for kind, compact in connection.execute("SELECT kind, compact FROM entity_name"):
        for trigram in trigrams(compact):
            expected[kind, trigram] = expected.get((kind, trigram), 0) + 1
    assert {(kind, trigram): names for kind, trigram, names in counted} == expected


@pytest.mark.parametrize("sort", MoveSort)
@pytest.mark.parametrize(
    "fields",
    [{}, {"event": (Event.DEPARTURE,)}, {"as_of": START}, {"min_sources": 2}, {"organization": "org-1"}],
    ids=str,
)
def test_moves_of_a_name_come_page_by_page_as_those_of_everybody_who_bears_it(model, connection, sort, fields):
    for query in ("Known Person 1", "Lab 1", "Unit", "Somebody", "nobody"):
        bearers = {e for kind in ("person", "organization") for e in find_entities(connection, query, kind, 50)}
        everything = model.moves(MoveFilter(**fields), sort, EVERYTHING).items
        expected = [move for move in everything if bearers & {move.person.id, move.organization.id}]
        found, cursor = [], None
        while not found or cursor is not None:
            page = model.moves(MoveFilter(q=query, **fields), sort, 7, cursor)
            found += page.items
            cursor = page.cursor
            if not page.items:
                break
        assert found == expected
        assert model.count(MoveFilter(q=query, **fields)) == len(expected)


@pytest.mark.parametrize("as_of", [None, START, CORRECTED])
def test_a_roster_cites_what_its_moves_cite(model, as_of):
    cited = 0
    for organization in model.organizations(limit=EVERYTHING).items:
        for entry in model.roster(organization.id, date(2016, 6, 1), as_of=as_of):
            moves = [model.move(move, as_of=as_of) for move in entry.tenure.moves]
            assert entry.evidence == tuple(evidence for move in moves for evidence in move.evidence)
            cited += len(entry.evidence)
    assert cited > 20


def _queries(names, chance):
    """Whole names, beginnings, middles, words in another order, beginnings of words."""
    for _, folded, _ in chance.sample(names, min(len(names), 60)):
        words = folded.split()
        start = chance.randrange(len(folded))
        yield folded
        yield folded[: chance.randint(1, len(folded))]
        yield folded[start : start + chance.randint(1, 8)]
        yield " ".join(chance.sample(words, len(words)))
        yield " ".join(word[: chance.randint(1, len(word))] for word in words)


def _holding(names, query):
    """Bearers of the name, of one that begins so, then of those in which every word stands, short ones first."""
    folded = fold_name(query)
    compact = folded.replace(" ", "")
    if not compact:
        return []
    words = folded.split()
    within = all(len(word) > 2 for word in words)
    exact = sorted(entity for entity, _, name in names if name == compact)
    begun = [entity for name, entity in sorted((n, e) for e, _, n in names if n.startswith(compact) and n != compact)]
    held = [
        (len(name), entity)
        for entity, spaced, name in names
        if (all(word in spaced for word in words) if within else compact in name)
    ]
    return list(dict.fromkeys([*exact, *begun, *(entity for _, entity in sorted(held))]))

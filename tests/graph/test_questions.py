"""Every question has one answer, whoever is asked: the graph or the read model."""

import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest

from labmoves_graph.errors import QueryError
from labmoves_graph.model import Event, Status
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.projection import project
from labmoves_graph.questions import ask_graph, ask_read_model, question, questions
from labmoves_graph.read_model import ReadModel
from labmoves_graph.store import ClaimStore

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=[11, 12])
def answered(request, tmp_path_factory, generated_news):
    """A store with generated news, its read model, and parameters that many rows fit."""
    news = generated_news(300, request.param)
    instants = iter(START + timedelta(seconds=n) for n in range(10_000))
    directory = tmp_path_factory.mktemp("questions")
    with ClaimStore.open(directory, clock=lambda: next(instants)) as store:
        with store.writer() as writer:
            for article, claims in news.readings:
                writer.put_article(article, claims)
        project(store, news.registry)
        database = sqlite3.connect(store.read_model_path)
        yield store, database, parameters(database)
        database.close()


def parameters(database):
    """Values for every parameter name, taken from what is most frequent in the data."""

    def most(column, table):
        query = f"SELECT {column} FROM {table} WHERE valid_to IS NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
        return database.execute(query).fetchone()[0]

    return {
        "organization": most("from_organization", "transition"),
        "person": most("person_id", "move"),
        "publisher": "示例日报",
        "move": most("move_id", "(SELECT *, NULL AS valid_to FROM move_claim)"),
        "since": "2012-06-01",
        "until": "2023-12-31",
        "on": "2018-06-30",
    }


@pytest.mark.parametrize("name", sorted(questions()))
def test_graph_and_read_model_answer_alike(answered, name):
    store, database, values = answered
    given = {key: values[key] for key in question(name).parameters}
    if name == "changed_since":
        given["since"] = "2026-01-01T00:02:00Z"
    expected = ask_read_model(database, name, **given)
    assert ask_graph(store.query, name, **given) == expected
    assert expected


@pytest.mark.parametrize("name", ["flows", "where_did_they_go", "who_left"])
def test_ends_left_open_are_all_of_time_and_the_undated(answered, name):
    store, database, values = answered
    given = {key: values[key] for key, one in question(name).parameters.items() if one.required}
    everything = ask_read_model(database, name, **given)
    assert ask_graph(store.query, name, **given) == everything
    dated = ask_read_model(database, name, **given, since="0002", until="9998")
    # Hops rest on dates but for those that one article tells, and not every world of the fixture has one of these.
    assert len(dated) < len(everything) if name == "who_left" else len(dated) <= len(everything)
    for period in ({"since": "2015"}, {"until": "2014-06"}):
        assert ask_graph(store.query, name, **given, **period) == ask_read_model(database, name, **given, **period)


def test_years_and_months_mean_their_first_and_last_day(answered):
    store, _, values = answered
    given = {"organization": values["organization"]}
    year = ask_graph(store.query, "who_left", **given, since="2015", until="2018-02")
    assert year == ask_graph(store.query, "who_left", **given, since="2015-01-01", until="2018-02-28") != []


@pytest.fixture
def giant(newsroom, tmp_path):
    """A store where people are at a company, its unit and a subsidiary, and one hop is only planned."""
    newsroom.claim("one", "hire", "ada", "giant", "2020-01-05")
    newsroom.claim("one", "hire", "bob", "giant-research", "2020-02")
    newsroom.claim("one", "hire", "cox", "subsidiary", "2020-03-01")
    newsroom.claim("two", "departure", "bob", "giant-research", "2023-05-02")
    newsroom.claim("two", "hire", "bob", "beta", "2023-06~")
    newsroom.claim("three", "departure", "ada", "giant")
    newsroom.claim("three", "hire", "ada", "beta", "2026-07", status="planned")
    newsroom.claim("four", "departure", "Somebody Else", "giant-research", "2022")
    with ClaimStore.open(tmp_path / "store", clock=lambda: START) as store:
        with store.writer() as writer:
            writer.put_entities(newsroom.registry)
            for name, article in newsroom.articles.items():
                writer.put_article(article, [claim for claim in newsroom.claims if claim.article_id == name])
        project(store, newsroom.registry)
        database = sqlite3.connect(store.read_model_path)
        with ReadModel.open(store.read_model_path) as model:
            yield store, database, model
        database.close()


@pytest.mark.parametrize("day", ["2019-01-01", "2021-06-01", "2024-06-01"])
def test_a_roster_counts_units_as_the_read_model_does(giant, day):
    store, database, model = giant
    rows = ask_graph(store.query, "roster_on_day", organization="giant", on=day)
    assert rows == ask_read_model(database, "roster_on_day", organization="giant", on=day)
    entries = model.roster("giant", date.fromisoformat(day))
    found = {(entry.tenure.id, entry.certainty.value) for entry in entries}
    assert {(tenure, certainty) for _, _, certainty, tenure in rows} == found
    assert "cox" not in {person for person, *_ in rows}


def test_who_left_and_why_count_units_as_the_read_model_does(giant):
    store, database, model = giant
    chosen = MoveFilter(organization="giant", event=(Event.DEPARTURE,), status=(Status.CONFIRMED,))
    left = ask_graph(store.query, "who_left", organization="giant")
    assert left == ask_read_model(database, "who_left", organization="giant")
    assert {row[-1] for row in left} == {move.id for move in model.moves(chosen).items}
    assert len(left) == 3
    assert ask_graph(store.query, "who_left", organization="giant-research") == [
        row for row in left if row[0] != "ada"
    ]


def test_an_organization_that_the_registry_does_not_hold_is_asked_about_likewise(newsroom, tmp_path):
    newsroom.claim("one", "departure", "ada", "Little Lab", "2024")
    with ClaimStore.open(tmp_path / "store", clock=lambda: START) as store:
        with store.writer() as writer:
            writer.put_entities(newsroom.registry)
            writer.put_article(newsroom.articles["one"], newsroom.claims)
        project(store, newsroom.registry)
        [(lab,)] = sqlite3.connect(store.read_model_path).execute("SELECT organization_id FROM move").fetchall()
        assert [row[0] for row in ask_graph(store.query, "who_left", organization=lab)] == ["ada"]


def test_a_planned_hop_is_no_flow_and_is_told_as_planned(giant):
    store, database, model = giant
    [flow] = model.flows()
    assert (flow.source.id, flow.target.id, flow.moves, flow.first, flow.last) == (
        "giant-research",
        "beta",
        1,
        "2023-06~",
        "2023-06~",
    )
    assert ask_graph(store.query, "flows") == [("giant-research", "beta", 1)]
    assert ask_read_model(database, "net_flow") == ask_graph(store.query, "net_flow")
    assert ask_graph(store.query, "net_flow") == [("beta", 1, 0, 1), ("giant-research", 0, 1, -1)]
    assert [hop.person_id for hop in model.transitions()[0]] == ["bob"]
    went = ask_graph(store.query, "where_did_they_go", organization="giant")
    assert [(row[0], row[2], row[4]) for row in went] == [
        ("ada", "beta", "planned"),
        ("bob", "beta", "confirmed"),
    ]


def test_a_flow_tells_first_and_last_as_stated(newsroom, tmp_path, build_hops):
    dates = ["2024-02-10", "2024-03~", "2024-11~", "2024-12-03"]
    model = build_hops(dates)
    [flow] = model.flows()
    assert (flow.moves, flow.first, flow.last) == (4, "2024-02-10", "2024-12-03")


@pytest.fixture
def build_hops(newsroom, tmp_path):
    """The read model of hops from Alpha to Beta on these dates, each of somebody else."""
    opened = []

    def build(dates):
        for number, when in enumerate(dates):
            who = f"{['Ann', 'Bea', 'Cyd', 'Dot'][number]} Hopper"
            newsroom.claim(f"a{number}", "departure", who, "alpha", "2024-02")
            newsroom.claim(f"a{number}", "hire", who, "beta", when)
        with ClaimStore.open(tmp_path / "hops", clock=lambda: START) as store:
            with store.writer() as writer:
                for name, article in newsroom.articles.items():
                    writer.put_article(article, [claim for claim in newsroom.claims if claim.article_id == name])
            project(store, newsroom.registry)
            opened.append(ReadModel.open(store.read_model_path))
        return opened[0]

    yield build
    for model in opened:
        model.close()


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("who_left", {}, "'who_left' needs organization; ask it like who_left organization=openai"),
        ("roster_on_day", {"organization": "alpha"}, "needs on; ask it like roster_on_day organization=xai on=2024"),
        ("roster_on_day", {"organization": "alpha", "on": "someday"}, "on: 'someday' is not an EDTF date"),
        ("roster_on_day", {"organization": "alpha", "on": "2024"}, "on: '2024' is no single day"),
        ("who_left", {"organization": "alpha", "since": "2024-13"}, "since: '2024-13'"),
        ("changed_since", {"since": "2024"}, "since: '2024' is no instant"),
    ],
)
def test_what_is_missing_or_no_date_is_named(answered, name, given, told):
    store, database, _ = answered
    for ask, asked in ((ask_graph, store.query), (ask_read_model, database)):
        with pytest.raises(QueryError) as raised:
            ask(asked, name, **given)
        assert told in str(raised.value)


@pytest.mark.parametrize("name", sorted(questions()))
def test_the_files_run_as_they_stand(answered, name):
    store, _, _ = answered
    assert store.query(question(name).sparql).variables


def test_there_are_enough_questions_and_each_says_what_it_asks():
    assert len(questions()) >= 15
    assert all(
        asked.title.endswith("?") and asked.sql.startswith(f"-- {asked.title}") for asked in questions().values()
    )


def test_unknown_question_and_parameter_are_named(answered):
    store, _, _ = answered
    with pytest.raises(QueryError, match="no question 'who'"):
        ask_graph(store.query, "who")
    with pytest.raises(QueryError, match="'who_left' has no parameter 'org'; it has: organization, since, until"):
        ask_graph(store.query, "who_left", org="alpha")


def test_parameter_cannot_break_out_of_its_place(answered):
    store, database, _ = answered
    evil = 'x> } } # "'
    assert ask_graph(store.query, "timeline_of_person", person=evil) == []
    assert ask_graph(store.query, "claims_of_publisher", publisher=evil) == []
    assert ask_read_model(database, "claims_of_publisher", publisher=evil) == []

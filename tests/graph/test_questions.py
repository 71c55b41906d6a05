"""Every question has one answer, whoever is asked: the graph or the read model."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from labmoves_graph.errors import QueryError
from labmoves_graph.projection import project
from labmoves_graph.questions import ask_graph, ask_read_model, question, questions
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

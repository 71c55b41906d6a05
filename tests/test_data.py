"""The data that labmoves brings along fits together."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from labmoves_graph.curated import read_curated
from labmoves_graph.registry import Registry
from labmoves_ingest.article_reading import ArticleReader

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def registry():
    return Registry.load(DATA)


@pytest.fixture(scope="module")
def samples():
    problems = []
    articles = list(ArticleReader(on_problem=problems.append).read([DATA / "articles"]))
    assert problems == []
    return articles


def test_ids_are_used_once(registry):
    for name, entities in (("organizations", registry.organizations), ("people", registry.people)):
        assert len(entities) == len((DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


def test_relatives_of_organizations_exist(registry):
    named = {
        relative
        for organization in registry.organizations.values()
        for relative in (organization.parent, *organization.predecessors)
        if relative
    }
    assert named - registry.organizations.keys() == set()


def test_namesakes_know_each_other(registry):
    namesakes = {
        frozenset([one, other])
        for person in registry.people.values()
        for form in registry.forms(person.id)
        for one in registry.people_named(form)
        for other in registry.people_named(form)
        if one != other
    }
    declared = {(person.id, other) for person in registry.people.values() for other in person.different_from}
    assert {(other, one) for one, other in declared} == declared
    assert namesakes - {frozenset(pair) for pair in declared} == set()
    assert frozenset(["yao-shunyu-physics", "yao-shunyu-react"]) in namesakes


def test_every_curated_row_can_be_used(registry):
    with (DATA / "moves.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    curated = read_curated(DATA / "moves.csv", registry)
    assert curated.rejected == ()
    assert len(curated.claims) == len(rows)


def test_samples_come_in_both_languages_and_scripts(samples):
    languages = Counter(article.language for article in samples)
    assert languages["en"] >= 7
    assert languages["zh-Hant"] >= 2
    assert languages["zh-Hans"] + languages["zh-Hant"] >= 7


def test_samples_cite_a_page_of_the_curated_rows_and_say_that_they_are_samples(samples):
    with (DATA / "moves.csv").open(encoding="utf-8", newline="") as file:
        pages = {row["source_url"] for row in csv.DictReader(file)}
    assert [article.id for article in samples if article.url not in pages] == []
    marks = ("Sample – ", "样例－", "樣例－")
    assert [article.id for article in samples if not article.title.startswith(marks)] == []

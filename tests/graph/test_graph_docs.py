"""The queries that docs/graph.md shows run, and answer what it says."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from labmoves_graph.model import Article, Claim, Event, Evidence, Status
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import BASE, LM, PREFIXES

PAGE = (Path(__file__).parents[2] / "docs" / "graph.md").read_text(encoding="utf-8")
START = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "Jan Leike joined Anthropic."


@pytest.fixture
def store(tmp_path):
    """Until noon OpenAI, since then Anthropic."""
    instants = iter([START, START + timedelta(days=1)])
    claims = [
        Claim("a", Event.HIRE, "Jan Leike", organization, Status.CONFIRMED, Evidence(0, 26, TEXT[:26]))
        for organization in ("OpenAI", "Anthropic")
    ]
    with ClaimStore.open(tmp_path, clock=lambda: next(instants)) as opened:
        with opened.writer() as writer:
            for claim in claims:
                writer.put_article(Article("a", TEXT), [claim])
        yield opened


def rows(store: ClaimStore, number: int) -> set[tuple[str | None, ...]]:
    query = re.findall(r"```sparql\n(.*?)```", PAGE, flags=re.DOTALL)[number]
    answer = store.query(query)
    names = [variable.value for variable in answer.variables]
    return {tuple(row[name].value if row[name] else None for name in names) for row in answer}


def test_query_for_now(store):
    assert rows(store, 0) == {(LM["event-hire"].value, "Anthropic", None, "a")}


def test_query_for_an_instant(store):
    assert rows(store, 1) == {(LM["event-hire"].value, "OpenAI")}


def test_query_for_evidence(store):
    assert rows(store, 2) == {(TEXT[:26], "0", "26")}


def test_named_graphs_and_terms_of_the_page_exist():
    assert f"{BASE}graph/…" in PAGE
    for prefix, name in re.findall(r"\b(lm|oa|org|prov|schema):([A-Za-z-]+)", PAGE):
        if prefix == "lm":
            assert LM[name].value == PREFIXES["lm"] + name

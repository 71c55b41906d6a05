"""Sources are shown with the number that is left when copies and one publisher's pages count once."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime

import pytest

from labmoves_api.cli import main
from labmoves_api.settings import Settings
from labmoves_graph.model import Article, Claim, Event, Evidence, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

TEXT = (
    "Mira Murati left OpenAI on September 25, 2024, after six years at the company, to do her own exploration. "
    "The chief technology officer told her colleagues in the morning, and two more leaders went on the same day."
)
OWN_WORDS = "On September 25, 2024 the technology chief of OpenAI, Mira Murati, said farewell in a note to the staff."


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A departure that a report, a reprint of it and an article of its own words tell; an arrival told once."""
    told = [
        ("report", TEXT, Event.DEPARTURE, "openai", "OpenAI"),
        ("reprint", f"{TEXT} This first appeared elsewhere.", Event.DEPARTURE, "openai", "OpenAI"),
        ("witness", OWN_WORDS, Event.DEPARTURE, "openai", "OpenAI"),
        (
            "founding",
            "Mira Murati founded Thinking Machines.",
            Event.FOUNDING,
            "thinking-machines",
            "Thinking Machines",
        ),
    ]
    directory, registry = tmp_path_factory.mktemp("sources") / "store", Registry.load()
    with ClaimStore.open(directory, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as opened:
        with opened.writer() as writer:
            for name, text, event, organization, printed in told:
                article = Article(name, text, url=f"https://{name}.example/1", published=date(2024, 9, 26))
                claim = Claim(
                    name,
                    event,
                    "Mira Murati",
                    printed,
                    Status.CONFIRMED,
                    Evidence(0, len(text), text),
                    person_id="mira-murati",
                    organization_id=organization,
                    date=PartialDate.parse("2024-09-25") if event is Event.DEPARTURE else None,
                )
                writer.put_article(article, [claim])
        project(opened, registry)
    return directory


def test_a_page_shows_how_many_sources_are_independent(store, serve):
    with serve(Settings(store=store)) as site:
        answer = site.get("/people/mira-murati", headers={"Accept": "text/html"})
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
    assert "corroborated 3 sources (2 independent)" in words
    assert "single source 1 source (1 independent)" in words


def test_the_timeline_shows_how_many_sources_are_independent(store, capsys):
    assert main(["timeline", "--person", "mira-murati", "--store", str(store)]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.endswith("sources")
    assert [re.split(r"\s{2,}", row)[-2:] for row in rows] == [
        ["corroborated", "3 (2 independent)"],
        ["single_source", "1"],
    ]


def test_the_answer_as_data_holds_both_numbers(store, serve):
    with serve(Settings(store=store)) as site:
        found = json.loads(site.get("/v1/moves?person=mira-murati&event=departure").content)
    assert [(move["sources"], move["independent_sources"]) for move in found["items"]] == [(3, 2)]

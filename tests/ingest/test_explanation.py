"""Explanations: the cue that fired, where names and dates come from, and why a stint was left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labmoves_graph.model import Article, DateMeaning, Event
from labmoves_graph.registry import Registry
from labmoves_ingest.dates import DateKind
from labmoves_ingest.explanation import Cue, DateGrounds, Explainer, Explanation
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.reading import Candidate, Reader
from labmoves_ingest.settling import Ground, settle
from labmoves_ingest.training.corpus import read_corpus
from labmoves_ingest.training.gold_documents import publication_day

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
PUBLISHED = date(2025, 10, 8)


@pytest.fixture(scope="module")
def extractor():
    return Extractor(Registry.load())


@pytest.fixture(scope="module")
def explain(extractor):
    explainer = Explainer(extractor)
    return lambda text: explainer.explain(Article("a", text, published=PUBLISHED))


@pytest.mark.parametrize(
    ("text", "event", "cue"),
    [
        ("Mira Murati quit OpenAI on Wednesday.", Event.DEPARTURE, Cue("quit", ("departure",))),
        ("John Schulman has joined Anthropic.", Event.HIRE, Cue("has joined", ("hire",))),
        ("Ilya Sutskever co-founded Safe Superintelligence.", Event.FOUNDING, Cue("co-founded", ("founding",))),
        ("姚顺宇已于9月19日从Anthropic离职。", Event.DEPARTURE, Cue("离职", ("departure",))),
        ("吳恩達加入亞馬遜董事會。", Event.HIRE, Cue("加入", ("hire",))),
    ],
)
def test_the_cue_that_fired_is_named(explain, text, event, cue):
    [claim] = explain(text).claims
    assert (claim.claim.event, claim.place.cue) == (event, cue)


def test_a_person_named_before_is_carried(explain):
    claims = explain("Mira Murati was chief technology officer of OpenAI. She left the company in September.").claims
    [departure] = [one for one in claims if one.claim.event is Event.DEPARTURE]
    assert (departure.place.number, departure.place.trigger) == (2, "left")
    assert (departure.person.name, departure.person.named, departure.person.number) == ("Mira Murati", False, 1)
    assert 0 < departure.person.odds <= 1


def test_a_date_says_its_words_rule_and_what_it_counts_from(explain):
    claims = explain("Mira Murati left OpenAI on Wednesday. John Schulman joined Anthropic on August 5, 2024.").claims
    assert [one.date for one in claims] == [
        DateGrounds(
            date="2025-10-08",
            words="Wednesday",
            rule="weekday",
            kind=DateKind.RELATIVE_TO_PUBLICATION,
            meaning=DateMeaning.EFFECTIVE,
            shift=None,
            anchor="2025-10-08",
            ambiguous=False,
        ),
        DateGrounds(
            date="2024-08-05",
            words="August 5, 2024",
            rule=claims[1].date.rule,
            kind=DateKind.ABSOLUTE,
            meaning=DateMeaning.EFFECTIVE,
            shift=None,
            anchor=None,
            ambiguous=False,
        ),
    ]


def test_odds_are_lent_only_between_names_of_a_list(explain):
    [alone] = explain("Mira Murati left OpenAI on Wednesday.").claims
    assert not alone.shared
    listed = explain("Mira Murati, John Schulman and Barret Zoph left OpenAI on Wednesday.").claims
    assert len(listed) == 3
    assert not all(one.shared for one in listed)


def test_odds_of_the_status_are_a_distribution(explain):
    [claim] = explain("Mira Murati left OpenAI on Wednesday.").claims
    assert sum(claim.status.values()) == pytest.approx(1)
    assert max(claim.status, key=claim.status.get) == claim.claim.status


def test_fiction_is_left_out_as_fiction(explain):
    told = explain("This is a work of satire. Mira Murati left OpenAI on Wednesday.")
    assert told.claims == ()
    assert {one.ground for one in told.left_out} == {Ground.FICTION}


def test_a_text_without_a_word_of_a_move_was_not_read(explain):
    assert explain("OpenAI has a model.") == Explanation("a", False, (), ())


@pytest.mark.parametrize("name", ["enA", "zhA"])
def test_what_is_explained_is_what_is_extracted(extractor, name):
    explainer = Explainer(extractor)
    explained = 0
    for one in list(read_corpus([CORPUS / f"{name}.txt"]))[:12]:
        article = Article(one.id, one.text, one.title, published=publication_day(one))
        explanation = explainer.explain(article)
        assert [grounds.claim for grounds in explanation.claims] == extractor.extract(article)
        assert [len(grounds.reasons) for grounds in explanation.claims] == [
            len(grounds.claim.reasons) for grounds in explanation.claims
        ]
        explained += len(explanation.claims)
    assert explained > 12


def candidate(event: Event, probability: float) -> Candidate:
    return Candidate(event, 0, 0, 0, probability, None, None, True, 1, probability, 1.0)


@pytest.mark.parametrize(
    ("text", "readings", "grounds"),
    [
        ("Anna left OpenAI.", [(Event.DEPARTURE, 0.3)], [(Ground.UNLIKELY, 0.4)]),
        ("Has Anna left OpenAI?", [(Event.DEPARTURE, 0.6)], [(Ground.ASKED, 0.75)]),
        ("If Anna left OpenAI.", [(Event.DEPARTURE, 0.6)], [(Ground.SUPPOSED, 0.75)]),
        ("Anna left OpenAI.", [(Event.DEPARTURE, 0.9), (Event.HIRE, 0.8)], [(Ground.CONTRADICTED, 0.4)]),
        ("Anna left OpenAI.", [(Event.DEPARTURE, 0.9)], []),
    ],
)
def test_a_stint_left_out_says_what_it_lacked(extractor, text, readings, grounds):
    reader = Reader("en", extractor.registry)
    document = reader.start(text, None, "")
    candidates = [replace(candidate(*one), trigger=2) for one in readings]
    settlement = settle(document, candidates, dict.fromkeys(Event, 0.4), reader.lexicon.fiction)
    assert [(one.ground, pytest.approx(one.needed)) for one in settlement.dropped] == grounds
    assert len(settlement.chosen) + len(settlement.dropped) == len(candidates)

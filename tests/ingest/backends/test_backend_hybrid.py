"""The hybrid: what it keeps, what it sends to the model, and what it tells about that."""

from dataclasses import replace
from datetime import date

import pytest

from labmoves_graph.model import Article, Language
from labmoves_graph.registry import Registry
from labmoves_ingest.backends import reader, readings
from labmoves_ingest.backends.hybrid import HybridReader, names_an_event
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.pipeline import as_doc

QUIET = Article("q", "The weather was fine in the valley. Nothing else was to be told.", language=Language.EN)


@pytest.fixture(scope="module")
def default() -> Extractor:
    """The default reader."""
    return Extractor(Registry.load())


@pytest.fixture
def band(default, article):
    """A band that holds the certainty of one of the default reader's claims about the article, and its opposite."""
    confidence = default.extract(article)[0].confidence
    return {"unsure_from": confidence - 0.01, "unsure_to": min(confidence + 0.01, 1.0)}


def test_where_the_default_is_sure_its_claims_stand(server, article, default):
    hybrid = HybridReader(default.registry, server.settings(unsure_from=0.0, unsure_to=0.0))
    assert hybrid.extract(article) == default.extract(article)
    assert hybrid.extract(QUIET) == []
    assert server.requests == []
    assert hybrid.summary().startswith("0 of 2 articles (0.0%) sent to the model; reader-1: 0 articles, 0 claims; ")


def test_where_it_is_unsure_the_model_reads(server, article, default, band):
    settings = server.settings(**band)
    hybrid = HybridReader(default.registry, settings)
    assert hybrid.extract(article) == reader("llm", default.registry, settings).extract(article)
    assert hybrid.extract(QUIET) == []
    assert hybrid.summary().startswith("1 of 2 articles (50.0%) sent to the model; reader-1: 1 articles, 3 claims; ")


def test_without_a_usable_answer_the_default_claims_stand(server, article, default, band):
    server.read = lambda _: "no"
    hybrid = HybridReader(default.registry, server.settings(**band))
    assert hybrid.extract(article) == default.extract(article)
    assert hybrid.summary().startswith("1 of 1 articles (100.0%) sent to the model (1 without a usable answer); ")


def test_several_at_a_time_give_what_one_after_the_other_gives(server, article, default, band):
    given = [replace(article, id=f"a{n}") if n % 2 else replace(QUIET, id=f"a{n}") for n in range(6)]
    one, many = (
        list(readings(HybridReader(default.registry, server.settings(concurrency=n, **band)), given, pytest.fail))
        for n in (1, 4)
    )
    assert many == one
    assert [len(claims) for _, claims in many] == [0, 3] * 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mira Murati announced that she had resigned.", True),
        ("Somebody resigned. Mira Murati was in the valley.", False),
        ("The weather was fine.", False),
        ("", False),
    ],
)
def test_words_for_an_event_beside_a_name_are_a_reason_to_look_closer(default, text, told):
    nlp = default.pipeline("en")
    doc = nlp(as_doc(nlp, Article("c", text, published=date(2025, 1, 1))))
    assert names_an_event(doc._.document) is told

"""Documents as they are found: which of the found entities the marks mean, and how the stories are halved."""

from pathlib import Path

import pytest

from labmoves_graph.registry import Registry
from labmoves_ingest.reading import Reader
from labmoves_ingest.training.corpus import read_corpus
from labmoves_ingest.training.found_documents import HALVES, found_document, half_of

HEADER = "=== {id} | en | 2025-03-04 | wire | {story} | | invented\nTITLE: Moves\n"


@pytest.fixture(scope="module")
def reader():
    return Reader("en", Registry.load())


@pytest.fixture
def annotated(tmp_path):
    def make(*bodies: str):
        blocks = [HEADER.format(id=f"x-{n}", story=f"story {n}") + f"{body}\n---\n" for n, body in enumerate(bodies)]
        path = Path(tmp_path / "en.txt")
        path.write_text("\n".join(blocks), "utf-8")
        return list(read_corpus([path]))

    return make


def test_marks_mean_the_entities_found_where_they_stand(annotated, reader):
    (article,) = annotated(
        "{P1:Mira Murati}, {R1:chief technology officer} of {O1:OpenAI}, left. "
        "{P1:Murati} met {P2:Sam Altman} at {O2:Anthropic}."
    )
    gold = found_document(article, reader)
    document = gold.document
    assert {mark: document.people[index].name for mark, index in gold.people.items()} == {
        "P1": "Mira Murati",
        "P2": "Sam Altman",
    }
    assert {mark: document.organizations[index].name for mark, index in gold.organizations.items()} == {
        "O1": "OpenAI",
        "O2": "Anthropic",
    }
    roles = [document.text[document.roles[index].start : document.roles[index].end] for index in gold.roles["R1"]]
    assert roles == ["chief technology officer"]


def test_what_is_not_found_is_meant_by_nothing(annotated, reader):
    (article,) = annotated("Mira Murati left {O1:OpenAI} {O2:quietly} for {P1:ever}.")
    gold = found_document(article, reader)
    assert gold.people == {}
    assert set(gold.organizations) == {"O1"}


def test_no_entity_is_meant_by_two_marks(annotated, reader):
    (article,) = annotated("{O1:OpenAI} praised {O2:OpenAI}. {O2:OpenAI} was praised.")
    gold = found_document(article, reader)
    assert gold.organizations == {"O2": 0}


def test_a_story_stays_in_one_half_and_both_halves_have_stories(annotated):
    articles = annotated(*("Nothing." for _ in range(40)))
    halves = [half_of(article) for article in articles]
    assert set(halves) == set(HALVES)
    assert halves == [half_of(article) for article in articles]

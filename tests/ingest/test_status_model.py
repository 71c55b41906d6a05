"""Status: fact, rumour, plan or denial, from the words around the event and from the date."""

from datetime import date

import numpy as np
import pytest

from labmoves_graph.model import Event, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.passages import NamelessView
from labmoves_ingest.status_model import STATUSES, WIDTH, StatusModel, stated_status, status_features

MODELS = {language: StatusModel.load(language) for language in ("en", "zh")}


def trigger_of(document, words):
    return document.span(document.text.index(words), document.text.index(words) + 1).first


@pytest.mark.parametrize(
    ("language", "text", "person", "event", "trigger", "status"),
    [
        ("en", "Ann Lee left OpenAI on 3 March 2025.", "Ann Lee", Event.DEPARTURE, "left", Status.CONFIRMED),
        ("en", "Ann Lee will join Anthropic next month.", "Ann Lee", Event.HIRE, "join", Status.PLANNED),
        ("zh", "李明于2025年3月3日离开OpenAI。", "李明", Event.DEPARTURE, "离开", Status.CONFIRMED),
        ("zh", "李明否认已从OpenAI离职，称消息不实。", "李明", Event.DEPARTURE, "离职", Status.DENIED),
        ("zh", "据传李明已从OpenAI离职，公司未予置评。", "李明", Event.DEPARTURE, "离职", Status.RUMORED),
    ],
)
def test_unmistakable_words(make_document, language, text, person, event, trigger, status):
    document = make_document(text, [person], language=language)
    odds = MODELS[language].judge(NamelessView.of(document), 0, 0, trigger_of(document, trigger), event, None)
    assert STATUSES[int(odds.argmax())] is status
    np.testing.assert_allclose(odds.sum(), 1, rtol=1e-5)


def test_features_are_columns_each_once_and_the_same_every_time(make_document):
    document = make_document("Rumour has it. Has Ann Lee left OpenAI? It denied it.")
    columns = status_features(document, 1, trigger_of(document, "left"), Event.DEPARTURE, None)
    assert columns == sorted(set(columns)) == status_features(document, 1, 7, Event.DEPARTURE, None)
    assert 0 <= min(columns) <= max(columns) < WIDTH


@pytest.mark.parametrize(
    ("published", "stated", "same_as"),
    [
        (date(2025, 3, 1), "2025-03", "2025-02-27/2025-03-02"),
        (date(2025, 3, 1), "2025-04", "2026"),
        (date(2025, 3, 1), "2025-01", "2024"),
        (None, "2025-01", None),
    ],
)
def test_of_a_date_only_its_side_of_the_publication_counts(make_document, published, stated, same_as):
    document = make_document("Ann Lee left.", published=published)
    one, other = (
        status_features(document, 0, 2, Event.DEPARTURE, text and PartialDate.parse(text))
        for text in (stated, same_as)
    )
    assert one == other


def test_the_three_sides_of_the_publication_differ(make_document):
    document = make_document("Ann Lee left.", published=date(2025, 3, 1))
    sides = {
        tuple(status_features(document, 0, 2, Event.DEPARTURE, PartialDate.parse(text)))
        for text in ("2025-02", "2025-03", "2025-04")
    }
    assert len(sides) == 3


@pytest.mark.parametrize(
    ("language", "odds", "status"),
    [
        ("en", (0.72, 0.28, 0.0, 0.0), Status.CONFIRMED),
        ("zh", (0.72, 0.28, 0.0, 0.0), Status.RUMORED),
        ("zh", (0.78, 0.03, 0.0, 0.19), Status.RUMORED),
        ("en", (0.50, 0.03, 0.07, 0.40), Status.PLANNED),
        ("en", (0.30, 0.25, 0.05, 0.40), Status.DENIED),
    ],
)
def test_fact_when_sure_and_denied_only_when_likelier_than_fact(language, odds, status):
    assert stated_status(np.array(odds, dtype=np.float32), language) is status

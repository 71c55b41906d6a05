"""Weighing: a stint's probability is that of its likeliest reading, its other readings keep their proportion."""

from datetime import date

import numpy as np
import pytest

from labmoves_graph.model import Event
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.weighing import WEIGHED, Weigher, stint_features, stints, with_odds


@pytest.fixture
def weigher():
    """One that weighs by all features a little, with random weights."""
    random = np.random.default_rng(1)
    return Weigher(
        FeatureNetwork(
            {
                "mean": np.zeros(WEIGHED, np.float32),
                "spread": np.ones(WEIGHED, np.float32),
                "hidden.weight": random.normal(size=(6, WEIGHED)).astype(np.float32) / 5,
                "hidden.bias": np.zeros(6, np.float32),
                "out.weight": random.normal(size=(1, 6)).astype(np.float32) / 5,
                "out.bias": np.zeros(1, np.float32),
            }
        )
    )


@pytest.fixture
def told(make_document, make_candidate):
    """A document and readings of three stints, two readings of the first."""
    text = "Ann Lee left OpenAI. Later Ann Lee quit OpenAI. Bob Ray joined Anthropic."
    document = make_document(text, ["Ann Lee", "Bob Ray"], ["OpenAI", "Anthropic"])
    readings = [
        make_candidate(document, Event.DEPARTURE, "left", probability=0.4),
        make_candidate(document, Event.HIRE, "joined", person=1, organization=1, probability=0.7),
        make_candidate(document, Event.DEPARTURE, "quit", probability=0.8),
        make_candidate(document, Event.HIRE, "quit", probability=0.2),
    ]
    return document, readings


def key(candidate):
    return candidate.person, candidate.event, candidate.organization


def test_stints_come_in_the_order_of_their_first_reading_and_the_likeliest_reading_first(told):
    _, readings = told
    left, joined, quit_, hired = readings
    groups = stints(readings)
    assert list(groups.items()) == [
        (key(left), [quit_, left]),
        (key(joined), [joined]),
        (key(hired), [hired]),
    ]


def test_the_likeliest_reading_has_the_odds_and_the_others_less_in_proportion(told):
    _, readings = told
    odds = dict(zip(stints(readings), (0.6, 0.1, 0.9), strict=True))
    weighed = with_odds(readings, odds)
    assert [one.probability for one in weighed] == pytest.approx([0.3, 0.1, 0.6, 0.9])
    assert [(key(one), one.trigger) for one in weighed] == [(key(one), one.trigger) for one in readings]
    assert [one.probability for one in readings] == [0.4, 0.7, 0.8, 0.2], "the readings given stay as they are"


def test_a_weigher_gives_each_stint_its_own_odds(told, weigher):
    document, readings = told
    groups = stints(readings)
    odds = weigher.odds(stint_features(document, groups))
    best = [group[0].probability for group in stints(weigher.weighed(document, readings)).values()]
    assert best == pytest.approx(odds.tolist())
    assert len(set(best)) == 3
    assert all(0 < one < 1 for one in best)


def test_odds_do_not_depend_on_the_order_of_the_readings(told, weigher):
    document, readings = told
    forth, back = weigher.weighed(document, readings), weigher.weighed(document, readings[::-1])
    assert [one.probability for one in back[::-1]] == pytest.approx([one.probability for one in forth])


def test_without_readings_there_is_nothing_to_weigh(make_document, weigher):
    document = make_document("Ann Lee spoke.", ["Ann Lee"])
    assert weigher.weighed(document, []) == []
    assert stint_features(document, {}).shape == (0, WEIGHED)


def test_a_rival_elsewhere_changes_what_is_seen_of_a_stint(told, make_candidate):
    document, readings = told
    [_, joined, quit_, _] = readings
    rival = make_candidate(document, Event.DEPARTURE, "quit", organization=1, probability=0.3)
    alone = stint_features(document, stints([quit_, joined]))
    beside = stint_features(document, stints([quit_, joined, rival]))
    assert (len(alone), len(beside)) == (2, 3)
    of_text = WEIGHED - 8
    assert (alone[0, :of_text] != beside[0, :of_text]).sum() == 2, "the best rival, and the best of the sentence"
    assert (alone[1, :of_text] == beside[1, :of_text]).all(), "no rival of another person"


@pytest.mark.parametrize(
    ("text", "language", "title", "probability"),
    [
        ("Ann Lee left OpenAI?", "en", "", 1.0),
        ("Ann Lee left OpenAI", "en", "ann lee and openai", 1e-30),
        ("OpenAI OpenAI Ann Lee left", "zh", "", 0.5),
        ("Ann Lee left OpenAI. " * 300, "en", "", 0.0001),
    ],
)
def test_features_of_texts_at_the_edge_are_finite(make_document, make_candidate, text, language, title, probability):
    document = make_document(
        text, ["Ann Lee"], ["OpenAI"], language=language, title=title, published=date(2025, 3, 3)
    )
    reading = make_candidate(document, Event.DEPARTURE, "left", probability=probability)
    features = stint_features(document, stints([reading]))
    assert features.shape == (1, WEIGHED)
    assert np.isfinite(features).all()
    assert np.abs(features).max() < 20


def test_how_sure_the_tagger_was_is_seen(make_document, make_candidate):
    document = make_document("Ann Lee left OpenAI.", ["Ann Lee"], ["OpenAI"])
    groups = stints([make_candidate(document, Event.DEPARTURE, "left")])
    untagged = stint_features(document, groups)
    document.certainty = np.ones(len(document.tokens), np.float32)
    assert stint_features(document, groups).tolist() == untagged.tolist()
    document.certainty[document.organizations[0].mentions[0].first] = 0.5
    assert (stint_features(document, groups) != untagged).sum() == 1

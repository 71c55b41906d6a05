"""Thresholds and figures, from readings whose rightness is known."""

from collections import Counter

from labmoves_graph.model import Event
from labmoves_ingest.training.measuring import (
    DEFAULT_THRESHOLD,
    Readings,
    best_thresholds,
    claim_figures,
)

EVENTS = (Event.DEPARTURE, Event.HIRE, Event.ROLE_CHANGE, Event.FOUNDING)


def readings(border: float, count: int = 400) -> Readings:
    """Right above the border only; as many of each event."""
    judged = [(event, n / count, n / count >= border) for event in EVENTS for n in range(count)]
    return Readings(judged, Counter(event for event, _, right in judged if right))


def test_thresholds_part_right_from_wrong():
    assert best_thresholds(readings(0.55)) == dict.fromkeys(EVENTS, 0.55)


def test_an_event_may_have_a_threshold_of_its_own():
    low, high = readings(0.3), readings(0.7)
    mixed = [one for one in low.judged if one[0] is not Event.FOUNDING]
    mixed += [one for one in high.judged if one[0] is Event.FOUNDING]
    thresholds = best_thresholds(Readings(mixed, Counter(event for event, _, right in mixed if right)))
    assert thresholds[Event.DEPARTURE] < thresholds[Event.FOUNDING]


def test_without_readings_the_default_stands():
    assert best_thresholds(Readings([], Counter())) == dict.fromkeys(EVENTS, DEFAULT_THRESHOLD)


def test_figures_count_hits_predictions_and_annotated_claims():
    judged = [
        (Event.HIRE, 0.9, True),
        (Event.HIRE, 0.6, False),
        (Event.HIRE, 0.1, True),
        (Event.DEPARTURE, 0.5, True),
    ]
    some = Readings(judged, Counter({Event.HIRE: 3, Event.DEPARTURE: 1}))
    figures = claim_figures(some, dict.fromkeys(EVENTS, 0.5))
    assert figures["hire"] == {"precision": 0.5, "recall": 0.3333, "f1": 0.4, "annotated": 3}
    assert figures["departure"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "annotated": 1}
    assert figures["all"] == {"precision": 0.6667, "recall": 0.5, "f1": 0.5714, "annotated": 4}

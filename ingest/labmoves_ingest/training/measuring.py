"""Thresholds of whole readings: text in, claims out, nothing marked.

    readings = readings_of(read)                read: articles as read, and the odds of their stints
    thresholds = best_thresholds(readings)      the probability from which a reading of an event is a claim
    claim_figures(readings, thresholds)         precision, recall, F1 of (person, event, organization)

What counts as right is the evaluation's rule (annotation_match.py). Measured on the development part; the figures
of the held-out part are taken with the same thresholds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labmoves_graph.model import Event
from labmoves_ingest.reading import EVENTS
from labmoves_ingest.settling import settled
from labmoves_ingest.training.figures import Figures, agreement

if TYPE_CHECKING:  # measuring needs no torch
    from labmoves_ingest.training.weigh_training import ReadCase

__all__ = ["DEFAULT_THRESHOLD", "Readings", "best_thresholds", "claim_figures", "readings_of"]

#: The threshold where nothing can be measured, as with a handful of articles.
DEFAULT_THRESHOLD = 0.4
#: None below .35, even where F1 would be best there: a wrong line costs more than a missing one.
_CHOICES = [round(0.35 + 0.025 * step, 3) for step in range(19)]
#: F1 that is given for precision: of the thresholds within it of the best one, the highest is taken.
_WORTH = 0.01
#: All events together count as this many annotated claims beside those of one event, which alone may be few.
_SHARED = 30


@dataclass(frozen=True, slots=True)
class Readings:
    """Every reading that would be a claim at threshold 0, as (event, probability, right); and what is annotated."""

    judged: list[tuple[Event, float, bool]]
    annotated: Counter[Event]

    def counts(self, threshold: float, events: Iterable[Event] = EVENTS) -> tuple[int, int, int]:
        """Hits, predictions and annotated claims of those events at that threshold."""
        wanted = set(events)
        taken = [right for event, probability, right in self.judged if event in wanted and probability >= threshold]
        return sum(taken), len(taken), sum(self.annotated[event] for event in wanted)


def readings_of(read: Iterable[ReadCase]) -> Readings:
    """What is left of the articles' stints after settling them by those odds, however unlikely they are."""
    readings = Readings([], Counter())
    everything = dict.fromkeys(EVENTS, 0.0)
    for case, of_case in read:
        readings.annotated.update(Event(claim.event) for claim in case.article.claims)
        right = dict(zip(case.stints, case.right, strict=True))
        for one in settled(case.document, case.weighed(of_case), everything, case.fiction):
            verdict = bool(right[one.person, one.event, one.organization])
            readings.judged.append((one.event, one.probability, verdict))
    return readings


def best_thresholds(readings: Readings) -> dict[Event, float]:
    """For each event the highest threshold of about the best F1, all events together counting in as well."""
    return {event: _best_threshold(readings, event) for event in EVENTS}


def _best_threshold(readings: Readings, event: Event) -> float:
    def f1(threshold: float) -> float:
        own, shared = readings.counts(threshold, [event]), readings.counts(threshold)
        weight = _SHARED / max(1, shared[-1])
        hit, predicted, annotated = (one + weight * other for one, other in zip(own, shared, strict=True))
        return 2 * hit / (predicted + annotated) if predicted + annotated else 0.0

    best = max(f1(choice) for choice in _CHOICES)
    if not best:
        return DEFAULT_THRESHOLD
    return max(choice for choice in _CHOICES if f1(choice) >= best - _WORTH)


def claim_figures(readings: Readings, thresholds: Mapping[Event, float]) -> Figures:
    """Agreement of the claims at the thresholds: of all, and of each event."""
    counts = {event: readings.counts(thresholds[event], [event]) for event in EVENTS}
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    return {"all": agreement(*total), **{event.value: agreement(*numbers) for event, numbers in counts.items()}}

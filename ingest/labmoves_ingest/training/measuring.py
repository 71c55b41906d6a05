"""Thresholds and calibration of whole readings: text in, claims out, nothing marked.

    readings = readings_of(articles, reader)
    thresholds = best_thresholds(readings)      the probability from which a reading of an event is a claim
    calibration(readings)                       [(probability, share of such readings that are right), …]
    claim_figures(readings, thresholds)         precision, recall, F1 of (person, event, organization)

What counts as right is the evaluation's rule (annotation_match.py). Measured on the development part; the figures
of the held-out part are taken with the same thresholds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from labmoves_graph.model import Event
from labmoves_graph.registry import Registry
from labmoves_ingest.annotation_match import Prediction, same_claim
from labmoves_ingest.reading import EVENTS, Reader
from labmoves_ingest.settling import settled
from labmoves_ingest.training.corpus import AnnotatedArticle
from labmoves_ingest.training.corpus_gold import gold_claim
from labmoves_ingest.training.figures import Figures, agreement, share
from labmoves_ingest.training.gold_documents import publication_day

__all__ = ["DEFAULT_THRESHOLD", "Readings", "best_thresholds", "calibration", "claim_figures", "readings_of"]

#: The threshold where nothing can be measured, as with a handful of articles.
DEFAULT_THRESHOLD = 0.4
#: None below .35: a wrong line costs more than a missing one, and F1 is flat there.
_CHOICES = [round(0.35 + 0.025 * step, 3) for step in range(19)]
#: All events together count as this many annotated claims beside those of one event, which alone may be few.
_SHARED = 30
#: Fewest readings behind one point of the calibration.
_BLOCK = 30


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


def readings_of(articles: Iterable[AnnotatedArticle], reader: Reader, registry: Registry) -> Readings:
    """Read the articles. Each annotated claim belongs to the likeliest reading that agrees with it."""
    readings = Readings([], Counter())
    for article in articles:
        gold = [gold_claim(article, claim) for claim in article.claims]
        readings.annotated.update(Event(claim.event) for claim in article.claims)
        for prediction, probability in _predictions(article, reader):
            match = next((claim for claim in gold if same_claim(claim, prediction, registry)), None)
            if match is not None:
                gold.remove(match)
            readings.judged.append((Event(prediction.event), probability, match is not None))
    return readings


def _predictions(article: AnnotatedArticle, reader: Reader) -> list[tuple[Prediction, float]]:
    """What the article reads as, likeliest first."""
    document = reader.document(article.text, publication_day(article), article.title)
    everything = dict.fromkeys(EVENTS, 0.0)
    chosen = settled(document, reader.candidates(document), everything, reader.lexicon.fiction)
    found = []
    for one in sorted(chosen, key=lambda candidate: -candidate.probability):
        person, organization = document.people[one.person].name, document.organizations[one.organization].name
        prediction = Prediction(
            article.id, one.event, person, organization, None, None, None, None, frozenset(), None
        )
        found.append((prediction, one.probability))
    return found


def best_thresholds(readings: Readings) -> dict[Event, float]:
    """For each event the threshold of best F1, all events together counting in as well."""
    return {event: _best_threshold(readings, event) for event in EVENTS}


def _best_threshold(readings: Readings, event: Event) -> float:
    def f1(threshold: float) -> float:
        own, shared = readings.counts(threshold, [event]), readings.counts(threshold)
        weight = _SHARED / max(1, shared[-1])
        hit, predicted, annotated = (one + weight * other for one, other in zip(own, shared, strict=True))
        return 2 * hit / (predicted + annotated) if predicted + annotated else 0.0

    # Of thresholds that serve equally well the one nearest the default.
    best = max(_CHOICES, key=lambda choice: (f1(choice), -abs(choice - DEFAULT_THRESHOLD)))
    return best if f1(best) > 0 else DEFAULT_THRESHOLD


def calibration(readings: Readings) -> list[tuple[float, float]]:
    """Points (probability, share right), both rising, to be interpolated between; empty without readings.

    Isotonic regression over blocks of readings: neighbours that fall are pooled until none does. Each share is
    drawn a little to the middle (one right and one wrong more), since no block is large.
    """
    ordered = sorted((probability, right) for _, probability, right in readings.judged)
    blocks: list[list[tuple[float, bool]]] = []
    for start in range(0, len(ordered), _BLOCK):
        blocks.append(ordered[start : start + _BLOCK])
        while len(blocks) > 1 and (len(blocks[-1]) < _BLOCK or _share_right(blocks[-2]) >= _share_right(blocks[-1])):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return [
        (share(sum(probability for probability, _ in block), len(block)), _share_right(block)) for block in blocks
    ]


def _share_right(block: Sequence[tuple[float, bool]]) -> float:
    return share(1 + sum(right for _, right in block), 2 + len(block))


def claim_figures(readings: Readings, thresholds: Mapping[Event, float]) -> Figures:
    """Agreement of the claims at the thresholds: of all, and of each event."""
    counts = {event: readings.counts(thresholds[event], [event]) for event in EVENTS}
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    return {"all": agreement(*total), **{event.value: agreement(*numbers) for event, numbers in counts.items()}}

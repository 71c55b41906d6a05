"""Which of a text's dates dates a claim, if any does.

    chooser = DateChooser.load()
    chooser.dated(document, candidates)       the candidates, each with the date that is likeliest its own, or None

The reader points at a date as well, but sees one sentence from one person at a time. Two small networks judge what
it cannot: the first, how each date stands to the words that state the event, to the person and to the organization
("A in May and B in June left X and Y"); the second, what the reader makes of the dates for this claim and for the
other claims of the text, which often share one. The first learns from every annotated claim of the training stories,
the second from whole readings of the development stories (training/date_training.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.partial_date import Precision
from labmoves_ingest.claim_dates import ANNOUNCED_WITHIN
from labmoves_ingest.claim_layout import (
    OF_CLAIM,
    OF_POINTER,
    OF_READING,
    TO_ENTITY,
    TO_EVENT,
    ClaimLayout,
    count,
    of_pointer,
    of_reading,
    pointed_odds,
)
from labmoves_ingest.dates import DateKind
from labmoves_ingest.documents import Document
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.layers import softmax
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.reading import Candidate

__all__ = ["PLACED", "READ", "DateChooser", "DateLayout", "place_features", "reading_features"]

Array = NDArray[np.float32]

#: Of so many dates the nearest are considered.
NEAREST = 10
#: Claims before and after one, of its trigger, sentence or person, whose dates are looked at.
AKIN = 16
_PRECISIONS = tuple(Precision)[:6]

_NO_DATE, _BESIDE, _OF_DATE, _TO_PUBLICATION = 4, 5, 15, 4
#: Numbers of features: of how a date stands, and of what is read of it.
PLACED = _NO_DATE + TO_EVENT + _BESIDE + 2 * TO_ENTITY + _OF_DATE + _TO_PUBLICATION + OF_CLAIM
_KIN, _KEPT_PLACE = 8, 8
READ = OF_POINTER + 1 + OF_READING + _KIN + _KEPT_PLACE + OF_CLAIM


class DateLayout(ClaimLayout):
    """Where the dates of a document stand as well."""

    def __init__(self, document: Document, candidates: Sequence[Candidate]) -> None:
        super().__init__(document, (span for span, _ in document.dates), candidates)

    def options(self, candidate: Candidate) -> list[int]:
        """The dates that may be the candidate's, the nearest first; vague words (近日, "recently") are none."""
        near = {*self.near(candidate.sentence), *(date for date, _ in candidate.date_scores), candidate.date} - {None}
        dated = (date for date in near if self.document.dates[date][1].kind is not DateKind.VAGUE)
        return self.nearest_first(dated, candidate)[:NEAREST]


class DateChooser:
    """Chooses by trained weights."""

    def __init__(self, weights: dict[str, NDArray[np.generic]]) -> None:
        self._place = FeatureNetwork(weights, "place.")
        self._reading = FeatureNetwork(weights, "reading.")

    @classmethod
    def load(cls, folder: Traversable | None = None) -> DateChooser:
        """folder: of the model files; None: those that labmoves brings along."""
        return cls(read_archive("dates.npz", folder))

    def dated(self, document: Document, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, each with the likeliest of its dates; with None when no date is likelier than any.

        What a heading tells without a date is often told again with one: where another reading of the stint has a
        date, and the candidate none or one that holds it, that date is taken.
        """
        layout = DateLayout(document, candidates)
        told = reading_features(layout, [(candidate, *candidate.also) for candidate in candidates], self._place)
        dated = []
        for candidate, readings in zip(candidates, told, strict=True):
            choices = [(None, *dates)[int(self._reading.scores(rows).argmax())] for dates, rows in readings]
            dated.append(replace(candidate, date=_most_informative(document, choices)))
        return dated


def _most_informative(document: Document, choices: Sequence[int | None]) -> int | None:
    """The first of the choices that is a date, or one of the others that lies within it and is more precise.

    Words that date nothing by themselves ("after four years") only where there are no others.
    """
    chosen = [choice for choice in choices if choice is not None]
    best: int | None = None
    for choice in chosen:
        found = document.dates[choice][1].date
        if found is None or not found.bounded:
            continue
        holding = document.dates[best][1].date if best is not None else None
        if holding is None or (
            found.precision > holding.precision
            and holding.earliest <= found.earliest <= found.latest <= holding.latest
        ):
            best = choice
    return next(iter(chosen), None) if best is None else best


def place_features(layout: DateLayout, candidate: Candidate, options: Sequence[int]) -> Array:
    """How no date and each of the options stand to the claim: array (1 + options, PLACED), no date first."""
    document = layout.document
    here = layout.within(candidate.sentence, candidate.sentence)
    before = any(layout.sentences[date] == candidate.sentence - 1 for date in options)
    own = layout.of_claim(candidate)
    rows = [(1, min(len(here), 3) / 3, before, len(options) / NEAREST, *[0] * (PLACED - _NO_DATE - OF_CLAIM), *own)]
    person = layout.places_of_person[candidate.person]
    organization = layout.places_of_organization[candidate.organization]
    for date in options:
        span = document.dates[date][0]
        rows.append(
            (
                *[0] * _NO_DATE,
                *layout.to_event(candidate, span),
                *_beside(layout, candidate, date, here),
                *layout.to_entity(person, span),
                *layout.to_entity(organization, span),
                *_of_date(document, candidate, date),
                *_to_publication(document, date),
                *own,
            )
        )
    return np.array(rows, dtype=np.float32)


def reading_features(
    layout: DateLayout, told: Sequence[Sequence[Candidate]], place: FeatureNetwork
) -> list[list[tuple[list[int], Array]]]:
    """For each reading of each stint its dates, and what is read of no date and of each: array (1 + dates, READ).

    told: of each stint its readings, the one that is stated first; the stints in text order.
    """
    stints = [[_Placed.of(layout, reading, place) for reading in readings] for readings in told]
    others = _Others([readings[0] for readings in stints])
    return [
        [(placed.dates, placed.features(others.of(number, placed))) for placed in readings]
        for number, readings in enumerate(stints)
    ]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A reading, the dates that may be its own, and how likely each is, None standing for no date.

    rows: how the dates stand to the claim; pointed, placed: their odds to the reader, and by where they stand.
    """

    reading: Candidate
    dates: list[int]
    rows: Array
    pointed: Mapping[int | None, float]
    placed: Mapping[int | None, float]

    @classmethod
    def of(cls, layout: DateLayout, reading: Candidate, place: FeatureNetwork) -> _Placed:
        dates = layout.options(reading)
        rows = place_features(layout, reading, dates)
        scores = place.scores(rows)
        placed = dict(zip((None, *dates), map(float, softmax(scores)), strict=True))
        return cls(reading, dates, rows, pointed_odds(reading.date_scores), placed)

    def odds(self, date: int | None) -> float:
        """How likely the date is by both together."""
        return (self.placed[date] + self.pointed.get(date, 0.0)) / 2 if date in self.placed else 0.0

    def features(self, others: Sequence[Sequence[_Placed]]) -> Array:
        """others: the other claims that are akin, by kind of kinship."""
        return np.array(
            [
                (
                    *_read_of(self.reading, date, self.pointed, self.placed),
                    *(value for kin in others for value in (_highest(kin, date), bool(kin))),
                    *row[:_KEPT_PLACE],
                    *row[-OF_CLAIM:],
                )
                for date, row in zip((None, *self.dates), self.rows, strict=True)
            ],
            dtype=np.float32,
        )


def _highest(kin: Sequence[_Placed], date: int | None) -> float:
    return max((one.odds(date) for one in kin), default=0.0)


def _read_of(
    candidate: Candidate, date: int | None, pointed: Mapping[int | None, float], placed: Mapping[int | None, float]
) -> tuple[float, ...]:
    """What the reader and the first network make of the date for the claim itself."""
    scores = dict(candidate.date_scores)
    return (
        *of_pointer(pointed, scores, date),
        date == candidate.date,
        *of_reading(candidate, placed[date]),
    )


class _Others:
    """The claims of a text by what they share: one trigger, one sentence, one person."""

    def __init__(self, stated: Sequence[_Placed]) -> None:
        self._stated = stated
        self._members: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for number, one in enumerate(stated):
            for key in _kinship(one.reading):
                self._members[key].append(number)

    def of(self, number: int, placed: _Placed) -> list[list[_Placed]]:
        """Of the stint of that number: the others of its trigger, its sentence, its person elsewhere, of both."""
        reading = placed.reading
        trigger, sentence, person = (self._near(key, number) for key in _kinship(reading))
        return [
            trigger,
            [one for one in sentence if one.reading.person != reading.person],
            [one for one in person if one.reading.sentence != reading.sentence],
            [one for one in sentence if one.reading.person == reading.person],
        ]

    def _near(self, key: tuple[str, int], number: int) -> list[_Placed]:
        """The members of a group that stand nearest in the text, so that a long list stays linear."""
        members = self._members[key]
        place = bisect_left(members, number)
        return [self._stated[n] for n in members[max(0, place - AKIN) : place + AKIN] if n != number]


def _kinship(reading: Candidate) -> tuple[tuple[str, int], ...]:
    return ("trigger", reading.trigger), ("sentence", reading.sentence), ("person", reading.person)


def _beside(layout: DateLayout, candidate: Candidate, date: int, here: range) -> tuple[float, ...]:
    """How the date stands among the others. here: the dates of the event's sentence."""
    document, span, trigger = layout.document, layout.document.dates[date][0], candidate.trigger
    first, last = min(trigger, span.last), max(trigger, span.first)
    sentence = layout.sentences[date]
    same = sentence == candidate.sentence
    return (
        count(layout.firsts, first, last) / 2,
        same and len(here) == 1,
        bool(here) and here[0] == date,
        span.first - document.sentences[sentence].first < 3,
        len(here) / 4 if same else 0.0,
    )


def _of_date(document: Document, candidate: Candidate, date: int) -> tuple[float, ...]:
    """What the date is, and in whose words."""
    span, mention = document.dates[date]
    precision = mention.date.precision if mention.date else None
    near = document.around(span, ANNOUNCED_WITHIN)
    return (
        *(mention.kind is kind for kind in DateKind),
        *(precision is one for one in _PRECISIONS),
        any(document.flags[i] >> Flag.REPORTING & 1 for i in near),
        bool(document.flags[span.first] >> Flag.QUOTED & 1),
        bool(document.flags[candidate.trigger] >> Flag.QUOTED & 1),
        mention.shift is not None,
    )


def _to_publication(document: Document, date: int) -> tuple[float, ...]:
    """How the date lies to the day of publication."""
    found = document.dates[date][1].date
    if document.published is None or found is None or not found.bounded:
        return 0.0, 0.0, 0.0, 0.0
    days = (found.earliest - document.published).days
    return days > 0, days == 0, -7 <= days < 0, np.log1p(max(0, -days)) / 8

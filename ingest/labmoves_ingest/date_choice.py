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

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.partial_date import Precision
from labmoves_ingest.dates import DateKind
from labmoves_ingest.documents import Document, Entity, Span
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.reading import EVENTS, Candidate

__all__ = ["PLACED", "READ", "DateChooser", "DateLayout", "place_features", "reading_features"]

Array = NDArray[np.float32]

#: Sentences before and after that of the event whose dates are considered, and of how many the nearest.
SENTENCES_BEFORE, SENTENCES_AFTER, NEAREST = 3, 1, 10
#: Tokens between date and event in which marks are counted.
LOOKED_THROUGH = 80
#: Tokens around a date within which a word of telling makes it that of the report.
TOLD_WITHIN = 6
_PAUSES, _ENDS = frozenset(",;，；。、:："), frozenset(";；。")
_PRECISIONS = tuple(Precision)[:6]

_NO_DATE, _TO_EVENT, _TO_ENTITY, _OF_DATE, _TO_PUBLICATION, _OF_CLAIM = 4, 14, 6, 15, 4, 6
#: Numbers of features: of how a date stands, and of what is read of it.
PLACED = _NO_DATE + _TO_EVENT + 2 * _TO_ENTITY + _OF_DATE + _TO_PUBLICATION + _OF_CLAIM
_OWN, _KEPT_PLACE = 8, 8
READ = _OWN + 8 + _KEPT_PLACE + _OF_CLAIM
#: The score of a date that the reader's window does not hold; none is further from "no date".
UNSEEN = 6.0
_LEAST = 1e-4


class DateLayout:
    """Where a document's dates, people and organizations stand, and the events that are claimed of it."""

    def __init__(self, document: Document, candidates: Sequence[Candidate]) -> None:
        self.document = document
        self.firsts = [span.first for span, _ in document.dates]
        self.sentences = [document.sentence_of(first) for first in self.firsts]
        self.people = _firsts(document.people)
        self.organizations = _firsts(document.organizations)
        self.triggers = sorted({candidate.trigger for candidate in candidates})

    def options(self, candidate: Candidate) -> list[int]:
        """The dates that may be the candidate's, the nearest first; vague words (近日, "recently") are none."""
        start = bisect_left(self.sentences, candidate.sentence - SENTENCES_BEFORE)
        end = bisect_right(self.sentences, candidate.sentence + SENTENCES_AFTER)
        near = {*range(start, end), *(date for date, _ in candidate.date_scores), candidate.date} - {None}
        dated = [date for date in near if self.document.dates[date][1].kind is not DateKind.VAGUE]
        return sorted(dated, key=lambda date: (abs(self.firsts[date] - candidate.trigger), date))[:NEAREST]

    def within(self, sentence: int) -> range:
        """The dates of the sentence."""
        return range(bisect_left(self.sentences, sentence), bisect_right(self.sentences, sentence))


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
        readings = [reading for candidate in candidates for reading in (candidate, *candidate.also)]
        layout = DateLayout(document, candidates)
        options = [layout.options(reading) for reading in readings]
        features = reading_features(layout, readings, options, self._place)
        chosen = iter(
            [
                (None, *dates)[int(self._reading.scores(rows).argmax())]
                for dates, rows in zip(options, features, strict=True)
            ]
        )
        return [
            replace(candidate, date=_most_informative(document, [next(chosen) for _ in (candidate, *candidate.also)]))
            for candidate in candidates
        ]


def _most_informative(document: Document, choices: Sequence[int | None]) -> int | None:
    """The first date of the choices, or one of the others that lies within it and is more precise."""
    dates = [choice for choice in choices if choice is not None]
    if not dates:
        return None
    best = dates[0]
    for other in dates[1:]:
        held, holding = document.dates[other][1].date, document.dates[best][1].date
        if held is None or holding is None or not (held.bounded and holding.bounded):
            continue
        if held.precision > holding.precision and holding.earliest <= held.earliest <= held.latest <= holding.latest:
            best = other
    return best


def place_features(layout: DateLayout, candidate: Candidate, options: Sequence[int]) -> Array:
    """How no date and each of the options stand to the claim: array (1 + options, PLACED), no date first."""
    document = layout.document
    here = layout.within(candidate.sentence)
    before = any(layout.sentences[date] == candidate.sentence - 1 for date in options)
    own = (*(candidate.event is event for event in EVENTS), candidate.named, document.language == "zh")
    rows = [(1, min(len(here), 3) / 3, before, len(options) / NEAREST, *[0] * (PLACED - _NO_DATE - _OF_CLAIM), *own)]
    person, organization = document.people[candidate.person], document.organizations[candidate.organization]
    for date in options:
        span = document.dates[date][0]
        rows.append(
            (
                *[0] * _NO_DATE,
                *_to_event(layout, candidate, date, here),
                *_to_entity(layout, person, span, date),
                *_to_entity(layout, organization, span, date),
                *_of_date(document, candidate, date),
                *_to_publication(document, date),
                *own,
            )
        )
    return np.array(rows, dtype=np.float32)


def reading_features(
    layout: DateLayout, candidates: Sequence[Candidate], options: Sequence[Sequence[int]], place: FeatureNetwork
) -> list[Array]:
    """What is read of no date and of each option: for each candidate an array (1 + options, READ)."""
    pointed = [_pointed_odds(candidate) for candidate in candidates]
    placed, rows = [], []
    for candidate, dates in zip(candidates, options, strict=True):
        features = place_features(layout, candidate, dates)
        scores = place.scores(features)
        powers = np.exp(scores - scores.max())
        rows.append(features)
        placed.append(dict(zip((None, *dates), map(float, powers / powers.sum()), strict=True)))
    together = [
        {date: (odds + read.get(date, 0.0)) / 2 for date, odds in of_place.items()}
        for of_place, read in zip(placed, pointed, strict=True)
    ]
    others = _Others(candidates, together)
    return [
        np.array(
            [
                (
                    *_read_of(candidate, date, pointed[number], placed[number]),
                    *others.of(number, date),
                    *features[:_KEPT_PLACE],
                    *features[-_OF_CLAIM:],
                )
                for date, features in zip((None, *dates), rows[number], strict=True)
            ],
            dtype=np.float32,
        )
        for number, (candidate, dates) in enumerate(zip(candidates, options, strict=True))
    ]


def _read_of(
    candidate: Candidate, date: int | None, pointed: Mapping[int | None, float], placed: Mapping[int | None, float]
) -> tuple[float, ...]:
    """What the reader and the first network make of the date for the claim itself."""
    scores = dict(candidate.date_scores)
    score = 0.0 if date is None else min(UNSEEN, max(-UNSEEN, scores.get(date, -UNSEEN)))
    return (
        pointed.get(date, 0.0),
        score,
        date in scores,
        date == candidate.date,
        candidate.probability,
        candidate.lent,
        placed[date],
        np.log(placed[date] + _LEAST),
    )


class _Others:
    """How likely a date is that of the other claims: of one trigger, one sentence, one person."""

    def __init__(self, candidates: Sequence[Candidate], odds: Sequence[dict[int | None, float]]) -> None:
        self._odds = odds
        self._keys = [
            (
                ("trigger", c.trigger, -1),
                ("sentence", c.sentence, -1),
                ("person", c.person, -1),
                ("both", c.sentence, c.person),
            )
            for c in candidates
        ]
        self._members: dict[tuple[str, int, int], list[int]] = {}
        for number, keys in enumerate(self._keys):
            for key in keys:
                self._members.setdefault(key, []).append(number)

    def of(self, number: int, date: int | None) -> list[float]:
        """For each kind of kinship the highest odds of the date among those others, and whether there are any."""
        trigger, sentence, person, both = (
            [n for n in self._members[key] if n != number] for key in self._keys[number]
        )
        same_sentence = set(sentence)
        groups = (
            trigger,
            [n for n in sentence if n not in both],
            [n for n in person if n not in same_sentence],
            both,
        )
        values: list[float] = []
        for group in groups:
            values += [max((self._odds[n].get(date, 0.0) for n in group), default=0.0), bool(group)]
        return values


def _pointed_odds(candidate: Candidate) -> dict[int | None, float]:
    """How likely the reader thinks each date of its window, and none."""
    scores: dict[int | None, float] = {None: 0.0, **dict(candidate.date_scores)}
    highest = max(scores.values())
    powers = {date: float(np.exp(score - highest)) for date, score in scores.items()}
    total = sum(powers.values())
    return {date: power / total for date, power in powers.items()}


def _firsts(entities: Sequence[Entity]) -> list[int]:
    return sorted(mention.first for entity in entities for mention in entity.mentions)


def _count(places: Sequence[int], first: int, last: int) -> int:
    return max(0, bisect_left(places, last) - bisect_left(places, first))


def _to_event(layout: DateLayout, candidate: Candidate, date: int, here: range) -> tuple[float, ...]:
    """Between the date and the words that state the event."""
    document, span, trigger = layout.document, layout.document.dates[date][0], candidate.trigger
    sentence = layout.sentences[date]
    first, last = min(trigger, span.last), max(trigger, span.first)
    marks = [token.text for token in document.tokens[first : min(last, first + LOOKED_THROUGH)]]
    same = sentence == candidate.sentence
    return (
        same,
        min(3, max(0, candidate.sentence - sentence)) / 3,
        sentence > candidate.sentence,
        span.first > trigger,
        np.log1p(max(0, last - first)) / 4,
        sum(mark in _PAUSES for mark in marks) / 4,
        sum(mark in _ENDS for mark in marks) / 2,
        (_count(layout.triggers, first, last) - (first <= trigger < last)) / 2,
        _count(layout.firsts, first, last) / 2,
        _count(layout.people, first, last) / 3,
        same and len(here) == 1,
        bool(here) and here[0] == date,
        span.first - document.sentences[sentence].first < 3,
        len(here) / 4 if same else 0.0,
    )


def _to_entity(layout: DateLayout, entity: Entity, span: Span, date: int) -> tuple[float, ...]:
    """Between the date and the nearest mention of the person, or of the organization."""
    places = [mention.first for mention in entity.mentions]
    after = bisect_left(places, span.first)
    nearest = min(places[max(0, after - 1) : after + 1], key=lambda place: abs(place - span.first))
    first, last = min(nearest, span.first), max(nearest, span.first)
    return (
        nearest > span.first,
        np.log1p(last - first) / 4,
        _count(layout.people, first + 1, last) / 2,
        _count(layout.firsts, first + 1, last) / 2,
        layout.document.sentence_of(nearest) == layout.sentences[date],
        _count(layout.organizations, first + 1, last) / 2,
    )


def _of_date(document: Document, candidate: Candidate, date: int) -> tuple[float, ...]:
    """What the date is, and in whose words."""
    span, mention = document.dates[date]
    precision = mention.date.precision if mention.date else None
    near = range(max(0, span.first - TOLD_WITHIN), min(len(document.tokens), span.last + TOLD_WITHIN))
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

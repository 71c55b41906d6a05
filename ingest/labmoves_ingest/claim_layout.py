"""Where a document's names stand, and the events that are claimed of it: what dates and roles are chosen by.

layout = ClaimLayout(document, candidates)
layout.to_event(candidate, span)              how words stand to those that state the event: TO_EVENT numbers
layout.to_entity(places, span, others)        to the nearest mention of a person or an organization: TO_ENTITY
layout.of_claim(candidate)                    what kind of claim it is: OF_CLAIM
of_pointer(odds, scores, number)              what the reader makes of one date or role: OF_POINTER
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from labmoves_ingest.documents import Document, Span
from labmoves_ingest.layers import softmax
from labmoves_ingest.reading import EVENTS, Candidate

__all__ = [
    "OF_CLAIM",
    "OF_POINTER",
    "TO_ENTITY",
    "TO_EVENT",
    "ClaimLayout",
    "count",
    "nearest",
    "of_pointer",
    "pointed_odds",
]

#: Tokens between words and event in which marks are counted.
LOOKED_THROUGH = 80
_PAUSES, _ENDS = frozenset(",;，；。、:："), frozenset(";；。")
#: Numbers of features: to the event, to a person or an organization, of the claim itself, and of what the reader
#: points at.
TO_EVENT, TO_ENTITY, OF_CLAIM, OF_POINTER = 9, 6, 6, 3
#: The score of what the reader's window does not hold; nothing is further from none.
UNSEEN = 6.0


class ClaimLayout:
    """Where a document's people and organizations stand, and the events that are claimed of it.

    people, organizations, triggers: first tokens, in order; places_of_…: of each of them.
    """

    def __init__(self, document: Document, candidates: Sequence[Candidate]) -> None:
        self.document = document
        self.places_of_person = [[mention.first for mention in one.mentions] for one in document.people]
        self.places_of_organization = [[mention.first for mention in one.mentions] for one in document.organizations]
        self.people = sorted(chain.from_iterable(self.places_of_person))
        self.organizations = sorted(chain.from_iterable(self.places_of_organization))
        self.triggers = sorted({candidate.trigger for candidate in candidates})

    def to_event(self, candidate: Candidate, span: Span) -> tuple[float, ...]:
        """Between the words and those that state the event: sentences, distance, marks, other events and people."""
        document, trigger = self.document, candidate.trigger
        sentence = document.sentence_of(span.first)
        first, last = min(trigger, span.last), max(trigger, span.first)
        marks = [token.text for token in document.tokens[first : min(last, first + LOOKED_THROUGH)]]
        return (
            sentence == candidate.sentence,
            min(3, max(0, candidate.sentence - sentence)) / 3,
            sentence > candidate.sentence,
            span.first > trigger,
            np.log1p(max(0, last - first)) / 4,
            sum(mark in _PAUSES for mark in marks) / 4,
            sum(mark in _ENDS for mark in marks) / 2,
            (count(self.triggers, first, last) - (first <= trigger < last)) / 2,
            count(self.people, first, last) / 3,
        )

    def to_entity(self, places: Sequence[int], span: Span, others: Sequence[int]) -> tuple[float, ...]:
        """Between the words and the nearest of the places where one entity is mentioned; there is at least one.

        others: places of words of the same kind, in order.
        """
        place = nearest(places, span.first)
        first, last = min(place, span.first), max(place, span.first)
        return (
            place > span.first,
            np.log1p(last - first) / 4,
            count(self.people, first + 1, last) / 2,
            count(others, first + 1, last) / 2,
            self.document.sentence_of(place) == self.document.sentence_of(span.first),
            count(self.organizations, first + 1, last) / 2,
        )

    def of_claim(self, candidate: Candidate) -> tuple[float, ...]:
        """The event, whether its sentence names the person, and the language."""
        return (*(candidate.event is event for event in EVENTS), candidate.named, self.document.language == "zh")


def count(places: Sequence[int], first: int, last: int) -> int:
    """How many of the places, in order, lie from first up to last."""
    return max(0, bisect_left(places, last) - bisect_left(places, first))


def nearest(places: Sequence[int], token: int) -> int:
    """The one of the places, in order, that lies nearest to the token; of two the earlier. There is at least one."""
    after = bisect_left(places, token)
    return min(places[max(0, after - 1) : after + 1], key=lambda place: abs(place - token))


def pointed_odds(scores: Sequence[tuple[int, float]]) -> dict[int | None, float]:
    """How likely the reader thinks each of what it points at, and none. scores: how much more than at none."""
    odds = softmax(np.array([0.0, *(score for _, score in scores)], dtype=np.float32))
    return dict(zip((None, *(number for number, _ in scores)), map(float, odds), strict=True))


def of_pointer(
    odds: Mapping[int | None, float], scores: Mapping[int, float], number: int | None
) -> tuple[float, ...]:
    """How likely the reader thinks the one of that number, or none; how much more than none; whether it saw it."""
    score = 0.0 if number is None else min(UNSEEN, max(-UNSEEN, scores.get(number, -UNSEEN)))
    return odds.get(number, 0.0), score, number in scores

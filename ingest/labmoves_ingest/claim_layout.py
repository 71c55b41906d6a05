"""Where a document's names stand, and the events that are claimed of it: what dates and roles are chosen by.

layout = ClaimLayout(document, spans, candidates)      spans: of the dates, or of the roles
layout.near(sentence)                         the numbers of those that may belong to an event of the sentence
layout.to_event(candidate, span)              how one stands to the words that state the event: TO_EVENT numbers
layout.to_entity(places, span)                to the nearest mention of a person or an organization: TO_ENTITY
layout.of_claim(candidate)                    what kind of claim it is: OF_CLAIM
of_pointer(odds, scores, number)              what the reader makes of one date or role: OF_POINTER
of_reading(candidate, odds)                   how sure reader and first network are: OF_READING
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from labmoves_ingest.documents import Document, Span
from labmoves_ingest.layers import softmax
from labmoves_ingest.reading import EVENTS, Candidate

__all__ = [
    "OF_CLAIM",
    "OF_POINTER",
    "OF_READING",
    "TO_ENTITY",
    "TO_EVENT",
    "ClaimLayout",
    "count",
    "nearest",
    "of_pointer",
    "of_reading",
    "pointed_odds",
]

#: Sentences before and after that of the event whose dates and roles are considered.
SENTENCES_BEFORE, SENTENCES_AFTER = 3, 1
#: Tokens between words and event in which marks are counted.
LOOKED_THROUGH = 80
_PAUSES, _ENDS = frozenset(",;，；。、:："), frozenset(";；。")
#: Numbers of features: to the event, to a person or an organization, of the claim itself, of what the reader points
#: at, and of how sure reader and first network are.
TO_EVENT, TO_ENTITY, OF_CLAIM, OF_POINTER, OF_READING = 9, 6, 6, 3, 4
#: The score of what the reader's window does not hold; nothing is further from none.
UNSEEN = 6.0
_LEAST = 1e-4


class ClaimLayout:
    """Where a document's dates or roles stand, its people and organizations, and the events that are claimed of it.

    firsts, people, organizations, triggers: first tokens, in order; sentences: of the dates or roles; places_of_…: of
    each person and organization.
    """

    def __init__(self, document: Document, spans: Iterable[Span], candidates: Sequence[Candidate]) -> None:
        """spans: of all dates, or all roles, in text order."""
        self.document = document
        self.firsts = [span.first for span in spans]
        self.sentences = [document.sentence_of(first) for first in self.firsts]
        self.places_of_person = [[mention.first for mention in one.mentions] for one in document.people]
        self.places_of_organization = [[mention.first for mention in one.mentions] for one in document.organizations]
        self.people = sorted(chain.from_iterable(self.places_of_person))
        self.organizations = sorted(chain.from_iterable(self.places_of_organization))
        self.triggers = sorted({candidate.trigger for candidate in candidates})

    def within(self, first: int, last: int) -> range:
        """The numbers of those that stand in these sentences, the last one included."""
        return range(bisect_left(self.sentences, first), bisect_right(self.sentences, last))

    def near(self, sentence: int) -> range:
        """The numbers of those that may belong to an event of the sentence."""
        return self.within(sentence - SENTENCES_BEFORE, sentence + SENTENCES_AFTER)

    def nearest_first(self, numbers: Iterable[int], candidate: Candidate) -> list[int]:
        """By their distance from the word that states the event."""
        return sorted(numbers, key=lambda number: (abs(self.firsts[number] - candidate.trigger), number))

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

    def to_entity(self, places: Sequence[int], span: Span) -> tuple[float, ...]:
        """Between the words and the nearest of the places where one entity is mentioned; there is at least one."""
        place = nearest(places, span.first)
        first, last = min(place, span.first), max(place, span.first)
        return (
            place > span.first,
            np.log1p(last - first) / 4,
            count(self.people, first + 1, last) / 2,
            count(self.firsts, first + 1, last) / 2,
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


def of_reading(candidate: Candidate, odds: float) -> tuple[float, ...]:
    """How likely the reading is, whether it is lent, and the odds of the one choice by the first network."""
    return candidate.probability, candidate.lent, odds, np.log(odds + _LEAST)

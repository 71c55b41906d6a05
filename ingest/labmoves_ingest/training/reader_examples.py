"""What the claim reader learns from: windows of annotated articles, and what it should say of each.

    examples = reader_examples(gold, vocabulary, references)

The windows are those that `reading.Reader` would judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.model import Event
from labmoves_ingest.documents import Span
from labmoves_ingest.organization_view import ORGANIZATION_DENSE, organization_features
from labmoves_ingest.reading import EVENTS
from labmoves_ingest.references import ReferenceModel
from labmoves_ingest.token_features import Vocabulary
from labmoves_ingest.training.corpus import GoldClaim
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.windows import Items, Window

__all__ = ["ArticleExamples", "ReaderExample", "reader_examples", "taught_windows"]

Array = NDArray[np.float32]

_ORGANIZATION, _DATE, _ORGANIZATION_REFERENCE, _FIRST_ROLE = 2, 3, 6, 8


@dataclass(frozen=True, slots=True)
class ReaderExample:
    """What is seen of a window, and its targets, a row of each for every event of EVENTS.

    Holds neither window nor document: those of a whole corpus take more memory than what is seen of them.
    columns, flags, vectors, mark, segment, distance: an item each; dense: as in windows.Window.
    first_word: the number of the first word of its language; columns count from there already.
    organizations, dates, roles: (place in the window, index in the document) of the items that may be pointed at.
    organization_features: a row for each organization of the document.
    events: 1 where the sentence states the event of the person; triggers: 1 at the items that state it.
    organization_targets: shares over none and the document's organizations; date_targets, role_targets: 1 at each
    right item, the first column for none; all zero where there is nothing to learn.
    self_contained: whether all of it can be read from the sentence and what follows.
    """

    first_word: int
    columns: NDArray[np.int32]
    flags: Array
    vectors: NDArray[np.float16]
    mark: NDArray[np.int8]
    segment: NDArray[np.int8]
    distance: NDArray[np.int8]
    dense: Array
    organizations: list[tuple[int, int]]
    dates: list[tuple[int, int]]
    roles: list[tuple[int, int]]
    organization_features: Array
    events: Array
    triggers: Array
    organization_targets: Array
    date_targets: Array
    role_targets: Array
    self_contained: bool

    @property
    def size(self) -> int:
        """How many items the window has."""
        return len(self.mark)


@dataclass(frozen=True, slots=True)
class ArticleExamples:
    """What one article teaches: by the mentions that are marked in it, and by those that are found."""

    marked: list[ReaderExample]
    found: list[ReaderExample]


def reader_examples(
    gold: GoldDocument, vocabulary: Vocabulary, references: ReferenceModel, first_word: int = 0
) -> list[ReaderExample]:
    """One example for each sentence and person that the reader would look at, or should have.

    gold: with the mentions that are marked, or those that are found (found_documents.py).
    references: says what pronouns mean, as it will when texts are read; errors and all.
    first_word: where the vocabulary begins in a network that knows the words of several languages.
    """
    windows = taught_windows(gold, vocabulary, references)
    return [_example(window, gold, claims, first_word) for window, claims in windows]


def taught_windows(
    gold: GoldDocument, vocabulary: Vocabulary, references: ReferenceModel
) -> Iterator[tuple[Window, list[GoldClaim]]]:
    """Each window that the reader would look at, or should have, and the claims that it states."""
    references.resolve(gold.document)
    items = Items.of(gold.document, vocabulary)
    stated = _stated_claims(gold)
    for sentence in range(len(gold.document.sentences)):
        named, carried = items.people_of(sentence)
        for person in [*named, *carried]:
            claims = stated[sentence, person]
            if claims or person in named or _is_cued(items, sentence):
                yield Window.of(items, sentence, person, named, carried), claims


def _stated_claims(gold: GoldDocument) -> defaultdict[tuple[int, int], list[GoldClaim]]:
    """The claims by (sentence of a trigger, person). People who are never named have none."""
    stated = defaultdict[tuple[int, int], list[GoldClaim]](list)
    for claim in gold.article.claims:
        if claim.person in gold.people:
            for sentence in sorted({gold.document.sentence_of(span.first) for span in gold.triggers(claim)}):
                stated[sentence, gold.people[claim.person]].append(claim)
    return stated


def _is_cued(items: Items, sentence: int) -> bool:
    first, last = items.sentence_first[sentence], items.sentence_last[sentence]
    return bool(items.flags[first:last, : len(EVENTS)].any())


def _example(window: Window, gold: GoldDocument, claims: Sequence[GoldClaim], first_word: int) -> ReaderExample:
    items = window.items
    kinds = (_ORGANIZATION, _ORGANIZATION_REFERENCE), (_DATE,), (_FIRST_ROLE,)
    organizations, dates, roles = (_pointable(window, some) for some in kinds)
    here = {gold.organizations[c.organization] for c in claims if c.organization in gold.organizations}
    sentence = items.sentence_first[window.sentence] - window.first
    columns = items.columns[window.first : window.last].copy()
    columns[:, 0] += first_word
    return ReaderExample(
        first_word,
        columns,
        items.flags[window.first : window.last],
        items.vectors[window.first : window.last],
        window.mark.astype(np.int8),
        window.segment.astype(np.int8),
        window.distance.astype(np.int8),
        window.dense,
        organizations,
        dates,
        roles,
        _features(window),
        _event_targets(claims),
        _trigger_targets(window, gold, claims),
        _organization_targets(gold, claims),
        _item_targets(dates, claims, [gold.dates(claim) for claim in claims]),
        _item_targets(roles, claims, [set(gold.roles.get(claim.role or "", ())) for claim in claims]),
        len(here) == len({claim.organization for claim in claims})
        and here <= {entity for place, entity in organizations if place >= sentence},
    )


def _pointable(window: Window, kinds: tuple[int, ...]) -> list[tuple[int, int]]:
    items = window.items
    places = [i for i in range(window.first, window.last) if items.kind[i] in kinds and items.entity[i] >= 0]
    return [(i - window.first, int(items.entity[i])) for i in places]


def _features(window: Window) -> Array:
    count = len(window.items.document.organizations)
    if not count:
        return np.zeros((0, ORGANIZATION_DENSE), dtype=np.float32)
    return organization_features(window, range(count))


def _event(claim: GoldClaim) -> int:
    return EVENTS.index(Event(claim.event))


def _event_targets(claims: Sequence[GoldClaim]) -> Array:
    targets = np.zeros(len(EVENTS), dtype=np.float32)
    targets[[_event(claim) for claim in claims]] = 1
    return targets


def _trigger_targets(window: Window, gold: GoldDocument, claims: Sequence[GoldClaim]) -> Array:
    targets = np.zeros((len(window.mark), len(EVENTS)), dtype=np.float32)
    for claim in claims:
        for span in gold.triggers(claim):
            for place in _places(window, span):
                targets[place, _event(claim)] = 1
    return targets


def _places(window: Window, span: Span) -> Iterator[int]:
    """The places in the window of the items that begin within the span."""
    first, last = np.searchsorted(window.items.token, (span.first, span.last))
    for item in range(max(int(first), window.first), min(int(last), window.last)):
        yield item - window.first


def _organization_targets(gold: GoldDocument, claims: Sequence[GoldClaim]) -> Array:
    """Events with several organizations share them alike; none where only such are right as nobody has found."""
    targets = np.zeros((len(EVENTS), 1 + len(gold.document.organizations)), dtype=np.float32)
    for claim in claims:
        if claim.organization in gold.organizations:
            targets[_event(claim), 1 + gold.organizations[claim.organization]] = 1
    targets[:, 0] = _event_targets(claims) * (targets.sum(axis=1) == 0)
    targets /= np.maximum(targets.sum(axis=1, keepdims=True), 1)
    return targets


def _item_targets(items: list[tuple[int, int]], claims: Sequence[GoldClaim], right: Sequence[set[int]]) -> Array:
    """right: for each claim the indices in the document that answer it."""
    targets = np.zeros((len(EVENTS), 1 + len(items)), dtype=np.float32)
    if not items:
        return targets
    answers = defaultdict[int, set[int]](set)
    for claim, indices in zip(claims, right, strict=True):
        answers[_event(claim)] |= indices
    for event, indices in answers.items():
        columns = [column for column, (_, index) in enumerate(items, 1) if index in indices]
        targets[event, columns or [0]] = 1
    return targets

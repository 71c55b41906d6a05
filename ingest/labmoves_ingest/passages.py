"""Passages around an event, with names hidden, and the network that reads them.

    view = NamelessView.of(document)                                   once for a document
    passages = view.passages(clauses, cues, sentence, person, trigger)
    passage = view.around(sentence, person, trigger, cues)             the sentence between its neighbours
    PassageNetwork(weights, prefix).scores(passage, event)                     (stretches, outputs)

Names are hidden, as they are from the claim reader: a passage says of whom it tells, not what they are called. Of a
stretch of it the network sees its own words and those around it, how far they stand from the word that states the
event, and cues. Words and cues are hashed (CRC-32), so that it needs no vocabulary. Which stretches state a reason
and how the event is put are learnt by networks of this one form (reason_network.py, status_model.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.clauses import AFTER, BEFORE, FAR, Clause, speaks_of_leaving
from labmoves_ingest.documents import Document, Span
from labmoves_ingest.layers import Array, Weights, convolution, embed, linear, norm, prepared
from labmoves_ingest.token_features import BUCKETS, Vocabulary, flag_matrix, token_columns

__all__ = [
    "AROUND",
    "CUES",
    "DISTANCES",
    "LAYERS",
    "MARKS",
    "OFFSETS",
    "NamelessView",
    "Passage",
    "PassageNetwork",
    "Stretch",
]

#: Dilations of the convolutions.
LAYERS = (1, 2, 4)
#: Classes of tokens by what they name, of sentences by where they stand, of tokens by how far the event's word is,
#: and of cues.
MARKS, OFFSETS, DISTANCES, CUES = 9, FAR + BEFORE + 1, 18, 2048
#: Bounds the work on a text without full stops; a reader's window holds 224 items.
AROUND = 128
_ROLE, _PERSON_REFERENCE, _ORGANIZATION_REFERENCE, _DATE, _ORGANIZATION, _PERSON = range(1, 7)
_HIDDEN = (_DATE, _ORGANIZATION, _PERSON)
_THIS_PERSON, _REFERENCE_TO_THIS_PERSON = 7, 8
#: The middle of the classes of distance, which counts doublings to either side.
_HERE = 9


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a clause stands in a passage, last token excluded; number: of the clause; cues: below CUES."""

    number: int
    first: int
    last: int
    cues: Sequence[int]


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that stand together. Arrays hold a row or a number for each token.

    offset: of its sentence, from 0; distance: 0 where the event's word stands elsewhere; trigger: the place of that
    word, None where it stands elsewhere.
    """

    columns: NDArray[np.int32]
    flags: Array
    vectors: NDArray[np.float16]
    mark: NDArray[np.int64]
    offset: NDArray[np.int64]
    distance: NDArray[np.int64]
    trigger: int | None
    stretches: list[Stretch]


@dataclass(frozen=True, slots=True)
class NamelessView:
    """A document's tokens with names hidden.

    mark, person: what each token names, and which person it means (-1: none known); leaving: the sentences that speak
    of somebody's reasons for leaving.
    """

    document: Document
    columns: NDArray[np.int32]
    flags: Array
    vectors: NDArray[np.float16]
    mark: NDArray[np.int64]
    person: NDArray[np.int64]
    leaving: list[int]

    @classmethod
    def of(cls, document: Document) -> NamelessView:
        """Mentions must be complete. Where mentions overlap, names of people come first."""
        tokens = document.tokens
        mark = np.zeros(len(tokens), dtype=np.int64)
        person = np.full(len(tokens), -1, dtype=np.int64)
        for span, kind, whom in _marks(document):
            mark[span.first : span.last], person[span.first : span.last] = kind, whom
        columns = token_columns(tokens, Vocabulary([]))
        columns[:, 0] = [crc32(token.folded.encode()) % BUCKETS for token in tokens]
        hidden = np.isin(mark, _HIDDEN)
        columns[hidden] = 0
        flags, vectors = flag_matrix(document.flags), document.vectors.copy()
        flags[hidden] = 0
        vectors[hidden] = 0
        return cls(document, columns, flags, vectors, mark, person, speaks_of_leaving(document))

    def passages(
        self, clauses: Sequence[Clause], cues: Sequence[Sequence[int]], sentence: int, person: int, trigger: int
    ) -> list[Passage]:
        """The event's sentence with its neighbours, and each sentence far from it that holds clauses.

        cues: those of each clause; trigger: the token that states the event.
        """
        last = min(len(self.document.sentences) - 1, sentence + AFTER)
        near = range(max(0, sentence - BEFORE), last + 1)
        far = sorted({clause.sentence for clause in clauses if clause.offset == FAR})
        held: dict[int, list[tuple[int, Clause]]] = {}
        for number, clause in enumerate(clauses):
            held.setdefault(clause.sentence, []).append((number, clause))
        found = [self._passage(near, held, cues, sentence, person, trigger)]
        found += [self._passage(range(one, one + 1), held, cues, None, person, trigger) for one in far]
        return [passage for passage in found if passage.stretches]

    def around(self, sentence: int, person: int, trigger: int, cues: Sequence[int]) -> Passage:
        """The event's sentence between its neighbours, AROUND tokens to either side of the event's word at most.

        The sentence is the only stretch. cues: its own, below CUES.
        """
        last = min(len(self.document.sentences) - 1, sentence + 1)
        span = self.document.sentences[sentence]
        whole = self._passage(range(max(0, sentence - 1), last + 1), {}, (), sentence, person, trigger)
        begin = self.document.sentences[max(0, sentence - 1)].first
        low, high = max(0, trigger - begin - AROUND), trigger - begin + AROUND + 1
        first, end = max(span.first - begin, low) - low, min(span.last - begin, high) - low
        return Passage(
            whole.columns[low:high],
            whole.flags[low:high],
            whole.vectors[low:high],
            whole.mark[low:high],
            whole.offset[low:high],
            whole.distance[low:high],
            trigger - begin - low,
            [Stretch(0, first, end, cues)],
        )

    def _passage(
        self,
        sentences: range,
        held: Mapping[int, Sequence[tuple[int, Clause]]],
        cues: Sequence[Sequence[int]],
        origin: int | None,
        person: int,
        trigger: int,
    ) -> Passage:
        """held: the numbered clauses of each sentence.

        origin: the sentence that offsets count from; None: the passage is far from the event.
        """
        spans = [self.document.sentences[number] for number in sentences]
        first, last = spans[0].first, spans[-1].last
        sizes = [span.last - span.first for span in spans]
        offset = np.repeat([FAR if origin is None else number - origin for number in sentences], sizes) + BEFORE
        place = np.arange(first, last) - trigger
        doublings = np.clip(np.sign(place) * np.round(np.log2(np.abs(place) + 1)), 1 - _HERE, DISTANCES - 1 - _HERE)
        mark = self.mark[first:last].copy()
        own = self.person[first:last] == person
        mark[own & (mark == _PERSON)] = _THIS_PERSON
        mark[own & (mark == _PERSON_REFERENCE)] = _REFERENCE_TO_THIS_PERSON
        return Passage(
            self.columns[first:last],
            self.flags[first:last],
            self.vectors[first:last],
            mark,
            offset,
            np.zeros(last - first, dtype=np.int64) if origin is None else (doublings + _HERE).astype(np.int64),
            None if origin is None else trigger - first,
            list(self._stretches(chain.from_iterable(held.get(one, ()) for one in sentences), cues, first, last)),
        )

    def _stretches(
        self, numbered: Iterable[tuple[int, Clause]], cues: Sequence[Sequence[int]], first: int, last: int
    ) -> Iterator[Stretch]:
        for number, clause in numbered:
            span = self.document.span(clause.start, clause.end)
            if span is not None:
                yield Stretch(number, max(span.first, first) - first, min(span.last, last) - first, cues[number])


def _marks(document: Document) -> Iterator[tuple[Span, int, int]]:
    """Every mention, what it is, and which person it means; later ones hide earlier ones."""
    yield from ((span, _ROLE, -1) for span in document.roles)
    for span in document.nominal_people:
        yield span, _PERSON_REFERENCE, document.person_referents.get(span.first, -1)
    yield from ((span, _ORGANIZATION_REFERENCE, -1) for span in document.nominal_organizations)
    yield from ((span, _DATE, -1) for span, _ in document.dates)
    for organization in document.organizations:
        yield from ((span, _ORGANIZATION, -1) for span in organization.mentions)
    for number, person in enumerate(document.people):
        yield from ((span, _PERSON, number) for span in person.mentions)


class PassageNetwork:
    """A trained network at run time; training/passages.py makes it."""

    def __init__(self, weights: Weights, prefix: str) -> None:
        """prefix: what the names of its weights begin with."""
        own = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        self._weights = prepared(own)

    def scores(self, passage: Passage, event: int) -> Array:
        """Scores of each stretch of the passage: array (stretches, outputs). event: of EVENTS."""
        weights = self._weights
        mask = np.ones((len(passage.mark), 1), dtype=np.float32)
        x = embed(weights, passage.columns, passage.flags, passage.vectors)
        for name, places in (("mark", passage.mark), ("offset", passage.offset), ("distance", passage.distance)):
            x += weights[f"{name}.weight"][places]
        for number, dilation in enumerate(LAYERS):
            x = convolution(weights, f"blocks.{number}", dilation, x, mask)
        x = norm(weights, "norm", x)
        told = np.zeros(x.shape[1], dtype=np.float32) if passage.trigger is None else x[passage.trigger]
        seen = [self._seen(x[one.first : one.last], told, one.cues, event) for one in passage.stretches]
        hidden = np.maximum(linear(weights, "view", np.stack(seen)), 0)
        return linear(weights, "out", hidden)

    def _seen(self, x: Array, told: Array, cues: Sequence[int], event: int) -> Array:
        cue = self._weights["cue.weight"][list(cues)].sum(axis=0)
        return np.concatenate([x.max(axis=0), x.mean(axis=0), told, cue, self._weights["event.weight"][event]])

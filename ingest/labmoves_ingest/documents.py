"""A text that has been read as far as its mentions: tokens, sentences, people, organizations, roles, dates.

Everything points into the raw text by offsets and into the token list by index. Extraction turns a Document
into claims; training builds the same Documents from annotated marks, so both see one form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.model import Status
from labmoves_ingest.dates import DateMention
from labmoves_ingest.lexicon import CueHit
from labmoves_ingest.tokens import Sentence, Token

__all__ = ["Document", "Entity", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A mention: first and last token (last excluded) and its character offsets."""

    first: int
    last: int
    start: int
    end: int


@dataclass(slots=True)
class Entity:
    """A person or an organization of one document. name: its fullest form; mentions in text order."""

    name: str
    mentions: list[Span] = field(default_factory=list)
    registry_ids: tuple[str, ...] = ()
    key: str = ""


@dataclass(slots=True)
class Document:
    """One text with its mentions. flags: a bit set of lexicon classes for each token (see lexicon.Flag).

    vectors: a row for each token from the language's encoder, without columns where there is none.

    Mentions are complete before `people_in` or `names_person_at` is first asked.
    certainty: the probability of the tag that each token was given; empty when nothing was tagged.
    plain_status: where words stand that settle a status by themselves, in text order.
    told_ahead: where words end that say of the event right after them that it is to come.
    nominal_people, nominal_organizations: pronouns and descriptions ("she", "the company").
    person_referents, organization_referents: whom or what those mean, by their first token; not all are resolved.
    """

    text: str
    folded: str
    language: str
    published: date | None
    title: str
    tokens: list[Token]
    flags: list[int]
    sentences: list[Sentence]
    vectors: NDArray[np.float16]
    hits: list[CueHit] = field(default_factory=list)
    certainty: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    plain_status: list[tuple[int, Status]] = field(default_factory=list)
    told_ahead: frozenset[int] = frozenset()
    people: list[Entity] = field(default_factory=list)
    organizations: list[Entity] = field(default_factory=list)
    roles: list[Span] = field(default_factory=list)
    nominal_people: list[Span] = field(default_factory=list)
    nominal_organizations: list[Span] = field(default_factory=list)
    person_referents: dict[int, int] = field(default_factory=dict)
    organization_referents: dict[int, int] = field(default_factory=dict)
    dates: list[tuple[Span, DateMention]] = field(default_factory=list)
    _people_in: list[dict[int, None]] | None = field(default=None, repr=False)
    _person_starts: frozenset[int] | None = field(default=None, repr=False)

    def people_in(self, sentence: int) -> list[int]:
        """The people whom the sentence names (indices of `people`), in the order of their first mention there."""
        if self._people_in is None:
            self._people_in = [{} for _ in self.sentences]
            places = sorted((m.first, i) for i, person in enumerate(self.people) for m in person.mentions)
            for token, person_index in places:
                self._people_in[self.sentence_of(token)].setdefault(person_index)
        return list(self._people_in[sentence])

    def names_person_at(self, token: int) -> bool:
        """Whether a mention of a person begins with the token."""
        if self._person_starts is None:
            self._person_starts = frozenset(m.first for person in self.people for m in person.mentions)
        return token in self._person_starts

    def sentence_of(self, token: int) -> int:
        """Index of the sentence that holds the token."""
        low, high = 0, len(self.sentences) - 1
        while low < high:
            middle = (low + high) // 2
            if token < self.sentences[middle].last:
                high = middle
            else:
                low = middle + 1
        return low

    def around(self, span: Span, reach: int) -> range:
        """The tokens of the span, and so many before and behind it."""
        return range(max(0, span.first - reach), min(len(self.tokens), span.last + reach))

    def span(self, start: int, end: int) -> Span | None:
        """The tokens that cover text[start:end], None when it covers no token."""
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].end <= start:
                low = middle + 1
            else:
                high = middle
        last = low
        while last < len(self.tokens) and self.tokens[last].start < end:
            last += 1
        return Span(low, last, start, end) if last > low else None

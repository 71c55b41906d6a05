"""What the claim reader looks at: one sentence seen from one person, with its surroundings.

A document becomes a row of items: a token each, but a mention of a person, an organization or a date is one
item without its words, so that what is learnt is learnt of all names. A Window is the slice of items around
one sentence, marked from the viewpoint of one person; the reader judges which events the sentence states of
that person, and points at the organization, the date and the role among the items.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.dates import DateKind
from labmoves_ingest.documents import Document
from labmoves_ingest.lexicon import FLAGS, Flag
from labmoves_ingest.schools import is_school
from labmoves_ingest.speakers import FIRST_PERSON, Speakers
from labmoves_ingest.token_features import Vocabulary, flag_matrix, token_columns

__all__ = [
    "DATE_MARKED",
    "DENSE",
    "FIRST_OF_ROLE",
    "MARKS",
    "ORGANIZATIONS_MARKED",
    "SPECIAL_WORDS",
    "Items",
    "Window",
    "between",
]

#: Items of context before and after the sentence.
BEFORE, AFTER = 48, 16
LONGEST = 224
CARRIED = 3
#: Bounds that keep the work on a text of thousands of names linear; no article of the corpus comes near them.
LOOK_BACK, PROTAGONISTS = 60, 400
MARKS = 12
DENSE = 20
SPECIAL_WORDS = ("<person>", "<organization>", "<date>", "<day>", "<vague>", "<duration>", "<school>")

#: Characters before the name of a line's heading, at most, and what stands there and behind it.
LINE_HEAD = 12
_NAME_SIGN = re.compile(r"\w")
_HEAD_END = re.compile(r"\s*(?:[（(][^）)\n]{1,40}[）)])?[*_\s]*(?:[:：|｜—–]|-\s|\n|$)")

_PERSON, _ORGANIZATION, DATE_MARKED, _ROLE, _PERSON_REFERENCE, _ORGANIZATION_REFERENCE = range(1, 7)
_TARGET, FIRST_OF_ROLE = 7, 8
#: Names, and what stands for them where it is known for whom.
_PEOPLE, ORGANIZATIONS_MARKED = (_PERSON, _PERSON_REFERENCE), (_ORGANIZATION, _ORGANIZATION_REFERENCE)


@dataclass
class Items:
    """A document as the reader sees it. kind, entity: what each item is, and the index of its entity (or -1)."""

    document: Document
    columns: NDArray[np.int32]
    flags: NDArray[np.float32]
    vectors: NDArray[np.float16]
    kind: NDArray[np.int8]
    entity: NDArray[np.int32]
    token: NDArray[np.int32]
    sentence_first: list[int]
    sentence_last: list[int]
    people_items: list[list[int]]
    organization_items: list[list[int]]
    role_items: list[list[int]]
    _people_sentences: dict[int, set[int]] = field(default_factory=dict)
    _organization_sentences: dict[int, set[int]] = field(default_factory=dict)
    _shared: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    standing: dict[int, tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, vocabulary: Vocabulary) -> Items:
        """The items of a document whose mentions are known. Overlapping mentions: the first listed wins."""
        tokens = document.tokens
        owner = np.full(len(tokens), -1, dtype=np.int32)
        spans: list[tuple[int, int, int, int]] = []

        def claim(first: int, last: int, kind: int, entity: int) -> None:
            if first < last and (owner[first:last] < 0).all():
                owner[first:last] = len(spans)
                spans.append((first, last, kind, entity))

        for kind, entities in ((_PERSON, document.people), (_ORGANIZATION, document.organizations)):
            for index, named in enumerate(entities):
                for span in named.mentions:
                    claim(span.first, span.last, kind, index)
        for index, (span, _) in enumerate(document.dates):
            claim(span.first, span.last, DATE_MARKED, index)
        for span in document.nominal_people:
            claim(span.first, span.last, _PERSON_REFERENCE, document.person_referents.get(span.first, -1))
        for span in document.nominal_organizations:
            claim(span.first, span.last, _ORGANIZATION_REFERENCE, document.organization_referents.get(span.first, -1))
        role_of = np.full(len(tokens), -1, dtype=np.int32)
        for index, role in enumerate(document.roles):
            role_of[role.first : role.last] = index
        columns = token_columns(tokens, vocabulary)
        words = [vocabulary.id(word) for word in SPECIAL_WORDS]
        keep: list[int] = []
        kinds: list[int] = []
        entity_of: list[int] = []
        flags = list(document.flags)
        previous = -1
        for position in range(len(tokens)):
            number = int(owner[position])
            if number >= 0 and spans[number][2] <= DATE_MARKED:
                if number == previous:
                    continue
                first, last, kind, entity = spans[number]
                flags[position] = _joined_flags(document.flags[first:last])
                columns[position] = (_special(document, kind, entity, words), 0, 0, 11)
                kinds.append(kind)
                entity_of.append(entity)
            elif number >= 0:
                kinds.append(spans[number][2])
                entity_of.append(spans[number][3])
            elif role_of[position] >= 0:
                starts = position == document.roles[role_of[position]].first
                kinds.append(FIRST_OF_ROLE if starts else _ROLE)
                entity_of.append(int(role_of[position]))
            else:
                kinds.append(0)
                entity_of.append(-1)
            keep.append(position)
            previous = number
        kept = np.asarray(keep, dtype=np.int32)
        item_of_token = np.searchsorted(kept, np.arange(len(tokens) + 1))
        kind_array = np.asarray(kinds, dtype=np.int8)
        entity_array = np.asarray(entity_of, dtype=np.int32)
        vectors = document.vectors[kept]
        vectors[(kind_array > 0) & (kind_array <= DATE_MARKED)] = 0
        return cls(
            document,
            columns[kept],
            flag_matrix([flags[i] for i in keep]) if keep else np.zeros((0, FLAGS), np.float32),
            vectors,
            kind_array,
            entity_array,
            kept,
            [int(item_of_token[s.first]) for s in document.sentences],
            [int(item_of_token[s.last]) for s in document.sentences],
            _members(kind_array, entity_array, _PEOPLE, len(document.people)),
            _members(kind_array, entity_array, ORGANIZATIONS_MARKED, len(document.organizations)),
            _members(kind_array, entity_array, (_ROLE, FIRST_OF_ROLE), len(document.roles)),
        )

    def people_of(self, sentence: int) -> tuple[list[int], list[int]]:
        """People named in the sentence, and up to CARRIED others whom a pronoun or no subject at all may mean.

        Those are the ones named last before it, and the person whom the text names most. Who is named only where
        no window on the sentence reaches is left out.
        """
        first = self.sentence_first[sentence]
        last = min(self.sentence_last[sentence], max(0, first - BEFORE) + LONGEST)
        named = _entities_between(self, first, last, _PEOPLE)
        carried: list[int] = []
        for index in reversed(self._named_before(first)):
            person = int(self.entity[index])
            if person not in named and person not in carried:
                carried.append(person)
                if len(carried) == CARRIED - 1:
                    break
        protagonist = self._protagonist(first)
        if protagonist is not None and protagonist not in named and protagonist not in carried:
            carried.append(protagonist)
        author = self._author(sentence)
        if author is not None and author not in named:
            carried = [author, *(p for p in carried if p != author)][:CARRIED]
        return named, carried

    @cached_property
    def people_places(self) -> list[int]:
        """The items that name people, in order."""
        return [int(i) for i in np.flatnonzero(np.isin(self.kind, _PEOPLE) & (self.entity >= 0))]

    @cached_property
    def organization_places(self) -> list[int]:
        """The items that name organizations, in order."""
        return [int(i) for i in np.flatnonzero(np.isin(self.kind, ORGANIZATIONS_MARKED) & (self.entity >= 0))]

    @cached_property
    def headings(self) -> list[int]:
        """The items, in order, that name an organization at the head of a line: "· 生数科技：3月，…", "**xAI**"."""
        found = []
        for item in self.organization_places:
            token = self.document.tokens[int(self.token[item])]
            line = self.document.text.rfind("\n", max(0, token.start - LINE_HEAD), token.start) + 1
            if not (line or token.start < LINE_HEAD) or _NAME_SIGN.search(self.document.text, line, token.start):
                continue
            following = int(self.token[item + 1]) if item + 1 < len(self.token) else len(self.document.tokens)
            end = self.document.tokens[following - 1].end
            if _HEAD_END.match(self.document.text, end):
                found.append(item)
        return found

    def paragraph_of(self, sentence: int) -> tuple[int, int]:
        """First and last (excluded) of the items of the paragraph, or list item, that the sentence stands in."""
        first, last = self._paragraphs[sentence]
        return self.sentence_first[first], self.sentence_last[last]

    @cached_property
    def _paragraphs(self) -> list[tuple[int, int]]:
        """For each sentence the first and the last of its paragraph."""
        sentences, text = self.document.sentences, self.document.text
        starts = [
            n == 0 or "\n" in text[sentences[n - 1].end : sentence.start] for n, sentence in enumerate(sentences)
        ]
        bounds = [n for n, start in enumerate(starts) if start] + [len(sentences)]
        return [(a, b - 1) for a, b in pairwise(bounds) for _ in range(a, b)]

    @cached_property
    def most_mentions(self) -> int:
        """Mentions of the organization that is mentioned most."""
        return max((len(p) for p in self.organization_items), default=1) or 1

    @cached_property
    def prominent(self) -> list[int]:
        """The eight organizations mentioned most."""
        order = sorted(range(len(self.organization_items)), key=lambda o: -len(self.organization_items[o]))
        return order[:8]

    def sentences_of_person(self, person: int) -> set[int]:
        """The sentences that name the person."""
        return self._sentences(self._people_sentences, person, self.people_items)

    def sentences_of_organization(self, organization: int) -> set[int]:
        """The sentences that name the organization."""
        return self._sentences(self._organization_sentences, organization, self.organization_items)

    def shared_sentences(self, person: int, organization: int) -> list[int]:
        """The sentences that mention both, in order."""
        pair = (person, organization)
        if pair not in self._shared:
            both = self.sentences_of_person(person) & self.sentences_of_organization(organization)
            self._shared[pair] = sorted(both)
        return self._shared[pair]

    def _sentences(self, known: dict[int, set[int]], index: int, places: list[list[int]]) -> set[int]:
        if index not in known:
            known[index] = {self.document.sentence_of(int(self.token[i])) for i in places[index]}
        return known[index]

    def _named_before(self, item: int) -> list[int]:
        """The last LOOK_BACK items before `item` that name people."""
        end = bisect_left(self.people_places, item)
        return self.people_places[max(0, end - LOOK_BACK) : end]

    def _protagonist(self, item: int) -> int | None:
        """Whom the text names most before `item`, and more than once."""
        counts = [bisect_left(places, item) for places in self.people_items[:PROTAGONISTS]]
        return counts.index(max(counts)) if counts and max(counts) > 1 else None

    def _author(self, sentence: int) -> int | None:
        """Who says "I" in the sentence, where the text's layout shows it."""
        span = self.document.sentences[sentence]
        tokens = self.document.tokens
        said = (i for i in range(span.first, span.last) if tokens[i].folded in FIRST_PERSON)
        return next((person for i in said if (person := self._speakers.of(i)) is not None), None)

    @cached_property
    def _speakers(self) -> Speakers:
        return Speakers(self.document)


@dataclass(slots=True)
class Window:
    """Items first..last around a sentence, seen from a person. mark, segment, distance: per item; dense: (DENSE,)."""

    items: Items
    sentence: int
    person: int
    first: int
    last: int
    mark: NDArray[np.int32]
    segment: NDArray[np.int32]
    distance: NDArray[np.int32]
    dense: NDArray[np.float32]

    @classmethod
    def of(cls, items: Items, sentence: int, person: int, named: Sequence[int], carried: Sequence[int]) -> Window:
        """The view of `sentence` from `person` (an index of document.people)."""
        s_first, s_last = items.sentence_first[sentence], items.sentence_last[sentence]
        first = max(0, s_first - BEFORE)
        last = min(len(items.kind), s_last + AFTER, first + LONGEST)
        s_last = min(s_last, last)
        mark = items.kind[first:last].astype(np.int32)
        own = np.isin(mark, _PEOPLE) & (items.entity[first:last] == person)
        mark[own] = _TARGET
        segment = np.zeros(last - first, dtype=np.int32)
        segment[s_first - first : s_last - first] = 1
        segment[s_last - first :] = 2
        dense = _dense(items, sentence, person, named, carried)
        return cls(items, sentence, person, first, last, mark, segment, _distance(own, s_first - first), dense)


def _members(
    kind: NDArray[np.int8], entity: NDArray[np.int32], kinds: tuple[int, ...], count: int
) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for index in np.flatnonzero(np.isin(kind, kinds) & (entity >= 0)):
        found[int(entity[index])].append(int(index))
    return found


def _entities_between(items: Items, first: int, last: int, kinds: tuple[int, ...]) -> list[int]:
    """Entities of those kinds in items[first:last], each once, in the order of their last mention."""
    found: dict[int, None] = {}
    for index in range(first, last):
        if items.kind[index] in kinds and items.entity[index] >= 0:
            number = int(items.entity[index])
            found.pop(number, None)
            found[number] = None
    return list(found)


def between(places: list[int], first: int, last: int) -> list[int]:
    """The places, in order, that lie in first..last (last excluded)."""
    return places[bisect_left(places, first) : bisect_left(places, last)]


def _joined_flags(flags: list[int]) -> int:
    joined = 0
    for one in flags:
        joined |= one
    layout = flags[0] & (1 << Flag.LINE_START | 1 << Flag.QUOTED)
    return joined & (1 << Flag.ORGANIZATION_FIRST | 1 << Flag.PERSON_FIRST) | layout


def _special(document: Document, kind: int, entity: int, words: list[int]) -> int:
    if kind == _PERSON:
        return words[0]
    if kind == _ORGANIZATION:
        return words[6] if is_school(document.organizations[entity].name) else words[1]
    mention = document.dates[entity][1]
    if mention.kind is DateKind.VAGUE:
        return words[4]
    if mention.kind is DateKind.DURATION:
        return words[5]
    return words[3] if mention.date is not None and len(mention.date.edtf.rstrip("~?%")) == 10 else words[2]


def _distance(own: NDArray[np.bool_], origin: int) -> NDArray[np.int32]:
    """Bucketed signed distance of each item to the nearest mention of the person; 0 when there is none."""
    size = len(own)
    places = np.flatnonzero(own)
    if not len(places):
        return np.zeros(size, dtype=np.int32)
    offsets = np.arange(size)[:, None] - places[None, :]
    nearest = offsets[np.arange(size), np.abs(offsets).argmin(axis=1)]
    magnitude = np.minimum(np.log2(np.abs(nearest) + 1).round().astype(np.int32), 6)
    buckets: NDArray[np.int32] = (np.where(nearest < 0, 7 - magnitude, 7 + magnitude) + 1).astype(np.int32)
    return buckets


def _dense(
    items: Items, sentence: int, person: int, named: Sequence[int], carried: Sequence[int]
) -> NDArray[np.float32]:
    document = items.document
    first, last = items.sentence_first[sentence], items.sentence_last[sentence]
    kinds = items.kind[first:last]
    rank = carried.index(person) if person in carried else -1
    flags = items.flags[first:last].max(axis=0) if last > first else np.zeros(FLAGS, np.float32)
    at = [i - first for i in between(items.people_items[person], first, last)]
    values = np.zeros(DENSE, dtype=np.float32)
    values[:12] = (
        person in named,
        rank == 0,
        rank == 1,
        rank == 2,
        min(len(named), 4) / 4,
        (kinds == _PERSON_REFERENCE).sum() > 0,
        (kinds == _ORGANIZATION).sum() > 0,
        (kinds == _ORGANIZATION_REFERENCE).sum() > 0,
        len(document.people) == 1,
        sentence == 0,
        bool(at) and at[0] < 3,
        bool(at) and at[0] + first == next(iter(between(items.people_places, first, last)), -1),
    )
    values[12:16] = flags[:4]
    values[16:20] = flags[4:8]
    return values

"""How the organizations of a text lie as seen from one window: which come into question, how near and prominent.

    view = View.of(window)                    the window, with the organizations that its sentence may speak of
    view.organizations, view.features         indices into document.organizations, and a row of numbers for each

Who left "the company" is often told many sentences after the company was named. So beside the mentions that a
window shows, the reader weighs every organization of the text by where it stands: in the sentence, before it, in its
paragraph, as the head of its list item, with the person elsewhere, in the title.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.documents import Entity
from labmoves_ingest.schools import is_school
from labmoves_ingest.windows import ORGANIZATIONS_MARKED, Items, Window, between

__all__ = ["ORGANIZATION_DENSE", "View", "nearby_organizations", "organization_features"]

#: The most that one window weighs, so that a text of thousands of names stays linear.
ORGANIZATIONS = 48
_PLACE, _BOND, _PARAGRAPH, _STANDING = 14, 10, 5, 10
ORGANIZATION_DENSE = _PLACE + _BOND + _PARAGRAPH + _STANDING

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A window and the organizations that its sentence may speak of.

    organizations: indices into the document's; features: (organizations, ORGANIZATION_DENSE), a row for each.
    mentions: (place in the window, row in features) of the items that name one of them or stand for it.
    """

    window: Window
    organizations: list[int]
    features: NDArray[np.float32]
    mentions: list[tuple[int, int]]

    @classmethod
    def of(cls, window: Window) -> View:
        """The organizations near the window, and how they lie."""
        organizations = nearby_organizations(window)
        features = organization_features(window, organizations)
        return cls(window, organizations, features, _mentions(window, organizations))


def _mentions(window: Window, organizations: Sequence[int]) -> list[tuple[int, int]]:
    row_of = {organization: row for row, organization in enumerate(organizations)}
    places = np.flatnonzero(np.isin(window.mark, ORGANIZATIONS_MARKED))
    owners = ((int(place), row_of.get(int(window.items.entity[window.first + place]))) for place in places)
    return [(place, row) for place, row in owners if row is not None]


def nearby_organizations(window: Window) -> list[int]:
    """The organizations that a sentence may speak of: those of the text, at most ORGANIZATIONS.

    Of more, the ones named in and last before the window and the ones named most.
    """
    items = window.items
    count = len(items.organization_items)
    if count <= ORGANIZATIONS:
        return list(range(count))
    last = bisect_left(items.organization_places, window.last)
    recent = dict.fromkeys(
        int(items.entity[i]) for i in reversed(items.organization_places[max(0, last - 200) : last])
    )
    return sorted({*list(recent)[: ORGANIZATIONS - 8], *items.prominent})


def organization_features(window: Window, organizations: Sequence[int]) -> NDArray[np.float32]:
    """How prominent and how near organizations are, as seen from a window: array (n, ORGANIZATION_DENSE)."""
    values = np.zeros((len(organizations), ORGANIZATION_DENSE), dtype=np.float32)
    if not organizations:
        return values
    values[:, :_PLACE] = _places(window, organizations)
    values[:, _PLACE : _PLACE + _BOND] = _bonds(window, organizations)
    values[:, _PLACE + _BOND : -_STANDING] = _paragraphs(window, organizations)
    values[:, -_STANDING:] = [_standing(window.items, organization) for organization in organizations]
    return values


def _places(window: Window, organizations: Sequence[int]) -> list[Row]:
    """Where they are mentioned, counted from the sentence."""
    items = window.items
    s_first, s_last = items.sentence_first[window.sentence], items.sentence_last[window.sentence]
    previous = items.sentence_first[window.sentence - 1] if window.sentence else s_first
    places = [items.organization_items[o] for o in organizations]
    before = [bisect_left(p, s_first) for p in places]
    upto = [bisect_left(p, s_last) for p in places]
    last_before = [p[b - 1] if b else -1 for p, b in zip(places, before, strict=True)]
    recency = sorted(last_before, reverse=True)
    most, every = max(before), max(1, sum(before))
    anywhere = any(u > b for b, u in zip(before, upto, strict=True))
    rows: list[Row] = []
    for mentions, b, u, last in zip(places, before, upto, last_before, strict=True):
        inside, after = u - b, mentions[u] - s_last if u < len(mentions) else -1
        rank = recency.index(last) if b else -1
        rows.append(
            (
                inside > 0,
                inside > 1,
                b > 0 and last >= window.first,
                b > 0 and last >= previous,
                rank == 0,
                rank == 1,
                rank == 2,
                np.exp(-(s_first - last) / 40) if b else 0.0,
                np.exp(-after / 20) if u < len(mentions) else 0.0,
                not b and not inside,
                b > 0 and b == most,
                b / every,
                not anywhere,
                1.0,
            )
        )
    return rows


def _bonds(window: Window, organizations: Sequence[int]) -> list[Row]:
    """How they stand to the person: in the sentence, where the person is introduced, and before the sentence."""
    items = window.items
    s_first, s_last = items.sentence_first[window.sentence], items.sentence_last[window.sentence]
    own = items.people_items[window.person]
    here = between(own, s_first, s_last)
    shared = [items.shared_sentences(window.person, o) for o in organizations]
    before = [bisect_left(sentences, window.sentence) for sentences in shared]
    earlier = [sentences[b - 1] if b else -1 for sentences, b in zip(shared, before, strict=True)]
    latest = max(earlier)
    introduction = items.document.sentence_of(int(items.token[own[0]])) if own else -1
    rows: list[Row] = []
    for o, sentences, last in zip(organizations, shared, earlier, strict=True):
        inside = between(items.organization_items[o], s_first, s_last)
        gap = min((abs(i - p) for i in inside for p in here), default=0)
        rows.append(
            (
                np.exp(-gap / 8) if gap else 0.0,
                bool(gap) and min(inside) > max(here),
                bool(gap) and max(inside) < min(here),
                min(len(sentences), 3) / 3,
                not sentences,
                bool(between(sentences, introduction, introduction + 1)),
                last >= 0,
                last >= 0 and last == latest,
                np.exp(-(window.sentence - last) / 3) if last >= 0 else 0.0,
                len(sentences) / max(1, len(items.sentences_of_organization(o))),
            )
        )
    return rows


def _paragraphs(window: Window, organizations: Sequence[int]) -> list[Row]:
    """How they stand in the paragraph of the sentence, and whether one heads it or was the last to head any."""
    items = window.items
    first, last = items.paragraph_of(window.sentence)
    s_last = items.sentence_last[window.sentence]
    places = [items.organization_items[o] for o in organizations]
    begins = [bisect_left(p, first) for p in places]
    counts = [bisect_left(p, last) - begin for p, begin in zip(places, begins, strict=True)]
    firsts = [p[begin] if count else -1 for p, begin, count in zip(places, begins, counts, strict=True)]
    earliest, most = min((place for place in firsts if place >= 0), default=-1), max(counts)
    headed = bisect_left(items.headings, s_last)
    heading = items.headings[headed - 1] if headed else -1
    head = int(items.entity[heading]) if headed else -1
    return [
        (
            0 <= place < s_last,
            count > 0 and place == earliest,
            count > 0 and count == most,
            head == o,
            head == o and heading >= first,
        )
        for o, place, count in zip(organizations, firsts, counts, strict=True)
    ]


def _standing(items: Items, organization: int) -> Row:
    """How prominent it is in the whole text, and what is known of it."""
    if organization not in items.standing:
        mentions = items.organization_items[organization]
        named: Entity = items.document.organizations[organization]
        items.standing[organization] = (
            len(mentions) / items.most_mentions,
            len(mentions) == items.most_mentions,
            min(len(mentions), 6) / 6,
            bool(mentions) and items.document.sentence_of(int(items.token[mentions[0]])) == 0,
            bool(mentions) and mentions[0] == items.organization_places[0],
            bool(named.key) and named.key in items.document.title,
            bool(named.registry_ids),
            is_school(named.name),
            len(items.organization_items) == 1,
            len(items.people_items) == 1,
        )
    return items.standing[organization]

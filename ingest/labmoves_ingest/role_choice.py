"""Which of a text's roles a claim is about, if any.

    chooser = RoleChooser.load()
    chooser.with_roles(document, candidates)      the candidates, each with its likeliest role, or None

The reader points at a role as well, but sees one sentence from one person at a time, and the nearest title may be
somebody else's. Two small networks judge what it cannot: the first, how each role stands to the words that state the
event, to the person, to other people and to the organization; the second, what the reader makes of it, too. The first
learns from every annotated claim of the training stories, the second from whole readings of the development stories
(training/role_training.py).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.claim_layout import (
    OF_CLAIM,
    OF_POINTER,
    OF_READING,
    TO_ENTITY,
    TO_EVENT,
    ClaimLayout,
    nearest,
    of_pointer,
    of_reading,
    pointed_odds,
)
from labmoves_ingest.documents import Document, Span
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.layers import softmax
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.reading import Candidate

__all__ = ["PLACED_ROLES", "READ_ROLES", "RoleChooser", "RoleLayout", "role_features", "role_reading_features"]

Array = NDArray[np.float32]

#: Of so many roles the nearest are considered. What the reader sees beyond the sentences near is considered too; of
#: the roles of held-out claims 2 in 100 lie out of its sight.
NEAREST = 12
#: A title stands at most so many tokens behind a name: "Ann Lee, its chief scientist".
TITLED_WITHIN = 4
#: Names looked at to either side of a role for one that is not the claim's own.
LOOKED_AT = 16

_NO_ROLE, _BESIDE, _OWNERS = 3, 4, 6
#: Numbers of features: of how a role stands, and of what is read of it.
PLACED_ROLES = _NO_ROLE + TO_EVENT + _BESIDE + 2 * TO_ENTITY + _OWNERS + OF_CLAIM
READ_ROLES = OF_POINTER + OF_READING + PLACED_ROLES


class RoleLayout(ClaimLayout):
    """Where the roles of a document stand as well, and where the mentions of each person end."""

    def __init__(self, document: Document, candidates: Sequence[Candidate]) -> None:
        super().__init__(document, document.roles, candidates)
        self.ends_of_person = [[mention.last for mention in one.mentions] for one in document.people]

    def options(self, candidate: Candidate) -> list[int]:
        """The roles that may be the candidate's, as indices of the document's, the nearest first."""
        near = {*self.near(candidate.sentence), *_scores(candidate)}
        return self.nearest_first(near, candidate)[:NEAREST]


class RoleChooser:
    """Chooses by trained weights."""

    def __init__(self, weights: dict[str, NDArray[np.generic]]) -> None:
        self._place = FeatureNetwork(weights, "place.")
        self._reading = FeatureNetwork(weights, "reading.")

    @classmethod
    def load(cls, folder: Traversable | None = None) -> RoleChooser:
        """folder: of the model files; None: those that labmoves brings along."""
        return cls(read_archive("roles.npz", folder))

    def with_roles(self, document: Document, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, each with the likeliest of its roles; with None where having none is likelier than each."""
        layout = RoleLayout(document, candidates)
        return [replace(candidate, role=self._chosen(layout, candidate)) for candidate in candidates]

    def _chosen(self, layout: RoleLayout, candidate: Candidate) -> Span | None:
        options = layout.options(candidate)
        if not options:
            return None
        rows = role_reading_features(layout, candidate, options, self._place)
        best = int(self._reading.scores(rows).argmax())
        return layout.document.roles[options[best - 1]] if best else None


def role_features(layout: RoleLayout, candidate: Candidate, options: Sequence[int]) -> Array:
    """How no role and each of the options stand to the claim: array (1 + options, PLACED_ROLES), no role first."""
    document = layout.document
    beside = [role for role in options if layout.sentences[role] == candidate.sentence]
    own = layout.of_claim(candidate)
    of_none = (1, min(len(beside), 3) / 3, len(options) / NEAREST)
    rows = [(*of_none, *[0] * (PLACED_ROLES - _NO_ROLE - OF_CLAIM), *own)]
    person = layout.places_of_person[candidate.person]
    organization = layout.places_of_organization[candidate.organization]
    for role in options:
        span = document.roles[role]
        rows.append(
            (
                *[0] * _NO_ROLE,
                *layout.to_event(candidate, span),
                *_among_others(layout, candidate, role, beside, options),
                *layout.to_entity(person, span),
                *layout.to_entity(organization, span),
                *_owners(layout, candidate, span),
                *own,
            )
        )
    return np.array(rows, dtype=np.float32)


def role_reading_features(
    layout: RoleLayout, candidate: Candidate, options: Sequence[int], place: FeatureNetwork
) -> Array:
    """What is read of no role and of each of the options: array (1 + options, READ_ROLES)."""
    rows = role_features(layout, candidate, options)
    scores = _scores(candidate)
    pointed = pointed_odds(tuple(scores.items()))
    read = [
        (*of_pointer(pointed, scores, role), *of_reading(candidate, odds))
        for role, odds in zip((None, *options), softmax(place.scores(rows)), strict=True)
    ]
    return np.concatenate([np.array(read, dtype=np.float32), rows], axis=1)


def _scores(candidate: Candidate) -> dict[int, float]:
    """The roles that the reader saw in any reading of the stint, each with the highest of its scores."""
    highest: dict[int, float] = {}
    for reading in (candidate, *candidate.also):
        for role, score in reading.role_scores:
            highest[role] = max(score, highest.get(role, score))
    return highest


def _among_others(
    layout: RoleLayout, candidate: Candidate, role: int, beside: Sequence[int], options: Sequence[int]
) -> tuple[float, ...]:
    """How many roles the event's sentence holds, how far this one is, how long, and how often the same is printed."""
    document, sentence = layout.document, layout.sentences[role]
    words = _folded(document, role)
    return (
        len(beside) / 4 if sentence == candidate.sentence else 0.0,
        min(abs(candidate.sentence - sentence), 10) / 10,
        len(words) / 30,
        sum(_folded(document, other) == words for other in options) / 4,
    )


def _owners(layout: RoleLayout, candidate: Candidate, span: Span) -> tuple[float, ...]:
    """Whose the role may be: how far the nearest other person and organization are, and whether nearer than the
    claim's own; whether it stands right before or behind the person's name."""
    person = layout.places_of_person[candidate.person]
    organization = layout.places_of_organization[candidate.organization]
    features: list[float] = []
    for everybody, own in ((layout.people, person), (layout.organizations, organization)):
        other = _to_nearest_other(everybody, own, span.first)
        to_own = abs(nearest(own, span.first) - span.first)
        features += [np.log1p(_FAR if other is None else other) / 4, other is not None and other < to_own]
    ended = bisect_right(layout.ends_of_person[candidate.person], span.first)
    behind = ended > 0 and span.first - layout.ends_of_person[candidate.person][ended - 1] <= TITLED_WITHIN
    return *features, _holds(person, span.last), behind


#: The distance of another person or organization where there is none near.
_FAR = 1 << 12


def _to_nearest_other(places: Sequence[int], own: Sequence[int], token: int) -> int | None:
    """From the token to the nearest of the places that is none of one's own; None where none is near; in order."""
    middle = bisect_left(places, token)
    near = places[max(0, middle - LOOKED_AT) : middle + LOOKED_AT]
    return min((abs(place - token) for place in near if not _holds(own, place)), default=None)


def _holds(places: Sequence[int], token: int) -> bool:
    place = bisect_left(places, token)
    return place < len(places) and places[place] == token


def _folded(document: Document, role: int) -> str:
    span = document.roles[role]
    return document.folded[span.start : span.end]

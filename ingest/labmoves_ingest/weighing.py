"""How likely a stint is that the reader found: its readings weighed against all else that the text says.

    weigher = Weigher.load()
    candidates = weigher.weighed(document, candidates)      the same, their probabilities those of being right

The reader sees one sentence from one person. What it cannot see speaks for and against a stint as well: that the same
person is likelier to have left another organization, that somebody is hired where they are said to leave, that the
organization is a word which the tagger was unsure of, that half the people of the text move. A small network weighs
these. It is trained on texts that neither tagger nor reader was trained on, read from end to end, so that what it
says is how often such a reading is right, mistaken names and all (training/weigh_training.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.model import Event
from labmoves_ingest.coordination import spread
from labmoves_ingest.documents import Document, Entity
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.reading import EVENTS, Candidate, Reader
from labmoves_ingest.schooling import without_schooling
from labmoves_ingest.schools import is_school
from labmoves_ingest.settling import Ground, doubt_of

__all__ = [
    "WEIGHED",
    "Stint",
    "Weigher",
    "plain_candidates",
    "stint_features",
    "stints",
    "weighed_candidates",
    "with_odds",
]

Array = NDArray[np.float32]
#: Person, event and organization: what a stint is known by within one text.
Stint = tuple[int, Event, int]

_READING, _RIVALS, _PLACE, _NAMES, _TEXT = 6, 12, 9, 11, 4
WEIGHED = _READING + _RIVALS + _PLACE + _NAMES + _TEXT
_CERTAIN = 1e-3


def weighed_candidates(document: Document, reader: Reader, weigher: Weigher) -> list[Candidate]:
    """All that the reader makes of the document, weighed."""
    return weigher.weighed(document, plain_candidates(document, reader))


def plain_candidates(document: Document, reader: Reader) -> list[Candidate]:
    """All that the reader makes of the document, less what tells of schooling, shared out over lists of people."""
    return spread(document, without_schooling(document, reader.candidates(document), reader.lexicon))


class Weigher:
    """Weighs by trained weights."""

    def __init__(self, network: FeatureNetwork) -> None:
        self._network = network

    @classmethod
    def load(cls, folder: Traversable | None = None) -> Weigher:
        """folder: of the model files; None: those that labmoves brings along."""
        return cls(FeatureNetwork(read_archive("weigher.npz", folder)))

    def weighed(self, document: Document, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates; the likeliest of each stint has the stint's probability, the others less in proportion."""
        groups = stints(candidates)
        if not groups:
            return []
        odds = self.odds(stint_features(document, groups))
        return with_odds(candidates, dict(zip(groups, map(float, odds), strict=True)))

    def odds(self, features: Array) -> Array:
        """Probabilities from features (stints, WEIGHED)."""
        scores = self._network.scores(features)
        odds: Array = (1 / (1 + np.exp(-scores))).astype(np.float32)
        return odds


def with_odds(candidates: Sequence[Candidate], odds: dict[Stint, float]) -> list[Candidate]:
    """The candidates; the likeliest of each stint has the stint's odds, the others less in proportion.

    Their probabilities must be positive, as the reader's are.
    """
    factor = {stint: odds[stint] / group[0].probability for stint, group in stints(candidates).items()}
    return [
        replace(one, probability=one.probability * factor[one.person, one.event, one.organization])
        for one in candidates
    ]


def stints(candidates: Sequence[Candidate]) -> dict[Stint, list[Candidate]]:
    """The readings of each stint, the likeliest first."""
    groups: defaultdict[Stint, list[Candidate]] = defaultdict(list)
    for one in candidates:
        groups[one.person, one.event, one.organization].append(one)
    return {stint: sorted(group, key=lambda one: -one.probability) for stint, group in groups.items()}


def stint_features(document: Document, groups: dict[Stint, list[Candidate]]) -> Array:
    """What speaks for and against each stint: array (stints, WEIGHED), in the order of groups."""
    if not groups:
        return np.zeros((0, WEIGHED), dtype=np.float32)
    best = {stint: group[0] for stint, group in groups.items()}
    rivals = _Rivals(best)
    text = _of_text(document, best)
    rows = [
        (
            *_of_reading(group),
            *rivals.of(stint, group[0]),
            *_of_place(document, group[0]),
            *_of_names(document, stint),
            *text,
        )
        for stint, group in groups.items()
    ]
    return np.array(rows, dtype=np.float32)


def _of_reading(group: Sequence[Candidate]) -> tuple[float, ...]:
    """What the reader says of the likeliest reading, and how many more there are."""
    best = group[0]
    return (
        _logit(best.probability),
        _logit(best.event_odds),
        _logit(best.organization_odds),
        np.log(len(group)),
        min(2.0, sum(one.probability for one in group[1:])),
        best.probability,
    )


class _Rivals:
    """The likeliest readings of other stints that share person, organization or sentence with one."""

    def __init__(self, best: dict[Stint, Candidate]) -> None:
        self._of_person: defaultdict[tuple[int, Event], list[Candidate]] = defaultdict(list)
        self._of_pair: defaultdict[tuple[int, int], dict[Event, float]] = defaultdict(dict)
        self._beside: defaultdict[tuple[Event, int, int], list[Candidate]] = defaultdict(list)
        for (person, event, organization), one in best.items():
            self._of_person[person, event].append(one)
            self._of_pair[person, organization][event] = one.probability
            self._beside[event, organization, one.sentence].append(one)

    def of(self, stint: Stint, best: Candidate) -> tuple[float, ...]:
        """The same event elsewhere, other events at the same organization, other people beside the person."""
        person, event, organization = stint
        others = [one for one in self._of_person[person, event] if one.organization != organization]
        here = [one.probability for one in others if one.sentence == best.sentence]
        pair = self._of_pair[person, organization]
        beside = [one.probability for one in self._beside[event, organization, best.sentence] if one.person != person]
        return (
            max((one.probability for one in others), default=0.0),
            max(here, default=0.0),
            max((one.probability for one in others), default=0.0) > best.probability,
            *(0.0 if other is event else pair.get(other, 0.0) for other in EVENTS),
            *(other is event for other in EVENTS),
            max(beside, default=0.0),
        )


def _of_place(document: Document, best: Candidate) -> tuple[float, ...]:
    """Where the reading stands: its sentence, and how far the organization is from it."""
    mentions = document.organizations[best.organization].mentions
    distances = [best.sentence - document.sentence_of(mention.first) for mention in mentions]
    before = [distance for distance in distances if distance >= 0]
    doubt = doubt_of(document, best)
    return (
        best.named,
        0 in distances,
        min(before, default=9) / 9,
        not before,
        doubt is Ground.SUPPOSED,
        doubt is Ground.ASKED,
        bool(document.flags[best.trigger] >> Flag.QUOTED & 1),
        min(len(document.people_in(best.sentence)), 5) / 5,
        best.sentence == 0,
    )


def _of_names(document: Document, stint: Stint) -> tuple[float, ...]:
    """What is known of the person and the organization, and how sure it is that they are names."""
    person, organization = document.people[stint[0]], document.organizations[stint[2]]
    return (
        np.log(1 + len(person.mentions)),
        np.log(1 + len(organization.mentions)),
        bool(person.registry_ids),
        bool(organization.registry_ids),
        _certainty(document, person),
        _certainty(document, organization),
        is_school(organization.name),
        organization.name[:1].islower(),
        min(len(organization.name), 40) / 40,
        bool(organization.key) and organization.key in document.title,
        bool(person.key) and person.key in document.title,
    )


def _of_text(document: Document, best: dict[Stint, Candidate]) -> tuple[float, ...]:
    """What holds of all stints of a text."""
    odds = [one.probability for one in best.values()]
    likely = sum(odd > 0.3 for odd in odds)
    return (
        likely / len(odds),
        max(odds),
        document.language == "zh",
        bool(document.published),
    )


def _certainty(document: Document, entity: Entity) -> float:
    """How sure the tagger was of the mention that it was surest of; 1 where nothing was tagged."""
    if not len(document.certainty):
        return 1.0
    return max(float(document.certainty[m.first : m.last].min()) for m in entity.mentions)


def _logit(probability: float) -> float:
    inner = min(max(probability, _CERTAIN), 1 - _CERTAIN)
    return float(np.log(inner / (1 - inner)))

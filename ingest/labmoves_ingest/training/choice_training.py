"""Trains the small networks that choose one of several rows: the date or the role of a claim among those of a text.

    placed = lesson.placed(articles, lexicon)                every annotated claim of the training part
    place = train_choice(placed, lesson.placed_width, settings.place)
    read = lesson.read(cases, place)                         what is read rightly of the development part
    reading = train_choice(read, lesson.read_width, settings.reading)
    choice_figures(reading, read)                            {"right": share, "claims": …}

date_training.DATES and role_training.ROLES are the lessons. The second network learns from whole readings, as the
weigher does: what the reader points at on texts that it has learnt from would seem surer than it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from labmoves_graph.model import Event
from labmoves_ingest.documents import Document
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.reading import EVENTS, Candidate
from labmoves_ingest.settling import settled
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.feature_networks import FeatureNet, fit
from labmoves_ingest.training.figures import Figures, share
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.model_files import weights_of
from labmoves_ingest.training.settings import FeatureSettings
from labmoves_ingest.training.weigh_training import ReadCase

__all__ = ["ChoiceExample", "ChoiceLesson", "candidate_of", "choice_figures", "train_choice"]

Array = NDArray[np.float32]
#: Readings from this probability on are learnt from: below the thresholds, for there are few.
LIKELY = 0.3


@dataclass(frozen=True, slots=True)
class ChoiceExample:
    """A claim's features (1 + options, …), none of them first, and which rows are right; at least one is."""

    features: Array
    right: tuple[int, ...]


class Layout(Protocol):
    """Knows what may be chosen for a candidate."""

    def options(self, candidate: Candidate) -> list[int]:
        """Numbers of the dates, or roles."""
        ...


L = TypeVar("L", bound=Layout)


@dataclass(frozen=True, slots=True)
class ChoiceLesson(Generic[L]):
    """What is chosen, by the numbers of features of both networks.

    layout: of a document and its candidates; place: features by how the options stand; read: of each candidate its
    options and the features by what is read of them, the first network given; right: the rows that are right of a
    claim's, with no option first; none when what is right is not among the options.
    """

    placed_width: int
    read_width: int
    layout: Callable[[Document, Sequence[Candidate]], L]
    place: Callable[[L, Candidate, Sequence[int]], Array]
    read_features: Callable[[L, Sequence[Candidate], FeatureNetwork], Iterable[tuple[Sequence[int], Array]]]
    right: Callable[[AnnotatedArticle, Document, GoldClaim, Sequence[int]], tuple[int, ...]]

    def placed(self, articles: Iterable[AnnotatedArticle], lexicon: Lexicon) -> list[ChoiceExample]:
        """Every annotated claim of marked mentions whose right choice is within reach."""
        golds = (GoldDocument.of(article, lexicon) for article in articles if article.claims)
        return [example for gold in golds for example in self._of_marked(gold)]

    def _of_marked(self, gold: GoldDocument) -> Iterator[ChoiceExample]:
        claims = [c for c in gold.article.claims if c.person in gold.people and c.organization in gold.organizations]
        candidates = [candidate_of(gold, claim) for claim in claims]
        layout = self.layout(gold.document, candidates)
        for claim, candidate in zip(claims, candidates, strict=True):
            options = layout.options(candidate)
            right = self.right(gold.article, gold.document, claim, options)
            if right:
                yield ChoiceExample(self.place(layout, candidate, options), right)

    def read(self, cases: Iterable[ReadCase], place: FeatureNet) -> list[ChoiceExample]:
        """The stints that are read rightly and likely enough, whose right choice is within reach."""
        run_time = FeatureNetwork(weights_of(place))
        return [example for case in cases for example in self._of_read(case, run_time)]

    def _of_read(self, read: ReadCase, place: FeatureNetwork) -> Iterator[ChoiceExample]:
        case, odds = read
        likely = settled(case.document, case.weighed(odds), dict.fromkeys(EVENTS, LIKELY), case.fiction)
        claims = dict(zip(case.stints, case.claims, strict=True))
        told = self.read_features(self.layout(case.document, likely), likely, place)
        for one, (options, features) in zip(likely, told, strict=True):
            claim = claims[one.person, one.event, one.organization]
            right = self.right(case.article, case.document, claim, options) if claim else ()
            if right:
                yield ChoiceExample(features, right)


def train_choice(examples: Sequence[ChoiceExample], width: int, settings: FeatureSettings) -> FeatureNet:
    """A network that scores rows of so many features, the right ones of an example highest."""
    features = np.concatenate([np.zeros((0, width), np.float32), *(example.features for example in examples)])
    network = FeatureNet.over(features, settings)
    if not examples:
        return network
    most = max(len(example.features) for example in examples)
    rows = np.zeros((len(examples), most, width), dtype=np.float32)
    there, right = (np.full((len(examples), most), -1e9, dtype=np.float32) for _ in range(2))
    for number, example in enumerate(examples):
        rows[number, : len(example.features)] = example.features
        there[number, : len(example.features)] = 0
        right[number, list(example.right)] = 0
    given, present, wanted = map(torch.from_numpy, (rows, there, right))

    def loss_of(batch: torch.Tensor) -> torch.Tensor:
        scores = network(given[batch]) + present[batch]
        return (scores.logsumexp(1) - (scores + wanted[batch]).logsumexp(1)).mean()

    fit(network, loss_of, len(examples), settings)
    return network


def choice_figures(network: FeatureNet, examples: Sequence[ChoiceExample]) -> Figures:
    """For how many of the examples a right row is scored highest."""
    with torch.no_grad():
        right = sum(int(network(torch.from_numpy(one.features)).argmax()) in one.right for one in examples)
    return {"right": share(right, len(examples)), "claims": len(examples)}


def candidate_of(gold: GoldDocument, claim: GoldClaim) -> Candidate:
    """The annotated claim as if it were read, without what a reader would point at."""
    trigger = gold.triggers(claim)[0].first
    sentence, person = gold.document.sentence_of(trigger), gold.people[claim.person]
    named = person in gold.document.people_in(sentence)
    return Candidate(
        Event(claim.event),
        person,
        gold.organizations[claim.organization],
        sentence,
        1.0,
        None,
        None,
        named,
        trigger,
        1.0,
        1.0,
    )

"""Trains the weighing of whole readings, on the development part, which tagger and readers have not seen.

    cases = weigh_cases(articles, reader, registry)          each article read from end to end, its stints judged
    network, odds = train_weigher(cases, settings)           odds: of each stint, by networks that know not its story

So that thresholds are measured on odds which are as unsure as on a new text, the articles are divided by story into
FOLDS, and each fold is weighed by a network trained on the others; the one that is kept is trained on all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from labmoves_graph.registry import Registry
from labmoves_ingest.annotation_match import Prediction, same_claim
from labmoves_ingest.documents import Document
from labmoves_ingest.reading import Candidate, Reader
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.corpus_gold import gold_claim
from labmoves_ingest.training.feature_networks import FeatureNet, fit
from labmoves_ingest.training.gold_documents import publication_day
from labmoves_ingest.training.settings import FeatureSettings
from labmoves_ingest.weighing import WEIGHED, Stint, plain_candidates, stint_features, stints, with_odds

__all__ = ["ReadCase", "WeighCase", "train_weigher", "weigh_cases"]

FOLDS = 5
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WeighCase:
    """One article as read. features (stints, WEIGHED); claims: the annotated claim that each stint is, or None."""

    article: AnnotatedArticle
    document: Document
    candidates: list[Candidate]
    fiction: re.Pattern[str]
    stints: list[Stint]
    features: Array
    claims: list[GoldClaim | None]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which stints agree with the annotation."""
        return np.array([claim is not None for claim in self.claims], dtype=np.bool_)

    @property
    def fold(self) -> int:
        """By story, so that a retold event is not weighed by what learnt it."""
        return crc32(f"fold {self.article.story}".encode()) % FOLDS

    def weighed(self, odds: Array) -> list[Candidate]:
        """The candidates by these odds of the stints."""
        return with_odds(self.candidates, dict(zip(self.stints, map(float, odds), strict=True)))


#: An article as read, and the odds of its stints.
ReadCase = tuple[WeighCase, Array]


def weigh_cases(articles: Iterable[AnnotatedArticle], reader: Reader, registry: Registry) -> list[WeighCase]:
    """Every article."""
    cases = []
    for article in articles:
        document = reader.document(article.text, publication_day(article), article.title)
        candidates = plain_candidates(document, reader)
        groups = stints(candidates)
        claims = _claims(article, document, groups, registry)
        features, fiction = stint_features(document, groups), reader.lexicon.fiction
        cases.append(WeighCase(article, document, candidates, fiction, list(groups), features, claims))
    return cases


def _claims(
    article: AnnotatedArticle, document: Document, groups: dict[Stint, list[Candidate]], registry: Registry
) -> list[GoldClaim | None]:
    """The annotated claim that each stint agrees with; each claim counts for the likeliest stint that does."""
    open_claims = [(gold_claim(article, claim), claim) for claim in article.claims]
    found: list[GoldClaim | None] = [None] * len(groups)
    order = sorted(enumerate(groups.items()), key=lambda item: -item[1][1][0].probability)
    for row, ((person, event, organization), _) in order:
        names = document.people[person].name, document.organizations[organization].name
        prediction = Prediction(article.id, event, *names, None, None, None, None, frozenset(), None)
        match = next((pair for pair in open_claims if same_claim(pair[0], prediction, registry)), None)
        if match is not None:
            open_claims.remove(match)
            found[row] = match[1]
    return found


def train_weigher(cases: Sequence[WeighCase], settings: FeatureSettings) -> tuple[FeatureNet, list[Array]]:
    """The network of all cases, and for each case the odds of its stints by the network of the other folds."""
    odds = [np.zeros(0, dtype=np.float32) for _ in cases]
    for fold in range(FOLDS):
        network = _trained([case for case in cases if case.fold != fold] or cases, settings)
        for number, case in enumerate(cases):
            if case.fold == fold:
                odds[number] = _odds(network, case.features)
    return _trained(cases, settings), odds


def _odds(network: FeatureNet, features: Array) -> Array:
    with torch.no_grad():
        odds: Array = torch.sigmoid(network(torch.from_numpy(features))).numpy()
    return odds


def _trained(cases: Sequence[WeighCase], settings: FeatureSettings) -> FeatureNet:
    """The trained network; as it was made, over features as they are, when there is no stint to learn from."""
    nothing = np.zeros((0, WEIGHED), dtype=np.float32)
    features = np.concatenate([nothing, *(case.features for case in cases)])
    right = np.concatenate([nothing[:, 0], *(case.right for case in cases)]).astype(np.float32)
    network = FeatureNet.over(features, settings)
    given, wanted = torch.from_numpy(features), torch.from_numpy(right)

    def loss_of(rows: Tensor) -> Tensor:
        return nn.functional.binary_cross_entropy_with_logits(network(given[rows]), wanted[rows])

    fit(network, loss_of, len(features), settings)
    return network

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
from labmoves_ingest.training.corpus import AnnotatedArticle
from labmoves_ingest.training.corpus_gold import gold_claim
from labmoves_ingest.training.gold_documents import publication_day
from labmoves_ingest.training.optimisation import make_reproducible
from labmoves_ingest.training.settings import WeigherSettings
from labmoves_ingest.weighing import FURTHEST, WEIGHED, Stint, plain_candidates, stint_features, stints

__all__ = ["WeighCase", "WeighNet", "train_weigher", "weigh_cases"]

FOLDS = 5
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WeighCase:
    """One article as read. features (stints, WEIGHED); right: which stints agree with the annotation."""

    article: AnnotatedArticle
    document: Document
    candidates: list[Candidate]
    fiction: re.Pattern[str]
    stints: list[Stint]
    features: Array
    right: NDArray[np.bool_]

    @property
    def fold(self) -> int:
        """By story, so that a retold event is not weighed by what learnt it."""
        return crc32(f"fold {self.article.story}".encode()) % FOLDS


class WeighNet(nn.Module):
    """One hidden layer over standardised features."""

    mean: Tensor
    spread: Tensor

    def __init__(self, mean: Array, spread: Array, settings: WeigherSettings) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("spread", torch.from_numpy(spread))
        self.hidden = nn.Linear(WEIGHED, settings.width)
        self.out = nn.Linear(settings.width, 1)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, features: Tensor) -> Tensor:
        usual = ((features - self.mean) / self.spread).clamp(-FURTHEST, FURTHEST)
        hidden = torch.relu(self.hidden(usual))
        out: Tensor = self.out(self.dropout(hidden))[:, 0]
        return out


def weigh_cases(articles: Iterable[AnnotatedArticle], reader: Reader, registry: Registry) -> list[WeighCase]:
    """Every article."""
    cases = []
    for article in articles:
        document = reader.document(article.text, publication_day(article), article.title)
        candidates = plain_candidates(document, reader)
        groups = stints(candidates)
        right = _right(article, document, groups, registry)
        features, fiction = stint_features(document, groups), reader.lexicon.fiction
        cases.append(WeighCase(article, document, candidates, fiction, list(groups), features, right))
    return cases


def _right(
    article: AnnotatedArticle, document: Document, groups: dict[Stint, list[Candidate]], registry: Registry
) -> NDArray[np.bool_]:
    """Which stints agree with an annotated claim; each claim counts for the likeliest that does."""
    gold = [gold_claim(article, claim) for claim in article.claims]
    right = np.zeros(len(groups), dtype=np.bool_)
    order = sorted(enumerate(groups.items()), key=lambda item: -item[1][1][0].probability)
    for row, ((person, event, organization), _) in order:
        names = document.people[person].name, document.organizations[organization].name
        prediction = Prediction(article.id, event, *names, None, None, None, None, frozenset(), None)
        match = next((claim for claim in gold if same_claim(claim, prediction, registry)), None)
        if match is not None:
            gold.remove(match)
            right[row] = True
    return right


def train_weigher(cases: Sequence[WeighCase], settings: WeigherSettings) -> tuple[WeighNet, list[Array]]:
    """The network of all cases, and for each case the odds of its stints by the network of the other folds."""
    odds = [np.zeros(0, dtype=np.float32) for _ in cases]
    for fold in range(FOLDS):
        network = _trained([case for case in cases if case.fold != fold] or cases, settings)
        for number, case in enumerate(cases):
            if case.fold == fold:
                odds[number] = _odds(network, case.features)
    return _trained(cases, settings), odds


def _odds(network: WeighNet, features: Array) -> Array:
    with torch.no_grad():
        odds: Array = torch.sigmoid(network(torch.from_numpy(features))).numpy()
    return odds


def _trained(cases: Sequence[WeighCase], settings: WeigherSettings) -> WeighNet:
    """The trained network; as it was made, over features as they are, when there is no stint to learn from."""
    make_reproducible(settings.seed)
    random = np.random.default_rng(settings.seed)
    nothing = np.zeros((0, WEIGHED), dtype=np.float32)
    features = np.concatenate([nothing, *(case.features for case in cases)])
    right = np.concatenate([nothing[:, 0], *(case.right for case in cases)]).astype(np.float32)
    if not len(features):
        neutral = np.zeros(WEIGHED, dtype=np.float32)
        return WeighNet(neutral, neutral + 1, settings).eval()
    network = WeighNet(features.mean(axis=0), features.std(axis=0) + 0.05, settings)
    optimiser = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    given, wanted = torch.from_numpy(features), torch.from_numpy(right)
    network.train()
    for _ in range(settings.epochs):
        order = torch.from_numpy(random.permutation(len(given)))
        for start in range(0, len(given), settings.batch):
            rows = order[start : start + settings.batch]
            loss = nn.functional.binary_cross_entropy_with_logits(network(given[rows]), wanted[rows])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
    network.eval()
    return network

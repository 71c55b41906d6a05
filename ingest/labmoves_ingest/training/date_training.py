"""Trains which of a text's dates dates a claim (date_choice.py).

    placed = placed_examples(articles, lexicon)              every annotated claim of the training part
    place = train_choice(placed, PLACED, settings.place)
    read = read_examples(cases, place)                       what is read rightly of the development part
    reading = train_choice(read, READ, settings.reading)
    date_figures(reading, read)                              {"right": share, "claims": …}

The second network learns from whole readings, as the weigher does: what the reader points at on texts that it has
learnt from would seem surer than it is. Several dates of a text may be right for one claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from labmoves_graph.model import Event
from labmoves_ingest.annotation_match import same_date
from labmoves_ingest.date_choice import DateLayout, place_features, reading_features
from labmoves_ingest.documents import Document
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.reading import EVENTS, Candidate
from labmoves_ingest.settling import settled
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.feature_networks import FeatureNet, fit
from labmoves_ingest.training.figures import Figures, share
from labmoves_ingest.training.gold_documents import GoldDocument, marked_dates
from labmoves_ingest.training.model_files import weights_of
from labmoves_ingest.training.settings import FeatureSettings
from labmoves_ingest.training.weigh_training import ReadCase

__all__ = ["DateExample", "date_figures", "placed_examples", "read_examples", "train_choice"]

Array = NDArray[np.float32]
#: Readings from this probability on are learnt from: below the thresholds, for there are few.
LIKELY = 0.3


@dataclass(frozen=True, slots=True)
class DateExample:
    """A claim's features (1 + dates, …), no date first, and which rows are right; at least one is."""

    features: Array
    right: tuple[int, ...]


def placed_examples(articles: Iterable[AnnotatedArticle], lexicon: Lexicon) -> list[DateExample]:
    """Every annotated claim of marked mentions whose date is within reach, or that has none."""
    found = []
    for article in articles:
        if not article.claims:
            continue
        gold = GoldDocument.of(article, lexicon)
        claims = [c for c in article.claims if c.person in gold.people and c.organization in gold.organizations]
        candidates = [_candidate(gold, claim) for claim in claims]
        layout = DateLayout(gold.document, candidates)
        for claim, candidate in zip(claims, candidates, strict=True):
            options = layout.options(candidate)
            right = _right(article, gold.document, claim, options)
            if right:
                found.append(DateExample(place_features(layout, candidate, options), right))
    return found


def read_examples(cases: Iterable[ReadCase], place: FeatureNet) -> list[DateExample]:
    """The stints that are read rightly and likely enough."""
    found, run_time = [], FeatureNetwork(weights_of(place))
    for case, of_case in cases:
        likely = settled(case.document, case.weighed(of_case), dict.fromkeys(EVENTS, LIKELY), case.fiction)
        claims = dict(zip(case.stints, case.claims, strict=True))
        layout = DateLayout(case.document, likely)
        told = reading_features(layout, [(candidate,) for candidate in likely], run_time)
        for candidate, [(dates, features)] in zip(likely, told, strict=True):
            claim = claims[candidate.person, candidate.event, candidate.organization]
            right = _right(case.article, case.document, claim, dates) if claim else ()
            if right:
                found.append(DateExample(features, right))
    return found


def train_choice(examples: Sequence[DateExample], width: int, settings: FeatureSettings) -> FeatureNet:
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


def date_figures(network: FeatureNet, examples: Sequence[DateExample]) -> Figures:
    """For how many of the examples a right row is scored highest."""
    with torch.no_grad():
        right = sum(int(network(torch.from_numpy(one.features)).argmax()) in one.right for one in examples)
    return {"right": share(right, len(examples)), "claims": len(examples)}


def _right(
    article: AnnotatedArticle, document: Document, claim: GoldClaim, options: Sequence[int]
) -> tuple[int, ...]:
    """The rows that are right: of the words that date the claim, or else of its date; the first if it has no date.

    Empty when its date is out of reach: learnt as undated, such claims make the networks shy (dates of held-out
    stories .844 -> .806 in English, .853 -> .830 in Chinese).
    """
    if not claim.date:
        return (0,)
    marked = marked_dates(article, claim, document)
    fitting = marked.intersection(options) or {
        date for date in options if (found := document.dates[date][1].date) and same_date(claim.date, found.edtf)
    }
    return tuple(row for row, date in enumerate(options, 1) if date in fitting)


def _candidate(gold: GoldDocument, claim: GoldClaim) -> Candidate:
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

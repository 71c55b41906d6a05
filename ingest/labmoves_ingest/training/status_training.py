"""Trains the status model: how a text puts an event, as fact, rumour, plan or denial.

cases = status_cases(article, lexicon)
network = train_put([case.passage for case in cases], settings, report)
words = train_linear([case.words for case in cases], status_model.WIDTH, settings.words)
status_figures(StatusModel(words, PassageNetwork(weights, PREFIX)), cases, language)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from labmoves_graph.model import Event, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.passages import NamelessView
from labmoves_ingest.status_model import STATUSES, StatusModel, stated_status, status_features, status_passage
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.figures import Figures, share
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.linear import LinearExample
from labmoves_ingest.training.passages import PassageExample, PassageNet, train_passages
from labmoves_ingest.training.settings import StatusSettings

__all__ = ["StatusCase", "status_cases", "status_figures", "train_put"]


@dataclass(frozen=True, slots=True)
class StatusCase:
    """A place that states a claim, as the linear model and as the network see it."""

    words: LinearExample
    passage: PassageExample


def status_cases(article: AnnotatedArticle, lexicon: Lexicon) -> Iterator[StatusCase]:
    """A case for each place that states a claim of somebody who is named."""
    gold = GoldDocument.of(article, lexicon)
    view = NamelessView.of(gold.document)
    for claim in article.claims:
        if claim.person not in gold.people:
            continue
        person, date, label = gold.people[claim.person], _date(gold, claim), STATUSES.index(Status(claim.status))
        for trigger in dict.fromkeys(span.first for span in gold.triggers(claim)):
            sentence = gold.document.sentence_of(trigger)
            columns = status_features(gold.document, sentence, trigger, Event(claim.event), date)
            passage, event = status_passage(view, sentence, person, trigger, Event(claim.event), date)
            yield StatusCase(LinearExample(columns, label), PassageExample(passage, event, [label]))


def train_put(
    examples: Sequence[PassageExample], settings: StatusSettings, report: Callable[[str], None]
) -> PassageNet:
    """The network that says how an event is put: a score for each of STATUSES."""
    weights = torch.tensor(settings.words.class_weights)

    def unlike(scores: Tensor, labels: Tensor) -> Tensor:
        return functional.cross_entropy(scores, labels, weights)

    return train_passages(examples, settings.network, len(STATUSES), unlike, "status", report)


def _date(gold: GoldDocument, claim: GoldClaim) -> PartialDate | None:
    """What the words that date the claim mean, as the date finder reads them; the last of several."""
    numbers = gold.dates(claim)
    return gold.document.dates[max(numbers)][1].date if numbers else None


def status_figures(model: StatusModel, cases: Sequence[StatusCase], language: str) -> Figures:
    """Share judged rightly, and share of what is told as fact that is none, by status_model.stated_status."""
    judged = [(_stated(model, case, language), STATUSES[case.words.label]) for case in cases]
    facts = [label for status, label in judged if status is Status.CONFIRMED]
    return {
        "examples": len(judged),
        "right": share(sum(status is label for status, label in judged), len(judged)),
        "asserted_wrongly": share(sum(label is not Status.CONFIRMED for label in facts), len(facts)),
    }


def _stated(model: StatusModel, case: StatusCase, language: str) -> Status:
    odds = model.odds(case.words.columns, case.passage.passage, case.passage.event)
    return stated_status(odds, language)

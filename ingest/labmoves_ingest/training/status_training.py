"""Trains the status model: how a sentence puts an event, as fact, rumour, plan or denial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from labmoves_graph.model import Event, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.claim_making import SURE_OF_FACT
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.status_model import STATUSES, status_features
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.figures import Figures, share
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.linear import LinearExample

__all__ = ["status_examples", "status_figures"]

_CONFIRMED = STATUSES.index(Status.CONFIRMED)


def status_examples(article: AnnotatedArticle, lexicon: Lexicon) -> Iterator[LinearExample]:
    """An example for each place that states a claim."""
    gold = GoldDocument.of(article, lexicon)
    for claim in article.claims:
        date = _date(gold, claim)
        for trigger in dict.fromkeys(span.first for span in gold.triggers(claim)):
            sentence = gold.document.sentence_of(trigger)
            columns = status_features(gold.document, sentence, trigger, Event(claim.event), date)
            yield LinearExample(columns, STATUSES.index(Status(claim.status)))


def _date(gold: GoldDocument, claim: GoldClaim) -> PartialDate | None:
    """What the words that date the claim mean, as the date finder reads them; the last of several."""
    numbers = gold.dates(claim)
    return gold.document.dates[max(numbers)][1].date if numbers else None


def status_figures(model: LinearModel, examples: Sequence[LinearExample], language: str) -> Figures:
    """Share judged rightly, and share of what is told as fact that is none, by the rule of claim_making."""
    sure = SURE_OF_FACT[language]
    judged = [(_judged(model, example, sure), example.label) for example in examples]
    facts = [label for status, label in judged if status == _CONFIRMED]
    return {
        "examples": len(judged),
        "right": share(sum(status == label for status, label in judged), len(judged)),
        "asserted_wrongly": share(sum(label != _CONFIRMED for label in facts), len(facts)),
    }


def _judged(model: LinearModel, example: LinearExample, sure: float) -> int:
    odds = model.odds(example.columns)
    if odds[_CONFIRMED] >= sure:
        return _CONFIRMED
    return int(np.where(np.arange(len(odds)) == _CONFIRMED, -1, odds).argmax())

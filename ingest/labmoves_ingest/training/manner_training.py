"""Trains the model of manners: how an event came about, beyond what listed words say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labmoves_graph.model import Event, Manner
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.manners import ALLOWED_MANNERS, MANNERS, MannerCues, manner_columns, manner_of
from labmoves_ingest.training.corpus import AnnotatedArticle
from labmoves_ingest.training.figures import Figures, agreement
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.linear import LinearExample

__all__ = ["MannerCase", "manner_cases", "manner_figures"]


@dataclass(frozen=True, slots=True)
class MannerCase:
    """One claim. label of the example: 0 for no manner, else 1 + its place in MANNERS; worded: by listed words."""

    example: LinearExample
    event: Event
    worded: Manner | None


def manner_cases(article: AnnotatedArticle, lexicon: Lexicon, cues: MannerCues) -> Iterator[MannerCase]:
    """The claims whose event can have a manner."""
    gold = GoldDocument.of(article, lexicon)
    for claim in article.claims:
        event = Event(claim.event)
        if not ALLOWED_MANNERS[event]:
            continue
        trigger = gold.triggers(claim)[0].first
        sentence = gold.document.sentence_of(trigger)
        worded = cues.nearest(gold.document, event, sentence, trigger)
        others = [
            (Event(other.event), other.organization == claim.organization)
            for other in article.claims
            if other.person == claim.person and other is not claim
        ]
        columns = manner_columns(gold.document, event, sentence, trigger, worded, others)
        label = 1 + MANNERS.index(Manner(claim.manner)) if claim.manner else 0
        yield MannerCase(LinearExample(columns, label), event, worded)


def manner_figures(model: LinearModel, cases: Sequence[MannerCase]) -> Figures:
    """Precision, recall and F1 of manners, by the rule of manners.MannerFinder."""
    hit = predicted = annotated = 0
    for case in cases:
        found = manner_of(case.event, case.worded, [float(odds) for odds in model.odds(case.example.columns)])
        right = MANNERS[case.example.label - 1] if case.example.label else None
        hit += found is not None and found is right
        predicted += found is not None
        annotated += right is not None
    return agreement(hit, predicted, annotated)

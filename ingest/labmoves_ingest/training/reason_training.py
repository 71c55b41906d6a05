"""Trains the reason model: which clauses near an event state a reason for it, and of which kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labmoves_graph.model import Event, ReasonCategory
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.reasons import (
    CATEGORIES,
    MOST,
    Clause,
    ReasonFeatures,
    clauses,
    likeliest_kind,
    speaks_of_leaving,
)
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.figures import Figures, agreement
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.linear import LinearExample, LinearModel

__all__ = ["ReasonCase", "reason_cases", "reason_figures"]

_OVERLAP = 0.5  # of the shorter of clause and quote
_NONE = 0


@dataclass(frozen=True, slots=True)
class ReasonCase:
    """One claim: the clauses in which its reasons are looked for, and the classes that are annotated.

    Class 0 is no reason, 1 + n the n-th of CATEGORIES.
    """

    clauses: list[LinearExample]
    stated: frozenset[int]


def reason_cases(article: AnnotatedArticle, lexicon: Lexicon, features: ReasonFeatures) -> Iterator[ReasonCase]:
    """The claims that may bear reasons: all but foundings, and hires only where a reason is annotated."""
    gold = GoldDocument.of(article, lexicon)
    leaving = speaks_of_leaving(gold.document)
    for claim in article.claims:
        event = Event(claim.event)
        bears = event is not Event.FOUNDING and (event is not Event.HIRE or bool(claim.reasons))
        if bears and claim.person in gold.people:
            yield _case(gold, claim, event, features, leaving)


def _case(
    gold: GoldDocument, claim: GoldClaim, event: Event, features: ReasonFeatures, leaving: Sequence[int]
) -> ReasonCase:
    trigger = gold.triggers(claim)[0].first
    sentence = gold.document.sentence_of(trigger)
    quotes = list(_quotes(gold.document.text, claim))
    examples = [
        LinearExample(features.columns(gold.document, clause, trigger, event), _label(clause, quotes))
        for clause in clauses(gold.document, sentence, gold.people[claim.person], leaving)
    ]
    return ReasonCase(examples, frozenset(label for _, _, label in quotes))


def _quotes(text: str, claim: GoldClaim) -> Iterator[tuple[int, int, int]]:
    """Start, end and class of every place where an annotated reason's words stand."""
    for reason in claim.reasons:
        label = 1 + CATEGORIES.index(ReasonCategory(reason.category))
        start = text.find(reason.quote)
        while start >= 0:
            yield start, start + len(reason.quote), label
            start = text.find(reason.quote, start + 1)


def _label(clause: Clause, quotes: Sequence[tuple[int, int, int]]) -> int:
    """The class of the last quote that shares enough of the clause."""
    label = _NONE
    for start, end, kind in quotes:
        common = min(clause.end, end) - max(clause.start, start)
        if common > 1 and common >= _OVERLAP * min(clause.end - clause.start, end - start):
            label = kind
    return label


def reason_figures(model: LinearModel, cases: Sequence[ReasonCase], threshold: float) -> Figures:
    """Precision, recall and F1 of the kinds of reasons, by the rule of reasons.ReasonFinder."""
    found = [_found(model, case, threshold) for case in cases]
    hit = sum(len(kinds & case.stated) for kinds, case in zip(found, cases, strict=True))
    return agreement(hit, sum(map(len, found)), sum(len(case.stated) for case in cases))


def _found(model: LinearModel, case: ReasonCase, threshold: float) -> set[int]:
    best: dict[int, float] = {}
    for clause in case.clauses:
        odds = model.odds(clause.columns)
        stated = 1 - float(odds[_NONE])
        if stated >= threshold:
            kind = 1 + likeliest_kind(odds, clause.columns)
            best[kind] = max(stated, best.get(kind, 0.0))
    return set(sorted(best, key=lambda kind: -best[kind])[:MOST])

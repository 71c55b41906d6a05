"""Trains what finds reasons: which clauses near an event state a reason for it, and of which kind.

cases = reason_cases(article, lexicon, features)
network = train_stated([one for case in cases for one in case.passages], settings, report)
kinds = train_linear([one for case in cases for one in case.stated_clauses], WIDTH, settings.kinds)
reason_figures(ReasonNetwork(weights_of(network)), kinds, cases, threshold)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from labmoves_graph.model import Event, ReasonCategory
from labmoves_ingest.clauses import Clause, clauses
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.passages import NamelessView
from labmoves_ingest.reading import EVENTS
from labmoves_ingest.reason_network import ReasonNetwork
from labmoves_ingest.reasons import CATEGORIES, MOST, ReasonFeatures, likeliest_kind
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim
from labmoves_ingest.training.figures import Figures, agreement
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.linear import LinearExample
from labmoves_ingest.training.passages import PassageExample, PassageNet, train_passages
from labmoves_ingest.training.settings import ReasonSettings

__all__ = ["ReasonCase", "reason_cases", "reason_figures", "train_stated"]

_OVERLAP = 0.5  # of the shorter of clause and quote


@dataclass(frozen=True, slots=True)
class ReasonCase:
    """One claim: the passages in which its reasons are looked for, and the kinds that are annotated.

    Kinds are places in CATEGORIES. columns, labels: of each clause; None: it states no reason.
    """

    passages: list[PassageExample]
    columns: list[list[int]]
    labels: list[int | None]
    stated: frozenset[int]

    @property
    def stated_clauses(self) -> list[LinearExample]:
        """The clauses that state a reason, and its kind."""
        both = zip(self.columns, self.labels, strict=True)
        return [LinearExample(columns, label) for columns, label in both if label is not None]


def reason_cases(article: AnnotatedArticle, lexicon: Lexicon, features: ReasonFeatures) -> Iterator[ReasonCase]:
    """The claims that may bear reasons: all but foundings, and hires only where a reason is annotated."""
    gold = GoldDocument.of(article, lexicon)
    view = NamelessView.of(gold.document)
    for claim in article.claims:
        event = Event(claim.event)
        bears = event is not Event.FOUNDING and (event is not Event.HIRE or bool(claim.reasons))
        if bears and claim.person in gold.people:
            yield _case(gold, view, claim, features)


def _case(gold: GoldDocument, view: NamelessView, claim: GoldClaim, features: ReasonFeatures) -> ReasonCase:
    event, document = Event(claim.event), gold.document
    trigger = gold.triggers(claim)[0].first
    sentence, person = document.sentence_of(trigger), gold.people[claim.person]
    quotes = list(_quotes(document.text, claim))
    near = list(clauses(document, sentence, person, view.leaving))
    labels = [_label(clause, quotes) for clause in near]
    cues = [features.cues(document, clause) for clause in near]
    return ReasonCase(
        [
            PassageExample(
                passage, EVENTS.index(event), [int(labels[one.number] is not None) for one in passage.stretches]
            )
            for passage in view.passages(near, cues, sentence, person, trigger)
        ],
        [features.columns(document, clause, trigger, event) for clause in near],
        labels,
        frozenset(kind for _, _, kind in quotes),
    )


def train_stated(
    examples: Sequence[PassageExample], settings: ReasonSettings, report: Callable[[str], None]
) -> PassageNet:
    """The network that says which clauses state a reason: one score each."""
    return train_passages(examples, settings, 1, _unlike, "reasons", report)


def _unlike(scores: Tensor, stated: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(scores[:, 0], stated.float())


def _quotes(text: str, claim: GoldClaim) -> Iterator[tuple[int, int, int]]:
    """Start, end and kind of every place where an annotated reason's words stand."""
    for reason in claim.reasons:
        kind = CATEGORIES.index(ReasonCategory(reason.category))
        start = text.find(reason.quote)
        while start >= 0:
            yield start, start + len(reason.quote), kind
            start = text.find(reason.quote, start + 1)


def _label(clause: Clause, quotes: Sequence[tuple[int, int, int]]) -> int | None:
    """The kind of the last quote that shares enough of the clause."""
    label = None
    for start, end, kind in quotes:
        common = min(clause.end, end) - max(clause.start, start)
        if common > 1 and common >= _OVERLAP * min(clause.end - clause.start, end - start):
            label = kind
    return label


def reason_figures(
    network: ReasonNetwork, kinds: LinearModel, cases: Sequence[ReasonCase], threshold: float
) -> Figures:
    """Precision, recall and F1 of the kinds of reasons, by network and kinds alone.

    reasons.ReasonFinder adds what is stated in plain words and leaves out suppositions and unsure further reasons;
    claim_making asks for no reasons of hires.
    """
    found = [_found(network, kinds, case, threshold) for case in cases]
    hit = sum(len(some & case.stated) for some, case in zip(found, cases, strict=True))
    return agreement(hit, sum(map(len, found)), sum(len(case.stated) for case in cases))


def _found(network: ReasonNetwork, kinds: LinearModel, case: ReasonCase, threshold: float) -> set[int]:
    best: dict[int, float] = {}
    odds = network.odds([one.passage for one in case.passages], _event(case), len(case.columns))
    for columns, stated in zip(case.columns, odds, strict=True):
        if stated >= threshold:
            kind = likeliest_kind(kinds.odds(columns), columns)
            best[kind] = max(float(stated), best.get(kind, 0.0))
    return set(sorted(best, key=lambda kind: -best[kind])[:MOST])


def _event(case: ReasonCase) -> int:
    return case.passages[0].event if case.passages else 0

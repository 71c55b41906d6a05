"""How well extracted claims agree with an annotated set.

    quality = evaluate(read_gold(path), predictions, registry)
    quality.claim.f1, quality.rates["date_exact"].value

A prediction is a claim as `labmoves extract` writes it. It is right when person, event and organization agree
with an annotated claim that no other prediction has taken; the other fields are judged over these pairs only.

    claim             precision, recall, F1 of (person, event, organization): the headline
    person            the same for (person, event)
    macro_f1          claim F1 averaged over the articles
    asserted_wrongly  confirmed claims that the annotation calls rumored, planned or denied, or that stand in
                      an article without claims; the lower the better
    status, date_exact, date_overlap, role, manner, reasons    share right where the annotation sets the field
    grounded          predictions whose evidence stands in the text at its offsets; must be 1

What counts as the same name, role or date is in annotation_match. Errors: RecordError for a gold line or a
prediction that cannot be read.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labmoves_graph.errors import RecordError
from labmoves_graph.model import Event, Language, Status
from labmoves_graph.registry import Registry, fold_name
from labmoves_ingest.annotation_match import (
    GoldClaim,
    Prediction,
    overlapping_dates,
    pair_up,
    same_claim,
    same_date,
    same_person_and_event,
    same_role,
    without_markdown,
)
from labmoves_ingest.language import detect_language, language_of_tag

__all__ = ["Agreement", "GoldArticle", "Miss", "Quality", "Rate", "evaluate", "read_gold"]

RATES = ("asserted_wrongly", "status", "date_exact", "date_overlap", "role", "manner", "reasons", "grounded")


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An annotated article.

    optional: claims that count neither as a hit nor as a false alarm. language: as given, else as the text shows.
    """

    id: str
    text: str
    claims: tuple[GoldClaim, ...]
    optional: tuple[GoldClaim, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class Agreement:
    """Hits among what was predicted and what is annotated."""

    hit: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predictions that are right; 1 for none where none was due."""
        return self.hit / self.predicted if self.predicted else float(self.gold == 0)

    @property
    def recall(self) -> float:
        """Share of the annotated claims that were found."""
        return self.hit / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_dict(self) -> dict[str, float]:
        """Rounded figures and the counts behind them."""
        shares = {"precision": round(self.precision, 4), "recall": round(self.recall, 4), "f1": round(self.f1, 4)}
        return {**shares, "hit": self.hit, "predicted": self.predicted, "gold": self.gold}


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the judged cases hold."""

    held: int
    judged: int

    @property
    def value(self) -> float | None:
        """The share, None where nothing was judged."""
        return self.held / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Miss:
    """One disagreement, for reading: kind is "missed" or "false"."""

    kind: str
    article_id: str
    person: str
    event: str
    organization: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of one evaluation, and its disagreements in the order of the articles."""

    articles: int
    claim: Agreement
    person: Agreement
    macro_f1: float | None
    rates: Mapping[str, Rate]
    per_event: Mapping[str, Mapping[str, int]]
    misses: tuple[Miss, ...]

    def as_dict(self) -> dict[str, Any]:
        """Rounded figures as JSON values, without the disagreements."""
        shares = {name: self.rates[name].value for name in RATES}
        return {
            "articles": self.articles,
            "claim": self.claim.as_dict(),
            "person": self.person.as_dict(),
            "macro_f1": None if self.macro_f1 is None else round(self.macro_f1, 4),
            **{name: None if share is None else round(share, 4) for name, share in shares.items()},
            "n": {name: rate.judged for name, rate in sorted(self.rates.items())},
            "per_event": {event: dict(counts) for event, counts in self.per_event.items()},
        }


@dataclass(slots=True)
class _Tally:
    """Counts of an evaluation under way."""

    total: Counter[str] = field(default_factory=Counter)
    judged: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in RATES})
    per_event: dict[str, Counter[str]] = field(default_factory=lambda: {event.value: Counter() for event in Event})
    macro: list[float] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)


def evaluate(gold: Iterable[GoldArticle], predictions: Iterable[Mapping[str, Any]], registry: Registry) -> Quality:
    """Compare predictions (records of `labmoves extract`) with the annotation.

    registry: which organization names mean the same, or a parent and its unit.
    """
    by_article: dict[str, list[Prediction]] = defaultdict(list)
    for record in predictions:
        prediction = Prediction.from_record(record)
        by_article[prediction.article_id].append(prediction)
    tally, articles = _Tally(), 0
    for article in gold:
        articles += 1
        _judge_article(article, _without_repeats(by_article[article.id]), registry, tally)
    total = tally.total
    return Quality(
        articles=articles,
        claim=Agreement(total["hit"], total["predicted"], total["gold"]),
        person=Agreement(total["person_hit"], total["person_predicted"], total["gold"]),
        macro_f1=sum(tally.macro) / len(tally.macro) if tally.macro else None,
        rates={name: Rate(sum(cases), len(cases)) for name, cases in tally.judged.items()},
        per_event=tally.per_event,
        misses=tuple(tally.misses),
    )


def read_gold(path: Path) -> Iterator[GoldArticle]:
    """The annotated articles of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _gold_article(line, f"{path} line {number}")


def _gold_article(line: str, where: str) -> GoldArticle:
    try:
        row = json.loads(line)
        optional = [claim for claim in row["claims"] if claim.get("optional")] + row.get("optional", [])
        return GoldArticle(
            id=row["id"],
            text=row["text"],
            claims=tuple(GoldClaim.from_record(claim) for claim in row["claims"] if not claim.get("optional")),
            optional=tuple(GoldClaim.from_record(claim) for claim in optional),
            language=language_of_tag(row.get("lang") or "") or detect_language(row["text"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{where}: no annotated article ({error!r}); id, text and claims are expected, as docs/annotation.md says"
        ) from error


def _without_repeats(predictions: Sequence[Prediction]) -> list[Prediction]:
    """Predictions that differ in person, event, organization, date or role; of equal ones the first."""
    first: dict[tuple[str | None, ...], Prediction] = {}
    for one in predictions:
        names = [fold_name(without_markdown(name)) for name in (one.person, one.organization)]
        first.setdefault((*names, one.event, one.date, one.role), one)
    return list(first.values())


def _judge_article(article: GoldArticle, predicted: list[Prediction], registry: Registry, tally: _Tally) -> None:
    def agrees(gold: GoldClaim, prediction: Prediction) -> bool:
        return same_claim(gold, prediction, registry)

    for prediction in predicted:
        tally.judged["grounded"].append(prediction.grounded_in(article.text))

    pairs, false = _matched(article, predicted, agrees)
    tally.total.update(hit=len(pairs), predicted=len(pairs) + len(false), gold=len(article.claims))
    tally.macro.append(Agreement(len(pairs), len(pairs) + len(false), len(article.claims)).f1)

    loose, loose_false = _matched(article, predicted, same_person_and_event)
    tally.total.update(person_hit=len(loose), person_predicted=len(loose) + len(loose_false))

    for gold, prediction in pairs:
        _judge_fields(gold, prediction, tally.judged)
    if not article.claims:
        tally.judged["asserted_wrongly"].extend(True for one in false if one.status == Status.CONFIRMED)
    _note_misses(article, [gold for gold, _ in pairs], false, tally)


def _matched(
    article: GoldArticle, predicted: list[Prediction], agrees: Callable[[GoldClaim, Prediction], bool]
) -> tuple[list[tuple[GoldClaim, Prediction]], list[Prediction]]:
    """The pairs that agree, and the predictions left over that no optional claim excuses."""
    pairs = pair_up(article.claims, predicted, agrees)
    used = {j for _, j in pairs}
    rest = [one for j, one in enumerate(predicted) if j not in used]
    excused = {j for _, j in pair_up(article.optional, rest, agrees)}
    false = [one for j, one in enumerate(rest) if j not in excused]
    return [(article.claims[i], predicted[j]) for i, j in pairs], false


def _judge_fields(gold: GoldClaim, prediction: Prediction, judged: dict[str, list[bool]]) -> None:
    judged["status"].append(prediction.status in gold.status)
    if prediction.status == Status.CONFIRMED:
        judged["asserted_wrongly"].append(Status.CONFIRMED not in gold.status)
    if "date" in gold.fields_set:
        judged["date_exact"].append(any(same_date(date, prediction.date) for date in gold.date))
        judged["date_overlap"].append(any(overlapping_dates(date, prediction.date) for date in gold.date))
    if "role" in gold.fields_set:
        judged["role"].append(any(same_role(role, prediction.role) for role in gold.role))
    if "manner" in gold.fields_set:
        judged["manner"].append(prediction.manner in gold.manner)
    judged["reasons"].extend(category in prediction.reasons for category in sorted(gold.reasons))


def _note_misses(article: GoldArticle, hit: list[GoldClaim], false: list[Prediction], tally: _Tally) -> None:
    hit_ids = {id(gold) for gold in hit}
    for gold in article.claims:
        tally.per_event[gold.event[0]]["gold"] += 1
        if id(gold) in hit_ids:
            tally.per_event[gold.event[0]]["hit"] += 1
        else:
            tally.misses.append(
                Miss("missed", article.id, gold.person[0], gold.event[0], (*gold.organization, "")[0], gold.evidence)
            )
    for one in false:
        tally.per_event.setdefault(one.event, Counter())["false"] += 1
        quote = one.evidence.quote if one.evidence else ""
        tally.misses.append(Miss("false", article.id, one.person, one.event, one.organization, quote))

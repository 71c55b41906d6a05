"""When a predicted value counts as the annotated one, and which prediction belongs to which annotated claim.

An annotated claim may list other right answers beside each field ("person_alt"); any of them will do. Names are
compared by their folded form (labmoves_graph.registry.fold_name), Markdown marks aside.

Errors: RecordError for a record that lacks a field or has one of the wrong kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labmoves_graph.errors import DateError, RecordError
from labmoves_graph.model import Evidence
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry, fold_name

__all__ = [
    "GoldClaim",
    "Prediction",
    "overlapping_dates",
    "pair_up",
    "same_claim",
    "same_date",
    "same_person_and_event",
    "same_role",
    "without_markdown",
]

_HAN = re.compile(r"[㐀-鿿]")
_MARKDOWN = re.compile(r"[*_`>\[\]]|\(http[^)]*\)")
_WORD = re.compile(r"[a-z0-9]+|[㐀-鿿]")
_QUALIFIERS = "~?%"

#: Two roles are the same when this share of their words is (twice the common ones over all).
ROLE_OVERLAP = 0.6


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """An annotated claim: of each field the right answers, the annotator's own first, empty where not set.

    printed_role: the annotator's role, by which two stints of one person are told apart.
    fields_set: the fields that the annotator's own answer fills; only these are judged.
    """

    event: tuple[str, ...]
    person: tuple[str, ...]
    organization: tuple[str, ...]
    role: tuple[str, ...]
    date: tuple[str, ...]
    manner: tuple[str, ...]
    status: tuple[str, ...]
    reasons: frozenset[str]
    evidence: str
    printed_role: str | None
    fields_set: frozenset[str]

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> GoldClaim:
        """The claim of one object of an annotated article's "claims"."""
        answers = {
            key: tuple(value for value in (record.get(key), *record.get(f"{key}_alt", ())) if value)
            for key in ("event", "person", "organization", "role", "date", "manner", "status")
        }
        if not answers["event"] or not answers["person"]:
            raise RecordError("an annotated claim has no event or no person; give both")
        return cls(
            **answers,
            reasons=frozenset(reason["category"] for reason in record.get("reasons") or ()),
            evidence=record.get("evidence") or "",
            printed_role=record.get("role"),
            fields_set=frozenset(key for key in answers if record.get(key)),
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """A claim as extraction wrote it; evidence None where it gave none."""

    article_id: str
    event: str
    person: str
    organization: str
    role: str | None
    date: str | None
    manner: str | None
    status: str | None
    reasons: frozenset[str]
    evidence: Evidence | None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Prediction:
        """The prediction of one output line of `labmoves extract`."""
        try:
            evidence = record.get("evidence") or {}
            return cls(
                article_id=record["article_id"],
                event=record["event"],
                person=record.get("person") or "",
                organization=record.get("organization") or "",
                role=record.get("role"),
                date=record.get("date"),
                manner=record.get("manner"),
                status=record.get("status"),
                reasons=frozenset(reason["category"] for reason in record.get("reasons") or ()),
                evidence=Evidence(**evidence) if evidence.get("quote") else None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise RecordError(f"no claim as `labmoves extract` writes it: {error!r}") from error

    def grounded_in(self, text: str) -> bool:
        """Whether its evidence stands in the text where it says."""
        return self.evidence is not None and self.evidence.holds_in(text)


def same_claim(gold: GoldClaim, prediction: Prediction, registry: Registry) -> bool:
    """Whether person, event and organization agree; a parent stands for its unit and the other way round."""
    return same_person_and_event(gold, prediction) and _same_organization(gold, prediction, registry)


def same_person_and_event(gold: GoldClaim, prediction: Prediction) -> bool:
    """Whether person and event agree: the full name, part of its words, or a Han form within the other."""
    if prediction.event not in gold.event:
        return False
    predicted = _comparable(prediction.person)
    return bool(predicted) and any(_same_person_name(_comparable(name), predicted) for name in gold.person)


def same_role(gold: str, predicted: str | None) -> bool:
    """Whether one role contains the other, or most of their words are common."""
    if not predicted:
        return False
    a, b = _comparable(gold), _comparable(predicted)
    if a in b or b in a:
        return True
    a_words, b_words = set(_WORD.findall(a)), set(_WORD.findall(b))
    return bool(a_words) and 2 * len(a_words & b_words) >= ROLE_OVERLAP * (len(a_words) + len(b_words))


def same_date(gold: str, predicted: str | None) -> bool:
    """Whether value and precision are the same, the mark of approximation aside."""
    return bool(predicted) and gold.rstrip(_QUALIFIERS) == (predicted or "").rstrip(_QUALIFIERS)


def overlapping_dates(gold: str, predicted: str | None) -> bool:
    """Whether both could be the same day as they are written, without the margin of an approximate date."""
    if not predicted:
        return False
    try:
        one, other = (PartialDate.parse(re.sub(f"[{_QUALIFIERS}]", "", date)) for date in (gold, predicted))
    except DateError:  # a date that is no EDTF agrees with none
        return False
    return one.may_equal(other)


def pair_up(
    gold: Sequence[GoldClaim], predicted: Sequence[Prediction], agrees: Callable[[GoldClaim, Prediction], bool]
) -> list[tuple[int, int]]:
    """As many pairs (index in gold, index in predicted) as can agree at once, each used once.

    Among the predictions that agree, those with the same date, then the same role, are tried first, so that two
    stints of one person are told apart. Augmenting paths; the lists are short.
    """
    choices = [_agreeing_best_first(claim, predicted, agrees) for claim in gold]
    taken: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in choices[i]:
            if j in tried:
                continue
            tried.add(j)
            if j not in taken or place(taken[j], tried):
                taken[j] = i
                return True
        return False

    for i in range(len(gold)):
        place(i, set())
    return sorted((i, j) for j, i in taken.items())


def _agreeing_best_first(
    gold: GoldClaim, predicted: Sequence[Prediction], agrees: Callable[[GoldClaim, Prediction], bool]
) -> list[int]:
    agreeing = [j for j, prediction in enumerate(predicted) if agrees(gold, prediction)]
    return sorted(agreeing, key=lambda j: -_likeness(gold, predicted[j]))


def without_markdown(text: str) -> str:
    """`text` without Markdown marks and link targets."""
    return _MARKDOWN.sub("", text)


def _comparable(name: str) -> str:
    return fold_name(without_markdown(name))


def _likeness(gold: GoldClaim, prediction: Prediction) -> int:
    return 2 * any(same_date(date, prediction.date) for date in gold.date) + (gold.printed_role == prediction.role)


def _same_person_name(a: str, b: str) -> bool:
    if a == b:
        return True
    a_words, b_words = set(a.split()), set(b.split())
    if len(min(b, a, key=len)) < 2:
        return False
    if a_words and b_words and (a_words <= b_words or b_words <= a_words):
        return True
    return _one_in_other_han(a, b)


def _same_organization(gold: GoldClaim, prediction: Prediction, registry: Registry) -> bool:
    predicted = prediction.organization
    if not predicted:
        return not gold.organization
    return any(_same_organization_name(name, predicted, registry) for name in gold.organization)


def _same_organization_name(gold: str, predicted: str, registry: Registry) -> bool:
    a, b = _comparable(gold), _comparable(predicted)
    if a == b or _related(gold, predicted, registry):
        return True
    if min(len(a), len(b)) < 2:
        return False
    return f" {a} " in f" {b} " or f" {b} " in f" {a} " or _one_in_other_han(a, b)


def _related(one: str, other: str, registry: Registry) -> bool:
    return any(
        registry.related(a, b)
        for a in registry.organizations_named(without_markdown(one))
        for b in registry.organizations_named(without_markdown(other))
    )


def _one_in_other_han(a: str, b: str) -> bool:
    return bool(_HAN.search(a + b)) and min(len(a), len(b)) >= 2 and (a in b or b in a)

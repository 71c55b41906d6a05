"""The best date of one event among all that the sources state, and its rivals.

    statements of one move  ──►  BestDate(best, rivals)

Sources vote from coarse to fine: first on the year, then, among those that agree with it, on the month, then on the
day. Each independent source has one vote at each level; an approximate date, a rumour and a date that the
organization's founding rules out weigh less. So one precise outlier never beats several coarser sources that agree,
and a precise date wins over a vague one that allows it. Of equal votes the earlier date wins: reports lag.
A date that only says less than the best one is a difference of precision, not a rival.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from labmoves_graph.model import Status
from labmoves_graph.partial_date import PartialDate, Precision

__all__ = ["BestDate", "DateVote", "best_date", "nominal_span", "stated_period"]

APPROXIMATE_WEIGHT = 0.6  # "~" is often the month of the report, so an exact date of one source outweighs it
UNCONFIRMED_WEIGHT = 0.5  # a rumour or a plan may miss the day without being wrong
IMPOSSIBLE_WEIGHT = 0.01  # counts only where nothing else is stated

_LEVELS = (Precision.YEAR, Precision.MONTH, Precision.DAY)


@dataclass(frozen=True, slots=True)
class DateVote:
    """One source's date. source: index of the independent source; possible: whether nothing rules it out."""

    date: PartialDate
    source: int
    status: Status = Status.CONFIRMED
    possible: bool = True

    @property
    def usable(self) -> bool:
        """Whether it can be placed in time, and nothing rules it out."""
        return self.date.bounded and self.possible

    @property
    def weight(self) -> float:
        """How much the vote counts, at most 1."""
        weight = APPROXIMATE_WEIGHT if self.date.approximate else 1.0
        if self.status is not Status.CONFIRMED:
            weight *= UNCONFIRMED_WEIGHT
        return weight if self.possible else weight * IMPOSSIBLE_WEIGHT


@dataclass(frozen=True, slots=True)
class BestDate:
    """best: None when nothing is dated. rivals: dates that contradict it, best supported first."""

    best: PartialDate | None
    rivals: tuple[PartialDate, ...]


def best_date(votes: Sequence[DateVote], rivals: Sequence[DateVote] = ()) -> BestDate:
    """The date that the votes make best. Dates without a year count only when no vote has one.

    Where a fact is dated at all, what only plans say may refine its date and cannot outvote it. rivals: votes that
    decide nothing, and are rivals where they contradict.
    """
    dated = [vote for vote in votes if vote.date.bounded]
    if not dated:
        others = () if votes else sorted({vote.date for vote in rivals if vote.date.bounded})
        return BestDate(min((vote.date for vote in votes), default=None), tuple(others))
    facts = [vote for vote in dated if vote.status is Status.CONFIRMED and vote.possible]
    best = _best(facts or dated)
    if facts:
        best = _best(
            [vote for vote in dated if vote in facts or _overlap(nominal_span(vote.date), nominal_span(best))]
        )
    return BestDate(best, tuple(_rivals(best, [*dated, *(vote for vote in rivals if vote.date.bounded)])))


def _best(votes: Sequence[DateVote]) -> PartialDate:
    left = list(votes)
    for level in _LEVELS:
        left = _narrow(left, level)
    return _preferred(left)


def nominal_span(when: PartialDate) -> tuple[date, date]:
    """The bounds of the date as written, without the widening of "about"."""
    if not when.approximate:
        return when.earliest, when.latest
    exact = PartialDate.parse(when.edtf.rstrip("~%"))
    return exact.earliest, exact.latest


def stated_period(dates: Iterable[PartialDate]) -> tuple[PartialDate, PartialDate] | None:
    """The first and the last of these dates, each as stated: that one is "about" moves it neither way.

    Of dates that begin (or end) on one day the most precise one counts. None where no date is bounded.
    """
    placed = [(when, nominal_span(when)) for when in dates if when.bounded]
    if not placed:
        return None
    first = min(placed, key=lambda one: (one[1][0], one[1][1], one[0].approximate, one[0].edtf))
    last = min(
        placed, key=lambda one: (-one[1][1].toordinal(), -one[1][0].toordinal(), one[0].approximate, one[0].edtf)
    )
    return first[0], last[0]


def _narrow(votes: Sequence[DateVote], level: Precision) -> list[DateVote]:
    """The votes that fall into, or allow, the period of this level with the most votes."""
    periods: dict[tuple[date, date], dict[int, float]] = defaultdict(dict)
    for vote in votes:
        period = _period(vote.date, level)
        if period is not None:
            by_source = periods[period]
            by_source[vote.source] = max(by_source.get(vote.source, 0.0), vote.weight)
    if not periods:
        return list(votes)
    winner = min(periods, key=lambda period: (-round(sum(periods[period].values()), 6), period))
    return [vote for vote in votes if _overlap(nominal_span(vote.date), winner)]


def _period(when: PartialDate, level: Precision) -> tuple[date, date] | None:
    """The year, month or day that the date lies in; None when it is not that precise, or reaches into another."""
    start, end = nominal_span(when)
    if when.precision < level or when.precision is Precision.INTERVAL or start.year != end.year:
        return None
    if level is Precision.DAY:
        return start, end
    if level is Precision.MONTH:
        first = start.replace(day=1)
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return date(start.year, 1, 1), date(start.year, 12, 31)


def _preferred(votes: Iterable[DateVote]) -> PartialDate:
    """The most precise one; exact before approximate; heavier before lighter; earlier before later."""
    return min(votes, key=lambda v: (-v.date.precision, v.date.approximate, -v.weight, v.date)).date


def _rivals(best: PartialDate, votes: Sequence[DateVote]) -> list[PartialDate]:
    support: dict[tuple[date, date], dict[int, float]] = defaultdict(dict)
    form: dict[tuple[date, date], PartialDate] = {}
    span = nominal_span(best)
    for vote in votes:
        other = nominal_span(vote.date)
        if _overlap(span, other):
            continue
        support[other][vote.source] = max(support[other].get(vote.source, 0.0), vote.weight)
        if other not in form or form[other].approximate:
            form[other] = vote.date
    ranked = sorted(support, key=lambda other: (-round(sum(support[other].values()), 6), other))
    return [form[other] for other in ranked]


def _overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]

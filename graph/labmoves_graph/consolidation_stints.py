"""Which claims of one person speak of one event.

    statements of one person  ──►  [Stint, ...]   one per event, organization (or its unit or parent) and stint

Claims about a unit and about its parent are one event when their dates agree, and belong to the most specific
organization named. Two departures from one organization are two stints when a return lies between them, or when they
lie further apart than sources err; a founding happens once. A planned event and its later confirmation are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from labmoves_graph.model import Article, Claim, DateMeaning, Event, Status
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_graph.registry import Registry, fold_name

__all__ = ["Statement", "Stint", "compatible", "gap_days", "stints"]

#: Days by which sources about one event may differ; data/moves.csv holds errors of two and three years, while no
#: person in it left one place twice without a stated return in between.
LARGEST_ERROR = 1096
#: The same for role changes, which follow each other more quickly.
ROLE_CHANGE_ERROR = 45

#: A subsidiary and its owner are one event only where both dates are at least this narrow, and agree.
LONGEST_MONTH = 31

_ARRIVALS = frozenset([Event.HIRE, Event.FOUNDING])


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim with its article and the entities it was resolved to."""

    claim: Claim
    article: Article
    person_id: str
    organization_id: str

    @property
    def date(self) -> PartialDate | None:
        """The claim's date if it can be placed in time."""
        when = self.claim.date
        return when if when is not None and when.bounded else None

    @property
    def announced(self) -> bool:
        """Whether the date is that of the announcement."""
        return self.claim.date_meaning is DateMeaning.ANNOUNCED


@dataclass(slots=True)
class Stint:
    """Statements about one event. organization_id: the most specific one stated."""

    event: Event
    organization_id: str
    statements: list[Statement] = field(default_factory=list)

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day that the dated statements allow, from the most precise ones; None without a date."""
        dated = [s.date for s in self.statements if s.date is not None]
        if not dated:
            return None
        finest = max(when.precision for when in dated)
        sharp = [when for when in dated if when.precision == finest]
        return min(when.earliest for when in sharp), max(when.latest for when in sharp)


def stints(statements: Sequence[Statement], registry: Registry) -> list[Stint]:
    """Group one person's statements into events, in a fixed order that does not depend on theirs."""
    found: list[Stint] = []
    for statement in sorted(statements, key=lambda s: _order(s, registry)):
        home = _home(statement, found, statements, registry)
        if home is None:
            found.append(Stint(statement.claim.event, statement.organization_id, [statement]))
        else:
            home.statements.append(statement)
            home.organization_id = _most_specific(home.organization_id, statement.organization_id, registry)
    return found


def compatible(one: str, other: str, registry: Registry) -> bool:
    """Whether being at the one is being at the other: itself, a unit and its parent, or what it became."""
    if one == other or registry.part_of(one, other) or registry.part_of(other, one):
        return True
    return registry.became(one, other) or registry.became(other, one)


def gap_days(one: tuple[date, date], other: tuple[date, date]) -> int:
    """Days between two periods, 0 when they overlap."""
    return max((other[0] - one[1]).days, (one[0] - other[1]).days, 0)


def _order(statement: Statement, registry: Registry) -> tuple[int, date, int, str]:
    """Precise before vague, early before late, units before parents: what is known best founds the stints."""
    when = statement.date
    depth = len(registry.ancestors(statement.organization_id))
    if when is None:
        return 1, date.max, -depth, statement.claim.id
    return -when.precision, when.earliest, -depth, statement.claim.id


def _home(
    statement: Statement, found: Iterable[Stint], everything: Sequence[Statement], registry: Registry
) -> Stint | None:
    """The stint that the statement belongs to, None for a new one."""
    claim, there = statement.claim, statement.organization_id
    open_to = [
        stint for stint in found if stint.event is claim.event and _may_mean(stint.organization_id, there, registry)
    ]
    if not open_to:
        return None
    if statement.date is None:
        open_to = [stint for stint in open_to if compatible(stint.organization_id, there, registry)]
        return _home_of_undated(statement, open_to, everything, registry)
    within = (statement.date.earliest, statement.date.latest)
    near = [
        (_distance(within, stint.span), position, stint)
        for position, stint in enumerate(open_to)
        if _one_event(statement, within, stint, everything, registry)
    ]
    return min(near, key=lambda item: item[:2])[2] if near else None


def _may_mean(one: str, other: str, registry: Registry) -> bool:
    """Whether a careless source may name the one for the other: also an owner for what it owns."""
    return registry.related(one, other) or compatible(one, other, registry)


def _brief(span: tuple[date, date]) -> bool:
    return (span[1] - span[0]).days <= LONGEST_MONTH


def _distance(within: tuple[date, date], span: tuple[date, date] | None) -> int:
    return 0 if span is None else gap_days(within, span)


def _home_of_undated(
    statement: Statement, open_to: Sequence[Stint], everything: Sequence[Statement], registry: Registry
) -> Stint | None:
    """Undated claims speak of the last event that their article could know of, unless somebody had returned since."""
    if statement.claim.event is Event.ROLE_CHANGE:
        open_to = [stint for stint in open_to if _shares_role(statement, stint)]
    published = statement.article.published
    known = [s for s in open_to if published is None or s.span is None or s.span[0] <= published]
    if published is not None and statement.claim.event not in (Event.ROLE_CHANGE, Event.FOUNDING):
        day = published, published
        last = [s for s in known if s.span is None or not _interrupted(statement, day, s.span, everything, registry)]
        if known and not last:
            return None
        known = last
    return max(known or open_to, key=lambda s: s.span or (date.min, date.min), default=None)


def _one_event(
    statement: Statement,
    within: tuple[date, date],
    stint: Stint,
    everything: Sequence[Statement],
    registry: Registry,
) -> bool:
    span = stint.span
    if not compatible(stint.organization_id, statement.organization_id, registry):
        return span is not None and gap_days(within, span) == 0 and _brief(within) and _brief(span)
    if stint.event is Event.ROLE_CHANGE:
        return _one_role_change(statement, within, stint)
    if stint.event is Event.FOUNDING or span is None:
        return True
    distance = gap_days(within, span)
    if distance == 0:
        return True
    return distance <= LARGEST_ERROR and not _interrupted(statement, within, span, everything, registry)


def _one_role_change(statement: Statement, within: tuple[date, date], stint: Stint) -> bool:
    if stint.span is None:
        return _shares_role(statement, stint)
    distance = gap_days(within, stint.span)
    vague = statement.date is not None and statement.date.precision < Precision.MONTH
    if distance > ROLE_CHANGE_ERROR:
        return distance <= LARGEST_ERROR and vague and _shares_role(statement, stint)
    return (distance <= 3 and not vague) or _shares_role(statement, stint)


def _shares_role(statement: Statement, stint: Stint) -> bool:
    """Whether the roles may be one: a word in common, or one of them not stated, or in another script."""
    role = statement.claim.role
    others = [s.claim.role for s in stint.statements]
    if role is None or all(other is None for other in others):
        return True
    words = _words(role)
    return any(
        other is not None and (not words.isdisjoint(_words(other)) or other.isascii() != role.isascii())
        for other in others
    )


def _words(role: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+|[㐀-鿿]{2}", fold_name(role))) - {"of", "the", "and", "for", "a"}


def _interrupted(
    statement: Statement,
    within: tuple[date, date],
    span: tuple[date, date],
    everything: Sequence[Statement],
    registry: Registry,
) -> bool:
    """Whether a return (between departures) or a departure (between arrivals) lies between the two dates."""
    earlier, later = sorted((within, span))
    arriving = statement.claim.event in _ARRIVALS
    for other in everything:
        if other.date is None or other.claim.status is not Status.CONFIRMED:
            continue
        opposite = other.claim.event is Event.DEPARTURE if arriving else other.claim.event in _ARRIVALS
        if (
            opposite
            and compatible(other.organization_id, statement.organization_id, registry)
            and other.date.earliest >= earlier[1]
            and other.date.latest <= later[0]
        ):
            return True
    return False


def _most_specific(one: str, other: str, registry: Registry) -> str:
    return other if one != other and one in registry.ancestors(other) else one

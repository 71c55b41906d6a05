"""Who was where from when to when, and the hops from one organization to the next.

    moves of one person  ──►  tenures      arrival and departure paired; either may be missing
                         ──►  transitions  a departure and the arrival elsewhere that follows it

A false closing is worse than a missing one: only a departure that somebody asserts as fact and nobody disputes ends
a tenure; that something else began ends nothing. Rumours, plans and denials open and close nothing. A founder's
departure without a known start begins with the organization itself.

Whoever leaves a house has left all of it. A stay at another unit of it, begun before, ended by then, and on no known
day: its end is the interval from its start to the departure. The same holds of a subsidiary when the person had come
over to its owner in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from labmoves_graph.consolidation_stints import compatible, gap_days
from labmoves_graph.entity_ids import derived_id
from labmoves_graph.model import Event, Manner, Move, Status, Tenure, Transition, Verdict
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry

__all__ = ["FOUNDER_ROLE", "Place", "tenures_of", "transitions_of"]

#: Longest pause between a departure and the arrival that counts as its sequel.
LONGEST_PAUSE = 730
#: An arrival may be reported this long before the departure it follows.
LARGEST_OVERLAP = 62

#: A "founding engineer" may have come months after the founding.
FOUNDER_ROLE = re.compile(r"\b(?:co-?)?founder\b|创始人|創始人|创办人|創辦人", re.IGNORECASE)

#: Where a claim is told: its article, and where its words begin there.
Place = tuple[str, int]

_ARRIVALS = (Event.HIRE, Event.FOUNDING)
_DAY_ZERO, _LAST_DAY = date.min, date.max


def tenures_of(moves: Sequence[Move], registry: Registry) -> list[Tenure]:
    """The stays of one person, from the moves that are facts."""
    facts = [m for m in moves if m.status is Status.CONFIRMED]
    opened: list[list[Move]] = []
    for arrival in sorted((m for m in facts if m.event in _ARRIVALS), key=_chronological):
        same = next((group for group in opened if _one_arrival(group, arrival, facts, registry)), None)
        if same is None:
            opened.append([arrival])
        else:
            same.append(arrival)
    ends: dict[int, Move] = {}
    alone: list[Move] = []
    departures = sorted(
        (m for m in facts if m.event is Event.DEPARTURE and m.verdict is not Verdict.DISPUTED), key=_chronological
    )
    for departure in departures:
        group = _opened_before(departure, [g for g in opened if id(g) not in ends], registry)
        if group is None:
            alone.append(departure)
        else:
            ends[id(group)] = departure
    stays = []
    for group in opened:
        ended = ends.get(id(group))
        left = _left_house(group, departures, facts, registry) if ended is None else None
        stays.append(_tenure(group, ended, registry) if left is None else _gone(_tenure(group, None, registry), left))
    return stays + [_tenure([], departure, registry) for departure in alone]


def _chronological(move: Move) -> tuple[date, date, str]:
    """By date, undated moves last."""
    if move.date is None or not move.date.bounded:
        return _LAST_DAY, _LAST_DAY, move.id
    return move.date.earliest, move.date.latest, move.id


def _bounds(move: Move) -> tuple[date, date]:
    return (move.date.earliest, move.date.latest) if move.date is not None else (_DAY_ZERO, _LAST_DAY)


def _one_arrival(group: Sequence[Move], arrival: Move, facts: Sequence[Move], registry: Registry) -> bool:
    """Whether the arrival belongs to a stay already opened: a founder's hire, a unit's hire after its parent's."""
    if not compatible(group[0].organization_id, arrival.organization_id, registry):
        return False
    first, then = sorted((_bounds(group[-1]), _bounds(arrival)))
    return not any(
        m.event is Event.DEPARTURE
        and compatible(m.organization_id, arrival.organization_id, registry)
        and _bounds(m)[0] >= first[1]
        and _bounds(m)[1] <= then[0]
        for m in facts
    )


def _opened_before(departure: Move, groups: Sequence[list[Move]], registry: Registry) -> list[Move] | None:
    """The latest open stay that the departure can end."""
    fitting = [
        group
        for group in groups
        if compatible(group[0].organization_id, departure.organization_id, registry)
        and min(_bounds(m)[0] for m in group) <= _bounds(departure)[1]
    ]
    return max(fitting, key=lambda group: _chronological(group[0]), default=None)


def _left_house(
    group: Sequence[Move], departures: Iterable[Move], facts: Iterable[Move], registry: Registry
) -> Move | None:
    """The first departure by which somebody who had begun this stay had left the house that it belongs to.

    departures: in the order of time.
    """
    begun = max((_bounds(m)[1] for m in group if m.date is not None and m.date.bounded), default=None)
    if begun is None:
        return None
    place = group[0].organization_id
    for departure in departures:
        left = _bounds(departure)
        if departure.date is None or not departure.date.bounded or left[0] < begun:
            continue
        came_over = departure.organization_id in registry.ancestors(place) and any(
            m.event is Event.HIRE
            and compatible(m.organization_id, departure.organization_id, registry)
            and begun <= _bounds(m)[0]
            and _bounds(m)[1] <= left[1]
            for m in facts
        )
        if came_over or registry.one_whole(place, departure.organization_id):
            return departure
    return None


def _gone(stay: Tenure, departure: Move) -> Tenure:
    """The stay, ended on some day between its start and that departure."""
    if stay.start is None or departure.date is None:
        return replace(stay, ended=True, moves=(*stay.moves, departure.id))
    first, last = stay.start.edtf.split("/")[0], departure.date.edtf.split("/")[-1]
    return replace(stay, end=PartialDate.parse(f"{first}/{last}"), ended=True, moves=(*stay.moves, departure.id))


def _place(moves: Sequence[Move], start: PartialDate | None, registry: Registry) -> str:
    """Where somebody was all the time: who came to a house and left one of its units was not in that unit before."""
    deepest = max(moves, key=lambda m: (len(registry.ancestors(m.organization_id)), m.event is Event.DEPARTURE))
    begun = next((m.organization_id for m in moves if start is not None and m.date == start), None)
    return begun if begun in registry.ancestors(deepest.organization_id) else deepest.organization_id


def _tenure(arrivals: Sequence[Move], departure: Move | None, registry: Registry) -> Tenure:
    moves = [*arrivals, departure] if departure is not None else list(arrivals)
    start = min((m.date for m in arrivals if m.date is not None and m.date.bounded), default=None)
    place = _place(moves, start, registry)
    if not arrivals and departure is not None and departure.role and FOUNDER_ROLE.search(departure.role):
        founded = registry.organization(departure.organization_id)
        start = founded.founded if founded is not None else None
    end = departure.date if departure is not None else None
    return Tenure(
        id=derived_id("tenure", moves[0].id),
        person_id=moves[0].person_id,
        organization_id=place,
        role=next((m.role for m in reversed(moves) if m.role), None),
        start=start,
        end=end if end is not None and end.bounded else None,
        ended=departure is not None,
        moves=tuple(m.id for m in moves),
    )


def transitions_of(
    moves: Sequence[Move], tenures: Iterable[Tenure], told_at: Mapping[str, Place], registry: Registry
) -> list[Transition]:
    """The hops of one person. Each departure and each arrival takes part in one at most.

    told_at: of each claim; a departure and an arrival told in one article may lack dates, and then those that stand
    nearest to each other go together.
    """
    departures = [m for m in moves if m.event is Event.DEPARTURE and m.status is Status.CONFIRMED]
    stays = list(tenures)
    repeated = _hires_of_founders(moves, stays)
    # What opened a stay is never the sequel of what ended it, however coarse their dates.
    own = {(end, start) for stay in stays for end in stay.moves for start in stay.moves}
    expected = (Status.CONFIRMED, Status.PLANNED)
    arrivals = [m for m in moves if m.event in _ARRIVALS and m.status in expected and m.id not in repeated]
    pairs = sorted(
        (*rank, _chronological(a)[:2], _chronological(d)[:2], d.id, a.id, d, a)
        for d in departures
        for a in arrivals
        if (d.id, a.id) not in own and (rank := _sequel(d, a, told_at)) is not None
    )
    used: set[str] = set()
    hops = []
    for *_, departure, arrival in pairs:
        if departure.id not in used and arrival.id not in used:
            used |= {departure.id, arrival.id}
            if not compatible(departure.organization_id, arrival.organization_id, registry):
                hops.append(_hop(departure, arrival))
    by_id = {m.id: m for m in moves}
    return hops + [_hop(by_id[start], arrival) for arrival, start in _entailed(moves, stays, used, registry)]


def _hires_of_founders(moves: Sequence[Move], tenures: Sequence[Tenure]) -> set[str]:
    """Hires that belong to the stay of somebody who founded the place: the dated founding is the arrival."""
    by_id = {m.id: m for m in moves}
    stays = [[by_id[m] for m in t.moves] for t in tenures]
    founded = [stay for stay in stays if any(m.event is Event.FOUNDING and m.date is not None for m in stay)]
    return {m.id for stay in founded for m in stay if m.event is Event.HIRE}


def _sequel(departure: Move, arrival: Move, told_at: Mapping[str, Place]) -> tuple[bool, int, int, int] | None:
    """How well the arrival follows the departure, better ones first; None when it cannot."""
    planned = arrival.status is Status.PLANNED
    support = -departure.independent_sources
    if departure.date is None or arrival.date is None or not (departure.date.bounded and arrival.date.bounded):
        apart = _apart(departure, arrival, told_at)
        return None if apart is None else (planned, LONGEST_PAUSE, support, apart)
    left, arrived = _bounds(departure), _bounds(arrival)
    if (left[0] - arrived[1]).days > LARGEST_OVERLAP:
        return None
    pause = gap_days(left, arrived)
    return (planned, pause, support, 0) if pause <= LONGEST_PAUSE else None


def _apart(departure: Move, arrival: Move, told_at: Mapping[str, Place]) -> int | None:
    """Characters between the words for both in an article that tells of both; None where there is none."""
    distances = [
        abs(told_at[one][1] - told_at[other][1])
        for one in departure.supporting
        for other in arrival.supporting
        if told_at[one][0] == told_at[other][0]
    ]
    return min(distances, default=None)


def _hop(departure: Move, arrival: Move) -> Transition:
    days = None
    if departure.event is Event.DEPARTURE and departure.date is not None and arrival.date is not None:
        exact = departure.date.earliest == departure.date.latest and arrival.date.earliest == arrival.date.latest
        days = (arrival.date.earliest - departure.date.earliest).days if exact else None
    return Transition(
        id=derived_id("transition", departure.id, arrival.id),
        person_id=arrival.person_id,
        from_organization=departure.organization_id,
        to_organization=arrival.organization_id,
        departure_id=departure.id,
        arrival_id=arrival.id,
        date=arrival.date or (departure.date if departure.event is Event.DEPARTURE else None),
        days_between=days,
    )


def _entailed(
    moves: Sequence[Move], tenures: Iterable[Tenure], used: set[str], registry: Registry
) -> list[tuple[Move, str]]:
    """Arrivals whose manner says that somebody was taken from elsewhere, where only one stay can be meant."""
    open_stays = [t for t in tenures if not t.ended and t.start is not None]
    found = []
    for arrival in sorted(moves, key=lambda m: m.id):
        taken = arrival.manner in (Manner.POACHED, Manner.ACQUIRED) and arrival.event is Event.HIRE
        if not taken or arrival.id in used or arrival.status is not Status.CONFIRMED or arrival.date is None:
            continue
        stays = [
            t
            for t in open_stays
            if t.start is not None
            and t.start.latest <= arrival.date.latest
            and not compatible(t.organization_id, arrival.organization_id, registry)
        ]
        if len(stays) == 1:
            found.append((arrival, stays[0].moves[0]))
    return found

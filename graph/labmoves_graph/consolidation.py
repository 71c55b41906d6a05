"""From claims to what they say happened: a pure function, same input, same moves.

    claims, articles, judgements, registry  ──►  Consolidation
        identities    every claim's person and organization                          (identity)
        stints        which claims speak of one event                                (consolidation_stints)
        moves         date, status, verdict, reasons, independent sources of each    (here; consolidation_dates)
        tenures       who was where from when to when                                (consolidation_tenures)
        transitions   hops A → B                                                     (consolidation_tenures)
        conflations   claims that may mix two people up                              (conflation)

A rumour never becomes a fact by repetition: only claims that assert an event as fact make it one. A denial disputes
what others assert unless it is older than the event itself. Nothing is ever taken from a claim that a judgement
rejects.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from labmoves_graph.conflation import ConflationFlag, conflations
from labmoves_graph.consolidation_dates import BestDate, DateVote, best_date
from labmoves_graph.consolidation_stints import Statement, Stint, stints
from labmoves_graph.consolidation_tenures import Place, tenures_of, transitions_of
from labmoves_graph.entity_ids import derived_id
from labmoves_graph.identity import Identities, resolve_identities
from labmoves_graph.independence import family_of_name, independent_groups, source_families
from labmoves_graph.model import (
    Article,
    Claim,
    Event,
    Judgement,
    JudgementKind,
    Manner,
    Move,
    Reason,
    Status,
    Tenure,
    Transition,
    Verdict,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry, fold_name

__all__ = ["Consolidation", "Known", "consolidate"]

#: New organizations hire before they are announced; a date earlier than this before the founding is an error.
BEFORE_FOUNDING = timedelta(days=365)
DISPUTED_FACTOR = 0.5  # of the confidence in a move that somebody denies
CERTAINTY = 0.99  # no number of sources makes a move surer than this

_EPOCH = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Consolidation:
    """What the claims amount to, each part sorted by id."""

    moves: tuple[Move, ...]
    transitions: tuple[Transition, ...]
    tenures: tuple[Tenure, ...]
    identities: Identities
    conflations: tuple[ConflationFlag, ...]


#: Moves already computed, by what they were computed from; makes replaying a history cheap.
Known = dict[tuple[object, ...], Move]


def consolidate(
    claims: Iterable[Claim],
    articles: Mapping[str, Article],
    judgements: Iterable[Judgement],
    registry: Registry,
    known: Known | None = None,
) -> Consolidation:
    """Compute moves, transitions and tenures.

    articles: by id, the version that each claim was read from; a curated claim may lack one.
    judgements: revoked ones are ignored.
    known: moves of earlier calls with this registry, read and added to; the result is the same without it.
    """
    known = {} if known is None else known
    decided = [judgement for judgement in judgements if judgement.revoked_at is None]
    rejected = {j.subject for j in decided if j.kind is JudgementKind.REJECT_CLAIM}
    kept = sorted((claim for claim in claims if claim.id not in rejected), key=lambda claim: claim.id)
    identities = resolve_identities(kept, articles, decided, registry)
    by_person: dict[str, list[Statement]] = defaultdict(list)
    for claim in kept:
        article = articles.get(claim.article_id) or Article(id=claim.article_id, text="", url=claim.source_url)
        person = identities.person[claim.id]
        by_person[person].append(Statement(claim, article, person, identities.organization[claim.id]))
    moves: list[Move] = []
    transitions: list[Transition] = []
    tenures: list[Tenure] = []
    for person in sorted(by_person):
        statements = by_person[person]
        theirs = [_judged(move, decided, statements, registry) for move in _moves(statements, registry, known)]
        stays = tenures_of(theirs, registry)
        moves += theirs
        tenures += stays
        transitions += transitions_of(theirs, stays, _places_of(statements), registry)
    statements = [statement for group in by_person.values() for statement in group]
    return Consolidation(
        tuple(sorted(moves, key=lambda move: move.id)),
        tuple(sorted(transitions, key=lambda transition: transition.id)),
        tuple(sorted(tenures, key=lambda tenure: tenure.id)),
        identities,
        tuple(sorted(conflations(statements, registry))),
    )


def _places_of(statements: Sequence[Statement]) -> dict[str, Place]:
    return {s.claim.id: (s.article.id, s.claim.evidence.start if s.claim.evidence else 0) for s in statements}


def _moves(statements: Sequence[Statement], registry: Registry, known: Known) -> list[Move]:
    """One move per stint of one person. The one that was learnt first keeps the plain id when stints multiply; the
    others are named by the article that told of each first, and counted where it told of several.
    """
    groups: dict[tuple[Event, str], list[Stint]] = defaultdict(list)
    for stint in stints(statements, registry):
        groups[stint.event, registry.ancestors(stint.organization_id)[-1]].append(stint)
    moves = []
    for (event, root), group in groups.items():
        group.sort(key=_first_learnt)
        told_first: Counter[str] = Counter()
        for position, stint in enumerate(group):
            name = ["move", statements[0].person_id, event, root]
            if position:
                article = _first_learnt(stint)[1]
                name += [article, *([str(told_first[article])] if told_first[article] else [])]
                told_first[article] += 1
            key = (*name, stint.organization_id, *((s.claim.id, s.article) for s in stint.statements))
            if key not in known:
                known[key] = _move(derived_id(*name), stint, registry)
            moves.append(known[key])
    return moves


def _first_learnt(stint: Stint) -> tuple[datetime, str]:
    """When the stint was first claimed, and by which article."""
    return min((s.claim.recorded_at or _EPOCH, s.claim.article_id) for s in stint.statements)


def _move(move_id: str, stint: Stint, registry: Registry) -> Move:
    statements = sorted(stint.statements, key=lambda s: s.claim.id)
    denials = [s for s in statements if s.claim.status is Status.DENIED]
    status = _status(statements)
    behind = [s for s in statements if s.claim.status is status]
    sources = _sources(statements)
    for_it = denials if status is Status.DENIED else [s for s in statements if s not in denials]
    against = [s for s in statements if s not in for_it]
    firm = [s for s in for_it if s.claim.status is not Status.RUMORED]
    dates, announced = _dates(for_it, status, sources, stint, registry)
    independent = {sources[s.claim.id] for s in behind}
    disputed = status is Status.CONFIRMED and any(_still_disputes(s, dates.best) for s in against)
    return Move(
        id=move_id,
        event=stint.event,
        person_id=statements[0].person_id,
        organization_id=stint.organization_id,
        role=_role(behind) or _role(firm),
        date=dates.best,
        rival_dates=dates.rivals,
        announced=announced,
        manner=_manner(behind) or _manner(firm),
        status=status,
        verdict=_verdict(status, len(independent), disputed=disputed),
        reasons=_reasons(for_it),
        supporting=tuple(s.claim.id for s in for_it),
        contradicting=tuple(s.claim.id for s in against),
        sources=len({s.claim.article_id for s in behind}),
        independent_sources=len(independent),
        confidence=_confidence(behind, sources, disputed=disputed),
    )


def _status(statements: Sequence[Statement]) -> Status:
    """The strongest thing that anybody says: fact, else a plan announced after all denials, else denial, else plan,
    else rumour.
    """
    said = {s.claim.status for s in statements}
    if Status.CONFIRMED in said or not {Status.DENIED, Status.PLANNED} <= said:
        ranking = (Status.CONFIRMED, Status.DENIED, Status.PLANNED, Status.RUMORED)
        return next(status for status in ranking if status in said)
    denied = [s.article.published for s in statements if s.claim.status is Status.DENIED]
    planned = [s.article.published for s in statements if s.claim.status is Status.PLANNED]
    outdated = all(day is not None and any(later is not None and later > day for later in planned) for day in denied)
    return Status.PLANNED if outdated else Status.DENIED


def _verdict(status: Status, independent: int, *, disputed: bool) -> Verdict:
    if status is Status.CONFIRMED:
        if disputed:
            return Verdict.DISPUTED
        return Verdict.CORROBORATED if independent > 1 else Verdict.SINGLE_SOURCE
    return Verdict(status.value)


def _still_disputes(denial: Statement, when: PartialDate | None) -> bool:
    """Whether a denial speaks against the event: one printed before the event began denied an earlier rumour."""
    published = denial.article.published
    return when is None or published is None or published >= when.earliest


def _sources(statements: Sequence[Statement]) -> dict[str, int]:
    """Claim id -> number of the independent source behind it."""
    if len(statements) == 1:
        return {statements[0].claim.id: 0}
    credits = []
    for statement in statements:
        credited = family_of_name(statement.claim.said_by or "")
        cited = source_families(statement.article, statement.claim.source_url)
        credits.append(cited | {credited} if credited else cited)
    groups = independent_groups([s.article for s in statements], credits)
    return {statements[index].claim.id: number for number, group in enumerate(groups) for index in group}


def _dates(
    for_it: Sequence[Statement], status: Status, sources: Mapping[str, int], stint: Stint, registry: Registry
) -> tuple[BestDate, PartialDate | None]:
    """The best effective date with its rivals, and the best announcement; the latter stands in for the former.

    A fact is dated by those who assert it and, where they leave the day open, by a plan; never by a rumour.
    """
    earliest = _earliest_possible(stint.organization_id, registry)
    votes: tuple[list[DateVote], list[DateVote]] = ([], [])
    unheard = Status.RUMORED if status is Status.CONFIRMED else None
    for s in for_it:
        if s.claim.date is not None:
            possible = earliest is None or s.claim.date.latest >= earliest
            votes[s.announced].append(DateVote(s.claim.date, sources[s.claim.id], s.claim.status, possible))
    effective, announced = votes
    deciding, said = ([vote for vote in told if vote.status is not unheard] for told in votes)
    announcement = best_date(said).best
    if not any(vote.usable for vote in deciding) and any(vote.usable for vote in said):
        return best_date(said), announcement
    if not deciding and not said:
        return best_date((), rivals=[*effective, *announced]), announcement
    return best_date(deciding or said, rivals=effective if deciding else announced), announcement


def _earliest_possible(organization_id: str, registry: Registry) -> date | None:
    organization = registry.organization(organization_id)
    if organization is None or organization.founded is None or organization.predecessors:
        return None
    return organization.founded.earliest - BEFORE_FOUNDING


def _role(statements: Sequence[Statement]) -> str | None:
    """The role most often stated, of equals the fullest."""
    stated = [s.claim.role for s in statements if s.claim.role]
    often = Counter(fold_name(role) for role in stated)
    return max(stated, key=lambda role: (often[fold_name(role)], len(role), role), default=None)


def _manner(statements: Sequence[Statement]) -> Manner | None:
    stated = Counter(s.claim.manner for s in statements if s.claim.manner is not None)
    return min(stated, key=lambda manner: (-stated[manner], manner), default=None)


def _reasons(statements: Sequence[Statement]) -> tuple[Reason, ...]:
    """Every reason stated, once per wording; categories that most claims name come first."""
    stated = [reason for s in statements for reason in s.claim.reasons]
    often = Counter(reason.category for reason in stated)
    unique: dict[tuple[str, str], Reason] = {}
    for reason in stated:
        key = (reason.category, fold_name(reason.quote))
        if key not in unique or (unique[key].share is None and reason.share is not None):
            unique[key] = reason
    return tuple(sorted(unique.values(), key=lambda r: (-often[r.category], r.category, r.share is None, r.quote)))


def _confidence(statements: Sequence[Statement], sources: Mapping[str, int], *, disputed: bool) -> float:
    """That at least one independent source is right, each as sure as its best claim."""
    best: dict[int, float] = {}
    for s in statements:
        source = sources[s.claim.id]
        best[source] = max(best.get(source, 0.0), s.claim.confidence)
    doubt = 1.0
    for confidence in best.values():
        doubt *= 1.0 - confidence
    return round(min(1.0 - doubt, CERTAINTY) * (DISPUTED_FACTOR if disputed else 1.0), 4)


def _judged(move: Move, judgements: Sequence[Judgement], statements: Sequence[Statement], registry: Registry) -> Move:
    """The move after what people decided about it. Of several corrections of its date the last one counts.

    statements: the person's.
    """
    own = sorted((j for j in judgements if j.subject == move.id), key=lambda j: (j.made_at, j.id))
    if any(j.kind is JudgementKind.CONFIRM_MOVE for j in own):
        checked = move.independent_sources if move.status is Status.CONFIRMED else 0
        verdict = Verdict.CORROBORATED if checked else Verdict.SINGLE_SOURCE
        move = _undenied(move, statements, registry) if move.status is Status.DENIED else move
        move = replace(move, status=Status.CONFIRMED, verdict=verdict, confidence=CERTAINTY)
    corrections = [j.value for j in own if j.kind is JudgementKind.CORRECT_DATE and j.value is not None]
    return _dated(move, PartialDate.parse(corrections[-1]), statements) if corrections else move


def _undenied(move: Move, statements: Sequence[Statement], registry: Registry) -> Move:
    """The denied move as those tell it who do not deny it; nobody tells it where all deny it."""
    telling = [s for s in statements if s.claim.id in move.contradicting]
    told = _move(move.id, Stint(move.event, move.organization_id, telling), registry) if telling else move
    return replace(told, supporting=move.contradicting, contradicting=move.supporting)


def _dated(move: Move, when: PartialDate, statements: Sequence[Statement]) -> Move:
    """The move on another date: what contradicts that is a rival, and denials older than it dispute nothing."""
    stated = (move.date, *move.rival_dates)
    rivals = tuple(day for day in stated if day is not None and not day.may_equal(when))
    move = replace(move, date=when, rival_dates=rivals)
    if move.verdict is not Verdict.DISPUTED or any(
        s.claim.id in move.contradicting and _still_disputes(s, when) for s in statements
    ):
        return move
    confidence = round(min(move.confidence / DISPUTED_FACTOR, CERTAINTY), 4)
    return replace(
        move, verdict=_verdict(move.status, move.independent_sources, disputed=False), confidence=confidence
    )

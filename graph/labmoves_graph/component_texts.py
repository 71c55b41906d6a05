"""The JSON of the moves that one component of claims comes to, made where its rows are made.

    recorded claims, their History, registry  ──►  MoveText*       what move_texts.write_texts reads from the tables

A rebuild would else read every move with its evidence from the tables that it has just written. The names of entities
that only claims know depend on other components: they stay open (OPEN_NAME) until `move_texts.write_made` fills them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic_core import to_json

from labmoves_graph.entity_ids import is_provisional
from labmoves_graph.history import History, RecordedClaim, Version
from labmoves_graph.model import Language, Move, Organization, Person, Transition
from labmoves_graph.move_order import SortDates
from labmoves_graph.move_records import Json, move_record, move_version_record
from labmoves_graph.name_slots import name_slots
from labmoves_graph.read_model_rows import date_bounds, sentence_around, stamp, verbatim_reasons
from labmoves_graph.read_model_views import (
    EvidenceView,
    HopView,
    MoveVersionView,
    MoveView,
    Named,
    ReasonView,
    evidence_in_order,
)
from labmoves_graph.registry import Registry

__all__ = ["OPEN_NAME", "MoveText", "component_texts"]

OPEN_NAME = "\0"  # of an entity whose name is not known yet; no name holds it


class MoveText(NamedTuple):
    """A row of table move_text. people, organizations: those in it whose name is still open."""

    id: str
    sort_date: str
    record: bytes
    history: bytes
    people: tuple[str, ...]
    organizations: tuple[str, ...]


def component_texts(
    group: Sequence[RecordedClaim], history: History, registry: Registry, placed: SortDates
) -> list[MoveText]:
    """The texts of all moves of the component that are believed now. placed: by what its moves sort."""
    names = _Names(registry)
    versions: dict[str, list[Version[Move]]] = defaultdict(list)
    for version in history.moves:
        versions[version.row.id].append(version)
    recorded: dict[str, list[RecordedClaim]] = defaultdict(list)
    for item in group:
        recorded[item.claim.id].append(item)
    hops = _hops(version.row for version in history.transitions if version.valid_to is None)
    return [
        _text(
            _view(version, recorded, hops, names),
            placed[version.row.id, version.valid_from],
            versions[version.row.id],
            names,
        )
        for version in history.moves
        if version.valid_to is None
    ]


class _Names:
    """The names of entities as the registry has them, in every form that a reader may ask for."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[tuple[str, str], tuple[Named, tuple[bytes, bytes]]] = {}

    def named(self, kind: str, entity: str) -> Named:
        """The entity as it is mentioned where no language is asked for."""
        return self._learn(kind, entity)[0]

    def slots(self, kind: str, entity: str) -> tuple[bytes, bytes]:
        """What stands for it in JSON, and what is to stand there."""
        return self._learn(kind, entity)[1]

    def open(self, kind: str, entities: Iterable[str]) -> tuple[str, ...]:
        """Those whose name is not known yet, sorted."""
        return tuple(sorted(entity for entity in entities if self.named(kind, entity).name == OPEN_NAME))

    def _learn(self, kind: str, entity: str) -> tuple[Named, tuple[bytes, bytes]]:
        if (kind, entity) not in self._known:
            found = self._registry.person(entity) if kind == "person" else self._registry.organization(entity)
            forms = _forms(found) if found is not None else (_unknown(entity),)
            self._known[kind, entity] = Named(entity, forms[0]), name_slots(kind, entity, forms[0], forms)
        return self._known[kind, entity]


def _unknown(entity: str) -> str:
    return OPEN_NAME if is_provisional(entity) else entity


def _forms(entity: Person | Organization) -> tuple[str, ...]:
    simplified = next(iter(entity.names.get(Language.ZH_HANS, ())), entity.name)
    traditional = next(iter(entity.names.get(Language.ZH_HANT, ())), simplified)
    return entity.name, simplified, traditional


def _hops(believed: Iterable[Transition]) -> dict[str, Transition]:
    """Move id -> its transition; the onward one for a move that both ends one and starts another."""
    transitions = sorted(believed, key=lambda transition: transition.id)
    return {t.arrival_id: t for t in transitions} | {t.departure_id: t for t in transitions}


def _text(view: MoveView, placed: str, versions: Sequence[Version[Move]], names: _Names) -> MoveText:
    places = {view.organization.id} if view.hop is None else {view.organization.id, view.hop.organization.id}
    record = to_json(move_record(view)).replace(*names.slots("person", view.person.id))
    for place in places:
        record = record.replace(*names.slots("organization", place))
    history = to_json([_version_record(version) for version in versions])
    people, organizations = names.open("person", [view.person.id]), names.open("organization", places)
    return MoveText(view.id, placed, record, history, people, organizations)


def _view(
    version: Version[Move], recorded: dict[str, list[RecordedClaim]], hops: dict[str, Transition], names: _Names
) -> MoveView:
    move = version.row
    earliest, latest = date_bounds(move.date)
    hop = hops.get(move.id)
    claims = {claim_id: recorded[claim_id][0].claim for claim_id in move.supporting}
    return MoveView(
        id=move.id,
        event=move.event,
        person=names.named("person", move.person_id),
        organization=names.named("organization", move.organization_id),
        role=move.role,
        date=move.date.edtf if move.date is not None else None,
        earliest=earliest,
        latest=latest,
        rival_dates=tuple(rival.edtf for rival in move.rival_dates),
        announced=move.announced.edtf if move.announced is not None else None,
        manner=move.manner,
        status=move.status,
        verdict=move.verdict,
        sources=move.sources,
        independent_sources=move.independent_sources,
        confidence=float(move.confidence),
        recorded_at=stamp(version.valid_from),
        superseded_at=None,
        reasons=tuple(
            ReasonView(r.category, r.quote, float(r.share) if r.share is not None else None, r.said_by, verbatim)
            for r, verbatim in zip(move.reasons, verbatim_reasons(move, claims), strict=True)
        ),
        evidence=_evidence(move, recorded),
        hop=_hop(hop, move.id, names) if hop is not None else None,
    )


def _evidence(move: Move, recorded: dict[str, list[RecordedClaim]]) -> tuple[EvidenceView, ...]:
    """Of a claim in several versions of its article the newest is shown."""
    linked = [(True, claim) for claim in move.supporting] + [(False, claim) for claim in move.contradicting]
    newest = [(supports, max(recorded[claim], key=lambda item: item.recorded_at)) for supports, claim in linked]
    return evidence_in_order(_evidence_view(item, supports=supports) for supports, item in newest)


def _evidence_view(item: RecordedClaim, *, supports: bool) -> EvidenceView:
    claim, article = item.claim, item.article
    start, end, quote, sentence = None, None, None, None
    if claim.evidence is not None:
        start, end, quote = claim.evidence.start, claim.evidence.end, claim.evidence.quote
        sentence = sentence_around(article.text, start, end)
    return EvidenceView(
        claim_id=claim.id,
        article_id=claim.article_id,
        supports=supports,
        status=claim.status,
        date=claim.date.edtf if claim.date is not None else None,
        date_text=claim.date_text,
        quote=quote,
        sentence=sentence,
        start=start,
        end=end,
        said_by=claim.said_by,
        title=article.title,
        url=claim.source_url or article.url,
        publisher=article.publisher,
        published=article.published.isoformat() if article.published else None,
        extractor=claim.extractor,
    )


def _hop(transition: Transition, move_id: str, names: _Names) -> HopView:
    leaving = transition.departure_id == move_id
    place = transition.to_organization if leaving else transition.from_organization
    return HopView(
        transition.id,
        "to" if leaving else "from",
        transition.arrival_id if leaving else transition.departure_id,
        names.named("organization", place),
        transition.date.edtf if transition.date is not None else None,
        transition.days_between,
    )


def _version_record(version: Version[Move]) -> Json:
    move = version.row
    return move_version_record(
        MoveVersionView(
            recorded_at=stamp(version.valid_from),
            superseded_at=stamp(version.valid_to) if version.valid_to else None,
            date=move.date.edtf if move.date is not None else None,
            rival_dates=tuple(rival.edtf for rival in move.rival_dates),
            status=move.status,
            verdict=move.verdict,
            sources=move.sources,
            independent_sources=move.independent_sources,
        )
    )

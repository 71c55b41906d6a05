"""The command that shows what happened: timeline."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import UsageError, add_command, add_store
from labmoves_api.cli.console import Column, Console, column
from labmoves_graph.clock import parse_instant
from labmoves_graph.errors import DateError, NotFoundError
from labmoves_graph.partial_date import PartialDate, check_period
from labmoves_graph.read_model import ReadModel
from labmoves_graph.registry import fold_name
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands
    from labmoves_graph.read_model_views import EntityView

__all__ = ["add_commands", "entity_called"]

MOST_OFFERED = 5  # names like one that nobody bears; more are no help to read
_ARROWS = {"to": "→", "from": "←"}


def add_commands(commands: Commands) -> None:
    """Add timeline."""
    timeline = add_command(commands, "timeline", _timeline, "Show who came, left, changed roles or founded, by date.")
    whose = timeline.add_mutually_exclusive_group(required=True)
    whose.add_argument("--organization", metavar="ID", help="id or name of an organization; its units count, too")
    whose.add_argument("--person", metavar="ID", help="id or name of a person")
    timeline.add_argument("--since", type=_date, metavar="DATE", help="from this day, month or year on")
    timeline.add_argument("--until", type=_date, metavar="DATE", help="up to this day, month or year")
    timeline.add_argument("--as-of", type=_instant, metavar="INSTANT", help="as the store knew it at that instant")
    timeline.add_argument("--evidence", action="store_true", help="also the words and pages that each move rests on")
    add_store(timeline)


def _timeline(options: argparse.Namespace, console: Console) -> None:
    try:
        check_period(options.since, options.until)
    except DateError as error:
        raise UsageError(str(error)) from error
    with ClaimStore.open(options.store, must_exist=True) as store, ReadModel.open(store.read_model_path) as model:
        whose = entity_called(model, options.person, options.organization)
        console.records(
            _moves(model, whose, options),
            [*_DATE_AND_EVENT, _COUNTERPART["person" if whose.kind == "person" else "organization"], *_DETAILS],
            empty=f"nothing is known about {whose.name}{_in_that_time(options)}",
            below=_reasons_and_evidence if options.evidence else _reasons,
        )


def _moves(model: ReadModel, whose: EntityView, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The moves of the timeline, page by page."""
    person, organization = (whose.id, None) if whose.kind == "person" else (None, whose.id)
    cursor: str | None = None
    while True:
        page = model.timeline(
            person=person,
            organization=organization,
            since=options.since,
            until=options.until,
            as_of=options.as_of,
            cursor=cursor,
        )
        yield from map(asdict, page.entries)
        if (cursor := page.cursor) is None:
            return


def _in_that_time(options: argparse.Namespace) -> str:
    """What to say of the time, where the options give one."""
    known = " as the store knew it then" if options.as_of else ""
    return f" in that time{known}" if options.since or options.until else known


def entity_called(model: ReadModel, person: str | None, organization: str | None) -> EntityView:
    """The entity of that id, else the only one of that name.

    Raises NotFoundError with those of a like name, UsageError for namesakes.
    """
    given = person or organization or ""
    one, search = (model.person, model.people) if person else (model.organization, model.organizations)
    try:
        return one(given)
    except NotFoundError:
        found = search(given).items
        named = [entity for entity in found if _bears(entity, given)]
    if not named:
        kind = "person" if person else "organization"
        raise NotFoundError(f"no {kind} has the id or the name {given!r}; {_instead(kind, found[:MOST_OFFERED])}")
    if len(named) > 1:
        choices = "; ".join(f"{found.id} ({found.description.partition(';')[0] or found.name})" for found in named)
        raise UsageError(f"{len(named)} bear the name {given!r}; give the id of one: {choices}")
    return named[0]


def _instead(kind: str, alike: Sequence[EntityView]) -> str:
    """What to type for one whom the store does not know under that name."""
    if not alike:
        return "nor one like it; give the id, or the full name in any script"
    choices = "; ".join(f"labmoves timeline --{kind} {entity.id} ({entity.name})" for entity in alike)
    return f"for one like it: {choices}"


def _bears(entity: EntityView, name: str) -> bool:
    return fold_name(name) in {fold_name(form) for forms in entity.names.values() for form in forms}


def _when(move: Mapping[str, Any]) -> str:
    rivals = len(move["rival_dates"])
    return (move["date"] or "?") + (f" (+{rivals})" if rivals else "")


def _person(move: Mapping[str, Any]) -> str:
    return str(move["person"]["name"])


def _organization(move: Mapping[str, Any]) -> str:
    return str(move["organization"]["name"])


def _hop(move: Mapping[str, Any]) -> str:
    hop = move["hop"]
    return f"{_ARROWS[hop['direction']]} {hop['organization']['name']}" if hop else ""


def _sources(move: Mapping[str, Any]) -> str:
    sources, independent = move["sources"], move["independent_sources"]
    return str(sources) if sources == independent else f"{sources} ({independent} independent)"


def _reasons(move: Mapping[str, Any]) -> Iterator[str]:
    """Each category once: with its share where somebody gives one, else in the words that come first."""
    told: dict[str, Mapping[str, Any]] = {}
    for reason in move["reasons"]:
        known = told.setdefault(reason["category"], reason)
        if known["share"] is None and reason["share"] is not None:
            told[reason["category"]] = reason
    for category, reason in told.items():
        share = "" if reason["share"] is None else f" {reason['share']:.0%}"
        quote = f": {reason['quote']}" if reason["quote"] else ""
        yield f"    why: {category}{share}{quote}"


def _reasons_and_evidence(move: Mapping[str, Any]) -> Iterator[str]:
    yield from _reasons(move)
    if move["rival_dates"]:
        yield f"    other dates: {', '.join(move['rival_dates'])}"
    for one in move["evidence"]:
        says = "" if one["supports"] else "denies: "
        quote = f"“{one['quote']}” " if one["quote"] else ""
        where = ", ".join(one[key] for key in ("title", "publisher", "published", "url") if one[key])
        yield f"    {says}{quote}({where or one['article_id']})"


_DATE_AND_EVENT: list[Column] = [("date", _when), column("event")]
_COUNTERPART: dict[str, Column] = {"person": ("organization", _organization), "organization": ("person", _person)}
_DETAILS: list[Column] = [
    column("role"),
    ("to / from", _hop),
    column("verdict"),
    ("sources", _sources),
]


def _date(text: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except DateError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except DateError as error:
        raise argparse.ArgumentTypeError(str(error)) from error

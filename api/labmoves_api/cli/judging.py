"""The command that records what a person decides about the data: judge."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import UsageError, add_command, add_store
from labmoves_api.cli.console import Console, column
from labmoves_graph.clock import instant_text, system_clock
from labmoves_graph.model import Judgement, JudgementKind
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]

_FIELDS = ("id", "kind", "subject", "object", "value", "made_by", "made_at", "revoked_at", "why")

_TAKES_OBJECT = frozenset({JudgementKind.SAME, JudgementKind.DIFFERENT})


def add_commands(commands: Commands) -> None:
    """Add judge."""
    judge = add_command(
        commands,
        "judge",
        _judge,
        "Record a decision about people, organizations, claims or moves; list or revoke earlier ones.",
    )
    judge.add_argument("kind", nargs="?", choices=list(JudgementKind), metavar="KIND", help=", ".join(JudgementKind))
    judge.add_argument("subject", nargs="?", metavar="ID", help="the person, organization, claim or move")
    judge.add_argument("other", nargs="?", metavar="OTHER", help="the other id, or the date of correct_date")
    judge.add_argument("--why", default="", metavar="TEXT", help="the reason, for those who read it later; required")
    judge.add_argument("--by", default="", metavar="NAME", help="who decides (default: the login name)")
    judge.add_argument("--list", action="store_true", help="print the judgements, revoked ones too")
    judge.add_argument("--revoke", metavar="JUDGEMENT", help="take this judgement back; it stays on record")
    add_store(judge)


def _judge(options: argparse.Namespace, console: Console) -> None:
    if options.list:
        _list(options.store, console)
    elif options.revoke:
        _revoke(options.store, options.revoke, console)
    else:
        _record(options, console)


def _list(directory: Path, console: Console) -> None:
    with ClaimStore.open(directory, must_exist=True) as store:
        judgements = store.view().judgements(revoked=True)
        console.records(
            map(_as_record, judgements), [column(name) for name in _FIELDS], empty="no judgements are recorded"
        )


def _revoke(directory: Path, judgement_id: str, console: Console) -> None:
    with ClaimStore.open(directory, must_exist=True) as store:
        with store.writer() as writer:
            judgement = writer.revoke_judgement(judgement_id)
        _project(store)
    console.notice(f"revoked: {judgement.kind} {judgement.subject}")


def _record(options: argparse.Namespace, console: Console) -> None:
    judgement = _judgement(options)
    with ClaimStore.open(options.store, must_exist=True) as store:
        _project(store)
        unknown = _unknown_ids(store, judgement)  # before it counts: of two that become one, one id goes
        with store.writer() as writer:
            outcome = writer.put_judgement(judgement)
        _project(store)
    for one in unknown:
        console.notice(f"nothing has the id {one} now; the judgement waits for it, or check the id and revoke it")
    if console.json_lines:
        console.record(_as_record(judgement))
    else:
        console.notice(
            f"{outcome}: judgement {judgement.id}; take it back with labmoves judge --revoke {judgement.id}"
        )


def _judgement(options: argparse.Namespace) -> Judgement:
    if not options.kind or not options.subject:
        raise UsageError("nothing to judge; give KIND and ID, or --list, or --revoke")
    kind = JudgementKind(options.kind)
    takes_other = kind in _TAKES_OBJECT or kind is JudgementKind.CORRECT_DATE
    if takes_other != bool(options.other):
        needs = "needs OTHER, too" if takes_other else "takes one ID only"
        raise UsageError(f"judge {kind} {needs}; see labmoves judge --help")
    if not options.why.strip():
        raise UsageError("a judgement needs its reason; give --why 'TEXT'")
    value = PartialDate.parse(options.other).edtf if kind is JudgementKind.CORRECT_DATE else None
    return Judgement(
        kind=kind,
        subject=options.subject,
        object=options.other if kind in _TAKES_OBJECT else None,
        value=value,
        made_by=options.by or getpass.getuser(),
        made_at=system_clock(),
        why=options.why.strip(),
    )


def _unknown_ids(store: ClaimStore, judgement: Judgement) -> list[str]:
    from labmoves_api.judgement_subjects import unknown_ids
    from labmoves_graph.read_model import ReadModel

    with ReadModel.open(store.read_model_path) as model:
        return unknown_ids(model, judgement.kind, *filter(None, (judgement.subject, judgement.object)))


def _project(store: ClaimStore) -> None:
    from labmoves_graph.projection import project

    project(store, Registry.load())


def _as_record(judgement: Judgement) -> dict[str, Any]:
    return {
        "id": judgement.id,
        "kind": judgement.kind.value,
        "subject": judgement.subject,
        "object": judgement.object,
        "value": judgement.value,
        "made_by": judgement.made_by,
        "made_at": instant_text(judgement.made_at),
        "revoked_at": instant_text(judgement.revoked_at) if judgement.revoked_at else None,
        "why": judgement.why,
    }

"""Commands that keep the store sound: verify, rebuild."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import add_command, add_store
from labmoves_api.cli.console import Console
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add verify and rebuild."""
    verify = add_command(commands, "verify", _verify, "Check everything that the store says against itself.")
    add_store(verify)
    rebuild = add_command(commands, "rebuild", _rebuild, "Compute moves and read model anew from the claims.")
    add_store(rebuild)


def _verify(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph.verification import verify

    with ClaimStore.open(options.store, must_exist=True) as store:
        findings = verify(store, Registry.load())
    for finding in findings:
        if console.json_lines:
            console.record({"place": finding.place, "problem": finding.problem})
        console.problem(finding)
    if not findings:
        console.notice(f"{options.store}: nothing wrong found")


def _rebuild(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph.projection import rebuild

    with ClaimStore.open(options.store, must_exist=True) as store:
        done = rebuild(store, Registry.load())
    console.notice(f"{options.store}: computed anew from {done.articles} articles, revision {done.revision}")

"""Commands that keep the store sound: verify, rebuild, backup, restore."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import add_command, add_store, add_store_or_server
from labmoves_api.cli.console import Console
from labmoves_api.cli.places import open_place
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add verify, rebuild, backup and restore."""
    verify = add_command(commands, "verify", _verify, "Check everything that the store says against itself.")
    add_store_or_server(verify)
    rebuild = add_command(commands, "rebuild", _rebuild, "Compute moves and read model anew from the claims.")
    add_store(rebuild)
    backup = add_command(commands, "backup", _backup, "Copy the store's content into a new folder, with checksums.")
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet")
    add_store(backup)
    restore = add_command(commands, "restore", _restore, "Make a store from a backup, after checking every file.")
    restore.add_argument("folder", type=Path, metavar="FOLDER", help="what `labmoves backup` made")
    restore.add_argument("--replace", action="store_true", help="put it in the place of an existing store")
    add_store(restore)


def _verify(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph.verification import verify

    with open_place(options.store) as store:
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


def _backup(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph.backup import back_up

    with ClaimStore.open(options.store, must_exist=True) as store:
        size = back_up(store, options.folder)
    console.notice(f"{options.folder}: {size / 1e6:.1f} MB; give it to labmoves restore")


def _restore(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph.backup import restore

    restore(options.folder, options.store, replace=options.replace)
    console.notice(f"{options.store}: restored from {options.folder}")

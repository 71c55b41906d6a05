"""The command that prints the settings in force and where each comes from: config."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import add_command, default_store
from labmoves_api.cli.console import Console, column
from labmoves_graph.registry import data_directory

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["SETTINGS", "Setting", "add_commands"]


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable that labmoves reads. default: what holds without it."""

    name: str
    default: Callable[[], object]
    meaning: str


#: Listed in the order of docs/architecture.md; a test holds both equal.
SETTINGS = (
    Setting("LABMOVES_STORE", default_store, "folder of the store; --store wins"),
    Setting("LABMOVES_DATA", data_directory, "folder of the registry and the curated data"),
    Setting("SOURCE_DATE_EPOCH", lambda: "the clock", "record time as seconds since 1970, for reproducible stores"),
)


def add_commands(commands: Commands) -> None:
    """Add config."""
    add_command(commands, "config", _config, "Print the settings in force and where each comes from.")


def _config(options: argparse.Namespace, console: Console) -> None:
    columns = [column(name) for name in ("setting", "value", "from", "meaning")]
    console.records(_settings(), columns, empty="")


def _settings() -> Iterator[dict[str, str]]:
    for setting in SETTINGS:
        given = os.environ.get(setting.name)
        value = given or setting.default()
        yield {
            "setting": setting.name,
            "value": str(value.absolute()) if isinstance(value, Path) else str(value),
            "from": "environment" if given else "default",
            "meaning": setting.meaning,
        }

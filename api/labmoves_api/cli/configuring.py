"""The command that prints the settings in force and where each comes from: config."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import add_command
from labmoves_api.cli.console import Console, column
from labmoves_api.settings import MIB, SETTINGS, Settings
from labmoves_graph.registry import data_directory
from labmoves_ingest.backends.settings import SETTINGS as MODEL_SETTINGS

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands", "settings_in_force"]


def add_commands(commands: Commands) -> None:
    """Add config."""
    add_command(commands, "config", _config, "Print the settings in force and where each comes from.")


def _config(options: argparse.Namespace, console: Console) -> None:
    columns = [column(name) for name in ("setting", "value", "from", "meaning")]
    console.records(settings_in_force(os.environ), columns, empty="there are no settings")


def settings_in_force(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every environment variable that labmoves reads, with its value there. Raises SettingsError for a bad one."""
    service = Settings.from_environment(environment)
    rows: list[tuple[str, Any, str]] = [
        (setting.variable, getattr(service, setting.field), setting.meaning) for setting in SETTINGS
    ]
    rows.append(("LABMOVES_DATA", data_directory(), "folder of the registry and the curated data"))
    clock = environment.get("SOURCE_DATE_EPOCH", "the clock")
    rows.append(("SOURCE_DATE_EPOCH", clock, "record time as seconds since 1970, for reproducible stores"))
    for model in MODEL_SETTINGS:
        text = environment.get(model.variable, "")
        rows.append((model.variable, "set, not shown" if text and model.secret else text, model.meaning))
    for variable, value, meaning in rows:
        origin = "environment" if environment.get(variable) else "default"
        yield {"setting": variable, "value": _as_written(variable, value), "from": origin, "meaning": meaning}


def _as_written(variable: str, value: Any) -> str:
    """The value as one would set it."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Path):
        return str(value.absolute())
    if variable.endswith("_MB"):
        return str(value // MIB)
    return "" if value is None else str(value)

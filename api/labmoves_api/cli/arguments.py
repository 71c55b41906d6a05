"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.console import Console
from labmoves_api.cli.places import folder, folder_or_server
from labmoves_graph.errors import LabmovesError
from labmoves_ingest.backends import BACKENDS

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

__all__ = ["Command", "UsageError", "add_backend", "add_command", "add_encoding", "add_store", "add_store_or_server"]

#: Does the work of a command; raises LabmovesError for what stops it.
Command = Callable[[argparse.Namespace, Console], None]


class UsageError(LabmovesError):
    """Arguments that do not fit together; argparse finds the others itself."""


def add_command(commands: Commands, name: str, run: Command, summary: str, **options: Any) -> argparse.ArgumentParser:
    """A command with --json; the summary is shown by --help. options: further ones of ArgumentParser."""
    parser = commands.add_parser(name, help=summary, description=summary, **options)
    parser.add_argument("--json", action="store_true", help="print JSON Lines instead of tables")
    parser.set_defaults(run=run)
    return parser


def add_store(parser: argparse.ArgumentParser) -> None:
    """--store DIR: where the store lies."""
    parser.add_argument(
        "--store",
        type=folder,
        default=_default_store(),
        metavar="DIR",
        help="the store's folder (default: LABMOVES_STORE, else ./labmoves-store)",
    )


def add_store_or_server(parser: argparse.ArgumentParser) -> None:
    """--store DIR|URL: where the store lies, for a command that only reads the graph."""
    parser.add_argument(
        "--store",
        type=folder_or_server,
        default=_default_store(),
        metavar="DIR|URL",
        help="the store's folder, or a SPARQL server like oxigraph+http://host:7878 (default: LABMOVES_STORE, "
        "else ./labmoves-store)",
    )


def _default_store() -> Path:
    return Path(os.environ.get("LABMOVES_STORE") or "labmoves-store")


def add_backend(parser: argparse.ArgumentParser) -> None:
    """--backend NAME: what reads the articles."""
    parser.add_argument(
        "--backend",
        default="default",
        metavar="NAME",
        help=f"what reads the articles: {', '.join(BACKENDS)} (docs/backends.md)",
    )


def add_encoding(parser: argparse.ArgumentParser) -> None:
    """--encoding NAME: of the text files."""
    parser.add_argument(
        "--encoding", default="utf-8", metavar="NAME", help="encoding of the files, e.g. gb18030 (default: utf-8)"
    )

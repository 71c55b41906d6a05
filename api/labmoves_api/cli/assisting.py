"""The command that serves the store to language models: mcp."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import add_command, add_store
from labmoves_api.cli.console import Console
from labmoves_api.settings import Settings
from labmoves_graph.errors import LabmovesError
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add mcp."""
    mcp = add_command(commands, "mcp", _mcp, "Serve the store to language models by the Model Context Protocol.")
    mcp.add_argument("--http", action="store_true", help="over HTTP at /mcp instead of standard input and output")
    mcp.add_argument("--host", default="127.0.0.1", help="with --http: address to listen on (default: 127.0.0.1)")
    mcp.add_argument("--port", type=int, default=8001, help="with --http: port to listen on (default: 8001)")
    add_store(mcp)


def _mcp(options: argparse.Namespace, console: Console) -> None:
    try:
        from labmoves_api.mcp_server import make_server
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise LabmovesError("the mcp package is not installed; pip install 'labmoves[mcp]'") from error
    from labmoves_api.service import Service

    with ClaimStore.open(options.store, must_exist=True):
        pass
    server = make_server(Service(replace(Settings.from_environment(), store=options.store)))
    if options.http:
        console.notice(f"serving {options.store} on http://{options.host}:{options.port}/mcp; Ctrl-C stops")
        server.run("streamable-http", host=options.host, port=options.port)
    else:
        server.run("stdio")

"""The command that serves the store to language models: mcp."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import add_command, add_store
from labmoves_api.cli.console import Console
from labmoves_api.cli.listening import address, check_port, port_number
from labmoves_api.settings import Settings
from labmoves_graph.errors import LabmovesError
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add mcp."""
    mcp = add_command(commands, "mcp", _mcp, "Serve the store to language models by the Model Context Protocol.")
    mcp.add_argument("--http", action="store_true", help="over HTTP at /mcp instead of standard input and output")
    mcp.add_argument("--host", default="127.0.0.1", help="with --http: address to listen on (default: 127.0.0.1)")
    mcp.add_argument("--port", type=port_number, default=8001, help="with --http: port to listen on (default: 8001)")
    add_store(mcp)


def _mcp(options: argparse.Namespace, console: Console) -> None:
    try:
        from labmoves_api.mcp_server import http_application, make_server
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise LabmovesError("the mcp package is not installed; pip install 'labmoves[mcp]'") from error
    from labmoves_api.service import Service

    with ClaimStore.open(options.store, must_exist=True):
        pass
    service = Service(replace(Settings.from_environment(), store=options.store))
    if options.http:
        _serve(options, console, http_application(service, options.host))
    else:
        make_server(service).run("stdio")


def _serve(options: argparse.Namespace, console: Console, application: ASGIApp) -> None:
    import uvicorn

    check_port(options.host, options.port)
    console.notice(f"serving {options.store} on {address(options.host, options.port)}/mcp; Ctrl-C stops")
    with suppress(KeyboardInterrupt):  # the way to end it; uvicorn has closed its connections by then
        uvicorn.run(application, host=options.host, port=options.port, log_level="warning")
    console.notice("stopped")

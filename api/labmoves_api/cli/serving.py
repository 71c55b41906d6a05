"""The command that serves the store over HTTP: serve."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import add_command, add_store
from labmoves_api.cli.console import Console
from labmoves_api.cli.listening import address, check_port, port_number
from labmoves_graph.errors import LabmovesError
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]

APPLICATION = "labmoves_api.application:service_app"


def add_commands(commands: Commands) -> None:
    """Add serve."""
    serve = add_command(commands, "serve", _serve, "Serve the store: REST API, SPARQL and pages, until Ctrl-C.")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=port_number, default=8000, help="port to listen on (default: 8000)")
    serve.add_argument("--workers", type=_workers, default=1, metavar="N", help="processes (default: 1)")
    add_store(serve)


def _serve(options: argparse.Namespace, console: Console) -> None:
    try:
        import fastapi  # noqa: F401
        import jinja2  # noqa: F401
        import uvicorn
    except ImportError as error:
        raise LabmovesError(f"serving needs {error.name}; pip install 'labmoves[server]'") from error
    with ClaimStore.open(options.store, must_exist=True):
        pass
    check_port(options.host, options.port)
    os.environ["LABMOVES_STORE"] = str(options.store.resolve())  # the application reads it, in each worker
    console.notice(f"serving {options.store} on {address(options.host, options.port)} (API: /docs); Ctrl-C stops")
    try:
        with (
            _shared_metrics(options.workers),
            suppress(KeyboardInterrupt),  # the way to end it; uvicorn has closed its connections by then
        ):
            uvicorn.run(
                APPLICATION,
                factory=True,
                host=options.host,
                port=options.port,
                workers=options.workers,
                log_level="warning",
                access_log=False,  # each request has a line of our own
            )
    except SystemExit as error:  # uvicorn's own way to say that the application did not start
        raise LabmovesError(
            f"the service did not start (uvicorn ended with {error.code}); its log says why"
        ) from error
    console.notice("stopped")


@contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """A folder where several workers add up their metrics, unless one is set."""
    if workers == 1 or os.environ.get("LABMOVES_METRICS"):
        yield
        return
    with TemporaryDirectory(prefix="labmoves-metrics-") as folder:
        os.environ["LABMOVES_METRICS"] = folder
        try:
            yield
        finally:
            del os.environ["LABMOVES_METRICS"]


def _workers(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} processes serve nobody; give 1 or more")
    return int(text)

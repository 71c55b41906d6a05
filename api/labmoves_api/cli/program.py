"""The program: finds the command, runs it, and turns what it raises into an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from labmoves_api.cli import (
    asking,
    assisting,
    configuring,
    evaluating,
    exporting,
    judging,
    keeping,
    querying,
    reading,
    serving,
    storing,
    tokens,
)
from labmoves_api.cli.arguments import UsageError
from labmoves_api.cli.console import Console
from labmoves_graph import __version__
from labmoves_graph.errors import LabmovesError

__all__ = ["build_parser", "main"]

BAD_USAGE = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells report it

_FAMILIES = (
    reading,
    storing,
    asking,
    querying,
    judging,
    exporting,
    keeping,
    serving,
    assisting,
    tokens,
    evaluating,
    configuring,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. arguments: those of the process by default. Returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help(sys.stderr)
        return BAD_USAGE
    console = Console(json_lines=getattr(options, "json", False))
    try:
        options.run(options, console)
        sys.stdout.flush()
    except UsageError as error:
        console.problem(error)
        return BAD_USAGE
    except LabmovesError as error:
        console.problem(error)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        console.notice("labmoves: interrupted; what was written so far is kept, run the same command again to go on")
        return INTERRUPTED
    return console.exit_status


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; each family of commands adds its own."""
    parser = argparse.ArgumentParser(
        prog="labmoves",
        description="Who left which AI lab, when, and why: claims with evidence from Chinese and English news.",
        epilog="labmoves COMMAND --help explains a command.",
    )
    parser.add_argument("--version", action="version", version=f"labmoves {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for family in _FAMILIES:
        family.add_commands(commands)
    return parser

"""The command that asks the graph in SPARQL: query."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import add_command, add_store
from labmoves_api.cli.console import Console, column
from labmoves_graph.errors import QueryError
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add query."""
    query = add_command(
        commands,
        "query",
        _query,
        "Ask the graph in SPARQL 1.1; patterns stand in GRAPH ?g { … }.",
    )
    query.add_argument("query", metavar="SPARQL|FILE.rq|-", help="the query, a file that holds it, or - for stdin")
    add_store(query)


def _query(options: argparse.Namespace, console: Console) -> None:
    from pyoxigraph import QueryBoolean, QuerySolutions

    with ClaimStore.open(options.store, must_exist=True) as store:
        answer = store.query(_query_text(options.query))
        if isinstance(answer, QuerySolutions):
            names = [variable.value for variable in answer.variables]
            console.records(_rows(answer, names), [column(name) for name in names], empty="no rows")
        elif isinstance(answer, QueryBoolean):
            console.write(f"{'true' if answer else 'false'}\n")
        else:
            for triple in answer:
                console.write(f"{triple} .\n")


def _rows(answer: Iterable[Any], names: list[str]) -> Iterator[Mapping[str, str | None]]:
    for solution in answer:
        yield {name: solution[name].value if solution[name] is not None else None for name in names}


def _query_text(given: str) -> str:
    try:
        if given == "-":
            return sys.stdin.read()
        if given.endswith((".rq", ".sparql")):
            return Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{given}: cannot be read ({error}); name a file with a SPARQL query in UTF-8") from error
    return given

"""The command that asks the graph: query, in SPARQL or by the name of a question that labmoves brings along."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import QueryBoolean, QuerySolutions

from labmoves_api.cli.arguments import UsageError, add_command, add_store_or_server
from labmoves_api.cli.console import Console, column
from labmoves_api.cli.places import StorePlace, open_place
from labmoves_api.cli.question_parameters import known_parameters, usage_of
from labmoves_graph.errors import QueryError
from labmoves_graph.questions import Cell, Question, ask_graph, questions

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add query."""
    query = add_command(
        commands,
        "query",
        _query,
        "Ask the graph in SPARQL 1.1 (patterns stand in GRAPH ?g { … }), or one of the questions of --list.",
    )
    query.add_argument(
        "query", nargs="?", metavar="SPARQL|FILE.rq|QUESTION|-", help="the query, its file or name, or - for stdin"
    )
    query.add_argument("parameters", nargs="*", metavar="NAME=VALUE", help="parameters of the question")
    query.add_argument("--list", action="store_true", help="print the questions and their parameters")
    add_store_or_server(query)


def _query(options: argparse.Namespace, console: Console) -> None:
    if options.list:
        columns = [column("question"), column("asks"), column("parameters")]
        console.records(map(_listed, questions().values()), columns, empty="there are no questions")
    elif options.query is None:
        raise UsageError("nothing to ask; give SPARQL, a file, the name of a question, or --list")
    elif (asked := questions().get(options.query)) is not None:
        _ask(asked, _parameters(options.parameters), options.store, console)
    elif options.parameters:
        raise UsageError(f"{options.query[:40]!r} is none of the questions of --list, and only those take parameters")
    else:
        _run(_query_text(options.query), options.store, console)


def _listed(asked: Question) -> dict[str, str]:
    return {"question": asked.name, "asks": asked.title, "parameters": usage_of(asked)}


def _ask(asked: Question, parameters: dict[str, str], place: StorePlace, console: Console) -> None:
    with open_place(place) as store:
        parameters = known_parameters(store, asked, parameters)
        answer = store.query(asked.bound(parameters))
        names = [variable.value for variable in getattr(answer, "variables", ())]
        rows = ask_graph(store.query, asked.name, **parameters)
    console.records(_named(names, rows), [column(name) for name in names], empty="no rows")


def _named(names: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Iterator[Mapping[str, Cell]]:
    return (dict(zip(names, row, strict=True)) for row in rows)


def _parameters(given: Sequence[str]) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            raise UsageError(f"{one!r} is no parameter; write it as NAME=VALUE")
    return dict(one.split("=", 1) for one in given)


def _run(query: str, place: StorePlace, console: Console) -> None:
    with open_place(place) as store:
        answer = store.query(query)
        if isinstance(answer, QuerySolutions):
            names = [variable.value for variable in answer.variables]
            console.records(_rows(answer, names), [column(name) for name in names], empty="no rows")
        elif isinstance(answer, QueryBoolean):
            console.write(f"{'true' if answer else 'false'}\n")
        else:
            for triple in answer:
                console.write(f"{triple} .\n")


def _rows(answer: QuerySolutions, names: Sequence[str]) -> Iterator[Mapping[str, str | None]]:
    for solution in answer:
        terms = {name: solution[name] for name in names}
        yield {name: None if term is None else getattr(term, "value", str(term)) for name, term in terms.items()}


def _query_text(given: str) -> str:
    try:
        if given == "-":
            return sys.stdin.read()
        if given.endswith((".rq", ".sparql")):
            return Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{given}: cannot be read ({error}); name a file with a SPARQL query in UTF-8") from error
    return given

"""Questions as files: each in SPARQL for the graph and in SQL for the read model, with one and the same answer.

    queries/who_left.rq, queries/who_left.sql      the question; its first line says it in words
    ask_graph(store.query, "who_left", organization="openai", since="2024-01-01", until="2024-12-31")
    ask_read_model(database, "who_left", organization="openai", ...)       -> the same rows

Parameters stand in the VALUES line of the .rq file, with defaults that make the file run as it is; entities are
given by id, days and instants as ISO 8601 text. Answers are rows of ids, text and numbers, in a fixed order.

Errors: QueryError for an unknown question or parameter.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, QuerySolutions

from labmoves_graph.clock import parse_instant
from labmoves_graph.errors import QueryError
from labmoves_graph.quad_store import Answer
from labmoves_graph.rdf_terms import instant_literal
from labmoves_graph.read_model_rows import stamp
from labmoves_graph.vocabulary import BASE, MOVE, ORGANIZATION, PERSON, EntityIris

__all__ = ["Cell", "Question", "ask_graph", "ask_read_model", "question", "questions"]

#: A value of an answer: the id of an entity, the value of a concept, text, a number, or nothing.
Cell = str | int | float | None

_DIRECTORY = Path(__file__).parent / "queries"
_VALUES = re.compile(r"VALUES \((?P<names>[^)]*)\) \{ \((?P<terms>.*)\) \}")
_TERM = re.compile(r"<[^>]*>|\"[^\"]*\"(?:\^\^[\w:]+)?")
_ENTITIES: tuple[EntityIris, ...] = (PERSON, ORGANIZATION, MOVE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with both its wordings. parameters: name -> the default as SPARQL writes it."""

    name: str
    title: str
    sparql: str
    sql: str
    parameters: dict[str, str]

    def bound(self, given: dict[str, str]) -> str:
        """The SPARQL text with these parameters. Raises QueryError for one that it does not have."""
        self._check(given)
        if not self.parameters:
            return self.sparql
        terms = [
            _like(default, given[name]) if name in given else default for name, default in self.parameters.items()
        ]
        names = " ".join(f"?{name}" for name in self.parameters)
        line = f"VALUES ({names}) {{ ({' '.join(terms)}) }}"
        return _VALUES.sub(lambda _: line, self.sparql, count=1)

    def sql_parameters(self, given: dict[str, str]) -> dict[str, str]:
        """The parameters as the SQL text takes them. Raises QueryError for one that it does not have."""
        self._check(given)
        return {name: _plain(default, given.get(name)) for name, default in self.parameters.items()}

    def _check(self, given: dict[str, str]) -> None:
        for name in given:
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise QueryError(f"the question {self.name!r} has no parameter {name!r}; it has: {known}")


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """Every question, by name."""
    return {path.stem: _read(path) for path in sorted(_DIRECTORY.glob("*.rq"))}


def question(name: str) -> Question:
    """The question of that name. Raises QueryError."""
    found = questions().get(name)
    if found is None:
        raise QueryError(f"no question {name!r}; there are {', '.join(questions())}")
    return found


def ask_graph(query: Callable[[str], Answer], name: str, **parameters: str) -> list[tuple[Cell, ...]]:
    """The answer of the graph. query: runs SPARQL, such as ClaimStore.query."""
    answer = query(question(name).bound(parameters))
    if not isinstance(answer, QuerySolutions):
        raise QueryError(f"the question {name!r} selects no rows; write it as SELECT")
    return [tuple(_cell(solution[variable]) for variable in answer.variables) for solution in answer]


def ask_read_model(database: sqlite3.Connection, name: str, **parameters: str) -> list[tuple[Cell, ...]]:
    """The answer of the read model."""
    asked = question(name)
    return [tuple(row) for row in database.execute(asked.sql, asked.sql_parameters(parameters))]


def _read(path: Path) -> Question:
    sparql = path.read_text(encoding="utf-8")
    found = _VALUES.search(sparql)
    names = [name.lstrip("?") for name in found["names"].split()] if found else []
    terms = _TERM.findall(found["terms"]) if found else []
    title = sparql.splitlines()[0].removeprefix("# ")
    sql = path.with_suffix(".sql").read_text(encoding="utf-8")
    return Question(path.stem, title, sparql, sql, dict(zip(names, terms, strict=True)))


def _like(default: str, value: str) -> str:
    """The value as a SPARQL term of the kind that the default has."""
    if default.startswith("<"):
        kind = next(iris for iris in _ENTITIES if NamedNode(default[1:-1]) in iris)
        return str(kind.iri(value))
    if default.endswith("^^xsd:dateTime"):
        return str(instant_literal(parse_instant(value)))
    _, _, datatype = default.rpartition("^^")
    text = str(Literal(value))
    return f"{text}^^{datatype}" if "^^" in default else text


def _plain(default: str, value: str | None) -> str:
    """The value, or else the default, as the read model holds it."""
    if value is None:
        term = re.sub(r"\^\^[\w:]+$", "", default)
        value = unquote(term[1:-1].rpartition("/")[2]) if term.startswith("<") else term[1:-1]
    return stamp(parse_instant(value)) if default.endswith("^^xsd:dateTime") else value


def _cell(term: object) -> Cell:
    if isinstance(term, NamedNode):
        kind, _, name = term.value.removeprefix(BASE).partition("/" if "/" in term.value.removeprefix(BASE) else "#")
        return name.partition("-")[2] if kind == "ns" else unquote(name)
    if isinstance(term, Literal):
        if term.datatype.value.endswith(("#integer", "#int")):
            return int(term.value)
        return float(term.value) if term.datatype.value.endswith(("#decimal", "#double")) else term.value
    return None

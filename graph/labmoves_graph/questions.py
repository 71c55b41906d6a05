"""Questions as files: each in SPARQL for the graph and in SQL for the read model, with one and the same answer.

    queries/who_left.rq, queries/who_left.sql      the question; its first line says it in words
    ask_graph(store.query, "who_left", organization="openai", since="2024-01-01", until="2024-12-31")
    ask_read_model(database, "who_left", organization="openai", ...)       -> the same rows

Parameters stand in the VALUES line of the .rq file, with values that make the file run as it is. Those are examples:
who asks by name gives every parameter but those that are UNDEF there, ends of a period that stay open when not given.
Entities are given by id, days as EDTF (a year or month as `since` means its first day, as `until` its last), instants
as ISO 8601 text. Answers are rows of ids, text and numbers, in a fixed order.

Errors: QueryError for an unknown question or parameter, one that is missing, and a day or instant that is none.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, QuerySolutions

from labmoves_graph.clock import parse_instant
from labmoves_graph.errors import DateError, QueryError
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_graph.quad_store import Answer
from labmoves_graph.rdf_terms import instant_literal
from labmoves_graph.read_model_rows import stamp
from labmoves_graph.vocabulary import BASE, MOVE, ORGANIZATION, PERSON, EntityIris

__all__ = ["Cell", "Parameter", "ParameterKind", "Question", "ask_graph", "ask_read_model", "question", "questions"]

#: A value of an answer: the id of an entity, the value of a concept, text, a number, or nothing.
Cell = str | int | float | None

_DIRECTORY = Path(__file__).parent / "queries"
_VALUES = re.compile(r"VALUES \((?P<names>[^)]*)\) \{ \((?P<terms>.*)\) \}")
_TERM = re.compile(r"<[^>]*>|\"[^\"]*\"(?:\^\^[\w:]+)?|UNDEF")
_OPEN = "UNDEF"


class ParameterKind(StrEnum):
    """What a parameter's value is."""

    PERSON = "person"
    ORGANIZATION = "organization"
    MOVE = "move"
    DAY = "day"
    INSTANT = "instant"
    TEXT = "text"


_ENTITIES: Mapping[ParameterKind, EntityIris] = {
    ParameterKind.PERSON: PERSON,
    ParameterKind.ORGANIZATION: ORGANIZATION,
    ParameterKind.MOVE: MOVE,
}
_DATATYPES = {ParameterKind.DAY: "xsd:date", ParameterKind.INSTANT: "xsd:dateTime"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question. written: its value in the .rq file, as SPARQL writes it; an example."""

    name: str
    written: str

    @property
    def required(self) -> bool:
        """Whether the question makes no sense without it; else leaving it out leaves that end of the period open."""
        return self.written != _OPEN

    @property
    def kind(self) -> ParameterKind:
        """What its value is; only days may be left open."""
        if self.written.startswith("<"):
            node = NamedNode(self.written[1:-1])
            return next(kind for kind, iris in _ENTITIES.items() if node in iris)
        if not self.required:
            return ParameterKind.DAY
        kinds = (kind for kind, datatype in _DATATYPES.items() if self.written.endswith(f"^^{datatype}"))
        return next(kinds, ParameterKind.TEXT)

    @property
    def example(self) -> str:
        """A value that it may have, as people give it."""
        if not self.required:
            return "2024"
        term = self.written.partition("^^")[0][1:-1]
        return unquote(term.rpartition("/")[2]) if self.kind in _ENTITIES else term

    def term(self, value: str | None) -> str:
        """The value as SPARQL writes it. Raises QueryError for a day or an instant that is none."""
        held = self.held(value)
        if held is None:
            return _OPEN
        if self.kind in _ENTITIES:
            return str(_ENTITIES[self.kind].iri(held))
        if self.kind is ParameterKind.INSTANT:
            return str(instant_literal(parse_instant(held)))
        return f"{Literal(held)}^^xsd:date" if self.kind is ParameterKind.DAY else str(Literal(held))

    def held(self, value: str | None) -> str | None:
        """The value as the read model holds it, None for an end left open. Raises QueryError likewise."""
        if value is None:
            return None
        try:
            if self.kind is ParameterKind.DAY:
                return self._day(PartialDate.parse(value))
            return stamp(parse_instant(value)) if self.kind is ParameterKind.INSTANT else value
        except DateError as error:
            raise QueryError(f"{self.name}: {error}") from error

    def _day(self, when: PartialDate) -> str | None:
        """The day meant: of a period the first as `since`, the last as `until`; any other parameter is one day."""
        if self.required and (when.precision is not Precision.DAY or when.approximate):
            raise DateError(f"{when.edtf!r} is no single day; write it like {self.example}")
        day = when.latest if self.name == "until" else when.earliest
        return None if day in (date.min, date.max) else day.isoformat()


@dataclass(frozen=True, slots=True)
class Question:
    """A question with both its wordings, and its parameters by name."""

    name: str
    title: str
    sparql: str
    sql: str
    parameters: dict[str, Parameter]

    def bound(self, given: Mapping[str, str]) -> str:
        """The SPARQL text with these parameters. Raises QueryError for one that is missing, unknown or no date."""
        self._check(given)
        if not self.parameters:
            return self.sparql
        terms = [parameter.term(given.get(name)) for name, parameter in self.parameters.items()]
        names = " ".join(f"?{name}" for name in self.parameters)
        line = f"VALUES ({names}) {{ ({' '.join(terms)}) }}"
        return _VALUES.sub(lambda _: line, self.sparql, count=1)

    def sql_parameters(self, given: Mapping[str, str]) -> dict[str, str | None]:
        """The parameters as the SQL text takes them. Raises QueryError likewise."""
        self._check(given)
        return {name: parameter.held(given.get(name)) for name, parameter in self.parameters.items()}

    def _check(self, given: Mapping[str, str]) -> None:
        for name in given:
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise QueryError(f"the question {self.name!r} has no parameter {name!r}; it has: {known}")
        needed = [parameter for parameter in self.parameters.values() if parameter.required]
        missing = [parameter.name for parameter in needed if not given.get(parameter.name)]
        if missing:
            example = " ".join(f"{parameter.name}={parameter.example}" for parameter in needed)
            raise QueryError(
                f"the question {self.name!r} needs {' and '.join(missing)}; ask it like {self.name} {example}"
            )


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
    parameters = {name: Parameter(name, term) for name, term in zip(names, terms, strict=True)}
    return Question(path.stem, title, sparql, sql, parameters)


def _cell(term: object) -> Cell:
    if isinstance(term, NamedNode):
        kind, _, name = term.value.removeprefix(BASE).partition("/" if "/" in term.value.removeprefix(BASE) else "#")
        return name.partition("-")[2] if kind == "ns" else unquote(name)
    if isinstance(term, Literal):
        if term.datatype.value.endswith(("#integer", "#int")):
            return int(term.value)
        return float(term.value) if term.datatype.value.endswith(("#decimal", "#double")) else term.value
    return None

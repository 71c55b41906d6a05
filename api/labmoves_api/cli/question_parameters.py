"""The parameters of a question as a person gives them: checked, and people and organizations also by name.

    known_parameters(store, question("who_left"), {"organization": "OpenAI"})  ->  {"organization": "openai"}

A folder's store is asked through its read model, which finds names in any script; a SPARQL server through its graph.

Errors: UsageError for whatever cannot be answered as it was asked, with what is missing, wanted or near.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from pyoxigraph import Literal, QueryBoolean, QuerySolutions

from labmoves_api.cli.arguments import UsageError
from labmoves_api.cli.asking import entity_called
from labmoves_graph.errors import NotFoundError, QueryError, StoreError
from labmoves_graph.questions import Parameter, ParameterKind, Question
from labmoves_graph.read_model import ReadModel
from labmoves_graph.store import ClaimStore
from labmoves_graph.vocabulary import LM, MOVE, ORGANIZATION, PERSON, EntityIris

__all__ = ["known_parameters", "usage_of"]

MOST_NEAR = 5
_IRIS: Mapping[ParameterKind, EntityIris] = {
    ParameterKind.PERSON: PERSON,
    ParameterKind.ORGANIZATION: ORGANIZATION,
    ParameterKind.MOVE: MOVE,
}
_CLASSES = {ParameterKind.PERSON: LM.Person, ParameterKind.ORGANIZATION: LM.Organization}
_KNOWN = "ASK {{ {{ GRAPH ?g {{ {0} ?p ?o }} }} UNION {{ GRAPH ?g {{ ?s ?p {0} }} }} }}"
_BEARERS = """
PREFIX lm: <https://w3id.org/labmoves/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?entity WHERE {{
  GRAPH <https://w3id.org/labmoves/graph/entities> {{
    ?entity a {0} ; lm:name|skos:prefLabel|skos:altLabel ?name . FILTER(LCASE(STR(?name)) = LCASE({1}))
  }}
}} ORDER BY ?entity
"""


def usage_of(asked: Question) -> str:
    """How the question takes its parameters; in brackets those that may be left out."""
    return " ".join(map(_usage, asked.parameters.values()))


def _usage(parameter: Parameter) -> str:
    value = "ID" if parameter.kind in _IRIS else parameter.kind.upper()
    return f"{parameter.name}={value}" if parameter.required else f"[{parameter.name}=DATE]"


def known_parameters(store: ClaimStore, asked: Question, given: Mapping[str, str]) -> dict[str, str]:
    """The parameters with the ids of entities that the store knows. Raises UsageError."""
    try:
        asked.bound(given)
    except QueryError as error:
        raise UsageError(str(error)) from error
    named = [name for name in given if asked.parameters[name].kind in _IRIS]
    if not named:
        return dict(given)
    with ExitStack() as opened:
        model = _read_model(store)
        if model is not None:
            opened.enter_context(model)
        found = {name: _id(store, model, asked.parameters[name].kind, given[name]) for name in named}
    return {**given, **found}


def _read_model(store: ClaimStore) -> ReadModel | None:
    """The store's read model; None where there is none to read, as on a server."""
    try:
        return ReadModel.open(store.read_model_path)
    except StoreError:
        return None


def _id(store: ClaimStore, model: ReadModel | None, kind: ParameterKind, given: str) -> str:
    if model is None or kind is ParameterKind.MOVE:
        return _id_in_graph(store, kind, given)
    person, organization = (given, None) if kind is ParameterKind.PERSON else (None, given)
    try:
        return entity_called(model, person, organization).id
    except NotFoundError as error:
        search = model.people if person else model.organizations
        near = [f"{found.id} ({found.name})" for found in search(given, limit=MOST_NEAR).items]
        raise _unknown(kind, given, near) from error


def _id_in_graph(store: ClaimStore, kind: ParameterKind, given: str) -> str:
    """The given id if the graph says anything of it, else that of the only bearer of the name."""
    known = store.query(_KNOWN.format(_IRIS[kind].iri(given)))
    if isinstance(known, QueryBoolean) and known:
        return given
    bearers = _bearers(store, kind, given) if kind in _CLASSES else []
    if len(bearers) != 1:
        raise _unknown(kind, given, bearers)
    return bearers[0]


def _bearers(store: ClaimStore, kind: ParameterKind, name: str) -> list[str]:
    found = store.query(_BEARERS.format(_CLASSES[kind], Literal(name)))
    assert isinstance(found, QuerySolutions)
    return [_IRIS[kind].id(solution["entity"]) for solution in found]


def _unknown(kind: ParameterKind, given: str, near: list[str]) -> UsageError:
    if kind is ParameterKind.MOVE:
        return UsageError(f"no move {given!r} is believed now; labmoves timeline --json shows the ids of moves")
    hint = f"near it: {'; '.join(near)}" if near else "and no name like it; give an id or a name"
    return UsageError(f"no {kind} {given!r}{';' if near else ''} {hint}")

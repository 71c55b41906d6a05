"""Claims that may credit one person with another one's facts.

    statements, registry  ──►  ConflationFlag*

Looked at are the people whom the registry knows to be taken for one another (`different_from`). An article about one
of them that names what only the other is described by (a work, a method, a product), and never names the other, may
mix the two up; so may a claim that puts one of two namesakes where only the other is described to have been. Flags
are shown, nothing is absorbed or dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from labmoves_graph.consolidation_stints import Statement
from labmoves_graph.model import Person
from labmoves_graph.registry import Registry, positive_description

__all__ = ["ConflationFlag", "conflations", "named_works"]

_QUOTED = re.compile(r"[\"“]([^\"”]{3,40})[\"”]")
_WORK = re.compile(r"\b[A-Z][a-z]+[A-Z]\w*\b")


@dataclass(frozen=True, slots=True, order=True)
class ConflationFlag:
    """A claim about `person_id` that may be about `other_id`. fact: what speaks for the other, as the text has it."""

    claim_id: str
    article_id: str
    person_id: str
    other_id: str
    fact: str


def conflations(statements: Iterable[Statement], registry: Registry) -> Iterator[ConflationFlag]:
    """Flags for every claim about a person with look-alikes, one per fact."""
    for statement in statements:
        person = registry.person(statement.person_id)
        for other_id in person.different_from if person is not None else ():
            other = registry.person(other_id)
            if person is None or other is None:
                continue
            for fact in _facts_of_the_other(statement, person, other, registry):
                claim = statement.claim
                yield ConflationFlag(claim.id, claim.article_id, person.id, other.id, fact)


def _facts_of_the_other(statement: Statement, person: Person, other: Person, registry: Registry) -> Iterator[str]:
    text = statement.article.text
    own_forms = set(registry.forms(person.id))
    if any(form in text for form in registry.forms(other.id) if form not in own_forms):
        return
    for work in sorted(_works(other.description, registry) - _works(person.description, registry)):
        if work in text:
            yield work
    if not own_forms.intersection(registry.forms(other.id)):
        return
    own, others = registry.organizations_described(person.id), registry.organizations_described(other.id)
    where = statement.organization_id
    if any(registry.related(where, o) for o in others) and own and not any(registry.related(where, o) for o in own):
        yield statement.claim.organization


@lru_cache(maxsize=1024)
def named_works(description: str) -> frozenset[str]:
    """Quoted titles and CamelCase words of a description."""
    text = positive_description(description)
    return frozenset(_QUOTED.findall(text)) | frozenset(_WORK.findall(text))


def _works(description: str, registry: Registry) -> frozenset[str]:
    """Works, methods and products that a description names: quoted titles and CamelCase words, no organizations."""
    return frozenset(work for work in named_works(description) if not registry.organizations_named(work))

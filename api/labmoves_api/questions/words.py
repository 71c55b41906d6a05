"""Everything that a question may be made of: phrases with their meaning, and names with whom they may mean.

    Words.of(registry).at("left openai in …", 0)  ->  Word("left", Meaning.LEAVE, ())

Phrases come from en.toml and zh.toml, names from the registry; both are compared folded. A name keeps all its
bearers: who is meant is for the question to say, never for this to guess.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from labmoves_graph.model import Manner, ReasonCategory, Verdict
from labmoves_graph.registry import Registry, fold_name

__all__ = ["Kind", "Meaning", "Word", "Words"]


class Meaning(StrEnum):
    """What a phrase says that is no value of the model; those are named in the files as they are there."""

    LEAVE = "leave"
    JOIN = "join"
    FOUND = "found"
    ROLE_CHANGE = "role_change"
    TO = "to"
    FROM = "from"
    AT = "at"
    SINCE = "since"
    AFTER = "after"
    UNTIL = "until"
    BEFORE = "before"
    BETWEEN = "between"
    AND = "and"
    WHY = "why"
    CONFIRMED = "confirmed"
    FILLER = "filler"


class Kind(StrEnum):
    """What a word is."""

    PHRASE = "phrase"
    PERSON = "person"
    ORGANIZATION = "organization"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a question. value: meaning, model value or EDTF date; bearers: ids of those who bear the name.

    former: the organization that bore the name until it became the one bearer, and the EDTF date of that.
    """

    text: str
    kind: Kind
    value: str = ""
    bearers: tuple[str, ...] = ()
    former: tuple[str, str] | None = None


class Words:
    """All phrases and names, looked up at a place of a folded text."""

    def __init__(self, known: dict[str, Word]) -> None:
        self._known = known
        self._longest = max(map(len, known), default=0)

    @classmethod
    def of(cls, registry: Registry) -> Words:
        """The phrases of both languages and the names of this registry; a name wins over an equal phrase."""
        known: dict[str, Word] = {}
        for language in ("en", "zh"):
            known |= _phrases(language)
        bearers: dict[str, dict[Kind, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        groups = ((Kind.PERSON, registry.people.values()), (Kind.ORGANIZATION, registry.organizations.values()))
        for kind, entities in groups:
            for entity in entities:
                for form in (entity.id, entity.name, *(form for forms in entity.names.values() for form in forms)):
                    bearers[fold_name(form)][kind][entity.id] = None
        for form, kinds in bearers.items():
            if form and not (form.isascii() and len(form) < 2):
                kind = Kind.ORGANIZATION if Kind.ORGANIZATION in kinds else Kind.PERSON
                known[form] = _name(form, kind, tuple(kinds[kind]), registry)
        return cls(known)

    def at(self, text: str, start: int) -> Word | None:
        """The longest phrase or name that begins there and ends where a word does."""
        for length in range(min(self._longest, len(text) - start), 0, -1):
            end = start + length
            if (word := self._known.get(text[start:end])) is not None and not _inside_word(text, end):
                return word
        return None


def _name(form: str, kind: Kind, bearers: tuple[str, ...], registry: Registry) -> Word:
    """A name; an organization and what it became by merger or renaming are one bearer at different times."""
    for successor, when in registry.successors(bearers[0]) + registry.successors(bearers[-1]):
        former = [one for one in bearers if one != successor]
        if kind is Kind.ORGANIZATION and len(bearers) == 2 and len(former) == 1:
            return Word(form, kind, bearers=(successor,), former=(former[0], when.edtf))
    return Word(form, kind, bearers=bearers)


def _phrases(language: str) -> dict[str, Word]:
    values = {*Meaning, *Manner, *ReasonCategory, *Verdict}
    table = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8"))["phrases"]
    return {
        fold_name(phrase): Word(phrase, Kind.PHRASE, next(value for value in values if value == meaning))
        for meaning, phrases in table.items()
        for phrase in phrases
    }


def _inside_word(text: str, end: int) -> bool:
    """Whether a Latin word or a number goes on at `end`."""
    return 0 < end < len(text) and _latin(text[end - 1]) and _latin(text[end])


def _latin(character: str) -> bool:
    return character.isalnum() and not "\u2e80" <= character <= "\u9fff"

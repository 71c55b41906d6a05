"""Everything that a question may be made of: phrases with their meaning, and names with whom they may mean.

    Words.of(registry).at("left openai in …", 0)  ->  Word("left", Kind.PHRASE, Meaning.LEAVE)

Phrases come from en.toml and zh.toml, names from the registry; both are compared folded. A name keeps all its
bearers: who is meant is for the question to say, never for this to guess. The end of a person's name, such as the
surname, is a name where nothing else is written so.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path

from labmoves_graph.model import Manner, ReasonCategory, Verdict
from labmoves_graph.registry import Registry, fold_name

__all__ = ["Kind", "Meaning", "Word", "Words"]


class Meaning(StrEnum):
    """What a phrase says that is no value of the model; those are named in the files as they are there.

    HIRE and LET_GO are what an organization does: it stands before them. ONWARDS, AFTERWARDS and BEFOREHAND stand
    behind what SINCE, AFTER and BEFORE stand before. PASSIVE: to whom something is done stands before the verb.
    """

    LEAVE = "leave"
    JOIN = "join"
    HIRE = "hire"
    LET_GO = "let_go"
    FOUND = "found"
    ROLE_CHANGE = "role_change"
    GO = "go"
    TO = "to"
    FROM = "from"
    AT = "at"
    WHERE = "where"
    SINCE = "since"
    ONWARDS = "onwards"
    AFTER = "after"
    AFTERWARDS = "afterwards"
    UNTIL = "until"
    BEFORE = "before"
    BEFOREHAND = "beforehand"
    BETWEEN = "between"
    AND = "and"
    PASSIVE = "passive"
    WHY = "why"
    CONFIRMED = "confirmed"
    FILLER = "filler"


class Kind(StrEnum):
    """What a word is."""

    PHRASE = "phrase"
    PERSON = "person"
    ORGANIZATION = "organization"
    DATE = "date"
    REFUSED = "refused"


#: The verb that says a manner, where the files list its phrase under no other.
_MANNERS = {
    Manner.RESIGNED: Meaning.LEAVE,
    Manner.DISMISSED: Meaning.LEAVE,
    Manner.LAID_OFF: Meaning.LEAVE,
    Manner.RETIRED: Meaning.LEAVE,
    Manner.REJOINED: Meaning.JOIN,
    Manner.POACHED: Meaning.JOIN,
    Manner.PROMOTED: Meaning.ROLE_CHANGE,
    Manner.STEPPED_DOWN: Meaning.ROLE_CHANGE,
}
_DOTS = re.compile(r"[·•・‧．]")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a question. value: meaning, model value or EDTF date; bearers: ids of those who bear the name.

    former: the organization that bore the name until it became the one bearer, and the EDTF date of that.
    manner: how it happened, beside the verb that is the value. partial: the end of a name only. A refused word's
    value says why no filter can express it.
    """

    text: str
    kind: Kind
    value: str = ""
    bearers: tuple[str, ...] = ()
    former: tuple[str, str] | None = None
    manner: str = ""
    partial: bool = False


class Words:
    """All phrases and names, looked up at a place of a folded text."""

    def __init__(self, known: dict[str, Word], registry: Registry) -> None:
        self._known = known
        self._registry = registry
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
        return cls(_name_ends(registry) | known, registry)

    def at(self, text: str, start: int) -> Word | None:
        """The longest phrase or name that begins there and ends where a word does."""
        for length in range(min(self._longest, len(text) - start), 0, -1):
            end = start + length
            if (word := self._known.get(text[start:end])) is not None and not _inside_word(text, end):
                return word
        return None

    def within(self, part: Word, whole: Word) -> bool:
        """Whether both name one organization each, and the first is a unit or a subsidiary of the second."""
        if len(part.bearers) != 1 or len(whole.bearers) != 1:
            return False
        return part.kind is whole.kind is Kind.ORGANIZATION and (
            whole.bearers[0] in self._registry.ancestors(part.bearers[0])[1:]
        )


def _name(form: str, kind: Kind, bearers: tuple[str, ...], registry: Registry) -> Word:
    """A name; an organization and what it became by merger or renaming are one bearer at different times."""
    for successor, when in registry.successors(bearers[0]) + registry.successors(bearers[-1]):
        former = [one for one in bearers if one != successor]
        if kind is Kind.ORGANIZATION and len(bearers) == 2 and len(former) == 1:
            return Word(form, kind, bearers=(successor,), former=(former[0], when.edtf))
    return Word(form, kind, bearers=bearers)


def _name_ends(registry: Registry) -> dict[str, Word]:
    """Surnames, and longer ends of names, each with all people whose names have it."""
    bearers: dict[str, dict[str, None]] = defaultdict(dict)
    for person_id in registry.people:
        for end in _surnames(registry.forms(person_id)):
            bearers[end][person_id] = None
    return {end: Word(end, Kind.PERSON, bearers=tuple(ids), partial=True) for end, ids in bearers.items()}


def _surnames(forms: list[str]) -> Iterator[str]:
    """Each end of a Latin name at a space and of a Chinese one at a dot.

    Where a Chinese form tells the surname, a Latin form gives that alone, whichever way round it is; else the first
    way round counts. Single characters end too many names to tell.
    """
    chinese = [fold_name(form) for form in forms if _HAN.fullmatch(form)]
    told = {"".join(reading) for form in chinese for length in (1, 2) for reading in _readings(form[:length])}
    latin = [form.split() for form in map(fold_name, forms) if form.isascii() and " " in form]
    edges = told.intersection(edge for words in latin for edge in (words[0], words[-1]))
    straight = [words for place, words in enumerate(latin) if words[1:] + words[:1] not in latin[:place]]
    ends = {" ".join(words[start:]) for words in straight for start in range(1, len(words))}
    dotted = [_DOTS.split(form) for form in forms if _DOTS.search(form)]
    ends_at_dots = {fold_name(" ".join(parts[start:])) for parts in dotted for start in range(1, len(parts))}
    yield from (end for end in (edges or ends) | ends_at_dots if len(end) > 1)


def _readings(characters: str) -> Iterator[tuple[str, ...]]:
    # Only who is asked a question needs its dictionaries, which take a quarter of a second and 30 MB.
    from pypinyin import Style, pinyin

    return product(*pinyin(characters, style=Style.NORMAL, heteronym=True, errors="ignore"))


def _phrases(language: str) -> dict[str, Word]:
    table = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8"))
    meanings: dict[str, list[str]] = defaultdict(list)
    for meaning, phrases in table["phrases"].items():
        for phrase in phrases:
            meanings[fold_name(phrase)].append(meaning)
    known = {phrase: _phrase(phrase, listed) for phrase, listed in meanings.items()}
    for refusal in table["refused"]:
        known |= {fold_name(one): Word(one, Kind.REFUSED, refusal["because"]) for one in refusal["phrases"]}
    return known


def _phrase(phrase: str, listed: list[str]) -> Word:
    """A phrase under one meaning, or under a manner and the verb that goes with it there."""
    manner = next((Manner(one) for one in listed if one in set(Manner)), None)
    others = [one for one in listed if one != manner]
    if manner is None:
        value = next(value for value in (*Meaning, *ReasonCategory, *Verdict) if value == others[0])
        return Word(phrase, Kind.PHRASE, value)
    return Word(phrase, Kind.PHRASE, Meaning(others[0]) if others else _MANNERS[manner], manner=manner)


def _inside_word(text: str, end: int) -> bool:
    """Whether a Latin word or a number goes on at `end`."""
    return 0 < end < len(text) and _latin(text[end - 1]) and _latin(text[end])


def _latin(character: str) -> bool:
    return character.isalnum() and not "\u2e80" <= character <= "\u9fff"

"""The curated registry: organizations and people with all their names, read from `data/`.

    registry = Registry.load()
    registry.organization("google-deepmind").parent        -> "google"
    registry.organizations_named("谷歌DeepMind")            -> ["google-deepmind"]
    registry.people_named("Yao Shunyu")                    -> two ids, never one

A name is looked up by its folded form (width, case, script, dots, spaces); equal folded forms are the only
likeness that counts. Errors: RegistryError for a row that cannot be read, with file and line.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from labmoves_graph.errors import RegistryError
from labmoves_graph.model import Language, Organization, Person
from labmoves_graph.partial_date import PartialDate

__all__ = ["Registry", "data_directory", "fold_name", "name_forms", "positive_description"]

_DOTS = re.compile(r"[·•・‧．.,'’\"“”()（）\-]")
_SPACE_BESIDE_HAN = re.compile(r"(?<=[㐀-鿿]) | (?=[㐀-鿿])")


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """The form by which names are compared: width, case, script, dots and spaces folded."""
    text = unicodedata.normalize("NFKC", name).casefold()
    if not text.isascii():
        text = _simplifier().convert(text)
    text = re.sub(r"\s+", " ", _DOTS.sub(" ", text)).strip()
    return _SPACE_BESIDE_HAN.sub("", text)


def data_directory() -> Path:
    """Where the curated data lies: LABMOVES_DATA, else inside the installed package, else the repository's data/."""
    if chosen := os.environ.get("LABMOVES_DATA"):
        return Path(chosen)
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "data"


#: Kinds of organization that are parts of their parent rather than owned by it.
_PART_KINDS = frozenset(["unit", "institute"])


@dataclass(slots=True)
class Registry:
    """Organizations and people by id and by folded name."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    _organization_names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _person_names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _successors: dict[str, list[tuple[str, PartialDate]]] = field(default_factory=lambda: defaultdict(list))
    _described: dict[str, frozenset[str]] = field(default_factory=dict)
    _forms: dict[str, list[str]] = field(default_factory=dict)
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, directory: Path | None = None) -> Registry:
        """Read organizations.jsonl and people.jsonl of `directory` (default: data_directory())."""
        folder = directory or data_directory()
        return cls.of(
            (_organization(row, where) for row, where in _rows(folder / "organizations.jsonl")),
            (_person(row, where) for row, where in _rows(folder / "people.jsonl")),
        )

    @classmethod
    def of(cls, organizations: Iterable[Organization], people: Iterable[Person]) -> Registry:
        """A registry of the given entities."""
        registry = cls()
        for organization in organizations:
            registry.organizations[organization.id] = organization
            _index(registry._organization_names, organization)
            for predecessor, when in organization.predecessor_dates:
                registry._successors[predecessor].append((organization.id, when))
        for person in people:
            registry.people[person.id] = person
            _index(registry._person_names, person)
        return registry

    def organizations_named(self, name: str) -> list[str]:
        """Ids of the organizations that bear this name, in registry order."""
        return list(self._organization_names.get(fold_name(name), ()))

    def people_named(self, name: str) -> list[str]:
        """Ids of the people who bear this name, in registry order."""
        return list(self._person_names.get(fold_name(name), ()))

    def bearers_of_organization_names(self) -> Mapping[str, Sequence[str]]:
        """Folded name -> ids of the organizations that bear it, in registry order."""
        return self._organization_names

    def bearers_of_person_names(self) -> Mapping[str, Sequence[str]]:
        """Folded name -> ids of the people who bear it, in registry order."""
        return self._person_names

    def organization(self, organization_id: str) -> Organization | None:
        """The organization of that id, None if the registry has none."""
        return self.organizations.get(organization_id)

    def person(self, person_id: str) -> Person | None:
        """The person of that id, None if the registry has none."""
        return self.people.get(person_id)

    def ancestors(self, organization_id: str) -> tuple[str, ...]:
        """The organization, its parent, and so on up; a cycle ends where it closes."""
        if organization_id not in self.organizations:
            return (organization_id,)
        if organization_id not in self._lines:
            line: list[str] = []
            current: str | None = organization_id
            while current and current not in line:
                line.append(current)
                found = self.organizations.get(current)
                current = found.parent if found else None
            self._lines[organization_id] = tuple(line)
        return self._lines[organization_id]

    def related(self, one: str, other: str) -> bool:
        """Whether one is the other, or its parent at any height."""
        return one == other or one in self.ancestors(other) or other in self.ancestors(one)

    def part_of(self, organization_id: str, whole: str) -> bool:
        """Whether it is the whole, or reaches it going up from units alone: a subsidiary that is a company or a lab
        of its own is no part of its owner."""
        line = self.ancestors(organization_id)
        if len(line) == 1 or whole not in line:
            return organization_id == whole
        steps = (self.organizations.get(step) for step in line[: line.index(whole)])
        return all(step is not None and step.kind in _PART_KINDS for step in steps)

    def one_whole(self, one: str, other: str) -> bool:
        """Whether both are parts of one organization, or one of the other."""
        common = [whole for whole in self.ancestors(one) if whole in self.ancestors(other)]
        return any(self.part_of(one, whole) and self.part_of(other, whole) for whole in common)

    def predecessors(self, organization_id: str) -> list[tuple[str, PartialDate]]:
        """What became part of this organization by merger or renaming, and when."""
        found = self.organizations.get(organization_id)
        return list(found.predecessor_dates) if found else []

    def successors(self, organization_id: str) -> list[tuple[str, PartialDate]]:
        """What this organization became by merger or renaming, and when."""
        return list(self._successors.get(organization_id, ()))

    def became(self, organization_id: str, successor: str) -> bool:
        """Whether it became that other organization by mergers or renamings, one or several."""
        reached, ahead = {organization_id}, [organization_id]
        while ahead:
            following = {named for named, _ in self._successors.get(ahead.pop(), ())} - reached
            reached |= following
            ahead += sorted(following)
        return organization_id != successor and successor in reached

    def forms(self, person_id: str) -> list[str]:
        """Every name form of a person, the preferred ones first; empty for an unknown id."""
        person = self.people.get(person_id)
        return list(dict.fromkeys(form for group in person.names.values() for form in group)) if person else []

    def names_organization(self, text: str, organization_id: str) -> bool:
        """Whether the text prints a name of the organization.

        One that is ambiguous counts where it can hardly be another word: in Latin letters, with a capital and not at
        the beginning of a sentence ("of Meta", not "Figure 3"), or as an owner ("Meta's").
        """
        organization = self.organizations.get(organization_id)
        if organization is None:
            return False
        plain = frozenset(name_forms(organization)).difference(organization.ambiguous)
        return _prints(text, plain, frozenset(organization.ambiguous))

    def is_common(self, name: str, person_id: str) -> bool:
        """Whether others bear the person's name as well, so that it means the person only in context."""
        person = self.people.get(person_id)
        return person is not None and fold_name(name) in map(fold_name, person.ambiguous)

    def organizations_described(self, person_id: str) -> frozenset[str]:
        """Organizations that a person's description names, "not the ..." sentences left out."""
        if person_id not in self._described:
            person = self.people.get(person_id)
            text = positive_description(person.description) if person else ""
            self._described[person_id] = frozenset(
                organization_id
                for form, ids in self._organization_forms.items()
                if form in text and re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text)
                for organization_id in ids
            )
        return self._described[person_id]

    @property
    def _organization_forms(self) -> dict[str, list[str]]:
        if not self._forms:
            for organization in self.organizations.values():
                for form in name_forms(organization):
                    if len(form) > 1 and organization.id not in self._forms.setdefault(form, []):
                        self._forms[form].append(organization.id)
        return self._forms


@lru_cache(maxsize=16384)
def _prints(text: str, plain: frozenset[str], ambiguous: frozenset[str]) -> bool:
    """Whether the text prints one of the plain forms as a word of its own, or an ambiguous one as a name."""
    for form in sorted(plain):
        bounded = rf"(?<![\w/-]){re.escape(form)}(?![\w/-])" if form.isascii() else re.escape(form)
        if len(form) > 1 and form in text and re.search(bounded, text, re.ASCII):
            return True
    for form in sorted(ambiguous):
        if len(form) > 1 and form in text and form.isascii() and form[0].isupper():
            name = re.escape(form)
            if re.search(rf"(?:[a-z,] |[㐀-鿿]){name}(?![\w/-]| \d)|(?<![\w/-]){name}['’]s\b", text, re.ASCII):
                return True
    return False


def positive_description(description: str) -> str:
    """What a description says of the person, without the clauses that say who it is not."""
    clauses = re.split(r"(?<=[.;])\s+", description)
    return " ".join(clause for clause in clauses if not re.match(r"not\b", clause, re.IGNORECASE))


def name_forms(entity: Person | Organization) -> list[str]:
    """All forms of the name, the plain one first, each once."""
    return list(dict.fromkeys([entity.name, *(form for group in entity.names.values() for form in group)]))


def _index(index: dict[str, list[str]], entity: Person | Organization) -> None:
    for form in name_forms(entity):
        found = index[fold_name(form)]
        if entity.id not in found:
            found.append(entity.id)


def _rows(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path.name} line {number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise RegistryError(f"{where}: not JSON ({error}); one object a line is expected") from error
            yield row, where


def _names(row: dict[str, Any]) -> dict[Language, tuple[str, ...]]:
    return {Language(language): tuple(forms) for language, forms in row.get("names", {}).items()}


def _organization(row: dict[str, Any], where: str) -> Organization:
    try:
        return Organization(
            id=row["id"],
            name=row["name"],
            names=_names(row),
            kind=row.get("kind", "company"),
            parent=row.get("parent"),
            predecessors=tuple(p["id"] for p in row.get("predecessors", ())),
            country=row.get("country"),
            founded=PartialDate.parse(row["founded"]) if row.get("founded") else None,
            wikidata=row.get("wikidata"),
            ambiguous=tuple(row.get("ambiguous", ())),
            founded_source=row.get("founded_source", ""),
            predecessor_dates=tuple(
                (p["id"], PartialDate.parse(p["year"])) for p in row.get("predecessors", ()) if p.get("year")
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RegistryError(f"{where}: {error!r}; an organization needs id, name and names by language") from error


def _person(row: dict[str, Any], where: str) -> Person:
    try:
        return Person(
            id=row["id"],
            name=row["name"],
            names=_names(row),
            different_from=tuple(row.get("different_from", ())),
            description=row.get("description", ""),
            wikidata=row.get("wikidata"),
            sources=tuple(row.get("sources", ())),
            ambiguous=tuple(row.get("ambiguous", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RegistryError(f"{where}: {error!r}; a person needs id, name and names by language") from error

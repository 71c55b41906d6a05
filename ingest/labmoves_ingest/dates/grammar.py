"""The tables of date expressions (common.toml, en.toml, zh.toml) as one compiled pattern per table.

A table holds
    [words.NAME]     words and what each means; %NAME% in a pattern stands for any of them
    [fragments]      pieces of patterns; %NAME% stands for the piece
    [[rule]]         name, pattern, examples; earlier rules win. vague: a date, but none that can be stated;
                     ignore: looks like a date and is none (an age), so that no later rule takes it
    space            what a literal space in a pattern stands for
    starts           first words (or characters) besides those of [words] where an expression may start
    future, past, near            words before an expression, in its sentence, that put it in the future, the past,
                                  or whichever lies nearer; the last of them counts
    near_before, near_after       the same as near, right beside it ("effective", 起)

A pattern's named groups are the fields of a reading; the same names mean the same in every table (resolution.py
lists them); "lead" is a preposition that is cut off the mention. Digits at the end of a group's name only tell
alternatives of one field apart.

Patterns are tried only where an expression may start and repeat nothing without bound: time is linear in the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Grammar", "Match", "Rule", "load_grammar"]

_GATES = {
    "en": re.compile(r"[A-Za-z]+|[0-9]+|['’]"),
    "zh": re.compile(r"[0-9]+|[一-鿿〇]"),
    "common": re.compile(r"[0-9]+"),
}
_CLASS_OR_SPACE = re.compile(r"\[(?:\\.|[^\]\\])*\]| ")
_GROUP = re.compile(r"\(\?P([<=])(\w+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table."""

    name: str
    pattern: str
    examples: tuple[str, ...]
    vague: bool = False
    ignore: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched text[start:end], and its fields as written."""

    start: int
    end: int
    rule: Rule
    fields: dict[str, str]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Grammar:
    """One compiled table."""

    name: str
    rules: tuple[Rule, ...]
    words: dict[str, dict[str, Any]]
    starts: frozenset[str]
    scanner: re.Pattern[str]
    groups: tuple[tuple[tuple[str, int], ...], ...]
    tenses: re.Pattern[str]
    near_before: re.Pattern[str]
    near_after: re.Pattern[str]

    def find(self, text: str) -> Iterator[Match]:
        """Every match in folded text, left to right, not overlapping; ignored ones too."""
        match, starts, done = self.scanner.match, self.starts, 0
        for candidate in _GATES[self.name].finditer(text):
            start = candidate.start()
            if start < done or not (self._starts_here(candidate.group(), starts)):
                continue
            m = match(text, start)
            if m is None or m.end() == start:
                continue
            done = m.end()
            yield self._read(m)

    def _starts_here(self, word: str, starts: frozenset[str]) -> bool:
        return word[0] <= "9" or word.lower() in starts

    def _read(self, m: re.Match[str]) -> Match:
        index = int((m.lastgroup or "rule0").removeprefix("rule"))
        fields = {name: m[group] for name, group in self.groups[index] if m[group] is not None}
        lead = fields.pop("lead", "")
        return Match(m.start() + len(lead), m.end(), self.rules[index], fields, lead.lower())


@cache
def load_grammar(name: str) -> Grammar:
    """The table `name` (common, en or zh), compiled once per process."""
    table = tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
    words: dict[str, dict[str, Any]] = table.get("words", {})
    rules = tuple(
        Rule(r["name"], r["pattern"], tuple(r["examples"]), r.get("vague", False), r.get("ignore", False))
        for r in table["rule"]
    )
    pieces = {key: _alternatives(entries) for key, entries in words.items()} | table["fragments"]
    flags = re.I if name == "en" else 0
    numbered = [f"(?P<rule{i}>{_suffixed(_expand(rule.pattern, pieces), i)})" for i, rule in enumerate(rules)]
    scanner = re.compile(_spaced("|".join(numbered), table["space"]), flags)
    return Grammar(
        name=name,
        rules=rules,
        words=words,
        starts=frozenset(table["starts"]) | _first_words(words, whole=name == "en"),
        scanner=scanner,
        groups=_fields_of(scanner, len(rules)),
        tenses=re.compile("|".join(f"(?P<{name}>{table[name]})" for name in ("future", "past", "near")), flags),
        near_before=re.compile(table["near_before"]),
        near_after=re.compile(table["near_after"]),
    )


def _alternatives(entries: dict[str, Any]) -> str:
    """A pattern of all the words, the longest first."""
    return (
        "(?:" + "|".join(re.escape(w).replace("\\ ", " ") for w in sorted(entries, key=lambda w: (-len(w), w))) + ")"
    )


def _expand(pattern: str, pieces: dict[str, str]) -> str:
    """The pattern with every %NAME% replaced, again until none is left."""
    while (expanded := re.sub(r"%(\w+)%", lambda m: pieces[m[1]], pattern)) != pattern:
        pattern = expanded
    return pattern


def _spaced(pattern: str, space: str) -> str:
    """The pattern with every space outside a character class replaced."""
    return _CLASS_OR_SPACE.sub(lambda m: space if m[0] == " " else m[0], pattern)


def _suffixed(pattern: str, index: int) -> str:
    """The pattern with its group names made unique among all rules."""
    return _GROUP.sub(rf"(?P\g<1>\g<2>__{index}", pattern)


def _fields_of(scanner: re.Pattern[str], rules: int) -> tuple[tuple[tuple[str, int], ...], ...]:
    fields: list[list[tuple[str, int]]] = [[] for _ in range(rules)]
    for group, number in scanner.groupindex.items():
        name, _, index = group.partition("__")
        if index and not name.startswith("_"):
            fields[int(index)].append((name.rstrip("0123456789"), number))
    return tuple(map(tuple, fields))


def _first_words(words: dict[str, dict[str, Any]], *, whole: bool) -> frozenset[str]:
    keys = [key for entries in words.values() for key in entries]
    return frozenset(re.split(r"[^a-z]", key)[0] if whole else key[0] for key in keys)

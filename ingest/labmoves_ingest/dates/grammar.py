"""The tables of date expressions (common.toml, en.toml, zh.toml) as one compiled pattern per table.

A table holds
    [words.NAME]     words and what each means; %NAME% in a pattern stands for any of them
    [fragments]      pieces of patterns; %NAME% stands for the piece
    [[rule]]         name, pattern, examples; earlier rules win. vague: a date, but none that can be stated;
                     ignore: looks like a date and is none (an age), so that no later rule takes it
    space            what a literal space in a pattern stands for
    starts           first words (characters) of expressions, besides those of [words]
    inner            tables of [words] whose words never start an expression
    openers          first words that count only before a number, a word of [words] or one of followers
    boundary         what must stand before an expression
    lead             the preposition before an expression; rules with after_lead = true need one
    future, past, near            words before an expression, in its sentence, that put it in the future, the past,
                                  or whichever lies nearer; the last of them counts
    near_before, near_after       the same as near, right before it ("effective") or a few words after it ("On Friday
                                  Ann Lee joins", 起)

A pattern's named groups are the fields of a reading; the same names mean the same in every table (resolution.py
lists them). Digits at the end of a group's name only tell alternatives of one field apart.

Patterns are tried only where an expression may start, on a bounded stretch: time is linear in the text.
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

#: The longest number that is part of a date; more digits are something else.
MAX_DIGITS = 4

#: Characters before an expression in which its preposition stands.
LEAD_WINDOW = 24

#: What an expression may start with: words, characters, numbers; and what may stand between two of them.
_TOKENS = {
    "common": re.compile(r"[0-9]+"),
    "en": re.compile(r"[A-Za-z]+|[0-9]+"),
    "zh": re.compile(r"[0-9]+|[一-鿿〇]"),
}
_GAPS = frozenset(" \n-")
_FLAGS = ("vague", "ignore", "after_lead")
_NEVER = "(?!)"
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
    after_lead: bool = False


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
    candidates: re.Pattern[str]
    starts: frozenset[str]
    openers: frozenset[str]
    followers: frozenset[str]
    boundary: re.Pattern[str]
    lead: re.Pattern[str]
    scanner: re.Pattern[str]
    scanner_after_lead: re.Pattern[str]
    groups: tuple[tuple[tuple[str, int], ...], ...]
    tenses: re.Pattern[str]
    near_before: re.Pattern[str]
    near_after: re.Pattern[str]
    looking_back: re.Pattern[str]

    def find(self, text: str) -> Iterator[Match]:
        """Every match in folded text, left to right, not overlapping; ignored ones too."""
        done = 0
        for candidate in self.candidates.finditer(text):
            start = candidate.start()
            if start < done or not self._may_start(candidate, text) or not self.boundary.match(text, start):
                continue
            lead = self.lead.search(text, max(0, start - LEAD_WINDOW), start)
            m = (self.scanner if lead is None else self.scanner_after_lead).match(text, start)
            if m is not None and m.end() > start:
                done = m.end()
                yield self._read(m, lead[0].lower() if lead else "")

    def _may_start(self, candidate: re.Match[str], text: str) -> bool:
        """Whether an expression may start with this word: some words need a certain next one."""
        word = candidate.group()
        if word[0] <= "9":
            return len(word) <= MAX_DIGITS
        word = word.lower()
        if word in self.starts:
            return True
        if word not in self.openers:
            return False
        end = candidate.end()
        after = _TOKENS[self.name].match(text, end + (text[end : end + 1] in _GAPS))
        return after is not None and (after[0][0] <= "9" or after[0].lower() in self.followers)

    def _read(self, m: re.Match[str], lead: str) -> Match:
        index = int((m.lastgroup or "rule0").removeprefix("rule"))
        fields = {name: m[group] for name, group in self.groups[index] if m[group] is not None}
        return Match(m.start(), m.end(), self.rules[index], fields, lead)


@cache
def load_grammar(name: str) -> Grammar:
    """The table `name` (common, en or zh), compiled once per process."""
    table = tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
    words: dict[str, dict[str, Any]] = table.get("words", {})
    rules = tuple(
        Rule(r["name"], r["pattern"], tuple(r["examples"]), *(r.get(flag, False) for flag in _FLAGS))
        for r in table["rule"]
    )
    pieces = {key: _alternatives(entries) for key, entries in words.items()} | table["fragments"]
    flags = re.I if name == "en" else 0
    patterns = [
        _spaced(f"(?P<rule{i}>{_suffixed(_expand(rule.pattern, pieces), i)})", table["space"])
        for i, rule in enumerate(rules)
    ]
    without = "|".join(p if not rule.after_lead else f"{_NEVER}{p}" for p, rule in zip(patterns, rules, strict=True))
    tokens = {table_name: [_TOKENS[name].findall(key) for key in entries] for table_name, entries in words.items()}
    outer = [key for table_name, keys in tokens.items() if table_name not in table["inner"] for key in keys if key]
    scanner = re.compile("|".join(patterns), flags)
    starts = frozenset(table["starts"]) | {key[0] for key in outer if len(key) == 1}
    openers = frozenset(table["openers"]) | {key[0] for key in outer if len(key) > 1}
    return Grammar(
        name=name,
        rules=rules,
        words=words,
        candidates=_candidates(name, starts | openers),
        starts=starts,
        openers=openers,
        followers=frozenset(table["followers"])
        | {t for keys in tokens.values() for key in keys for t in key} - {"the"},
        boundary=re.compile(table["boundary"]),
        lead=re.compile(table["lead"]),
        scanner=re.compile(without, flags),
        scanner_after_lead=scanner,
        groups=_fields_of(scanner, len(rules)),
        tenses=re.compile("|".join(f"(?P<{name}>{table[name]})" for name in ("future", "past", "near")), flags),
        near_before=re.compile(table["near_before"]),
        near_after=re.compile(table["near_after"]),
        looking_back=re.compile(table["looking_back"]),
    )


def _candidates(name: str, first: frozenset[str]) -> re.Pattern[str]:
    """The tokens, narrowed to those that may come first where these are single characters."""
    if not first or max(map(len, first)) > 1:
        return _TOKENS[name]
    return re.compile(f"[0-9]+|[{''.join(sorted(first))}]")


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

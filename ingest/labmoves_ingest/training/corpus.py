"""The annotated corpus: articles in the marked form, compiled to mentions and claims with offsets.

    === id | language | published | genre | story | url | real or invented
    TITLE: …
    {P1:Ana Ferreira}, {R1:chief executive} of {O1:Northlake Silicon}, {T1:resigned} {D1:on Monday}.
    ---
    departure P1 O1 ; trigger T1 ; date 2025-03-03 ; when D1 ; role R1 ; manner resigned

P person, O organization, R role, D date words, T trigger; "~" after the id marks a pronoun or a description.
Marks do not nest. The format and its conventions are described in docs/annotation.md.

Errors: CorpusError names the file, the article and the fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from labmoves_graph.errors import RecordError

__all__ = ["AnnotatedArticle", "CorpusError", "GoldClaim", "GoldReason", "Mark", "read_corpus"]

_MARK = re.compile(r"\{([PORDT]\d+)(~?):([^{}]*)\}")
_FIELD = re.compile(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
_REASON = re.compile(r'(\w+) "([^"]+)"(?: (\d*\.?\d+))?(?: by (P\d+|O\d+|author))?$')


class CorpusError(RecordError):
    """An article of the corpus that breaks the marked form."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked mention: id such as P1, offsets in the text, nominal when it is a pronoun or a description."""

    id: str
    start: int
    end: int
    nominal: bool


@dataclass(frozen=True, slots=True)
class GoldReason:
    """An annotated reason: category, verbatim quote, share (0 to 1) or None."""

    category: str
    quote: str
    share: float | None


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """An annotated claim; person, organization and role are mark ids."""

    event: str
    person: str
    organization: str
    triggers: tuple[str, ...]
    role: str | None = None
    date: str | None = None
    when: tuple[str, ...] = ()
    manner: str | None = None
    status: str = "confirmed"
    reasons: tuple[GoldReason, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """One article of the corpus."""

    id: str
    language: str
    published: str
    genre: str
    story: str
    url: str
    invented: bool
    title: str
    text: str
    marks: tuple[Mark, ...]
    claims: tuple[GoldClaim, ...]
    source: str = field(default="", compare=False)

    def fullest(self, mark_id: str) -> str:
        """The longest form that is no pronoun or description; the longest of all if there is no other."""
        forms = [self.text[m.start : m.end] for m in self.marks if m.id == mark_id and not m.nominal]
        return max(forms or [self.text[m.start : m.end] for m in self.marks if m.id == mark_id], key=len)


def read_corpus(paths: Iterable[Path]) -> Iterator[AnnotatedArticle]:
    """All articles of the marked files, in order. Raises CorpusError at the first fault."""
    for path in paths:
        blocks = re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]
        for block in blocks:
            yield _article(block, path.name)


def _article(block: str, source: str) -> AnnotatedArticle:
    header, _, rest = block.partition("\n")
    parts = [part.strip() for part in header.split("|")]
    if len(parts) != 7:
        raise CorpusError(f"{source}: {header[:60]!r}: the header has {len(parts)} parts; write 7, parted by |")
    body, _, claim_lines = rest.partition("\n---")
    title = ""
    if body.startswith("TITLE:"):
        first, _, body = body.partition("\n")
        title = _MARK.sub(r"\3", first[6:].strip())
    text, marks = _unmark(body.strip("\n"), f"{source}: {parts[0]}")
    known = {mark.id for mark in marks}
    rows = [line.strip() for line in claim_lines.splitlines()]
    claims = tuple(_claim(row, known, f"{source}: {parts[0]}") for row in rows if row and row[0] not in "-#")
    name, language, published, genre, story, url, origin = parts
    invented = origin == "invented"
    return AnnotatedArticle(
        name, language, published, genre, story or name, url, invented, title, text, marks, claims, source
    )


def _unmark(marked: str, where: str) -> tuple[str, tuple[Mark, ...]]:
    pieces: list[str] = []
    marks: list[Mark] = []
    last = length = 0
    for m in _MARK.finditer(marked):
        pieces += (marked[last : m.start()], m[3])
        start = length + m.start() - last
        marks.append(Mark(m[1], start, start + len(m[3]), bool(m[2])))
        length = start + len(m[3])
        last = m.end()
    pieces.append(marked[last:])
    text = "".join(pieces)
    if re.search(r"\{[PORDT]\d|\}", text):
        raise CorpusError(f"{where}: a mark is unclosed or nested; marks do not nest")
    return text, tuple(marks)


def _claim(row: str, known: set[str], where: str) -> GoldClaim:
    head, *fields = [part.strip() for part in _FIELD.split(row)]
    words = head.split()
    if len(words) != 3:
        raise CorpusError(f"{where}: {head!r}: a claim starts with event, person, organization")
    values: dict[str, str] = {}
    reasons: list[GoldReason] = []
    for item in fields:
        name, _, value = item.partition(" ")
        if name == "reason":
            m = _REASON.match(value.strip())
            if m is None:
                raise CorpusError(f"{where}: bad reason {value!r}")
            reasons.append(GoldReason(m[1], m[2], float(m[3]) if m[3] else None))
        else:
            values[name] = value.strip()
    triggers = tuple(t.strip() for t in values.get("trigger", "").split(",") if t.strip())
    when = tuple(t.strip() for t in values.get("when", "").split(",") if t.strip())
    role = values.get("role")
    missing = {words[1], words[2], *triggers, *when, *([role] if role else [])} - known
    if missing or not triggers:
        raise CorpusError(f"{where}: {row[:60]!r}: not marked in the text: {sorted(missing) or 'a trigger'}")
    return GoldClaim(
        event=words[0],
        person=words[1],
        organization=words[2],
        triggers=triggers,
        role=role,
        date=values.get("date"),
        when=when,
        manner=values.get("manner"),
        status=values.get("status", "confirmed"),
        reasons=tuple(reasons),
    )

"""The annotated corpus: articles in the marked form, compiled to mentions and claims with offsets.

    === id | language | published | genre | story | url | real or invented
    TITLE: …
    {P1:Ana Ferreira}, {R1:chief executive} of {O1:Northlake Silicon}, {T1:resigned} {D1:on Monday}.
    ---
    departure P1 O1 ; trigger T1 ; date 2025-03-03 ; when D1 ; role R1 ; manner resigned

P person, O organization, R role, D date words, T trigger; "~" after the id marks a pronoun or a description.
Marks do not nest. What counts as a claim is described in docs/annotation.md.

Cannot happen: a claim that names a mark which the text lacks, words outside the model's vocabularies, a date that is
no EDTF, a reason whose words do not stand in the text, two articles of one id. Errors: CorpusError names the file,
the article and the fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labmoves_graph.errors import DateError, RecordError
from labmoves_graph.model import Event, Language, Manner, ReasonCategory, Status
from labmoves_graph.partial_date import PartialDate

__all__ = ["AnnotatedArticle", "CorpusError", "GoldClaim", "GoldReason", "Mark", "read_corpus"]

_MARK = re.compile(r"\{([PORDT]\d+)(~?):([^{}]*)\}")
_FIELD = re.compile(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
_REASON = re.compile(r'(\w+) "([^"]+)"(?: (\d*\.?\d+))?(?: by (P\d+|O\d+|author))?$')
#: Which letter begins the ids that each part of a claim may name.
_LETTERS = {"person": "P", "organization": "O", "trigger": "T", "when": "D", "role": "R"}
_FIELDS = ("trigger", "date", "when", "role", "manner", "status", "reason")
_VOCABULARIES: dict[str, frozenset[str]] = {
    "event": frozenset(Event),
    "status": frozenset(Status),
    "manner": frozenset(Manner),
    "reason": frozenset(ReasonCategory),
}


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
    first_in: dict[str, str] = {}
    for path in paths:
        blocks = re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]
        for block in blocks:
            article = _article(block, path.name)
            if article.id in first_in:
                raise CorpusError(
                    f"{path.name}: {article.id} is in {first_in[article.id]} too; give it an id of its own"
                )
            first_in[article.id] = path.name
            yield article


def _article(block: str, source: str) -> AnnotatedArticle:
    header, _, rest = block.partition("\n")
    parts = [part.strip() for part in header.split("|")]
    if len(parts) != 7:
        raise CorpusError(f"{source}: {header[:60]!r}: the header has {len(parts)} parts; write 7, parted by |")
    name, language, published, genre, story, url, origin = parts
    where = f"{source}: {name}"
    if language not in set(Language):
        raise CorpusError(f"{where}: language {language!r}; write one of {', '.join(Language)}")
    _check_date(published, where)
    body, _, claim_lines = rest.partition("\n---")
    title = ""
    if body.startswith("TITLE:"):
        first, _, body = body.partition("\n")
        title = _MARK.sub(r"\3", first[6:].strip())
    text, marks = _unmark(body.strip("\n"), where)
    rows = [line.strip() for line in claim_lines.splitlines()]
    claims = tuple(_claim(row, text, marks, where) for row in rows if row and row[0] not in "-#")
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


def _claim(row: str, text: str, marks: Sequence[Mark], where: str) -> GoldClaim:
    head, *fields = [part.strip() for part in _FIELD.split(row)]
    words = head.split()
    if len(words) != 3:
        raise CorpusError(f"{where}: {head!r}: a claim starts with event, person, organization")
    values, reasons = _fields(fields, text, where)
    claim = GoldClaim(
        event=words[0],
        person=words[1],
        organization=words[2],
        triggers=_ids(values.get("trigger", "")),
        role=values.get("role"),
        date=values.get("date"),
        when=_ids(values.get("when", "")),
        manner=values.get("manner"),
        status=values.get("status", Status.CONFIRMED.value),
        reasons=reasons,
    )
    _check_ids(claim, marks, f"{where}: {row[:60]!r}")
    _check_words(claim, f"{where}: {row[:60]!r}")
    return claim


def _fields(fields: Sequence[str], text: str, where: str) -> tuple[dict[str, str], tuple[GoldReason, ...]]:
    values: dict[str, str] = {}
    reasons: list[GoldReason] = []
    for item in fields:
        name, _, value = item.partition(" ")
        if name == "reason":
            m = _REASON.match(value.strip())
            if m is None:
                raise CorpusError(f'{where}: bad reason {value!r}; write: reason CATEGORY "WORDS" [SHARE] [by WHOM]')
            if m[2] not in text:
                raise CorpusError(f"{where}: the reason {m[2]!r} does not stand in the text; quote it word for word")
            reasons.append(GoldReason(m[1], m[2], float(m[3]) if m[3] else None))
        elif name not in _FIELDS:
            raise CorpusError(f"{where}: unknown field {name!r}; there are {', '.join(_FIELDS)}")
        else:
            values[name] = value.strip()
    return values, tuple(reasons)


def _ids(listed: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in listed.split(",") if one.strip())


def _check_ids(claim: GoldClaim, marks: Sequence[Mark], where: str) -> None:
    named = {
        "person": (claim.person,),
        "organization": (claim.organization,),
        "trigger": claim.triggers,
        "when": claim.when,
        "role": (claim.role,) if claim.role else (),
    }
    known = {mark.id for mark in marks}
    missing = sorted({one for ids in named.values() for one in ids} - known)
    if missing or not claim.triggers:
        raise CorpusError(f"{where}: not marked in the text: {', '.join(missing) or 'a trigger'}")
    for part, ids in named.items():
        wrong = [one for one in ids if one[0] != _LETTERS[part]]
        if wrong:
            raise CorpusError(f"{where}: {wrong[0]} is no {part}; the marks of one begin with {_LETTERS[part]}")


def _check_words(claim: GoldClaim, where: str) -> None:
    words = {"event": [claim.event], "status": [claim.status], "manner": [claim.manner] if claim.manner else []}
    words["reason"] = [reason.category for reason in claim.reasons]
    for name, used in words.items():
        for word in used:
            if word not in _VOCABULARIES[name]:
                raise CorpusError(f"{where}: no {name} {word!r}; there are {', '.join(sorted(_VOCABULARIES[name]))}")
    _check_date(claim.date, where)


def _check_date(edtf: str | None, where: str) -> None:
    if edtf:
        try:
            PartialDate.parse(edtf)
        except DateError as error:
            raise CorpusError(f"{where}: {error}") from error

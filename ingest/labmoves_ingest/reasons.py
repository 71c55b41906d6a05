"""Why somebody left or stepped down, as the text words it: clauses that state a reason, and their kind.

The sentence that tells of the event, those that go on about the same person, and those that speak of the
reasons for leaving are cut into clauses; a linear model over a clause's words, cues and place says whether it
states a reason and of which kind. The cue words are data (`[reason]`, `[reason_introduced_by]` in the cue
files); what the model adds is learnt from the annotated corpus.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.model import Event, Reason, ReasonCategory
from labmoves_ingest.documents import Document
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.patterns import any_word
from labmoves_ingest.reading import Candidate
from labmoves_ingest.tokens import is_han

__all__ = ["CATEGORIES", "WIDTH", "Clause", "ReasonFeatures", "ReasonFinder", "clauses", "likeliest_kind"]

CATEGORIES = tuple(ReasonCategory)
WIDTH = 1 << 15
#: Sentences before and after the one that tells of the event in which its reason is looked for. In the corpus
#: 90 % of the annotated reasons stand no further away.
BEFORE, AFTER = 1, 3
#: Sentences back in which the person is looked for of whom a sentence without a name speaks.
SPEAKER_WITHIN = 12
MOST = 3
#: Characters from which a clause is quoted alone; a Han character says more.
SPEAKING, HAN_SPEAKING = 7, 5
#: How much likelier a kind is that has a listed word in the clause: 2 to 10 do about as well on development stories.
LISTED = 4.0
#: Odds given to a clause that states a reason in plain words, where the model is less sure.
PLAINLY = 0.5

_BORDER = re.compile(r"[,，、;；:：。．！？!?()（）“”「」『』\"—–\n]|\.(?=\s|$)")
_LEAVING = re.compile(
    r"(?:离开|离职|辞职|出走|离任|辞任)(?:的)?(?:原因|理由|缘由)"
    r"|why (?:he|she|i|they)(?:'m| am| is|) ?(?:left|leav\w+|quit|resigned)"
    r"|reasons? (?:for|behind) (?:his|her|their|my|the) (?:departure|exit|resignation|leaving)"
)
#: A clause that says what was no reason: 并没有指向某一项具体分歧.
_NEGATED = re.compile(r"没有|并未|并非|不是|未曾|从未|\bnot\b|n't\b|\bnever\b|\bwithout\b")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|％|percent|per cent)|([一二三四五六七八九])成|百分之(\d{1,3})")
_NUMERAL = {c: i for i, c in enumerate("一二三四五六七八九", 1)}


def _column(name: str) -> int:
    return crc32(name.encode()) % WIDTH


_KIND_COLUMNS = {_column(f"k={kind}"): place for place, kind in enumerate(CATEGORIES)}


def likeliest_kind(odds: NDArray[np.float32], columns: Sequence[int]) -> int:
    """The place in CATEGORIES of the kind that a clause states. odds: of no reason, and of each kind."""
    weighed = odds[1:].copy()
    for column in columns:
        if column in _KIND_COLUMNS:
            weighed[_KIND_COLUMNS[column]] *= LISTED
    return int(weighed.argmax())


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text between two marks of punctuation, and where it stands to the event.

    offset: its sentence, counted from the one that tells of the event; 9 for one that speaks of the reasons.
    """

    start: int
    end: int
    sentence: int
    offset: int


class ReasonFeatures:
    """The features of a clause for one language ("en" or "zh")."""

    def __init__(self, language: str) -> None:
        raw = tomllib.loads((resources.files("labmoves_ingest") / "cues" / f"{language}.toml").read_text("utf-8"))
        self._kinds = [(name, any_word(words)) for name, words in raw["reason"].items()]
        self._introductions = [(name, any_word(words)) for name, words in raw["reason_introduced_by"].items()]

    def plain(self, document: Document, clause: Clause, leaving: Sequence[int]) -> ReasonCategory | None:
        """The kind of a clause that plainly states a reason: a word of one kind, in a sentence that speaks of the
        reasons for leaving, or behind a strong introduction ("citing", 由于) in the sentence of the event. What the
        clause denies is none.
        """
        counts = {
            name: sum(1 for _ in pattern.finditer(document.folded, clause.start, clause.end))
            for name, pattern in self._kinds
        }
        best = max(counts, key=lambda name: counts[name])
        strong = dict(self._introductions)["same_sentence_strong"]
        introduced = clause.offset == 0 and strong.match(document.folded, clause.start, clause.end)
        if not counts[best] or not (introduced or clause.sentence in leaving):
            return None
        if _NEGATED.search(document.folded, clause.start, clause.end):
            return None
        return ReasonCategory(best)

    def columns(self, document: Document, clause: Clause, trigger: int, event: Event) -> list[int]:
        """The columns of the clause's features, each once, sorted. trigger: the token that states the event."""
        names = {f"e={event}", f"o={clause.offset}", *self._cues(document, clause)}
        place = document.tokens[trigger]
        if clause.start <= place.start < clause.end:
            names.add("holds trigger")
        elif clause.offset == 0:
            names.add("before trigger" if clause.end <= place.start else "after trigger")
        if document.text[clause.start - 1 : clause.start] in ("“", "「", '"', "『"):
            names.add("quoted")
        names |= set(_words(document, clause))
        return sorted({_column(name) for name in names})

    def _cues(self, document: Document, clause: Clause) -> Iterator[str]:
        found = []
        for name, pattern in self._kinds:
            count = sum(1 for _ in pattern.finditer(document.folded, clause.start, clause.end))
            if count:
                found.append(name)
                yield f"k={name}"
                if count > 1:
                    yield f"k2={name}"
        same = "same" if clause.offset == 0 else "later"
        for name, pattern in self._introductions:
            if not name.startswith(same):
                continue
            m = pattern.search(document.folded, clause.start, clause.end)
            if m:
                yield f"i={name}"
                yield f"w={m.group()}"
                yield f"early={m.start() - clause.start < 8}"
                for kind in found:
                    yield f"i={name} k={kind}"
        if not found:
            yield "no kind"


def _words(document: Document, clause: Clause) -> Iterator[str]:
    span = document.span(clause.start, clause.end)
    if span is None:
        return
    words = []
    for index in range(span.first, span.last):
        words.append("<person>" if document.names_person_at(index) else document.tokens[index].folded)
    before = document.tokens[span.first - 1].folded if span.first else "^"
    yield f"p:{before}"
    for position, word in enumerate(words):
        yield f"u:{word}"
        following = words[position + 1] if position + 1 < len(words) else "$"
        yield f"b:{word}_{following}"
        if position < 3:
            yield f"h{position}:{word}"
        if is_han(word[0]) and position + 2 < len(words):
            yield f"t:{word}{following}{words[position + 2]}"
    yield f"len={min(len(words) // 4, 6)}"


def clauses(document: Document, sentence: int, person: int, leaving: Sequence[int]) -> Iterator[Clause]:
    """The clauses in which the reason for the person's event may stand.

    leaving: the sentences of the document that speak of reasons for leaving (see `speaks_of_leaving`).
    """
    last = len(document.sentences) - 1
    near = range(max(0, sentence - BEFORE), min(last, sentence + AFTER) + 1)
    for index in near:
        if index > sentence and _is_about_another(document, index, person):
            break
        yield from _cut(document, index, index - sentence)
    for index in leaving:
        if index not in near and _speaks_of(document, index, person):
            yield from _cut(document, index, 9)


def speaks_of_leaving(document: Document) -> list[int]:
    """The sentences that speak of somebody's reasons for leaving."""
    places = (m.start() for m in _LEAVING.finditer(document.folded))
    spans = (document.span(place, place + 1) for place in places)
    return sorted({document.sentence_of(span.first) for span in spans if span is not None})


def _speaks_of(document: Document, sentence: int, person: int) -> bool:
    """Whether the sentence names the person, or nobody after a sentence that named the person first."""
    for index in range(sentence, max(-1, sentence - SPEAKER_WITHIN), -1):
        named = document.people_in(index)
        if named:
            return person in named if index == sentence else named[0] == person
    return False


def _cut(document: Document, sentence: int, offset: int) -> Iterator[Clause]:
    span = document.sentences[sentence]
    start = span.start
    for border in (*_BORDER.finditer(document.text, span.start, span.end), None):
        end = border.start() if border else span.end
        first, last = _trimmed(document.text, start, end)
        if last - first >= 2:
            yield Clause(first, last, sentence, offset)
        start = border.end() if border else end


def _is_about_another(document: Document, sentence: int, person: int) -> bool:
    named = document.people_in(sentence)
    return bool(named) and person not in named


class ReasonFinder:
    """Finds the reasons that texts of one language ("en" or "zh") state."""

    def __init__(self, language: str) -> None:
        self._features = ReasonFeatures(language)
        archive = read_archive(f"{language}_reasons.npz")
        self._weights: NDArray[np.float32] = archive["weights"].astype(np.float32)
        self._bias: NDArray[np.float32] = archive["bias"].astype(np.float32)
        self._threshold = float(archive["threshold"].astype(np.float64))

    def find(self, document: Document, candidate: Candidate, leaving: Sequence[int]) -> tuple[Reason, ...]:
        """Reasons for the candidate's event. leaving: see `speaks_of_leaving`."""
        return tuple(reason for _, reason in self.judged(document, candidate, leaving))

    def judged(self, document: Document, candidate: Candidate, leaving: Sequence[int]) -> list[tuple[float, Reason]]:
        """The reasons that `find` gives, likeliest first, each with the odds that its clause states one."""
        trigger, event = candidate.trigger, candidate.event
        scored = []
        supposed = cache(partial(_supposition, document))
        for clause in clauses(document, candidate.sentence, candidate.person, leaving):
            if supposed(clause.sentence) < clause.end or (event is Event.HIRE and clause.offset != 0):
                continue
            columns = self._features.columns(document, clause, trigger, event)
            scores = self._weights[columns].sum(axis=0) + self._bias
            odds = np.exp(scores - scores.max())
            odds /= odds.sum()
            stated, category = 1 - float(odds[0]), CATEGORIES[likeliest_kind(odds, columns)]
            plain = self._features.plain(document, clause, leaving)
            if plain is not None and stated < PLAINLY:
                stated, category = PLAINLY, plain
            if stated >= self._threshold:
                scored.append((stated, category, clause))
        found: dict[ReasonCategory, tuple[float, Reason]] = {}
        for stated, category, clause in sorted(scored, key=lambda one: -one[0]):
            if category not in found and len(found) < MOST:
                span = document.sentences[clause.sentence]
                share = _share(document.folded[span.start : span.end])
                found[category] = stated, Reason(category, _quote(document, clause), share)
        return list(found.values())


def _quote(document: Document, clause: Clause) -> str:
    """The clause; its whole sentence where the clause alone would not tell a reader much."""
    speaking = HAN_SPEAKING if is_han(document.text[clause.start]) else SPEAKING
    if clause.end - clause.start >= speaking:
        return document.text[clause.start : clause.end]
    span = document.sentences[clause.sentence]
    start, end = _trimmed(document.text, span.start, span.end)
    return document.text[start:end]


def _supposition(document: Document, sentence: int) -> int:
    """Where the sentence's first word of supposition begins (如果, "if"), or where the sentence ends."""
    span = document.sentences[sentence]
    supposing = (i for i in range(span.first, span.last) if document.flags[i] >> Flag.HYPOTHETICAL & 1)
    return next((document.tokens[i].start for i in supposing), span.end)


def _share(folded: str) -> float | None:
    m = _PERCENT.search(folded)
    if m is None:
        return None
    value = float(m[1] or m[3]) / 100 if m[1] or m[3] else _NUMERAL[m[2]] / 10
    return value if value <= 1 else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end

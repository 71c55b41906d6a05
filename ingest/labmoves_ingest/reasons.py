"""Why somebody left or stepped down, as the text words it: clauses that state a reason, and their kind.

The sentence that tells of the event, those that go on about the same person, and those that speak of the
reasons for leaving are cut into clauses (clauses.py). A small network that reads them together says which of them
state a reason (reason_network.py); a linear model over a clause's words and cues, and the words of its sentence, of
which kind it is. The cue words are data (`[reason]`, `[reason_introduced_by]` in the cue files); what the models add
is learnt from the annotated corpus.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib import resources
from importlib.resources.abc import Traversable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from labmoves_graph.model import Event, Reason, ReasonCategory
from labmoves_ingest.clauses import Clause, clauses, trimmed
from labmoves_ingest.documents import Document
from labmoves_ingest.layers import read_weights
from labmoves_ingest.lexicon import Flag
from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.passages import CUES, NamelessView
from labmoves_ingest.patterns import any_word
from labmoves_ingest.reading import EVENTS, Candidate
from labmoves_ingest.reason_network import ReasonNetwork
from labmoves_ingest.tokens import is_han

__all__ = ["CATEGORIES", "WIDTH", "ReasonFeatures", "ReasonFinder", "likeliest_kind"]

CATEGORIES = tuple(ReasonCategory)
WIDTH = 1 << 15
#: Reasons of one event, at most; each is of another kind.
MOST = 3
#: Characters from which a clause is quoted alone; a Han character says more.
SPEAKING, HAN_SPEAKING = 7, 5
#: How much likelier a kind is that has a listed word in the clause: 2 to 10 do about as well on development stories.
LISTED = 4.0
#: Odds from which a clause states a further reason beside a likelier one. Of further reasons below 8 in 42 were right
#: on development stories; from .25 on F1 is the same within .01 (English .47 to .48, Chinese .45 to .46).
FURTHER = 0.6
#: Odds given to a clause that states a reason in plain words, where the network is less sure.
PLAINLY = 0.5

#: A clause that says what was no reason: 并没有指向某一项具体分歧.
_NEGATED = re.compile(r"没有|并未|并非|不是|未曾|从未|\bnot\b|n't\b|\bnever\b|\bwithout\b")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|％|percent|per cent)|([一二三四五六七八九])成|百分之(\d{1,3})")
_NUMERAL = {c: i for i, c in enumerate("一二三四五六七八九", 1)}


def _column(name: str) -> int:
    return crc32(name.encode()) % WIDTH


_KIND_COLUMNS = {_column(f"k={kind}"): place for place, kind in enumerate(CATEGORIES)}


def likeliest_kind(odds: NDArray[np.float32], columns: Sequence[int]) -> int:
    """The place in CATEGORIES of the kind that a clause states. odds: of each kind."""
    weighed = odds.copy()
    for column in columns:
        if column in _KIND_COLUMNS:
            weighed[_KIND_COLUMNS[column]] *= LISTED
    return int(weighed.argmax())


class ReasonFeatures:
    """The features of a clause for one language ("en" or "zh")."""

    def __init__(self, language: str) -> None:
        raw = tomllib.loads((resources.files("labmoves_ingest") / "cues" / f"{language}.toml").read_text("utf-8"))
        self._kinds = [(name, any_word(words)) for name, words in raw["reason"].items()]
        self._introductions = [(name, any_word(words)) for name, words in raw["reason_introduced_by"].items()]

    def plain(self, document: Document, clause: Clause, leaving: Collection[int]) -> ReasonCategory | None:
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
        sentence = document.sentences[clause.sentence]
        names |= {f"s:{word}" for word in _nameless(document, range(sentence.first, sentence.last))}
        return sorted({_column(name) for name in names})

    def cues(self, document: Document, clause: Clause) -> list[int]:
        """The clause's cues as numbers below passages.CUES."""
        return sorted({crc32(name.encode()) % CUES for name in self._cues(document, clause)})

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


def _nameless(document: Document, tokens: range) -> list[str]:
    """The words of these tokens, in order; those that name people are not told apart."""
    return ["<person>" if document.names_person_at(n) else document.tokens[n].folded for n in tokens]


def _words(document: Document, clause: Clause) -> Iterator[str]:
    span = document.span(clause.start, clause.end)
    if span is None:
        return
    words = _nameless(document, range(span.first, span.last))
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


class ReasonFinder:
    """Finds the reasons that texts of one language ("en" or "zh") state."""

    def __init__(self, language: str, models: Traversable | None = None) -> None:
        """models: the folder of the model files; None: those that labmoves brings along."""
        self._features = ReasonFeatures(language)
        archive = read_weights(read_archive(f"{language}_reasons.npz", models))
        self._network = ReasonNetwork(archive)
        self._kinds = LinearModel.of(archive)
        self._threshold = float(archive["threshold"])

    def find(self, view: NamelessView, candidate: Candidate) -> tuple[Reason, ...]:
        """Reasons for the candidate's event, likeliest first."""
        return tuple(reason for _, reason in self.judged(view, candidate))

    def judged(self, view: NamelessView, candidate: Candidate) -> list[tuple[float, Reason]]:
        """The reasons that `find` gives, each with the odds that its clause states one."""
        document, event = view.document, candidate.event
        near = list(clauses(document, candidate.sentence, candidate.person, view.leaving))
        cues = [self._features.cues(document, clause) for clause in near]
        passages = view.passages(near, cues, candidate.sentence, candidate.person, candidate.trigger)
        scored, leaving = [], frozenset(view.leaving)
        supposed = cache(partial(_supposition, document))
        for clause, odds in zip(near, self._network.odds(passages, EVENTS.index(event), len(near)), strict=True):
            if supposed(clause.sentence) < clause.end:
                continue
            stated, plain = float(odds), self._features.plain(document, clause, leaving)
            quoted = _quoted(document, clause)
            if plain is not None and stated < PLAINLY:
                scored.append((PLAINLY, plain, quoted))
            elif stated >= self._threshold:
                scored.append((stated, self._kind(document, quoted, candidate), quoted))
        found: dict[ReasonCategory, tuple[float, Reason]] = {}
        for stated, category, quoted in sorted(scored, key=lambda one: -one[0]):
            if category not in found and len(found) < MOST and (not found or stated >= FURTHER):
                span = document.sentences[quoted.sentence]
                share = _share(document.folded[span.start : span.end])
                found[category] = stated, Reason(category, document.text[quoted.start : quoted.end], share)
        return list(found.values())

    def _kind(self, document: Document, clause: Clause, candidate: Candidate) -> ReasonCategory:
        columns = self._features.columns(document, clause, candidate.trigger, candidate.event)
        return CATEGORIES[likeliest_kind(self._kinds.odds(columns), columns)]


def _quoted(document: Document, clause: Clause) -> Clause:
    """What is quoted and judged by its kind: the clause, or its whole sentence where it would not tell much alone."""
    speaking = HAN_SPEAKING if is_han(document.text[clause.start]) else SPEAKING
    if clause.end - clause.start >= speaking:
        return clause
    span = document.sentences[clause.sentence]
    start, end = trimmed(document.text, span.start, span.end)
    return replace(clause, start=start, end=end)


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

"""Why somebody left or stepped down, as the text words it: clauses that state a reason, and their kind.

A clause counts when a word introduces it ("citing", 由于) or when it holds a word of one kind behind a weaker
one ("to spend", 想); it is looked for in the sentence that tells of the event, in the sentences that go on
about the same person, and wherever the text speaks of the reasons for leaving. The words are data
(`[reason]` and `[reason_introduced_by]` in cues/en.toml and cues/zh.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources

from labmoves_graph.model import Reason, ReasonCategory
from labmoves_ingest.documents import Document
from labmoves_ingest.patterns import any_word

__all__ = ["ReasonFinder"]

#: Sentences after the one that tells of the event in which its reason is still looked for. In the corpus 90 %
#: of the annotated reasons stand no further away.
REACH = 3
MOST = 3

_CLAUSE_END = {
    "en": re.compile(r"[.;!?。；]|\s[—–]\s|,\s(?:and|but|while|who|which)\s|\)"),
    "zh": re.compile(r"[。；！？!?\n)）]|，(?=[^，。]{0,6}(?:他|她|其|公司|但|而|并|目前|此前))"),
}
_FIRST_STOP = re.compile(r"[，,]")
_LEAVING = re.compile(
    r"(?:离开|离职|辞职|出走|离任|辞任)(?:的)?(?:原因|理由|缘由)"
    r"|why (?:he|she|i|they)(?:'m| am| is|) ?(?:left|leav\w+|quit|resigned)"
    r"|reasons? (?:for|behind) (?:his|her|their|my|the) (?:departure|exit|resignation|leaving)"
)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|％|percent|per cent)|([一二三四五六七八九])成|百分之(\d{1,3})")
_NUMERAL = {c: i for i, c in enumerate("一二三四五六七八九", 1)}


@dataclass(frozen=True, slots=True)
class _Introduction:
    pattern: re.Pattern[str]
    strong: bool


class ReasonFinder:
    """Finds the reasons that texts of one language ("en" or "zh") state."""

    def __init__(self, language: str) -> None:
        raw = tomllib.loads((resources.files("labmoves_ingest") / "cues" / f"{language}.toml").read_text("utf-8"))
        self._language = language
        self._kinds = [(ReasonCategory(name), any_word(words)) for name, words in raw["reason"].items()]
        words = raw["reason_introduced_by"]
        self._same = _introductions(words["same_sentence_strong"], words["same_sentence_weak"])
        self._later = _introductions(words["later_strong"], words["later_weak"])

    def find(self, document: Document, sentence: int, person: int) -> tuple[Reason, ...]:
        """Reasons for the event that `sentence` tells of the person (an index of document.people)."""
        found: dict[ReasonCategory, Reason] = {}
        for index, introductions in self._scope(document, sentence, person):
            span = document.sentences[index]
            for category, start, end in self._clauses(document, span.start, span.end, introductions):
                if category not in found and len(found) < MOST:
                    share = _share(document.folded[span.start : span.end])
                    found[category] = Reason(category, document.text[start:end], share)
        return tuple(found.values())

    def _scope(self, document: Document, sentence: int, person: int) -> Iterable[tuple[int, Sequence[_Introduction]]]:
        yield sentence, self._same
        following = range(sentence + 1, min(sentence + 1 + REACH, len(document.sentences)))
        for index in following:
            named = _named(document, index)
            if named and person not in named:
                break
            yield index, self._later
        speaker = -1
        for index, span in enumerate(document.sentences):
            named = _named(document, index)
            speaker = named[0] if named else speaker
            near = index in following or index == sentence
            about = person in named or (not named and speaker == person)
            if about and not near and _LEAVING.search(document.folded, span.start, span.end):
                yield index, self._later

    def _clauses(
        self, document: Document, start: int, end: int, introductions: Sequence[_Introduction]
    ) -> Iterable[tuple[ReasonCategory, int, int]]:
        taken = start
        hits = sorted(
            (m.start(), m.end(), one.strong)
            for one in introductions
            for m in one.pattern.finditer(document.folded, start, end)
        )
        for first, after, strong in hits:
            if first < taken:
                continue
            last = self._clause_end(document.folded, first, after, end)
            # 原因 and 理由 close the clause that they name: 因个人原因, 以家庭原因为由.
            begin = self._clause_start(document.folded, start, first)
            category = self._kind(document.folded, first, last) or (
                self._kind(document.folded, begin, last) if strong else None
            )
            if category is None and strong and last - after >= 4:
                category = ReasonCategory.OTHER
            if category is not None:
                if self._kind(document.folded, first, last) is None:
                    first = begin
                quote_start, quote_end = _trimmed(document.text, first, last)
                if quote_end > quote_start:
                    yield category, quote_start, quote_end
                taken = last

    def _clause_end(self, folded: str, first: int, after: int, end: int) -> int:
        stop = _CLAUSE_END[self._language].search(folded, after, end)
        last = stop.start() if stop else end
        comma = _FIRST_STOP.search(folded, after, last)
        if comma and self._kind(folded, first, comma.start()) is not None:
            return comma.start()
        return min(last, first + 160)

    def _clause_start(self, folded: str, start: int, first: int) -> int:
        if self._language == "en":
            return first
        before = max(folded.rfind(sign, start, first) for sign in "，,。；:：")
        return before + 1 if before >= 0 else start

    def _kind(self, folded: str, start: int, end: int) -> ReasonCategory | None:
        """The kind with most words in the clause; of equals, the one named first."""
        best: tuple[int, int, ReasonCategory] | None = None
        for category, pattern in self._kinds:
            places = [m.start() for m in pattern.finditer(folded, start, end)]
            if places and (best is None or (-len(places), places[0]) < best[:2]):
                best = (-len(places), places[0], category)
        return best[2] if best else None


def _introductions(strong: Iterable[str], weak: Iterable[str]) -> list[_Introduction]:
    return [_Introduction(any_word(strong), True), _Introduction(any_word(weak), False)]


def _named(document: Document, sentence: int) -> list[int]:
    span = document.sentences[sentence]
    places = [
        (mention.first, index)
        for index, person in enumerate(document.people)
        for mention in person.mentions
        if span.first <= mention.first < span.last
    ]
    return [index for _, index in sorted(places)]


def _share(folded: str) -> float | None:
    m = _PERCENT.search(folded)
    if m is None:
        return None
    value = float(m[1] or m[3]) / 100 if m[1] or m[3] else _NUMERAL[m[2]] / 10
    return value if value <= 1 else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in "，,。；;：:、"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，,。；;：:、"):
        end -= 1
    return start, end

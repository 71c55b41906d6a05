"""Finds the date expressions of a text and resolves them in reading order.

find_dates(text, language, published)   -> every expression, with its date as far as it is determined
infer_reference(text, language)         -> when the text was written, as far as it says so itself

The text decides which grammars run: English where there are Latin letters, Chinese where there are Han characters.
Nothing here raises for any text.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from datetime import date

from labmoves_graph.errors import DateError
from labmoves_graph.model import Language
from labmoves_graph.partial_date import PartialDate, Precision
from labmoves_ingest.dates.context import Context, Meaning, Tense
from labmoves_ingest.dates.folding import fold
from labmoves_ingest.dates.grammar import Grammar, Match, load_grammar
from labmoves_ingest.dates.model import DateKind, DateMention, Shift
from labmoves_ingest.dates.resolution import resolve
from labmoves_ingest.dates.shifts import resolve_shift
from labmoves_ingest.markup import readable

__all__ = ["find_dates", "infer_reference"]

_HAN = re.compile("[一-鿿]")
_LATIN = re.compile("[A-Za-z]")

_RANGE = re.compile(r"\s*(?:[-–—~～]|to|and|until|through|till|至|到|和|、)\s*", re.I)
_COUNTED_FROM = re.compile(r"\b(?:after|before|from)\s$", re.I)
_DATELINE = re.compile(r"[ \t]*(?:[-–—|)）】]|\n|电|電|讯|訊|消息|\((?:Reuters|AP|AFP|Bloomberg)\))")
_DATELINE_LABEL = re.compile(
    r"^[ \t]*(?:date|published|posted|updated|发布日期|发布时间|發佈時間|日期|时间|時間)(?: on)?[ \t]*[:：]?[ \t]*\Z",
    re.I | re.M,
)
_AROUND_BEFORE = re.compile(r"(?:\b(?:around|circa|roughly)\s|(?:大约|大概|约莫)[在于]?)$", re.I)
_LONGEST_AROUND = len(" roughly ")
_AROUND_AFTER = re.compile(r"\s?(?:前后(?![脚一二两三四五六七八九十几0-9])|左右)")
_SENTENCE_ENDS = (". ", "! ", "? ", "。", "！", "？", "；", "\n")

#: Characters from the start of a text within which its dateline stands.
DATELINE_REACH = 120

#: Characters around an expression that may tell its tense.
TENSE_WINDOW = 80

#: Characters after a dated expression within which it is the anchor of "the next day", 同年 and the like.
ANCHOR_REACH = 1500

#: Fields of a match that say its year.
YEAR_FIELDS = frozenset({"y", "yn", "yy", "roc", "ya"})

#: Characters after a month or day with its year within which months and days that state none belong to that year.
#: Swept on the corpus, 0 to 500: long reads want more, news less.
MONTH_REACH = 200

#: Characters after an expression in which words may still turn back: 3月刚被任命.
LOOK_BACK_REACH = 4

#: Characters before an expression in which the quotation that it stands in must open.
QUOTE_REACH = 400


def find_dates(text: str, language: Language | None, published: date | None) -> list[DateMention]:
    """The date expressions of the text, in text order, not overlapping; mention.text == text[start:end].

    language:  decides how 9/5/2024 is read; None: by the script of the text.
    published: the day the text appeared. None: infer_reference() stands in, and what needs more is left unresolved.
    """
    reference = infer_reference(text, language) if published is None else PartialDate.from_day(published)
    return _Finder(text, language, reference).mentions()


def infer_reference(text: str, language: Language | None) -> PartialDate | None:
    """When the text was written, judging by the dates that it states in full; None if they do not tell.

    A dateline gives its day. Otherwise the latest year stated with a month or day, in no future wording.
    """
    years: list[int] = []
    for mention in _Finder(text, language, None).mentions():
        if mention.kind is not DateKind.ABSOLUTE or mention.date is None or not mention.date.bounded:
            continue
        if mention.date.precision is Precision.DAY and not mention.ambiguous and _is_dateline(mention, text):
            return mention.date
        if mention.date.precision >= Precision.MONTH:
            years.append(mention.date.earliest.year)
    return PartialDate.parse(f"{max(years):04d}") if years else None


def _is_dateline(mention: DateMention, text: str) -> bool:
    """Whether the mention stands near the top as datelines do: before a dash, a line's end, 电, 讯, or after a label.

    Labels begin their line: "date 2024-08-06", "Published: 6 August 2024", 发布时间：2024-08-06.
    """
    if mention.start > DATELINE_REACH:
        return False
    labelled = _DATELINE_LABEL.search(text[: mention.start])
    return labelled is not None or _DATELINE.match(text, mention.end) is not None


class _Finder:
    """One pass over one text: remembers the last date told, which later expressions may count from."""

    def __init__(self, text: str, language: Language | None, reference: PartialDate | None) -> None:
        self.text = text
        self.folded = fold(readable(text))
        self.reference = reference
        self.month_first = language in (None, Language.EN)
        self.anchor: DateMention | None = None
        self.told: DateMention | None = None

    def mentions(self) -> list[DateMention]:
        found = []
        for grammar, match in self._matches():
            if match.rule.ignore:
                continue
            meaning = resolve(match, grammar, self._context(grammar, match))
            if meaning is None:
                continue
            mention = self._mention(match, meaning)
            self._remember(mention, match)
            found.append(mention)
        return _joined(found, self.folded)

    def _matches(self) -> list[tuple[Grammar, Match]]:
        """All matches of all grammars that apply; of overlapping ones the first, then the longest."""
        names = ["common"]
        if _HAN.search(self.folded):
            names.append("zh")
        if _LATIN.search(self.folded):
            names.append("en")
        grammars = [load_grammar(name) for name in names]
        every = [(grammar, match) for grammar in grammars for match in grammar.find(self.folded)]
        every.sort(key=lambda pair: (pair[1].start, -pair[1].end))
        kept: list[tuple[Grammar, Match]] = []
        end = 0
        for grammar, match in every:
            if match.start >= end:
                kept.append((grammar, match))
                end = match.end
        return kept

    def _context(self, grammar: Grammar, match: Match) -> Context:
        anchor = self.anchor.date if self.anchor and match.start - self.anchor.end <= ANCHOR_REACH else None
        tense = self._tense(grammar, match)
        narrative = self._narrates(match) and tense is not Tense.FUTURE
        return Context(
            reference=self.reference,
            anchor=self.told.date if narrative and self.told else anchor,
            narrative=narrative,
            looking_back=narrative and self._looks_back(grammar, match),
            tense=tense,
            quoted=self._is_quoted(match),
            month_first=self.month_first,
        )

    def _is_quoted(self, match: Match) -> bool:
        """Whether a quotation that opens in the match's line, not far before it, is still open at it."""
        far = max(0, match.start - QUOTE_REACH)
        begin = self.folded.rfind("\n", far, match.start) + 1
        line = self.folded[max(begin, far) : match.start]
        opened = max(line.rfind("“"), line.rfind("「"))
        if opened > max(line.rfind("”"), line.rfind("」")):
            return True
        return (begin > 0 or far == 0) and line.count('"') % 2 == 1

    def _narrates(self, match: Match) -> bool:
        """Whether the match continues what an earlier month or day with its year has begun to tell, in its line.

        A year alone begins nothing: of "joined in 2022, left in April" the April is this year's more often than not.
        """
        if self.told is None or self.told.date is None or match.lead.startswith("since"):
            return False
        if self.told.date.precision <= Precision.YEAR or match.start - self.told.end > MONTH_REACH:
            return False
        return "\n" not in self.folded[self.told.end : match.start]

    def _looks_back(self, grammar: Grammar, match: Match) -> bool:
        """Whether the match's sentence turns, since the last date told, to what was before that."""
        since = self.folded[self.told.end if self.told else match.start : match.start]
        return bool(
            grammar.looking_back.search(
                _last_sentence(since) + self.folded[match.start : match.end + LOOK_BACK_REACH]
            )
        )

    def _tense(self, grammar: Grammar, match: Match) -> Tense:
        """What the last telling word before the match in its sentence says."""
        before = self.folded[max(0, match.start - TENSE_WINDOW) : match.start]
        after = self.folded[match.end : match.end + TENSE_WINDOW]
        last = next(iter(deque(grammar.tenses.finditer(_last_sentence(before)), maxlen=1)), None)
        if last is not None and last.lastgroup != "past":
            return Tense(last.lastgroup or "")
        if grammar.near_before.search(before) or grammar.near_after.search(after):
            return Tense.NEAR
        return Tense.UNKNOWN if last is None else Tense.PAST

    def _mention(self, match: Match, meaning: Meaning) -> DateMention:
        return DateMention(
            start=match.start,
            end=match.end,
            text=self.text[match.start : match.end],
            kind=meaning.kind,
            date=self._as_put(match, meaning.date),
            shift=meaning.shift,
            ambiguous=meaning.ambiguous,
            rule=match.rule.name,
        )

    def _as_put(self, match: Match, found: PartialDate | None) -> PartialDate | None:
        """The date, approximate where the words beside it say so: 2022年前后, "around 2011"."""
        if found is None or found.precision < Precision.YEAR or found.approximate:
            return found
        before = self.folded[max(0, match.start - _LONGEST_AROUND) : match.start]
        around = _AROUND_BEFORE.search(before) or _AROUND_AFTER.match(self.folded, match.end)
        return PartialDate.parse(f"{found.edtf}~") if around else found

    def _remember(self, mention: DateMention, match: Match) -> None:
        """Keeps the mention as the anchor, and as what is being told if it says its year."""
        if mention.date is None or not mention.date.bounded:
            return
        self.anchor = mention
        if mention.kind is DateKind.RELATIVE_TO_PUBLICATION or match.lead.startswith("since"):
            self.told = None
        elif self.told is not None or not YEAR_FIELDS.isdisjoint(match.fields):
            self.told = mention


def _last_sentence(text: str) -> str:
    """What stands behind the last end of a sentence."""
    return text[max(text.rfind(mark) for mark in _SENTENCE_ENDS) + 1 :]


def _joined(mentions: list[DateMention], folded: str) -> list[DateMention]:
    """The mentions, where one needs the next: "from January to May 2023", "three days after 12 January"."""
    joined = list(mentions)
    for i in range(len(mentions) - 2, -1, -1):
        first, second = joined[i], joined[i + 1]
        between = folded[first.end : second.start]
        if second.date is None or len(between) > 8:
            continue
        if _RANGE.fullmatch(between) and first.kind is DateKind.ABSOLUTE and second.kind is DateKind.ABSOLUTE:
            joined[i] = _with_year_of(first, second)
        elif first.kind is DateKind.RELATIVE_TO_EVENT and first.shift and _COUNTED_FROM.search(first.text + between):
            joined[i] = replace(first, date=_shifted(first.shift, second.date))
    return joined


def _with_year_of(first: DateMention, second: DateMention) -> DateMention:
    """The start of a range with the year that only its end states."""
    years = re.findall(r"(?:19|20)[0-9]{2}", fold(second.text))
    if first.date is None or not years or re.search(r"[0-9]{4}|年", fold(first.text)):
        return first
    year = int(years[0])
    ends_before_it_starts = f"{year}{first.date.edtf[4:]}" > (second.date.edtf if second.date else "")
    try:
        return replace(first, date=PartialDate.parse(f"{year - ends_before_it_starts:04d}{first.date.edtf[4:]}"))
    except DateError:
        return first


def _shifted(shift: Shift, anchor: PartialDate) -> PartialDate | None:
    try:
        return resolve_shift(shift, anchor)
    except DateError:
        return None

"""Who says "I" in a text: whose turn of a conversation it stands in, or else who tells all of it.

    speakers = Speakers(document)
    speakers.of(token)            index of document.people; None where the text does not show it

A conversation is a text two of whose lines begin with a person's name and a colon. Elsewhere the teller is who says
so ("I am …", 我叫…), signs at the end, is named in a byline, alone in the first line, or in a note about the writer.
Words in quotation marks are somebody else's more often than not, and are left to references.py.

Of the first persons annotated in the corpus outside quotation marks these rules settle 69 % (English) and 72 %
(Chinese), .990 and .978 of them rightly; the reference network is right about .73 and .76 of the same. The rules were
made by looking at these texts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import islice

from labmoves_ingest.documents import Document
from labmoves_ingest.lexicon import EVENT_FLAG, Flag

__all__ = ["FIRST_PERSON", "Speakers"]

#: Words by which somebody means themselves, lower case.
FIRST_PERSON = frozenset(("i", "me", "my", "mine", "myself", "我", "本人"))
_TELLING = frozenset(EVENT_FLAG.values())

#: Names that begin lines with a colon, from which on a text is a conversation.
_TURNS = 2
#: Characters of a line before a speaker's name, and what may stand there: list signs, emphasis, a time.
_LABEL_HEAD = 24
_BEFORE_LABEL = re.compile(r"[*_#>\s\-•·]*(?:\\?\[?[\d:.,]+\\?\]?)?[\s*_]*")
_AFTER_LABEL = re.compile(r" ?(?:[（(][^）)\n]{1,40}[）)]|, [^:\n]{1,40})?[*_]{0,3} ?(?:：|:[*_]{0,3}\s)")
_BLANK_LINE = re.compile(r"\n[^\S\n]{0,8}\n")
#: A question or an answer whose speaker the line does not name.
_NAMELESS_TURN = re.compile(r"^[*_# ]{0,6}(?:[QA问答問]|[Qq]uestion|[Aa]nswer)[*_]*[:：]", re.M)

_INTRODUCED_WITHIN = 24
_INTRODUCTION = re.compile(
    r"(?:\b(?:i['’]?m|i am|(?:my )?name(?:['’]s| is)|it['’]s me,?|this is me,?)\s"
    r"|我(?:是|叫|名叫|的名字叫)|本人)\s*[*_\"“]*$"
)
#: Behind a name: what belongs to the one named is somebody else.
_POSSESSES = re.compile(r"['’]s\b|的")

#: Lines at the end among which a signature is looked for, its longest, and what may stand before and behind the name;
#: and how far from the end a line may hold a name and nothing else.
_LAST_LINES, _LONGEST_LABEL, _BEHIND_SIGNATURE, _LAST_ALONE = 3, 90, 60, 8
_BEFORE_SIGNATURE = re.compile(
    r"[\s\-—–_*·~]*(?:yours|best|love|cheers|thanks|farewell|regards|signed|x)?[\s,\-—–_*·]*|[^\n]*[—–]\s*"
)
_ALONE = re.compile(r"[\s\-—–_*·~]*")
_HASHTAGS = re.compile(r"\s#")
_SENTENCE_END = re.compile(r"[.。!！?？:：]")

#: Characters at the start of a text in which its byline stands, and what of its line may stand before the name.
_TOP, _BYLINE = 400, 44
_BEFORE_BYLINE = re.compile(
    r"[^\n]{0,40}?(?:作者|撰文|主笔|文[ |/:]|口述|自述|署名|楼主|发件人|寄件者|发信人|u/|@)\s*[:|/]?\s*[*_@]*"
    r"|[^\w\n]*(?:(?:words|story|text|report|written|posted|statement|letter|author)\b[^\w\n]*)?(?:by|of|from)?[^\w\n]*"
    r"|[^\n.]{0,30}\b\d{4} ?[|·] ?(?:by )?[*_]*"
)
_BYLINE_WORD = re.compile(r"\b(?:by|words|author|posted|statement of|letter from|from:)|\d{4}|@|u/|[\u4e00-\u9fff]")
#: A first or last line in italics or bold that begins with a name and says who that is: the columnist, who was asked.
_NOTE = re.compile(r"[*_]{1,3}(?=[^*_\s])")
_BEHIND_NOTE = re.compile(r"(?:, [^,\n]{1,30},)? (?:is|was|has|runs|teaches|writes|leads|works|heads)\b")
#: The longest first line that names its teller alone, and what may follow the name there.
_LONGEST_HEAD = 60
_BEHIND_HEAD = re.compile(r"\s*(?:$|[,·•|(—–@\d-])|[*_]")


class Speakers:
    """Tellers of one document; its people must be complete."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._named = sorted(
            (m.start, m.end, m.first, p) for p, one in enumerate(document.people) for m in one.mentions
        )

    def of(self, token: int) -> int | None:
        """Whom a first person at the token means."""
        if self._document.flags[token] >> Flag.QUOTED & 1:
            return None
        if len(self._turns) >= _TURNS:
            turn = bisect_right(self._turns, (token, len(self._document.people))) - 1
            over = turn + 1 == len(self._turns) and token >= self._last_turn_ends
            return None if turn < 0 or over else self._turns[turn][1]
        return self._teller

    @cached_property
    def _turns(self) -> list[tuple[int, int]]:
        """First token and speaker of each turn."""
        text = self._document.text
        return [
            (first, person)
            for start, end, first, person in self._named
            if (line := text.rfind("\n", max(0, start - _LABEL_HEAD), start) + 1) or start < _LABEL_HEAD
            if _BEFORE_LABEL.fullmatch(text, line, start) and _AFTER_LABEL.match(text, end)
        ]

    @cached_property
    def _last_turn_ends(self) -> int:
        """The first token behind the first blank line of the last turn: nobody says that it goes on there."""
        tokens = self._document.tokens
        blank = _BLANK_LINE.search(self._document.text, tokens[self._turns[-1][0]].start)
        return bisect_left(tokens, blank.end(), key=lambda token: token.start) if blank else len(tokens)

    @cached_property
    def _teller(self) -> int | None:
        for find in (self._introduced, self._signed, self._in_byline, self._heading, self._noted):
            person = find()
            if person is not None:
                return person
        return None

    def _introduced(self) -> int | None:
        folded, flags = self._document.folded, self._document.flags
        for start, end, first, person in self._named:
            introduced = _INTRODUCTION.search(folded[max(0, start - _INTRODUCED_WITHIN) : start])
            if introduced and not flags[first] >> Flag.QUOTED & 1 and not _POSSESSES.match(folded, end):
                return person
        return None

    def _signed(self) -> int | None:
        folded = self._document.folded
        for first, end_of_line in islice(reversed(self._lines), _LAST_LINES):
            tags = _HASHTAGS.search(folded, first, end_of_line)
            last = tags.start() if tags else end_of_line
            name = self._only_name(first, last)
            if name is None or not self._is_label(first, last):
                continue
            start, end, _, person = name
            behind = self._document.text[end:last].strip()
            alone = _BEFORE_SIGNATURE.fullmatch(folded, first, start) and len(behind) <= _BEHIND_SIGNATURE
            if alone and not behind[:1].islower() and not _SENTENCE_END.search(behind):
                return person
        for first, last in islice(reversed(self._lines), _LAST_ALONE):
            for start, end, _, person in self._within(first, last):
                if last - first <= _LONGEST_LABEL and _ALONE.fullmatch(folded[first:start] + folded[end:last]):
                    return person
        return None

    def _is_label(self, first: int, last: int) -> bool:
        """Whether a line is short and tells of nothing that happens."""
        span = self._document.span(first, last)
        if span is None or last - first > _LONGEST_LABEL:
            return False
        return not any(self._document.flags[i] >> flag & 1 for i in range(span.first, span.last) for flag in _TELLING)

    def _in_byline(self) -> int | None:
        folded = self._document.folded
        if _NAMELESS_TURN.search(self._document.text):
            return None
        for start, _, _, person in self._named:
            if start > _TOP:
                break
            line = folded.rfind("\n", max(0, start - _BYLINE), start) + 1
            worded = (line or start <= _BYLINE) and _BYLINE_WORD.search(folded, line, start)
            if worded and _BEFORE_BYLINE.fullmatch(folded, line, start):
                return person
        return None

    def _heading(self) -> int | None:
        first, last = self._lines[0]
        name, folded = self._only_name(first, last), self._document.folded
        if len(self._lines) < 2 or last - first > _LONGEST_HEAD or name is None:
            return None
        start, end, _, person = name
        alone = _BEFORE_LABEL.fullmatch(folded, first, start) and self._is_label(first, last)
        told = _SENTENCE_END.match(folded[first:last].rstrip(" *_")[-1:])
        return person if alone and not told and _BEHIND_HEAD.match(folded, end, last) else None

    def _noted(self) -> int | None:
        folded = self._document.folded
        for first, last in (self._lines[0], self._lines[-1]):
            note = _NOTE.match(folded, first)
            for start, end, _, person in self._within(first, last)[:1]:
                if note and start == note.end() and _BEHIND_NOTE.match(folded, end):
                    return person
        return None

    def _only_name(self, first: int, last: int) -> tuple[int, int, int, int] | None:
        """The first mention within the characters, where they name one person and no other."""
        inside = self._within(first, last)
        return inside[0] if len({person for *_, person in inside}) == 1 else None

    def _within(self, first: int, last: int) -> list[tuple[int, int, int, int]]:
        """The mentions of people that begin within the characters."""
        low, high = (bisect_left(self._named, place, key=lambda one: one[0]) for place in (first, last))
        return self._named[low:high]

    @cached_property
    def _lines(self) -> list[tuple[int, int]]:
        """Start and end of the lines that are not blank."""
        lines = re.finditer(r"[^\n]+", self._document.text)
        return [line.span() for line in lines if not line.group().isspace()]

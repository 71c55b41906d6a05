"""A question word by word: which organization is which end, what is a time, what follows what.

    clauses = Clauses()
    for word in read.words:
        clauses.take(word)          clauses.filters, and what the end of the question settles (parsing.py)

A verb or a preposition is open until an organization fills it; a word of time waits for its date. One that meets
something else instead raises QuestionError, so that no word is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from labmoves_api.errors import QuestionError
from labmoves_api.questions.words import Kind, Meaning, Word
from labmoves_graph.model import ReasonCategory, Status, Verdict
from labmoves_graph.partial_date import PartialDate

__all__ = ["ENDS", "HELP", "PREPOSITIONS", "Clauses", "Filters", "day_beside", "refused"]

Filters = dict[str, str]
HELP = "ask who left, joined or founded an organization, from where, to where, when, why; in English or Chinese"
PREPOSITIONS = (Meaning.FROM, Meaning.TO, Meaning.AT)
#: The filter that an organization beside the word fills.
ENDS: dict[str, str] = {
    Meaning.LEAVE: "from",
    Meaning.LET_GO: "from",
    Meaning.FROM: "from",
    Meaning.JOIN: "to",
    Meaning.HIRE: "to",
    Meaning.TO: "to",
    Meaning.AT: "organization",
    Meaning.FOUND: "organization",
    Meaning.ROLE_CHANGE: "organization",
}
#: Words of time that may stand before a verb, too: "after leaving", "before joining".
_BEFORE_VERBS = {
    Meaning.AFTER: (Meaning.LEAVE,),
    Meaning.BEFORE: (Meaning.JOIN, Meaning.FOUND),
}
_STATUSES = {Verdict.RUMORED: Status.RUMORED, Verdict.PLANNED: Status.PLANNED, Verdict.DENIED: Status.DENIED}
_PREFIXES = (Meaning.SINCE, Meaning.AFTER, Meaning.UNTIL, Meaning.BEFORE)
_SUFFIXES = {Meaning.ONWARDS: Meaning.SINCE, Meaning.AFTERWARDS: Meaning.AFTER, Meaning.BEFOREHAND: Meaning.BEFORE}
_MOST_TOLD = 10  # bearers of a name that are listed


@dataclass(slots=True)
class Clauses:
    """What is known so far, and what the next organization or date will be.

    open, open_end: the verb or preposition that waits for its organization, and the filter that this will be.
    loose: an organization that nothing waited for; loose_first: it stands before every verb. time: a word that waits
    for its date. marks: words that put one clause after another, in the order told unless `reversed`; beside_where:
    one of them that "where" must explain. where, asked: a question word for an organization, and which end it asks
    for; hop_asked: the other end is known. idle: words without an effect.
    """

    filters: Filters = field(default_factory=dict)
    verbs: list[Word] = field(default_factory=list)
    open: Word | None = None
    open_end: str = ""
    loose: Word | None = None
    loose_first: bool = False
    dates: list[Word] = field(default_factory=list)
    between: Word | None = None
    time: Word | None = None
    marks: list[Word] = field(default_factory=list)
    reversed: bool = False
    beside_where: Word | None = None
    where: Word | None = None
    asked: str = ""
    hop_asked: bool = False
    go: Word | None = None
    passive: bool = False
    previous: Word | None = None
    formers: dict[str, tuple[str, str]] = field(default_factory=dict)
    idle: list[Word] = field(default_factory=list)
    why: bool = False

    def take(self, word: Word) -> None:
        """The next word of the question. Raises QuestionError."""
        if word.value == Meaning.PASSIVE:
            self.passive = True
            return
        if word.kind is Kind.DATE:
            self._take_date(word)
        elif word.kind is Kind.PERSON:
            self._take_person(word)
        elif word.kind is Kind.ORGANIZATION:
            self._take_organization(word)
        else:
            self._take_phrase(word)
        self.previous = word

    def set(self, name: str, word: Word) -> None:
        """The one who bears the name is that filter. Raises QuestionError for several, or beside another one."""
        self._put(name, _only(word), word)

    def _put(self, name: str, value: str, word: Word) -> None:
        if self.filters.get(name, value) != value:
            raise refused(word, f" beside another {name}, ask one thing at a time")
        self.filters[name] = str(value)

    def _take_phrase(self, word: Word) -> None:
        value = word.value
        if value in ENDS:
            if word.manner:
                self._put("manner", word.manner, word)
            if value in PREPOSITIONS:
                self._take_preposition(word)
            else:
                self._take_verb(word)
        elif value in set(ReasonCategory):
            self._put("reason", value, word)
        elif value in set(_STATUSES):
            self._put("status", _STATUSES[Verdict(value)].value, word)
        elif value == Meaning.CONFIRMED:
            self._put("status", Status.CONFIRMED.value, word)
        elif value in set(Verdict):
            self._put("verdict", value, word)
        elif value == Meaning.WHY:
            self.why = True
        elif value == Meaning.BETWEEN:
            self.between = word
        elif value == Meaning.WHERE:
            self._take_where(word)
        elif value == Meaning.GO:
            self.go = word
        elif value in _SUFFIXES:
            self._take_suffix(word)
        elif value in _PREFIXES:
            self._expect_nothing()
            self.time = word

    def _take_verb(self, word: Word) -> None:
        value = Meaning(word.value)
        if self.time is not None:
            if value not in _BEFORE_VERBS.get(Meaning(self.time.value), ()):
                raise refused(self.time)
            self.marks.append(self.time)
            self.reversed |= self.time.value == Meaning.AFTER
            self.time = None
        if self.open is not None and self.open.value == Meaning.AT:
            self.idle.append(self.open)  # 在…离开…后: it frames the clause
            self.open = None
        self._expect_nothing()
        if value in (Meaning.HIRE, Meaning.LET_GO) and "person" in self.filters and not self.passive:
            raise refused(word, ": by whom, or whom")
        if not (self.verbs and self.verbs[-1].value == value):
            self.verbs.append(word)
        filled = ENDS[value] in self.filters  # "从OpenAI离职"
        self.open, self.open_end = None if filled else word, ENDS[value]
        if self.loose is not None and value in (Meaning.LEAVE, Meaning.LET_GO):
            # The organization stood before its verb: "OpenAI离职的人", "OpenAI departures".
            self.set("from", self.loose)
            self.loose = self.open = None
        elif value == Meaning.HIRE and self.loose is not None:
            self.set("to", self.loose)
            self.loose, self.open, self.open_end = None, word, "from"  # "Meta poached OpenAI researchers"

    def _take_preposition(self, word: Word) -> None:
        self._expect_nothing()
        self.open, self.open_end = word, ENDS[word.value]

    def _expect_nothing(self) -> None:
        """Refuse a preposition or a word of time that something else follows than what it is for."""
        waiting = self.time or (self.open if self.open is not None and self.open.value in PREPOSITIONS else None)
        if waiting is not None:
            raise refused(waiting)

    def _take_where(self, word: Word) -> None:
        self.where = word
        if self.open is not None:
            self.asked = self.open_end if self.open.value != Meaning.AT else ""
            self.open = None

    def _take_person(self, word: Word) -> None:
        self._expect_nothing()
        if self.open is not None and self.open is self.previous and self.open.value == Meaning.JOIN:
            raise refused(word, f" behind {self.open.text!r}")
        self.set("person", word)

    def _take_organization(self, word: Word) -> None:
        if word.former is not None:
            self.formers[_only(word)] = word.former
        if self.time is not None:
            if self.time.value not in _BEFORE_VERBS:
                raise refused(self.time, f" beside {word.text!r}")
            self._take_side(self.time, "from" if self.time.value == Meaning.AFTER else "to", word)
            self.time = None
        elif self.open is not None and self.open.value != Meaning.AT:
            self.set(self.open_end, word)
            self.open = None
        elif self.loose is None:
            _only(word)
            self.loose, self.loose_first = word, not self.verbs
            self.open = None
        else:
            raise refused(word, " beside another organization")

    def _take_side(self, mark: Word, end: str, word: Word) -> None:
        """ "Where did she go after OpenAI", 在OpenAI之后去了哪里: only with "where" is the organization one end."""
        self.set(end, word)
        self.marks.append(mark)
        self.beside_where = mark

    def _take_suffix(self, word: Word) -> None:
        """A word of time behind its date, or behind the clause that comes first: 2024年以后, 离开OpenAI之后."""
        meaning = Meaning(word.value)
        if self.previous is not None and self.previous.kind is Kind.DATE:
            if self.dates and self.dates[-1] is self.previous:
                self._place(_SUFFIXES[meaning], self.dates.pop())
            elif not (meaning is Meaning.ONWARDS and self.filters.get("since") == self.previous.value):
                raise refused(word)
        elif self.loose is not None and self.loose is self.previous and meaning is not Meaning.ONWARDS:
            self._take_side(word, "from" if meaning is Meaning.AFTERWARDS else "to", self.loose)
            self.loose = None
        elif meaning is Meaning.AFTERWARDS and "from" in self.filters:
            self.marks.append(word)
        elif meaning is Meaning.BEFOREHAND and "to" in self.filters:
            self.marks.append(word)
            self.reversed = True
        else:
            raise refused(word)

    def _take_date(self, word: Word) -> None:
        first, several_days, last = word.value.partition("/")
        waiting = self.open if self.open is not None and self.open is self.previous else None
        meaning = waiting.value if waiting is not None and waiting.value in PREPOSITIONS else ""
        if several_days and (self.time is not None or self.dates or meaning in (Meaning.FROM, Meaning.TO)):
            raise refused(word, " beside another time")
        if meaning:
            self.open = None  # "from 2023 to 2025" is about time
        if self.time is not None:
            self._place(Meaning(self.time.value), word)
            self.time = None
        elif meaning == Meaning.FROM:
            self._place(Meaning.SINCE, word)
        elif meaning == Meaning.TO:
            if len(self.dates) == 1:
                self._place(Meaning.SINCE, self.dates.pop())
            self._place(Meaning.UNTIL, word)
        elif several_days:
            self._place(Meaning.SINCE, Word(word.text, Kind.DATE, first))
            self._place(Meaning.UNTIL, Word(word.text, Kind.DATE, last))
        elif len(self.dates) == 2:
            raise refused(word, " beside the others")
        else:
            if meaning == Meaning.AT and waiting is not None:
                self.idle.append(waiting)
            self.dates.append(word)

    def _place(self, meaning: Meaning, word: Word) -> None:
        when = PartialDate.parse(word.value)
        if meaning is Meaning.AFTER:
            self._put("since", day_beside(when.latest, 1), word)
        elif meaning is Meaning.BEFORE:
            self._put("until", day_beside(when.earliest, -1), word)
        else:
            self._put("since" if meaning is Meaning.SINCE else "until", word.value, word)


def refused(word: Word, because: str = "") -> QuestionError:
    """That the word is not understood, and why."""
    return QuestionError(f"not understood: {word.text!r}{because}; {HELP}", (word.text,))


def day_beside(day: date, step: int) -> str:
    """The day so many days later."""
    return (day + timedelta(days=step)).isoformat()


def _only(word: Word) -> str:
    """The one who bears the name. Raises QuestionError when there are several."""
    if len(word.bearers) > 1:
        several = ", ".join(word.bearers[:_MOST_TOLD])
        more = len(word.bearers) - _MOST_TOLD
        others = f" or one of {more} others (GET /v1/people?q={word.text})" if more > 0 else ""
        raise QuestionError(f"{word.text!r} may mean {several}{others}; ask with one of these ids", (word.text,))
    return word.bearers[0]

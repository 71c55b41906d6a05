"""The meaning of a question: filters of /v1/moves, or what of it is not understood.

    parse_question("Who left Anthropic for DeepMind in 2025?", words, today)
        -> {"from": "anthropic", "to": "google-deepmind", "event": "departure", "since": "2025", "until": "2025"}

Nothing is guessed: a name that several bear, a word that nothing is known of, a second date without a word between
raise QuestionError, which names the part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from labmoves_api.errors import QuestionError
from labmoves_api.questions.reading import read_question
from labmoves_api.questions.words import Kind, Meaning, Word, Words
from labmoves_graph.model import Event, Manner, ReasonCategory, Status, Verdict
from labmoves_graph.partial_date import PartialDate

__all__ = ["Question", "parse_question"]

Filters = dict[str, str]
_ENDS = {
    Meaning.LEAVE: "from",
    Meaning.FROM: "from",
    Meaning.JOIN: "to",
    Meaning.TO: "to",
    Meaning.AT: "organization",
    Meaning.FOUND: "organization",
    Meaning.ROLE_CHANGE: "organization",
}
_EVENTS = {
    Meaning.LEAVE: Event.DEPARTURE,
    Meaning.JOIN: Event.HIRE,
    Meaning.FOUND: Event.FOUNDING,
    Meaning.ROLE_CHANGE: Event.ROLE_CHANGE,
}
#: What a manner says of the event, and so of the organization that follows.
_MANNERS = {
    Manner.RESIGNED: Meaning.LEAVE,
    Manner.DISMISSED: Meaning.LEAVE,
    Manner.LAID_OFF: Meaning.LEAVE,
    Manner.RETIRED: Meaning.LEAVE,
    Manner.REJOINED: Meaning.JOIN,
    Manner.POACHED: Meaning.JOIN,
    Manner.PROMOTED: Meaning.ROLE_CHANGE,
    Manner.STEPPED_DOWN: Meaning.ROLE_CHANGE,
}
_STATUSES = {Verdict.RUMORED: Status.RUMORED, Verdict.PLANNED: Status.PLANNED, Verdict.DENIED: Status.DENIED}
_TIMES = (Meaning.SINCE, Meaning.AFTER, Meaning.UNTIL, Meaning.BEFORE, Meaning.BETWEEN)
_HELP = "ask who left, joined or founded an organization, from where, to where, when, why; in English or Chinese"


@dataclass(frozen=True, slots=True)
class Question:
    """filters: as /v1/moves takes them. understood: each piece and what it was taken for. why: reasons are asked."""

    filters: Filters
    understood: tuple[tuple[str, str], ...]
    why: bool


@dataclass(slots=True)
class _Parse:
    """What is known so far, and what the next organization or date will be."""

    filters: Filters = field(default_factory=dict)
    events: list[Meaning] = field(default_factory=list)
    end: str | None = None
    loose: str | None = None
    dates: list[str] = field(default_factory=list)
    time: Meaning | None = None
    formers: dict[str, tuple[str, str]] = field(default_factory=dict)
    why: bool = False


def parse_question(question: str, words: Words, today: date) -> Question:
    """The filters that the question means. today: what "last year" is said from. Raises QuestionError."""
    read = read_question(question, words, today)
    if read.unknown:
        raise QuestionError(f"not understood: {', '.join(map(repr, read.unknown[:10]))}; {_HELP}", read.unknown)
    parse = _Parse()
    for word in read.words:
        _take(parse, word)
    _close(parse)
    if not parse.filters:
        raise QuestionError(f"the question names nobody, no organization, event or time; {_HELP}", ())
    understood = tuple((word.text, _shown(word)) for word in read.words)
    return Question(parse.filters, understood, parse.why)


def _take(parse: _Parse, word: Word) -> None:
    if word.kind is Kind.DATE:
        _take_date(parse, word)
    elif word.kind is Kind.PERSON:
        _set(parse, "person", _only(word), word)
    elif word.kind is Kind.ORGANIZATION:
        _take_organization(parse, word)
    else:
        _take_phrase(parse, word.value)


def _take_phrase(parse: _Parse, value: str) -> None:
    if value in set(Manner):
        parse.filters["manner"] = value
        value = _MANNERS[Manner(value)]
    if value in set(ReasonCategory):
        parse.filters["reason"] = value
    elif value in set(_STATUSES):
        parse.filters["status"] = _STATUSES[Verdict(value)].value
    elif value == Meaning.CONFIRMED:
        parse.filters["status"] = Status.CONFIRMED.value
    elif value in set(Verdict):
        parse.filters["verdict"] = value
    elif value == Meaning.WHY:
        parse.why = True
    elif value in _TIMES:
        _take_time(parse, Meaning(value))
    elif value in _ENDS:
        meaning = Meaning(value)
        if meaning in _EVENTS:
            parse.events.append(meaning)
        if meaning is Meaning.LEAVE and parse.loose is not None:
            # The organization stood before its verb: "OpenAI离职的人", "OpenAI departures".
            parse.filters["from"], parse.loose = parse.loose, None
        parse.end = _ENDS[meaning]


def _take_organization(parse: _Parse, word: Word) -> None:
    organization = _only(word)
    if word.former is not None:
        parse.formers[organization] = word.former
    if parse.end is not None:
        _set(parse, parse.end, organization, word)
        parse.end = None
    elif parse.loose is None:
        parse.loose = organization
    else:
        raise QuestionError(f"not understood: what {word.text!r} has to do with it; {_HELP}", (word.text,))


def _take_time(parse: _Parse, meaning: Meaning) -> None:
    if parse.dates and parse.time is None and meaning in (Meaning.AFTER, Meaning.BEFORE, Meaning.SINCE):
        _place(parse, meaning, parse.dates.pop())  # "2024年以后": the word stands behind its date
    else:
        parse.time = meaning


def _take_date(parse: _Parse, word: Word) -> None:
    first, several_days, last = word.value.partition("/")
    if several_days and parse.time is None and not parse.dates:
        parse.dates = [first, last]
    elif several_days:
        raise QuestionError(f"not understood: {word.text!r} beside another time; {_HELP}", (word.text,))
    elif parse.time in (None, Meaning.BETWEEN):
        parse.dates.append(word.value)
        if parse.end == "from":
            parse.end = None  # "from 2023 to 2025" is about time
    else:
        _place(parse, parse.time, word.value)
        parse.time = None
    if len(parse.dates) > 2:
        raise QuestionError(f"not understood: the date {word.text!r} beside the others; {_HELP}", (word.text,))


def _place(parse: _Parse, meaning: Meaning, edtf: str) -> None:
    when = PartialDate.parse(edtf)
    if meaning is Meaning.AFTER:
        parse.filters["since"] = _day(when.latest, 1)
    elif meaning is Meaning.BEFORE:
        parse.filters["until"] = _day(when.earliest, -1)
    else:
        parse.filters["since" if meaning is Meaning.SINCE else "until"] = edtf


def _close(parse: _Parse) -> None:
    """Settle what only the whole question can."""
    filters = parse.filters
    if parse.dates:
        filters["since"], filters["until"] = min(parse.dates), max(parse.dates)
    if parse.loose is not None:
        first = parse.events[0] if parse.events else None
        wanted = _ENDS.get(first, "organization") if first is not None else "organization"
        if wanted in filters:
            raise QuestionError(f"not understood: what {parse.loose!r} has to do with it; {_HELP}", (parse.loose,))
        filters[wanted] = parse.loose
    _name_as_then(parse)
    if parse.events:
        filters["event"] = _EVENTS[parse.events[0]].value
    if "from" in filters and "to" in filters:
        if filters.get("event") == Event.FOUNDING:
            filters.pop("event")
        return
    for end in ("from", "to"):
        plain = {"from": Event.DEPARTURE, "to": Event.HIRE}[end]
        if end in filters and filters.get("event", plain) == plain and "organization" not in filters:
            # With one end only, the event says it more exactly than the end of a hop.
            filters["organization"], filters["event"] = filters.pop(end), plain.value


def _name_as_then(parse: _Parse) -> None:
    """An organization that bore its name before it became another, where the question ends before that."""
    until = parse.filters.get("until")
    for name in ("from", "to", "organization"):
        former, became = parse.formers.get(parse.filters.get(name, ""), ("", ""))
        if former and until is not None and PartialDate.parse(until).latest < PartialDate.parse(became).earliest:
            parse.filters[name] = former


def _only(word: Word) -> str:
    """The one who bears the name. Raises QuestionError when there are several."""
    if len(word.bearers) > 1:
        several = ", ".join(word.bearers)
        raise QuestionError(f"{word.text!r} may mean {several}; ask with one of these ids", (word.text,))
    return word.bearers[0]


def _set(parse: _Parse, name: str, value: str, word: Word) -> None:
    if parse.filters.get(name, value) != value:
        raise QuestionError(
            f"not understood: {word.text!r} beside another {name}; ask one thing at a time", (word.text,)
        )
    parse.filters[name] = value


def _day(day: date, step: int) -> str:
    return (day + timedelta(days=step)).isoformat()


def _shown(word: Word) -> str:
    if word.kind is Kind.PHRASE:
        return word.value
    return f"{word.kind} {word.value or word.bearers[0]}"

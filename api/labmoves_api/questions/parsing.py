"""The meaning of a question: filters of /v1/moves, or what of it is not understood.

    parse_question("Who left Anthropic for DeepMind in 2025?", words, today)
        -> {"from": "anthropic", "to": "google-deepmind", "event": "departure", "since": "2025", "until": "2025"}

clauses.py takes word by word what the filters are made of; here stands what only the whole question can settle.
Nothing is guessed: a name that several bear, a word that nothing is known of or that has no effect on the filters, a
second date without a word between raise QuestionError, which names the part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from labmoves_api.errors import QuestionError
from labmoves_api.questions.clauses import ENDS, HELP, PREPOSITIONS, Clauses, Filters, day_beside, refused
from labmoves_api.questions.reading import read_question
from labmoves_api.questions.words import Kind, Meaning, Word, Words
from labmoves_graph.model import Event
from labmoves_graph.partial_date import PartialDate

__all__ = ["Question", "parse_question"]

_EVENTS = {
    Meaning.LEAVE: Event.DEPARTURE,
    Meaning.LET_GO: Event.DEPARTURE,
    Meaning.JOIN: Event.HIRE,
    Meaning.HIRE: Event.HIRE,
    Meaning.FOUND: Event.FOUNDING,
    Meaning.ROLE_CHANGE: Event.ROLE_CHANGE,
}
_DEPARTURES = (Meaning.LEAVE, Meaning.LET_GO)
_ARRIVALS = (Meaning.JOIN, Meaning.FOUND)
_OTHER_END = {"to": "from", "from": "to"}
#: What narrows nothing by itself: it says how the other words belong together, or what is asked of the moves.
_LINKS = (Meaning.AND, Meaning.PASSIVE, Meaning.GO)


@dataclass(frozen=True, slots=True)
class Question:
    """filters: as /v1/moves takes them. understood: each piece and what it was taken for. why: reasons are asked."""

    filters: Filters
    understood: tuple[tuple[str, str], ...]
    why: bool


def parse_question(question: str, words: Words, today: date) -> Question:
    """The filters that the question means. today: what "last year" is said from. Raises QuestionError."""
    read = read_question(question, words, today)
    if read.unknown:
        told = ", ".join(f"{piece!r}{f' ({because})' if because else ''}" for piece, because in read.unknown[:10])
        raise QuestionError(f"not understood: {told}; {HELP}", tuple(piece for piece, _ in read.unknown))
    clauses = Clauses()
    for word in read.words:
        clauses.take(word)
    _close(clauses)
    if not clauses.filters:
        raise QuestionError(f"the question names nobody, no organization, event or time; {HELP}", ())
    understood = tuple((word.text, _shown(word)) for word in read.words if _counts(word, clauses))
    return Question(clauses.filters, understood, clauses.why)


def _close(clauses: Clauses) -> None:
    """Settle what only the whole question can."""
    if clauses.time is not None:
        raise refused(clauses.time)
    _settle_dates(clauses)
    _settle_asked_end(clauses)
    _settle_loose(clauses)
    _settle_verbs(clauses)
    _name_as_then(clauses)
    if not clauses.hop_asked:
        _say_by_event(clauses.filters)


def _settle_dates(clauses: Clauses) -> None:
    """One date is the period; two are its ends, where "between" says so or one begins as the other ends."""
    dates = sorted(clauses.dates, key=lambda word: PartialDate.parse(word.value).earliest)
    if clauses.between is not None and len(dates) != 2:
        raise refused(clauses.between)
    if not dates:
        return
    if {"since", "until"} & clauses.filters.keys():
        raise refused(dates[0], " beside another time")
    first, last = (PartialDate.parse(word.value) for word in (dates[0], dates[-1]))
    adjoining = len(dates) == 1 or day_beside(first.latest, 1) == last.earliest.isoformat()
    if not (clauses.between or adjoining):
        raise refused(dates[-1], " beside another time")
    clauses.filters |= {"since": dates[0].value, "until": dates[-1].value}


def _settle_asked_end(clauses: Clauses) -> None:
    """ "Where" asks for the end of the hop that nothing names; the organization that is named is the other one."""
    if clauses.open is not None and clauses.where is None and clauses.open.value in PREPOSITIONS:
        raise refused(clauses.open)
    if clauses.where is None:
        if clauses.beside_where is not None:
            raise refused(clauses.beside_where)
        return
    backwards = any(mark.value in (Meaning.BEFORE, Meaning.BEFOREHAND) for mark in clauses.marks)
    open_end = clauses.open_end if clauses.open is not None else ""
    asked = clauses.asked or (open_end if open_end in _OTHER_END else "from" if backwards else "to")
    given = _OTHER_END[asked]
    if clauses.loose is not None:
        clauses.set(given, clauses.loose)
        clauses.loose = None
    clauses.hop_asked = given in clauses.filters
    if asked in clauses.filters or not (clauses.hop_asked or "person" in clauses.filters):
        raise refused(clauses.where)
    clauses.asked = asked


def _settle_loose(clauses: Clauses) -> None:
    """The organization beside the verbs and prepositions: what the verb is about, or where its people come from."""
    if clauses.loose is None:
        return
    wanted = ENDS[clauses.verbs[0].value] if clauses.verbs else "organization"
    whence = clauses.loose_first and "to" in clauses.filters and "from" not in clauses.filters
    if whence and wanted in ("to", "organization"):
        wanted = "from"  # "which Google people joined OpenAI", "OpenAI to Meta"
    if wanted in clauses.filters:
        raise refused(clauses.loose, " beside another organization")
    clauses.set(wanted, clauses.loose)


def _settle_verbs(clauses: Clauses) -> None:
    """One verb is the event; two are the ends of a hop, the departure first unless a word turns them round."""
    filters, verbs = clauses.filters, clauses.verbs
    arrived = "to" in filters or "organization" in filters
    hop = clauses.hop_asked or ("from" in filters and arrived)
    for mark in clauses.marks:
        if not hop:
            raise refused(mark)
    if len(verbs) > 2:
        raise refused(verbs[2], " beside the others")
    if len(verbs) == 2:
        first, second = verbs[::-1] if clauses.reversed else verbs
        if not hop or first.value not in _DEPARTURES or second.value not in _ARRIVALS:
            raise refused(verbs[1], f" beside {verbs[0].text!r}")
    if clauses.go is not None and not {"from", "to"} & filters.keys() and clauses.where is None:
        raise refused(clauses.go)
    if verbs and not clauses.hop_asked:
        founding = next((verb for verb in verbs if verb.value == Meaning.FOUND), verbs[0])
        filters["event"] = _EVENTS[Meaning(founding.value)].value


def _say_by_event(filters: Filters) -> None:
    """With one end only, the event says it more exactly than the end of a hop."""
    if "from" in filters and "to" in filters:
        return
    for end, plain in (("from", Event.DEPARTURE), ("to", Event.HIRE)):
        if end in filters and filters.get("event", plain) == plain and "organization" not in filters:
            filters["organization"], filters["event"] = filters.pop(end), plain.value


def _name_as_then(clauses: Clauses) -> None:
    """An organization that bore its name before it became another, where the question ends before that."""
    until = clauses.filters.get("until")
    for name in ("from", "to", "organization"):
        former, became = clauses.formers.get(clauses.filters.get(name, ""), ("", ""))
        if former and until is not None and PartialDate.parse(until).latest < PartialDate.parse(became).earliest:
            clauses.filters[name] = former


def _counts(word: Word, clauses: Clauses) -> bool:
    """Whether the word has a part in the filters, or in what is counted."""
    if word.kind is not Kind.PHRASE:
        return True
    if word.value == Meaning.WHERE or (word.value in _EVENTS and clauses.hop_asked and not _bears_end(word, clauses)):
        return word.value == Meaning.WHERE and clauses.hop_asked
    return word.value not in _LINKS and word not in clauses.idle


def _bears_end(verb: Word, clauses: Clauses) -> bool:
    """Whether the verb's organization is among the filters of the hop that is asked for."""
    return ENDS[verb.value] == _OTHER_END.get(clauses.asked) or bool(verb.manner)


def _shown(word: Word) -> str:
    if word.kind is Kind.PHRASE:
        return word.manner or word.value
    return f"{word.kind} {word.value or word.bearers[0]}"

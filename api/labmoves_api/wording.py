"""How pages, feeds and calendars put things in English: dates, events, verdicts, sources.

date_words("2025-09-19")   -> "19 Sep 2025"          date_words("2024-10~") -> "about Oct 2024"
event_words(move)          -> "reportedly left"      never worded as fact unless the verdict makes it one
"""

from __future__ import annotations

import re

from labmoves_graph.model import Event, Language, Manner, Verdict
from labmoves_graph.read_model_views import EvidenceView, MoveView, ReasonView

__all__ = [
    "NOTE",
    "category_words",
    "date_words",
    "dates_words",
    "event_words",
    "evidence_words",
    "headline",
    "quote_in_sentence",
    "reason_words",
    "source_words",
    "sources_words",
    "undated_words",
    "verdict_words",
    "web_url",
]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
NOTE = "a note, not a quote"  # what stands beside a reason that is nobody's words
_DATE = re.compile(r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2}))?(?:-(?P<day>[0-9X]{2}))?(?P<mark>[~?%]?)")

_VERDICTS = {
    Verdict.CORROBORATED: "corroborated",
    Verdict.SINGLE_SOURCE: "single source",
    Verdict.DISPUTED: "disputed",
    Verdict.PLANNED: "announced, not yet reported as done",
    Verdict.RUMORED: "rumour",
    Verdict.DENIED: "denied",
}
#: How an event is put as a fact, and what follows "is to", "reportedly" and "did not".
_FACT = {
    Event.DEPARTURE: "left",
    Event.HIRE: "joined",
    Event.ROLE_CHANGE: "changed role at",
    Event.FOUNDING: "founded",
}
_PLAIN = {
    Event.DEPARTURE: "leave",
    Event.HIRE: "join",
    Event.ROLE_CHANGE: "change role at",
    Event.FOUNDING: "found",
}
_MANNERS = {
    (Event.DEPARTURE, Manner.RESIGNED): "resigned from",
    (Event.DEPARTURE, Manner.DISMISSED): "was dismissed from",
    (Event.DEPARTURE, Manner.LAID_OFF): "was laid off from",
    (Event.DEPARTURE, Manner.RETIRED): "retired from",
    (Event.DEPARTURE, Manner.POACHED): "was hired away from",
    (Event.HIRE, Manner.REJOINED): "rejoined",
    (Event.HIRE, Manner.POACHED): "was hired away to",
    (Event.HIRE, Manner.ACQUIRED): "came by acquisition to",
    (Event.ROLE_CHANGE, Manner.PROMOTED): "was promoted at",
    (Event.ROLE_CHANGE, Manner.STEPPED_DOWN): "stepped down at",
}


def event_words(move: MoveView) -> str:
    """The verb between person and organization, hedged as the verdict asks."""
    event = Event(move.event)
    verdict = Verdict(move.verdict)
    fact = _MANNERS.get((event, Manner(move.manner)), _FACT[event]) if move.manner else _FACT[event]
    if verdict is Verdict.RUMORED:
        return f"reportedly {fact}"
    if verdict is Verdict.PLANNED:
        return f"is to {_PLAIN[event]}"
    if verdict is Verdict.DENIED:
        return f"did not {_PLAIN[event]}"
    return fact


def headline(move: MoveView) -> str:
    """The move in one line, as a feed or a calendar shows it."""
    line = f"{move.person.name} {event_words(move)} {move.organization.name}"
    if move.hop is not None and move.hop.direction == "to":
        line += f", then {move.hop.organization.name}"
    elif move.hop is not None:
        line += f", from {move.hop.organization.name}"
    return line


def verdict_words(verdict: str) -> str:
    """The verdict as a label."""
    return _VERDICTS[Verdict(verdict)]


def sources_words(move: MoveView) -> str:
    """How many sources, and how many of them are independent."""
    return f"{move.sources} source{'' if move.sources == 1 else 's'} ({move.independent_sources} independent)"


def category_words(category: str) -> str:
    """A reason category as words."""
    return category.replace("_", " ")


def reason_words(reason: ReasonView) -> str:
    """The reason with what is said of it: in quotation marks only where these are words of an article."""
    category = category_words(reason.category)
    if not reason.quote:
        return category
    return f"{category}: “{reason.quote}”" if reason.verbatim else f"{category}: {reason.quote} ({NOTE})"


def undated_words(language: Language | None) -> str:
    """What stands above the moves that no date places."""
    return "日期不明" if language in (Language.ZH_HANS, Language.ZH_HANT) else "Date unknown"


def date_words(edtf: str | None) -> str:
    """An EDTF date as words that say no more than it does; "date unknown" for None."""
    if edtf is None:
        return "date unknown"
    if "/" in edtf:
        start, end = edtf.split("/")
        if start in ("", ".."):
            return f"by {_single_words(end)}"
        if end in ("", ".."):
            return f"from {_single_words(start)}"
        return f"{_single_words(start)} – {_single_words(end)}"
    return _single_words(edtf)


def dates_words(move: MoveView) -> str:
    """When the move was, with the rival dates that other sources give."""
    rivals = ", ".join(date_words(rival) for rival in move.rival_dates)
    return f"{date_words(move.date)}, or {rivals}, as others say" if rivals else date_words(move.date)


def source_words(evidence: EvidenceView) -> str:
    """Who says so and when, as far as it is known; the article's id where it has no web address."""
    known = [evidence.title, evidence.publisher, date_words(evidence.published) if evidence.published else ""]
    if not web_url(evidence.url):
        known.append(f"article {evidence.article_id}")
    return ", ".join(filter(None, known))


def evidence_words(evidence: EvidenceView) -> str:
    """What the source says, before its name: its words, and whether it denies the move; often nothing."""
    quote = f"“{evidence.quote}” " if evidence.quote else ""
    return quote if evidence.supports else f"denies it: {quote}"


def _single_words(edtf: str) -> str:
    found = _DATE.fullmatch(edtf)
    if found is None:
        return edtf
    year, month, day = found["year"], found["month"], found["day"]
    words = _year_words(year)
    if month and month in SEASONS:
        words = f"{SEASONS[month]} {words}".strip()
    elif month and month.isdigit():
        words = f"{MONTHS[int(month) - 1]} {words}".strip()
        if day and day.isdigit():
            words = f"{int(day)} {words}"
    if year == "XXXX":
        words += " of an unknown year"
    hedge = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(found["mark"], "")
    return hedge + words


def _year_words(year: str) -> str:
    if year == "XXXX":
        return ""
    if year.endswith("XX"):
        return f"the {year[:2]}00s"
    return f"the {year[:3]}0s" if year.endswith("X") else year


def quote_in_sentence(evidence: EvidenceView) -> tuple[str, str, str]:
    """What stands before the quote in its sentence, the quote, and what stands after it."""
    quote, sentence = evidence.quote or "", evidence.sentence or ""
    at = sentence.find(quote)
    return (sentence[:at], quote, sentence[at + len(quote) :]) if at >= 0 else ("", quote, "")


def web_url(url: str) -> str:
    """The URL if a click on it leads to a web page; nothing for one that would run as a script, or break a line."""
    return url if url.lower().startswith(("http://", "https://")) and url.isprintable() else ""

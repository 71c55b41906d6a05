"""Timelines for other programs: iCalendar (RFC 5545) and TimelineJS.

A calendar leaves out what no date places; TimelineJS, which wants a day for everything else, gets it in the words of
the title. A date known to the month or the year fills it, and says so in words, so that no calendar shows a day that
nobody stated. Every entry tells its rival dates and all of its sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from labmoves_api import wording
from labmoves_graph.model import Verdict
from labmoves_graph.read_model_views import EvidenceView, MoveView, Timeline

__all__ = ["icalendar_bytes", "parted_by_date", "timelinejs_record"]

_STATUSES = {
    Verdict.CORROBORATED: "CONFIRMED",
    Verdict.SINGLE_SOURCE: "CONFIRMED",
}
FOLD_AT = 73  # octets of a content line before it goes on in the next; RFC 5545 allows 75 with the break


def parted_by_date(moves: Sequence[MoveView]) -> tuple[list[MoveView], list[MoveView]]:
    """Those that a date places between two days, and the others, each in the order given."""
    dated = [move for move in moves if move.earliest and move.latest]
    return dated, [move for move in moves if not (move.earliest and move.latest)]


def icalendar_bytes(view: Timeline) -> bytes:
    """The dated entries as all-day events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//labmoves//timeline//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_ical_text(view.entity.name)}")
    for entry in view.entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(move: MoveView) -> Iterator[str]:
    if move.earliest is None or move.latest is None:
        return
    first, after = date.fromisoformat(move.earliest), date.fromisoformat(move.latest) + timedelta(days=1)
    yield "BEGIN:VEVENT"
    yield f"UID:{move.id}@labmoves"
    yield f"DTSTAMP:{_stamp(move.recorded_at)}"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"
    yield f"SUMMARY:{_ical_text(wording.headline(move))}"
    yield f"DESCRIPTION:{_ical_text(_described(move))}"
    if urls := list(filter(None, (wording.web_url(evidence.url) for evidence in move.evidence))):
        yield f"URL:{urls[0]}"  # RFC 5545 allows one; the description has them all
    yield f"STATUS:{_STATUSES.get(Verdict(move.verdict), 'TENTATIVE')}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _described(move: MoveView) -> str:
    return "\n".join([*_told(move), *map(_source_line, move.evidence)])


def _told(move: MoveView) -> list[str]:
    """What is known but for the sources, in lines."""
    standing = f"{wording.dates_words(move)}; {_standing(move)}"
    return [standing, *(wording.reason_words(reason) for reason in move.reasons)]


def _source_line(evidence: EvidenceView) -> str:
    where = ", ".join(filter(None, [wording.source_words(evidence), wording.web_url(evidence.url)]))
    return f"{wording.evidence_words(evidence)}{where}"


def _standing(move: MoveView) -> str:
    return f"{wording.verdict_words(move.verdict)}; {wording.sources_words(move)}"


def _stamp(recorded_at: str) -> str:
    return re.sub(r"[-:]|\.\d+", "", recorded_at)


def _ical_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, every further one after a space; no character is cut."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > FOLD_AT:
            yield part
            part, size = " ", 1
        part, size = part + character, size + octets
    yield part


def timelinejs_record(view: Timeline) -> dict[str, Any]:
    """The entries as TimelineJS 3 takes them; all texts are escaped, as it shows them as HTML."""
    dated, undated = parted_by_date(view.entries)
    text = escape(view.entity.description)
    if undated:
        listed = "".join(f"<li>{_undated_html(entry)}</li>" for entry in undated)
        text += f"<h3>{wording.undated_words(None)}</h3><ul>{listed}</ul>"
    return {
        "title": {"text": {"headline": escape(view.entity.name), "text": text}},
        "events": [_slide(entry) for entry in dated],
    }


def _undated_html(move: MoveView) -> str:
    stated = f" ({wording.dates_words(move)})" if move.date else ""
    line = escape(f"{wording.headline(move)}{stated}; {_standing(move)}")
    return "; ".join([line, *map(_source_html, move.evidence)])


def _source_html(evidence: EvidenceView) -> str:
    url, words = wording.web_url(evidence.url), wording.source_words(evidence)
    where = f'<a href="{escape(url)}" rel="noopener nofollow">{escape(words or url)}</a>' if url else escape(words)
    return f"{escape(wording.evidence_words(evidence))}{where}"


def _slide(move: MoveView) -> dict[str, Any]:
    assert move.earliest is not None
    assert move.latest is not None
    slide = {
        "unique_id": f"move-{move.id}",
        "group": move.event.replace("_", " "),
        "start_date": _day(move.earliest),
        "display_date": wording.dates_words(move),
        "text": {
            "headline": escape(wording.headline(move)),
            "text": "".join(
                f"<p>{line}</p>" for line in (*map(escape, _told(move)), *map(_source_html, move.evidence))
            ),
        },
    }
    return slide if move.earliest == move.latest else slide | {"end_date": _day(move.latest)}


def _day(text: str) -> dict[str, int]:
    day = date.fromisoformat(text)
    return {"year": day.year, "month": day.month, "day": day.day}

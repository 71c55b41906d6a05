"""Timelines for other programs: iCalendar (RFC 5545) and TimelineJS.

A calendar leaves out what no date places; TimelineJS, which wants a day for everything else, gets it in the words of
the title. A date known to the month or the year fills it, and says so in words, so that no calendar shows a day that
nobody stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from labmoves_api import wording
from labmoves_graph.read_model_views import MoveView, Timeline

__all__ = ["icalendar_bytes", "parted_by_date", "timelinejs_record"]

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
    if move.evidence and (url := wording.web_url(move.evidence[0].url)):
        yield f"URL:{url}"
    yield f"STATUS:{'CONFIRMED' if move.verdict in ('corroborated', 'single_source') else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _described(move: MoveView) -> str:
    lines = [f"{wording.date_words(move.date)}; {_standing(move)}"]
    lines += [wording.reason_words(reason) for reason in move.reasons]
    lines += [f"“{evidence.quote}” {evidence.url}" for evidence in move.evidence if evidence.quote]
    return "\n".join(lines)


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
        listed = "".join(f"<li>{escape(_undated_line(entry))}</li>" for entry in undated)
        text += f"<h3>{wording.undated_words(None)}</h3><ul>{listed}</ul>"
    return {
        "title": {"text": {"headline": escape(view.entity.name), "text": text}},
        "events": [_slide(entry) for entry in dated],
    }


def _undated_line(move: MoveView) -> str:
    stated = f" ({wording.date_words(move.date)})" if move.date else ""
    return f"{wording.headline(move)}{stated}; {_standing(move)}"


def _slide(move: MoveView) -> dict[str, Any]:
    assert move.earliest is not None
    assert move.latest is not None
    slide = {
        "unique_id": f"move-{move.id}",
        "group": move.event.replace("_", " "),
        "start_date": _day(move.earliest),
        "display_date": wording.date_words(move.date),
        "text": {
            "headline": escape(wording.headline(move)),
            "text": "".join(f"<p>{escape(line)}</p>" for line in _described(move).splitlines()),
        },
    }
    return slide if move.earliest == move.latest else slide | {"end_date": _day(move.latest)}


def _day(text: str) -> dict[str, int]:
    day = date.fromisoformat(text)
    return {"year": day.year, "month": day.month, "day": day.day}

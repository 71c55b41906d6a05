"""Atom feeds (RFC 4287) of what came to be believed, or ceased to be, the latest first.

An entry stands for a move and keeps its id: a correction is the same entry, updated; a move that is no longer
believed becomes an entry that says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from labmoves_api import wording
from labmoves_api.xml_text import allowed_text
from labmoves_graph.move_records import quoted_id
from labmoves_graph.read_model_views import EvidenceView, MoveView
from labmoves_graph.vocabulary import MOVE

__all__ = ["atom_bytes"]

ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"


def atom_bytes(title: str, address: str, page: str, moves: Iterable[MoveView]) -> bytes:
    """A feed. address: its own URL; page: the URL of the same for people."""
    entries = _newest(moves)
    feed = ElementTree.Element("feed", xmlns=ATOM)
    _add(feed, "title", title)
    _add(feed, "id", address)
    _add(feed, "updated", max((_changed(move) for move in entries), default=_NEVER))
    _add(feed, "link", rel="self", href=address, type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=page, type="text/html")
    _add(_add(feed, "author"), "name", "labmoves")
    for move in entries:
        _entry(feed, move, address.split("/feeds/")[0])
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _newest(moves: Iterable[MoveView]) -> list[MoveView]:
    """The newest version of each move, in the order given."""
    newest: dict[str, MoveView] = {}
    for move in moves:
        if move.id not in newest or newest[move.id].recorded_at < move.recorded_at:
            newest[move.id] = move
    return list(newest.values())


def _changed(move: MoveView) -> str:
    return move.superseded_at or move.recorded_at


def _entry(feed: ElementTree.Element, move: MoveView, root: str) -> None:
    entry = _add(feed, "entry")
    gone = move.superseded_at is not None
    title = f"{wording.headline(move)} ({wording.dates_words(move)})"
    _add(entry, "title", f"No longer held: {title}" if gone else title)
    _add(entry, "id", MOVE.iri(move.id).value)
    _add(entry, "published", move.recorded_at)
    _add(entry, "updated", _changed(move))
    _add(entry, "link", rel="alternate", href=f"{root}/v1/moves/{move.id}", type="application/json")
    for source in dict.fromkeys(_address(evidence, root) for evidence in move.evidence):
        _add(entry, "link", rel="via", href=source)
    _add(entry, "category", term=move.event)
    _add(entry, "category", term=move.verdict)
    _add(entry, "summary", _summary(move, gone=gone))


def _address(evidence: EvidenceView, root: str) -> str:
    """Where the source is to be read; an article without a web address of its own, here."""
    return wording.web_url(evidence.url) or f"{root}/articles/{quoted_id(evidence.article_id)}"


def _summary(move: MoveView, *, gone: bool) -> str:
    if gone:
        return "The sources were withdrawn or are read otherwise now; nothing supports this any more."
    parts = [f"{wording.verdict_words(move.verdict)}, {wording.sources_words(move)}."]
    parts += [f"Why: {wording.reason_words(reason)}." for reason in move.reasons if reason.quote]
    parts += [f"“{e.sentence or e.quote}”" for e in move.evidence[:1] if e.quote]
    return " ".join(parts)


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, {key: allowed_text(value) for key, value in attributes.items()})
    child.text = allowed_text(text) if text is not None else None
    return child

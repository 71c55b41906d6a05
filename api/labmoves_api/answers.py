"""Answers in the format that was negotiated: one record, or a list with its links.

    item_answer(Format.TURTLE, record, triples)
    list_answer(Format.CSV, envelope, MOVE_COLUMNS, triples)       rows are envelope["items"]

A list's next page stands in its JSON and, for formats that have no place for it, in the Link header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi import Request
from pydantic_core import to_json
from pyoxigraph import Triple
from starlette.responses import Response

from labmoves_api.formats import MEDIA_TYPES, Format
from labmoves_api.linked_data import rdf_bytes
from labmoves_api.tabular import Column, csv_bytes, jsonl_bytes
from labmoves_graph.move_records import Json

__all__ = [
    "file_answer",
    "format_answer",
    "item_answer",
    "json_answer",
    "list_answer",
    "page_links",
    "spliced_answer",
]

Triples = Callable[[], Iterable[Triple]]


def json_answer(record: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The record as application/json."""
    return Response(to_json(record), status, headers, "application/json")


def spliced_answer(items: Sequence[bytes], envelope: Json) -> Response:
    """A list as application/json whose items are JSON already, in pieces, with commas between them."""
    body = b"".join((b'{"items":[', *items, b"],", to_json(envelope)[1:]))
    return Response(body, 200, _link_header(envelope), "application/json")


def format_answer(body: bytes, format: Format, headers: dict[str, str] | None = None) -> Response:
    """The bytes under the media type of their format."""
    media_type = MEDIA_TYPES[format]
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Response(body, 200, {**(headers or {}), "Content-Type": media_type})


def item_answer(format: Format, record: Json, triples: Triples) -> Response:
    """One record as JSON, Turtle or JSON-LD."""
    if format is Format.JSON:
        return json_answer(record)
    return format_answer(rdf_bytes(triples(), format), format)


def file_answer(body: bytes, format: Format, envelope: Json) -> Response:
    """The bytes of a list as a file to save."""
    headers = {"Content-Disposition": f'attachment; filename="labmoves.{format}"'}
    return format_answer(body, format, headers | _link_header(envelope))


def list_answer(format: Format, envelope: Json, columns: Sequence[Column], triples: Triples) -> Response:
    """A list as JSON, CSV, JSON Lines, Turtle or JSON-LD."""
    headers = _link_header(envelope)
    if format is Format.JSON:
        return json_answer(envelope, headers=headers)
    if format is Format.CSV:
        return file_answer(csv_bytes(columns, envelope["items"]), format, envelope)
    if format is Format.JSONL:
        return format_answer(jsonl_bytes(envelope["items"]), format, headers)
    return format_answer(rdf_bytes(triples(), format), format, headers)


def page_links(request: Request, cursor: str | None) -> Json:
    """This page and the next one, relative to the service's root."""
    path = request.scope["raw_path"].decode("ascii")
    query = request.scope["query_string"].decode("latin-1")
    others = [part for part in query.split("&") if part and not part.startswith("cursor=")]
    following = f"{path}?{'&'.join((*others, f'cursor={cursor}'))}" if cursor else None
    return {"self": f"{path}?{query}" if query else path, "next": following}


def _link_header(envelope: Json) -> dict[str, str]:
    following = envelope["links"]["next"]
    return {"Link": f'<{following.replace(">", "%3E")}>; rel="next"'} if following else {}

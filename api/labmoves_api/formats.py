"""Which format an answer takes: `format=` decides, else the Accept header, else JSON.

    offered = offers(Format.JSON, Format.CSV)          a dependency; its parameter lists exactly these
    def route(format: Annotated[Format, offered]): ...

Errors: FormatError when the client takes none of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request

from labmoves_api.errors import FormatError

__all__ = [
    "MEDIA_TYPES",
    "FlowFormat",
    "Format",
    "ItemFormat",
    "ListFormat",
    "MoveFormat",
    "TableFormat",
    "TimelineFormat",
    "negotiated",
    "offers",
]


class Format(StrEnum):
    """Names of formats, as `format=` takes them."""

    JSON = "json"
    HTML = "html"
    CSV = "csv"
    JSONL = "jsonl"
    JSONLD = "jsonld"
    TURTLE = "ttl"
    TIMELINEJS = "timelinejs"
    ICALENDAR = "ics"
    GEXF = "gexf"
    PARQUET = "parquet"


MEDIA_TYPES: dict[Format, str] = {
    Format.JSON: "application/json",
    Format.HTML: "text/html",
    Format.CSV: "text/csv",
    Format.JSONL: "application/x-ndjson",
    Format.JSONLD: "application/ld+json",
    Format.TURTLE: "text/turtle",
    Format.TIMELINEJS: "application/vnd.timelinejs+json",
    Format.ICALENDAR: "text/calendar",
    Format.GEXF: "application/gexf+xml",
    Format.PARQUET: "application/vnd.apache.parquet",
}
MOST_RANGES = 30  # media ranges of an Accept header that are looked at


def negotiated(accept: str, offered: Sequence[Format]) -> Format:
    """The offered format that the Accept header likes best; the first of equals. Raises FormatError."""
    if not accept.strip():
        return offered[0]
    ranges = [_media_range(part) for part in accept.split(",")[:MOST_RANGES]]
    best, chosen = max(((_quality(MEDIA_TYPES[f], ranges), f) for f in offered), key=lambda pair: pair[0])
    if best <= 0:
        types = ", ".join(MEDIA_TYPES[f] for f in offered)
        raise FormatError(f"none of the types in Accept is to be had here; there are {types}")
    return chosen


def _media_range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return name, float(quality)
    except ValueError:
        return name, 0.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """What the most specific range that fits says; 0 where none fits."""
    said = dict(reversed(ranges))
    for media_range in (media_type, media_type.split("/")[0] + "/*", "*/*"):
        if media_range in said:
            return said[media_range]
    return 0.0


def offers(*formats: Format) -> Any:
    """A dependency that gives the Format to answer in, from `format=` or Accept."""

    async def choose(request: Request, format: str | None = None) -> Format:
        return Format(format) if format else negotiated(request.headers.get("accept", ""), formats)

    values: Any = Literal[tuple(f.value for f in formats)]
    described = Query(description="Format of the answer; wins over the Accept header")
    choose.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request),
            inspect.Parameter(
                "format",
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=None,
                annotation=Annotated[values | None, described],
            ),
        ],
        return_annotation=Format,
    )
    return Depends(choose)


ItemFormat = Annotated[Format, offers(Format.JSON, Format.JSONLD, Format.TURTLE)]
ListFormat = Annotated[Format, offers(Format.JSON, Format.CSV, Format.JSONL, Format.JSONLD, Format.TURTLE)]
MoveFormat = Annotated[
    Format, offers(Format.JSON, Format.CSV, Format.JSONL, Format.JSONLD, Format.TURTLE, Format.PARQUET)
]
TableFormat = Annotated[Format, offers(Format.JSON, Format.CSV, Format.JSONL)]
FlowFormat = Annotated[
    Format, offers(Format.JSON, Format.CSV, Format.JSONL, Format.GEXF, Format.JSONLD, Format.TURTLE)
]
TimelineFormat = Annotated[
    Format,
    offers(
        Format.JSON,
        Format.CSV,
        Format.JSONL,
        Format.ICALENDAR,
        Format.TIMELINEJS,
        Format.JSONLD,
        Format.TURTLE,
    ),
]

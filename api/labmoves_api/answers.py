"""Answers as bytes: JSON written once, straight from records, and the links of lists."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic_core import to_json
from starlette.responses import Response

from labmoves_api.records import Json

__all__ = ["json_answer", "page_links"]


def json_answer(record: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The record as application/json."""
    return Response(to_json(record), status, headers, "application/json")


def page_links(request: Request, cursor: str | None) -> Json:
    """This page and the next one, relative to the service's root."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    path = request.url.path
    here = f"{path}?{request.url.query}" if request.url.query else path
    return {"self": here, "next": f"{path}?{urlencode([*query, ('cursor', cursor)])}" if cursor else None}

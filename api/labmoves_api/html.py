"""Templates filled in: everything escaped, every name known."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import Response

from labmoves_api import wording

__all__ = ["STATIC", "html_answer"]

_PACKAGE = Path(__file__).parent
STATIC = _PACKAGE / "static"


def html_answer(template: str, status: int = 200, **values: Any) -> Response:
    """The page of that template with these values."""
    return Response(_environment().get_template(template).render(**values), status, media_type="text/html")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_PACKAGE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "code_spans": _code_spans,
        "category_words": wording.category_words,
        "date_words": wording.date_words,
        "enumerations": _enumerations,
        "event_words": wording.event_words,
        "quote_in_sentence": wording.quote_in_sentence,
        "segment": lambda text: quote(text, safe=""),
        "sources_words": wording.sources_words,
        "undated_words": wording.undated_words,
        "verdict_words": wording.verdict_words,
        "web_url": wording.web_url,
    }
    found.globals["reason_note"] = wording.NOTE
    return found


def _code_spans(text: str) -> Markup:
    """The text escaped, with what stands between backticks as code."""
    return Markup(re.sub("`([^`]*)`", r"<code>\1</code>", str(escape(text))))


def _enumerations(schema: Any) -> list[list[str]]:
    """The lists of values that a parameter's schema allows."""
    if isinstance(schema, list):
        return [values for part in schema for values in _enumerations(part)]
    if not isinstance(schema, dict):
        return []
    found = [schema["enum"]] if "enum" in schema else []
    return found + _enumerations([value for key, value in schema.items() if key in ("anyOf", "items")])

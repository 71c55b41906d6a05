"""The OpenAPI description: what is true of every route stands here once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from labmoves_api.formats import MEDIA_TYPES, Format
from labmoves_api.service_schemas import ProblemDetails
from labmoves_graph import __version__

__all__ = ["describe"]

SUMMARY = "Who left which AI lab, when, and why: moves with the claims and the words they rest on."
ABOUT = """
A **claim** is what one article says; it is stored with its words and never edited. A **move** is what the claims
about one event, taken together, say happened: with its verdict, its independent sources and rival dates.

`since`, `until` and `on` are valid time (when it was so); `as_of` is record time (when we knew it).
Dates are EDTF: never more precise than the source.
"""
_PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}


def describe(app: FastAPI) -> None:
    """Have the app describe itself, every operation with problem details for whatever goes wrong."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]


def _description(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title="labmoves", version=__version__, summary=SUMMARY, description=ABOUT, routes=app.routes)
    schemas = found["components"]["schemas"]
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["ProblemDetails"] = problem
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for operations in found["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            _add_formats(operation)
            responses.pop("422", None)
            responses["default"] = {
                "description": "Problem details (RFC 9457): cause and remedy",
                "content": {"application/problem+json": {"schema": _PROBLEM}},
            }
    _add_words(found)
    return found


def _add_words(found: dict[str, Any]) -> None:
    """Give every field and parameter that has none a description and an example."""
    words = tomllib.loads((Path(__file__).parent / "openapi_words.toml").read_text(encoding="utf-8"))
    for schema in found["components"]["schemas"].values():
        for name, field in schema.get("properties", {}).items():
            _complete(field, field, words["fields"].get(name))
    for operations in found["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                _complete(parameter, parameter["schema"], words["parameters"].get(parameter["name"]))


def _complete(described: dict[str, Any], schema: dict[str, Any], words: tuple[str, Any] | None) -> None:
    if words is None or "$ref" in schema:
        return
    described.setdefault("description", words[0])
    speaks_for_itself = any(word in json.dumps(schema) for word in ('"$ref"', '"enum"', '"const"', '"examples"'))
    if not speaks_for_itself and "boolean" not in schema.get("type", ""):
        schema["examples"] = [words[1] if schema.get("type") != "array" else _listed(words[1])]


def _listed(example: Any) -> list[Any]:
    return example if isinstance(example, list) else [str(example)]


def _add_formats(operation: dict[str, Any]) -> None:
    """Say under which media types the operation's formats come; JSON alone has a schema."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "format":
            names = [name for choice in parameter["schema"].get("anyOf", ()) for name in choice.get("enum", ())]
            content = operation["responses"]["200"]["content"]
            content |= {MEDIA_TYPES[Format(name)]: {} for name in names if MEDIA_TYPES[Format(name)] not in content}

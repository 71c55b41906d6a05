"""What a language model is asked to answer: claims in the words of the article, before any check.

    Answer.model_validate_json(text).claims  -> StatedClaim*, each still to be grounded
    answer_schema()                          -> the JSON schema that a server is told to keep to

The schema uses only what the servers' schema modes share: every key required, no further keys, no defaults, no
references, no bounds. Reading is more lenient, as servers without such a mode leave out what is null, and stricter:
an answer of more than MOST_CLAIMS or with a string longer than LONGEST_STRING is none. What the keys mean stands in
instructions.md; events, manners and so on come from labmoves_graph.model.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from labmoves_graph.model import Event, Manner, ReasonCategory, Status

__all__ = ["Answer", "StatedClaim", "StatedReason", "answer_schema"]


#: Far above what any part of an article states; a server that sends more is up to something.
MOST_CLAIMS = 500
LONGEST_STRING = 10_000
_NOT_FOR_SERVERS = ("title", "description", "default", "maxItems", "maxLength")


class _Stated(BaseModel):
    model_config = ConfigDict(frozen=True, str_max_length=LONGEST_STRING)


class StatedReason(_Stated):
    """A reason as the model gives it."""

    category: ReasonCategory
    quote: str
    share: float | None = None
    said_by: str | None = None


class StatedClaim(_Stated):
    """A claim as the model gives it; all strings are said to be copied from the article."""

    event: Event
    person: str
    organization: str
    role: str | None = None
    date_words: str | None = None
    manner: Manner | None = None
    status: Status
    said_by: str | None = None
    reasons: list[StatedReason] = []
    evidence: str


class Answer(_Stated):
    """All that the model says about one text."""

    claims: list[StatedClaim] = Field(max_length=MOST_CLAIMS)


def answer_schema() -> dict[str, Any]:
    """The JSON schema of Answer: references written out, every key required, no titles and defaults."""
    schema = Answer.model_json_schema()
    inlined: dict[str, Any] = _inlined(schema, schema["$defs"])
    return inlined


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    if "properties" in node:
        properties = {name: _inlined(value, definitions) for name, value in node["properties"].items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return {key: _inlined(value, definitions) for key, value in node.items() if key not in _NOT_FOR_SERVERS}

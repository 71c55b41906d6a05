"""The two shapes in which servers take a question and give an answer.

    exchange = Exchange(settings)
    exchange.body(question, quirks)  -> what to send to exchange.url, with exchange.headers()
    exchange.reply(content)          -> Reply: the text of the answer, and the tokens it took

Chat completions get the schema as `response_format`, the Messages API as a tool that the model is forced to call.
Both give JSON. Servers differ in details that only their refusals tell: quirks.after(refusal) says what to leave out.

Errors: ReplyError, for the module's callers alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from labmoves_ingest.backends.answer import answer_schema
from labmoves_ingest.backends.prompt import INSTRUCTIONS
from labmoves_ingest.backends.settings import ModelSettings, Style

__all__ = ["Exchange", "Quirks", "Reply", "ReplyError"]

TOOL = "write_down_claims"
ANTHROPIC_VERSION = "2023-06-01"
_TOKENS_IN = ("prompt_tokens", "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_TOKENS_OUT = ("completion_tokens", "output_tokens")
_ENDED_WELL = ("stop", "tool_calls", "tool_use", "end_turn", None)


class ReplyError(Exception):
    """A body that is not of the shape agreed, or an answer that was cut short or refused; str() says which."""

    def __init__(self, why: str, tokens_in: int, tokens_out: int) -> None:
        super().__init__(why)
        self.tokens_in = tokens_in
        self.tokens_out = tokens_out


class _EndedError(Exception):
    """The answer is not whole."""


@dataclass(frozen=True, slots=True)
class Quirks:
    """What a server does not accept: a temperature, the older name of the token limit, a schema for its answer."""

    temperature: bool = True
    max_tokens: bool = True
    schema: bool = True

    def after(self, refusal: str) -> Quirks | None:
        """The quirks that a refused request (400, 422) shows, None if it tells of no other than these."""
        if self.temperature and "temperature" in refusal:
            return replace(self, temperature=False)
        if self.max_tokens and "max_completion_tokens" in refusal:
            return replace(self, max_tokens=False)
        if self.schema and ("response_format" in refusal or "json_schema" in refusal):
            return replace(self, schema=False)
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said. text: JSON, not yet checked; tokens as the server counted them."""

    text: str
    tokens_in: int
    tokens_out: int


class Exchange:
    """Makes requests and reads replies in the style of the settings."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.url = _endpoint(settings)

    def headers(self) -> dict[str, str]:
        """What identifies us to the server."""
        key = self._settings.key
        if self._settings.style is Style.ANTHROPIC:
            return {"anthropic-version": ANTHROPIC_VERSION, **({"x-api-key": key} if key else {})}
        return {"authorization": f"Bearer {key}"} if key else {}

    def body(self, question: str, quirks: Quirks) -> dict[str, Any]:
        """The request that puts the question."""
        temperature = {"temperature": 0} if quirks.temperature else {}
        if self._settings.style is Style.ANTHROPIC:
            return {
                "model": self._settings.model,
                "max_tokens": self._settings.longest_answer,
                **temperature,
                "system": INSTRUCTIONS,
                "messages": [{"role": "user", "content": question}],
                "tools": [
                    {"name": TOOL, "description": "Takes the claims of the article.", "input_schema": answer_schema()}
                ],
                "tool_choice": {"type": "tool", "name": TOOL},
            }
        limit = "max_tokens" if quirks.max_tokens else "max_completion_tokens"
        return {
            "model": self._settings.model,
            limit: self._settings.longest_answer,
            **temperature,
            "messages": [
                {"role": "system", "content": self._instructions(quirks)},
                {"role": "user", "content": question},
            ],
            "response_format": _response_format(quirks),
        }

    def _instructions(self, quirks: Quirks) -> str:
        if quirks.schema:
            return INSTRUCTIONS
        schema = json.dumps(answer_schema(), ensure_ascii=False)
        return f"{INSTRUCTIONS}\nAnswer with one JSON object of this schema and nothing else:\n{schema}\n"

    def reply(self, body: bytes) -> Reply:
        """What a body of status 200 says. Raises ReplyError, with the tokens as far as they are told."""
        usage = (0, 0)
        try:
            content = json.loads(body)
            usage = _usage(content)
            said = _anthropic_answer if self._settings.style is Style.ANTHROPIC else _openai_answer
            return Reply(said(content), *usage)
        except _EndedError as error:
            raise ReplyError(str(error), *usage) from error
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            shape = self._settings.style.value
            raise ReplyError(f"the reply is not of the {shape} shape ({error!r:.120})", *usage) from error


def _endpoint(settings: ModelSettings) -> str:
    base = settings.url.rstrip("/")
    path = urlsplit(base).path
    last = "/messages" if settings.style is Style.ANTHROPIC else "/chat/completions"
    if path.endswith(last):
        return base
    versioned = path.endswith("/v1") if settings.style is Style.ANTHROPIC else bool(path)
    return base + ("" if versioned else "/v1") + last


def _response_format(quirks: Quirks) -> dict[str, Any]:
    if not quirks.schema:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": TOOL, "strict": True, "schema": answer_schema()}}


def _openai_answer(content: Any) -> str:
    choice = content["choices"][0]
    message = choice["message"]
    if message.get("refusal"):
        raise _EndedError(f"the model refused: {message['refusal']:.120}")
    _check_end(choice.get("finish_reason"))
    return _text(message["content"])


def _anthropic_answer(content: Any) -> str:
    _check_end(content.get("stop_reason"))
    [call] = [block for block in content["content"] if block["type"] == "tool_use" and block["name"] == TOOL]
    return json.dumps(call["input"])


def _usage(content: Any) -> tuple[int, int]:
    """Tokens in and out, by the names of either style; none told are none."""
    told = content.get("usage") or {}
    tokens_in = sum(int(told.get(name) or 0) for name in _TOKENS_IN)
    tokens_out = sum(int(told.get(name) or 0) for name in _TOKENS_OUT)
    return max(tokens_in, 0), max(tokens_out, 0)


def _text(content: Any) -> str:
    """The answer without a Markdown fence around it, which models without a schema mode like to add."""
    text: str = content.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.strip("`").removeprefix("json").strip()
    return text


def _check_end(reason: str | None) -> None:
    if reason in ("length", "max_tokens"):
        raise _EndedError("the answer was cut short at its limit of tokens, see LABMOVES_LLM_ANSWER")
    if reason not in _ENDED_WELL:
        raise _EndedError(f"the model stopped answering ({str(reason)[:40]})")

"""Settings of the readers that ask a language model, read from the environment when a reader is made.

    ModelSettings.from_environment()  -> where the model is, what it is called, what may be spent

SETTINGS lists the variables; `labmoves config` and docs/backends.md show that table.

Errors: ReaderSettingsError that names the variable, what is wrong with it, and an example.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from labmoves_graph.errors import ReaderSettingsError

__all__ = ["SETTINGS", "ModelSetting", "ModelSettings", "Style"]


class Style(StrEnum):
    """The shape of the requests that the server understands."""

    OPENAI = "openai"  # chat completions: Ollama, vLLM, llama.cpp, most hosted models
    ANTHROPIC = "anthropic"  # the Messages API


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where a model is and how to use it.

    key:               sent to the server, never printed or stored; "" sends none (local servers).
    price_in/out:      price of a million tokens; None: unknown, and cost is not told.
    budget:            most that one run may cost, in the currency of the prices; needs both. None: no limit.
    token_budget:      most tokens, sent and received, of one run. None: no limit.
    cache:             folder of the answers; None: nothing is kept.
    concurrency:       requests under way at one time.
    timeout:           seconds within which an answer must be complete.
    patience:          seconds that one request may spend waiting between its tries, Retry-After included.
    tries, first_wait: tries of one request; seconds before the second, doubled for each further one.
    longest_part:      characters sent at a time; longer articles are read in parts.
    longest_answer:    most tokens of one answer.
    certainty:         confidence of a claim that the model makes; measure yours with `labmoves evaluate`.
    unsure_from/to:    readings of the default reader with a confidence in this band are put to the model (hybrid).
    """

    url: str
    model: str
    style: Style = Style.OPENAI
    key: str = ""
    price_in: float | None = None
    price_out: float | None = None
    budget: float | None = None
    token_budget: int | None = None
    cache: Path | None = None
    concurrency: int = 4
    timeout: float = 120.0
    patience: float = 300.0
    tries: int = 6
    first_wait: float = 1.0
    longest_part: int = 24_000
    longest_answer: int = 8_192
    certainty: float = 0.9
    unsure_from: float = 0.3
    unsure_to: float = 0.8

    def __post_init__(self) -> None:
        if self.budget is not None and (self.price_in is None or self.price_out is None):
            raise ReaderSettingsError(
                "LABMOVES_LLM_BUDGET is an amount of money, so prices are needed: set LABMOVES_LLM_PRICE_IN and "
                "LABMOVES_LLM_PRICE_OUT (for a million tokens), or limit LABMOVES_LLM_TOKEN_BUDGET instead"
            )
        if self.unsure_from > self.unsure_to:
            raise ReaderSettingsError(
                f"LABMOVES_LLM_UNSURE_FROM ({self.unsure_from}) is greater than LABMOVES_LLM_UNSURE_TO "
                f"({self.unsure_to}); swap them"
            )

    def __repr__(self) -> str:
        return f"ModelSettings({self.style.value} {self.model} at {self.url})"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> ModelSettings:
        """The settings of these variables (default: the process's); an empty one counts as not set."""
        given = os.environ if environment is None else environment
        values: dict[str, Any] = {"cache": _default_cache(given)}
        for setting in SETTINGS:
            text = given.get(setting.variable, "").strip()
            if text:
                values[setting.field] = setting.read(text)
            elif setting.needed:
                raise ReaderSettingsError(f"{setting.variable} is not set: {setting.meaning} (docs/backends.md)")
        if "style" not in values and (urlsplit(values["url"]).hostname or "").endswith("anthropic.com"):
            values["style"] = Style.ANTHROPIC
        return cls(**values)


@dataclass(frozen=True, slots=True)
class ModelSetting:
    """One variable: which field it sets, how its text is read, what it means.

    needed: whether reading with a model is impossible without it. secret: never shown.
    """

    variable: str
    field: str
    parse: Callable[[str], Any]
    meaning: str
    needed: bool = False
    secret: bool = False

    def read(self, text: str) -> Any:
        """The value that the text stands for. Raises ReaderSettingsError."""
        try:
            return self.parse(text)
        except ValueError as error:
            given = "" if self.secret else f"={text[:60]!r}"
            raise ReaderSettingsError(f"{self.variable}{given}: {error}; correct or unset it") from error


def _url(text: str) -> str:
    url = urlsplit(text)
    plain = text.isascii() and text.isprintable() and " " not in text and "@" not in url.netloc
    if url.scheme not in ("http", "https") or not url.hostname or not plain or url.port == 0:
        raise ValueError("expected an http(s) address without a password, like http://localhost:11434/v1")
    return text.rstrip("/")


def _style(text: str) -> Style:
    if text.lower() not in list(Style):
        raise ValueError(f"expected {' or '.join(Style)}")
    return Style(text.lower())


def _key(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise ValueError("it holds characters that no key has")
    return text


def _cache(text: str) -> Path | None:
    return None if text.lower() == "off" else Path(text).expanduser()


def _default_cache(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "labmoves" / "answers"


def _amount(text: str) -> float:
    value = _float(text)
    if not 0 <= value < float("inf"):
        raise ValueError("expected a number from 0 on, like 2.50")
    return value


def _seconds(text: str) -> float:
    value = _float(text)
    if not 0 < value <= 3600:
        raise ValueError("expected seconds, more than 0 and at most 3600")
    return value


def _share(text: str) -> float:
    value = _float(text)
    if not 0 <= value <= 1:
        raise ValueError("expected a number between 0 and 1, like 0.9")
    return value


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError("expected a number") from error


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("expected a whole number of at least 1")
    return int(text)


SETTINGS = (
    ModelSetting(
        "LABMOVES_LLM_URL", "url", _url, "address of the model server, like http://localhost:11434/v1", needed=True
    ),
    ModelSetting("LABMOVES_LLM_MODEL", "model", str, "name by which the server knows the model", needed=True),
    ModelSetting("LABMOVES_LLM_KEY", "key", _key, "key that the server asks for; local ones need none", secret=True),
    ModelSetting("LABMOVES_LLM_STYLE", "style", _style, "shape of the requests: openai or anthropic"),
    ModelSetting("LABMOVES_LLM_PRICE_IN", "price_in", _amount, "price of a million tokens sent"),
    ModelSetting("LABMOVES_LLM_PRICE_OUT", "price_out", _amount, "price of a million tokens received"),
    ModelSetting("LABMOVES_LLM_BUDGET", "budget", _amount, "most that a run may cost; needs both prices"),
    ModelSetting("LABMOVES_LLM_TOKEN_BUDGET", "token_budget", _count, "most tokens of a run, sent and received"),
    ModelSetting("LABMOVES_LLM_CACHE", "cache", _cache, "folder where answers are kept, or off"),
    ModelSetting("LABMOVES_LLM_CONCURRENCY", "concurrency", _count, "requests under way at one time"),
    ModelSetting("LABMOVES_LLM_TIMEOUT", "timeout", _seconds, "seconds within which an answer must be complete"),
    ModelSetting("LABMOVES_LLM_PART", "longest_part", _count, "characters of an article sent at a time"),
    ModelSetting("LABMOVES_LLM_ANSWER", "longest_answer", _count, "most tokens of one answer, thinking included"),
    ModelSetting("LABMOVES_LLM_CONFIDENCE", "certainty", _share, "confidence of its claims, as you measured it"),
    ModelSetting("LABMOVES_LLM_UNSURE_FROM", "unsure_from", _share, "hybrid: lower end of the unsure band"),
    ModelSetting("LABMOVES_LLM_UNSURE_TO", "unsure_to", _share, "hybrid: upper end of the unsure band"),
)

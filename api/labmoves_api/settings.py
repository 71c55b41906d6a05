"""What the service can be told: read from the environment whenever `Settings.from_environment` is called.

    Settings.from_environment()                       the LABMOVES_* variables of this process
    Settings(store=Path("store"), sparql_seconds=5)   anything by hand; tests build as many as they like

SETTINGS lists every variable with its default and meaning; `labmoves config` and docs/api.md show that table.

Errors: SettingsError for a value that cannot be read, naming the variable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from labmoves_api.errors import SettingsError

__all__ = ["SETTINGS", "ServiceSetting", "Settings"]

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that `create_app` reads. Sizes are bytes, times seconds.

    tokens:          file of hashed tokens; without one, or with none in it, nothing can be written.
    private_reading: whether reading needs a token, too.
    public_url:      how others reach the service, for links in feeds and answers; None: as each request names it.
    fetch_private:   whether URLs of articles may lead into private networks; for tests and intranets.
    metrics:         folder that several processes share their counts in; None: this one counts for itself.
    """

    store: Path = Path("labmoves-store")
    tokens: Path | None = None
    private_reading: bool = False
    public_url: str | None = None
    max_body: int = 10 * MIB
    cache_bytes: int = 32 * MIB
    sparql_workers: int = 2
    sparql_seconds: float = 10.0
    sparql_rows: int = 100_000
    sparql_memory: int = 2048 * MIB
    costly_per_minute: int = 120
    queue_length: int = 100
    fetch_seconds: float = 15.0
    fetch_private: bool = False
    metrics: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings of these variables (default: the process's). Raises SettingsError."""
        given = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            if text := given.get(setting.variable):
                try:
                    values[setting.field] = setting.read(text)
                except ValueError as error:
                    raise SettingsError(f"{setting.variable}={text[:40]!r}: {error}; correct or unset it") from error
        return cls(**values)

    @property
    def token_file(self) -> Path:
        """Where tokens are kept: as set, else beside the store's data."""
        return self.tokens or self.store / "tokens.json"


@dataclass(frozen=True, slots=True)
class ServiceSetting:
    """One variable: which field it sets, how its text is read, and what it means."""

    variable: str
    field: str
    read: Callable[[str], Any]
    meaning: str

    @property
    def default(self) -> Any:
        """The value that holds without the variable."""
        return next(f.default for f in fields(Settings) if f.name == self.field)


def _flag(text: str) -> bool:
    values = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in values:
        raise ValueError("expected 1 or 0")
    return values[text.lower()]


def _number(least: int, unit: int = 1) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ValueError(f"expected a whole number of at least {least}")
        return int(text) * unit

    return read


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 3600:
        raise ValueError("expected seconds, more than 0 and less than 3600")
    return value


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise ValueError("expected a folder that exists")
    return Path(text)


def _origin(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("expected a URL that starts with http:// or https://")
    return text.rstrip("/")


SETTINGS = (
    ServiceSetting("LABMOVES_STORE", "store", Path, "folder of the store; --store wins"),
    ServiceSetting("LABMOVES_TOKENS", "tokens", Path, "file of hashed tokens (default: tokens.json in the store)"),
    ServiceSetting("LABMOVES_PRIVATE", "private_reading", _flag, "1: reading needs a token, too"),
    ServiceSetting("LABMOVES_PUBLIC_URL", "public_url", _origin, "how others reach the service, for links"),
    ServiceSetting("LABMOVES_MAX_BODY_MB", "max_body", _number(1, MIB), "largest request body"),
    ServiceSetting("LABMOVES_CACHE_MB", "cache_bytes", _number(0, MIB), "answers kept in memory, per process"),
    ServiceSetting("LABMOVES_SPARQL_WORKERS", "sparql_workers", _number(1), "SPARQL queries at a time, per process"),
    ServiceSetting("LABMOVES_SPARQL_SECONDS", "sparql_seconds", _seconds, "longest SPARQL query"),
    ServiceSetting("LABMOVES_SPARQL_ROWS", "sparql_rows", _number(1), "most rows or triples of one SPARQL answer"),
    ServiceSetting(
        "LABMOVES_SPARQL_MEMORY_MB", "sparql_memory", _number(64, MIB), "most memory of one SPARQL worker"
    ),
    ServiceSetting(
        "LABMOVES_COSTLY_PER_MINUTE",
        "costly_per_minute",
        _number(1),
        "SPARQL, question and writing requests a minute and client",
    ),
    ServiceSetting("LABMOVES_QUEUE", "queue_length", _number(1), "articles that may wait; more are refused for now"),
    ServiceSetting("LABMOVES_FETCH_SECONDS", "fetch_seconds", _seconds, "longest fetch of an article's URL"),
    ServiceSetting(
        "LABMOVES_FETCH_PRIVATE", "fetch_private", _flag, "1: article URLs may lead into private networks"
    ),
    ServiceSetting(
        "LABMOVES_METRICS",
        "metrics",
        _folder,
        "folder where processes add up their metrics; serve --workers makes one",
    ),
)

"""Tokens: who may write, and who may read where reading is closed.

    TokenFile(path).create("newsroom", Scope.INGEST)  ->  "lm_…", shown this once; the file holds its hash alone
    TokenFile(path).authenticate("lm_…")              ->  Token, or AccessError

Tokens are random (256 bits), so a plain SHA-256 of them cannot be guessed back. The file is read again whenever it
changes, so revoking works at once in every process.

Errors: AccessError, ScopeError, SettingsError for a token file that cannot be read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from labmoves_api.errors import AccessError, ScopeError, SettingsError
from labmoves_graph.clock import Clock, instant_text, system_clock

if TYPE_CHECKING:
    from starlette.datastructures import Headers

__all__ = ["Scope", "Token", "TokenFile", "bearer_token"]

_PREFIX = "lm_"


class Scope(StrEnum):
    """What a token allows; each may read, too."""

    READ = "read"
    INGEST = "ingest"  # post articles
    JUDGE = "judge"  # record judgements
    ADMIN = "admin"  # all of it, and retract articles


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. digest: SHA-256 of its text. revoked_at: None while it works."""

    name: str
    scopes: tuple[Scope, ...]
    digest: str
    created_at: str
    revoked_at: str | None = None

    def require(self, scope: Scope) -> None:
        """Raise ScopeError unless the token allows it."""
        if not {scope, Scope.ADMIN}.intersection(self.scopes) and scope is not Scope.READ:
            allowed = ", ".join(self.scopes)
            raise ScopeError(f"this token allows {allowed}, not {scope}; create one with --scope {scope}")


class TokenFile:
    """The tokens of one store."""

    def __init__(self, path: Path, clock: Clock = system_clock) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._read_state: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def create(self, name: str, scopes: Sequence[Scope]) -> str:
        """A new token's text, which is kept nowhere. Raises SettingsError for a name that is taken."""
        if not name.strip() or not name.isprintable():
            raise SettingsError("a token needs a printable name, which the audit log shows; give --name")
        if any(token.name == name and token.revoked_at is None for token in self.all()):
            raise SettingsError(f"there is a token {name!r}; revoke it first, or choose another name")
        text = _PREFIX + secrets.token_urlsafe(32)
        token = Token(name, tuple(scopes), _digest(text), self._now())
        self._write([*self.all(), token])
        return text

    def revoke(self, name: str) -> None:
        """Make a token useless. Raises SettingsError for a name that no working token has."""
        tokens = list(self.all())
        found = [place for place, token in enumerate(tokens) if token.name == name and token.revoked_at is None]
        if not found:
            raise SettingsError(f"no working token {name!r}; `labmoves token list` shows them")
        old = tokens[found[0]]
        tokens[found[0]] = Token(old.name, old.scopes, old.digest, old.created_at, self._now())
        self._write(tokens)

    def all(self) -> tuple[Token, ...]:
        """Every token, revoked ones too, oldest first."""
        with self._lock:
            state = _file_state(self.path)
            if state != self._read_state:
                self._tokens = _read(self.path) if state is not None else ()
                self._read_state = state
            return self._tokens

    @property
    def any_works(self) -> bool:
        """Whether there is a token that is not revoked."""
        return any(token.revoked_at is None for token in self.all())

    def authenticate(self, text: str | None) -> Token:
        """The token of that text. Raises AccessError; which part is wrong is not told."""
        if not text:
            raise AccessError("no token was given; send it as `Authorization: Bearer …`")
        given = _digest(text)
        found: Token | None = None
        for token in self.all():  # all are compared, so that time tells nothing
            if hmac.compare_digest(token.digest, given) and token.revoked_at is None:
                found = token
        if found is None:
            raise AccessError("the token is unknown or revoked; create one with `labmoves token create`")
        return found

    def _now(self) -> str:
        now: datetime = self._clock()
        return instant_text(now)

    def _write(self, tokens: Sequence[Token]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(self.path.name + ".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump([asdict(token) for token in tokens], out, indent=1)
        beside.replace(self.path)


def bearer_token(headers: Headers) -> str | None:
    """The token of an Authorization header, None for none."""
    scheme, _, text = headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _file_state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path) -> tuple[Token, ...]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Token(
                row["name"],
                tuple(Scope(s) for s in row["scopes"]),
                row["digest"],
                row["created_at"],
                row["revoked_at"],
            )
            for row in rows
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{path} is no token file ({error!r}); restore it, or remove it and create tokens"
        ) from error

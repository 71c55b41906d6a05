"""The command that makes, lists and revokes tokens for writing over HTTP: token."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from labmoves_api.access import Scope, TokenFile
from labmoves_api.cli.arguments import UsageError, add_command, add_store
from labmoves_api.cli.console import Console, column
from labmoves_api.settings import Settings

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add token."""
    token = add_command(commands, "token", _token, "Make, list or revoke the tokens that allow writing over HTTP.")
    token.add_argument(
        "action", choices=("create", "list", "revoke"), metavar="ACTION", help="create, list or revoke"
    )
    token.add_argument("--name", default="", help="who the token is for; the audit log shows it")
    token.add_argument(
        "--scope", action="append", choices=list(Scope), metavar="SCOPE", help=f"{', '.join(Scope)}; may be repeated"
    )
    add_store(token)


def _token(options: argparse.Namespace, console: Console) -> None:
    tokens = TokenFile(_file(options.store))
    if options.action == "list":
        _list(tokens, console)
    elif not options.name:
        raise UsageError(f"token {options.action} needs --name")
    elif options.action == "revoke":
        tokens.revoke(options.name)
        console.notice(f"revoked: {options.name}")
    elif not options.scope:
        raise UsageError(f"token create needs --scope; there are {', '.join(Scope)}")
    else:
        text = tokens.create(options.name, [Scope(scope) for scope in options.scope])
        console.notice("this is shown once; only its hash is kept:")
        console.record({"name": options.name, "token": text}) if console.json_lines else console.write(f"{text}\n")


def _list(tokens: TokenFile, console: Console) -> None:
    records = (
        {
            "name": token.name,
            "scopes": " ".join(token.scopes),
            "created_at": token.created_at,
            "revoked_at": token.revoked_at,
        }
        for token in tokens.all()
    )
    columns = [column(name) for name in ("name", "scopes", "created_at", "revoked_at")]
    console.records(records, columns, empty="there are no tokens; nothing can be written over HTTP")


def _file(store: Path) -> Path:
    """The token file of the settings in force, for this store."""
    return Settings.from_environment().tokens or Settings(store=store).token_file

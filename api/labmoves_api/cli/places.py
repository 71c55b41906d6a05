"""Where the store lies that a command works on: a folder, or for those that only read, also a SPARQL server.

    place = folder_or_server("oxigraph+http://127.0.0.1:7878")     GraphServer
    with open_place(place) as store: ...                           a ClaimStore either way

Errors: argparse.ArgumentTypeError for an address where a folder is needed, StoreError for a place without a store.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from labmoves_graph.store import ClaimStore

__all__ = ["GraphServer", "StorePlace", "folder", "folder_or_server", "open_place"]


@dataclass(frozen=True, slots=True)
class GraphServer:
    """A SPARQL server that holds the graph; shown without its password. url: as RemoteClaimStore.connect takes it."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        from labmoves_graph.remote_quads import without_password

        return without_password(self.url)


StorePlace = Path | GraphServer


def folder(text: str) -> Path:
    """The folder of that name; an address of a server is no folder."""
    if "://" in text:
        raise argparse.ArgumentTypeError("a folder is needed; only query, verify and export read a SPARQL server")
    return Path(text)


def folder_or_server(text: str) -> StorePlace:
    """What the text names; an address is one with ://."""
    return GraphServer(text) if "://" in text else Path(text)


@contextmanager
def open_place(place: StorePlace) -> Iterator[ClaimStore]:
    """The store there, for reading; a server's local part lasts as long as the block. Raises StoreError."""
    if isinstance(place, Path):
        with ClaimStore.open(place, must_exist=True) as store:
            yield store
        return
    from labmoves_graph.remote_store import RemoteClaimStore

    with (
        tempfile.TemporaryDirectory(prefix="labmoves-") as local,
        RemoteClaimStore.connect(place.url, Path(local)) as store,
    ):
        yield store

"""What a reader of articles must be able to do, and what it may be able to do."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from labmoves_graph.model import Article, Claim

__all__ = ["ClaimReader", "Summarizing", "concurrency", "summary"]


class ClaimReader(Protocol):
    """Turns an article into the claims that it makes."""

    def extract(self, article: Article) -> list[Claim]:
        """The claims, in text order. Raises ReadingError for this article, ReaderError for every further one."""


@runtime_checkable
class Summarizing(Protocol):
    """A reader that counts what it does."""

    def summary(self) -> str:
        """What it read, asked, spent and left out so far, in one line."""


@runtime_checkable
class _Concurrent(Protocol):
    concurrency: int


def summary(reader: ClaimReader) -> str:
    """What the reader tells about its run, "" where it tells nothing."""
    return reader.summary() if isinstance(reader, Summarizing) else ""


def concurrency(reader: ClaimReader) -> int:
    """Articles that the reader may be given at one time, from several threads."""
    return reader.concurrency if isinstance(reader, _Concurrent) else 1

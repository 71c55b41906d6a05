"""The command that reads articles without a store: extract."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import add_command, add_encoding
from labmoves_api.cli.console import Console
from labmoves_graph.errors import LabmovesError
from labmoves_graph.registry import Registry
from labmoves_ingest.article_reading import ArticleReader
from labmoves_ingest.claim_record import claim_as_record

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands", "claim_records"]


def add_commands(commands: Commands) -> None:
    """Add extract."""
    extract = add_command(commands, "extract", _extract, "Print the claims of articles, one JSON object a line.")
    extract.add_argument("paths", nargs="+", metavar="PATH", help=".jsonl, .txt or .md file, folder, or - for stdin")
    extract.add_argument("--out", metavar="FILE", help="write to FILE, which appears only when complete")
    add_encoding(extract)


def _extract(options: argparse.Namespace, console: Console) -> None:
    with _output(options.out, console) as write:
        for record in claim_records(options.paths, options.encoding, console):
            write(json.dumps(record, ensure_ascii=False) + "\n")


def claim_records(paths: list[str], encoding: str, console: Console) -> Iterator[dict[str, Any]]:
    """What `extract` prints for these paths; problems go to the console."""
    from labmoves_ingest.extractor import Extractor

    reader = ArticleReader(on_problem=console.problem, on_notice=console.notice, encoding=encoding)
    extractor = Extractor(Registry.load())
    claims = 0
    for number, article in enumerate(reader.read(paths), 1):
        for claim in extractor.extract(article):
            claims += 1
            yield claim_as_record(claim)
        console.progress(f"{number} articles, {claims} claims")


@contextmanager
def _output(path: str | None, console: Console) -> Iterator[Any]:
    """A function that writes text: to standard output, or to a file that appears only when all went well."""
    if path in (None, "-"):
        yield console.write
        return
    target = Path(str(path))
    try:
        stream = tempfile.NamedTemporaryFile(  # noqa: SIM115 (closed and renamed below)
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        )
    except OSError as error:
        raise LabmovesError(f"{target}: cannot be written ({error.strerror}); name another --out") from error
    try:
        with stream:
            yield stream.write
        os.chmod(stream.name, 0o666 & ~_umask())
        os.replace(stream.name, target)
    except BaseException:
        os.unlink(stream.name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

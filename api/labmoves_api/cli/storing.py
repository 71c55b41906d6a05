"""Commands that change what the store holds: ingest, import, retract."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import add_backend, add_command, add_encoding, add_store
from labmoves_api.cli.console import Console
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands
    from labmoves_ingest.ingestion import IngestReport

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add ingest, import and retract."""
    ingest = add_command(commands, "ingest", _ingest, "Read articles into the store: extract, keep and consolidate.")
    ingest.add_argument("paths", nargs="+", metavar="PATH", help=".txt, .md or .jsonl file, folder, or - for stdin")
    add_encoding(ingest)
    add_backend(ingest)
    add_store(ingest)

    import_ = add_command(
        commands, "import", _import, "Take over curated moves (.csv), or what `export` wrote as RDF into a new store."
    )
    import_.add_argument("file", type=Path, metavar="FILE", help=".csv, or .nq .trig .jsonld .ttl (docs/data.md)")
    add_store(import_)

    retract = add_command(
        commands,
        "retract",
        _retract,
        "Withdraw an article with its claims; what was believed before stays on record.",
    )
    retract.add_argument("article", metavar="ID", help="the article's id")
    retract.add_argument("--why", required=True, metavar="TEXT", help="the reason, for those who read it later")
    add_store(retract)


def _ingest(options: argparse.Namespace, console: Console) -> None:
    from labmoves_ingest.ingestion import ingest

    report = ingest(options.paths, options.store, console, encoding=options.encoding, backend=options.backend)
    _tell(report, options.store, console)


def _import(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph import rdf_files
    from labmoves_ingest.ingestion import import_curated

    if options.file.suffix.lower() in rdf_files.EXTENSIONS:
        _import_rdf(options.file, options.store, console)
    else:
        _tell(import_curated(options.file, options.store, console), options.store, console)


def _import_rdf(file: Path, directory: Path, console: Console) -> None:
    from labmoves_graph.projection import rebuild
    from labmoves_graph.rdf_import import import_file

    with ClaimStore.open(directory) as store:
        quads = import_file(store, file)
        done = rebuild(store, Registry.load())
    if console.json_lines:
        console.record({"store": str(directory), "quads": quads, "articles": done.articles})
    else:
        console.notice(f"{directory}: {quads} quads with {done.articles} article versions taken over from {file}")


def _tell(report: IngestReport, store: Path, console: Console) -> None:
    if console.json_lines:
        counts = {name: getattr(report, name) for name in ("added", "replaced", "unchanged", "claims", "problems")}
        console.record({"store": str(store), **counts})
    else:
        console.notice(f"{store}: {report}")


def _retract(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph.projection import project

    with ClaimStore.open(options.store, must_exist=True) as store:
        with store.writer() as writer:
            withdrawn = writer.retract(options.article, options.why)
        project(store, Registry.load())
    console.notice(f"withdrawn: {withdrawn.article.title or withdrawn.article.url or options.article}")

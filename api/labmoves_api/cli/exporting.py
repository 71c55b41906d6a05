"""The command that writes the store for other programs: export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from labmoves_api.cli.arguments import UsageError, add_command, add_store_or_server
from labmoves_api.cli.console import Console
from labmoves_api.cli.files import complete_file
from labmoves_api.cli.places import GraphServer, open_place
from labmoves_graph.read_model import ReadModel

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]


def add_commands(commands: Commands) -> None:
    """Add export."""
    export = add_command(
        commands,
        "export",
        _export,
        "Write everything as RDF (.nq .trig .jsonld .ttl), moves as a table (.csv .parquet), flows (.graphml .gexf).",
    )
    export.add_argument("file", type=Path, metavar="FILE", help="its extension chooses the form")
    add_store_or_server(export)


def _export(options: argparse.Namespace, console: Console) -> None:
    from labmoves_graph import rdf_files, tabular_export

    suffix = options.file.suffix.lower()
    if suffix not in {*rdf_files.EXTENSIONS, *tabular_export.EXTENSIONS}:
        known = " ".join(sorted({*rdf_files.EXTENSIONS, *tabular_export.EXTENSIONS}))
        raise UsageError(f"{options.file}: no form has the extension {suffix!r}; use one of {known}")
    if suffix in tabular_export.EXTENSIONS and isinstance(options.store, GraphServer):
        known = " ".join(sorted(rdf_files.EXTENSIONS))
        raise UsageError(f"{suffix} is written from a store's folder, not from a server; use one of {known}")
    with open_place(options.store) as store, complete_file(options.file) as unfinished:
        if suffix in rdf_files.EXTENSIONS:
            written = f"{store.export(unfinished)} triples"
        else:
            with ReadModel.open(store.read_model_path) as model:
                count = tabular_export.export_tables(model, unfinished)
            written = f"{count} {'moves' if suffix in ('.csv', '.parquet') else 'hops'}"
    console.notice(f"{options.file}: {written}")

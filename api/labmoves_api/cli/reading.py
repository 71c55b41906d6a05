"""The command that reads articles without a store: extract."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import UsageError, add_backend, add_command, add_encoding
from labmoves_api.cli.console import Console
from labmoves_api.cli.files import complete_file
from labmoves_graph.model import Article
from labmoves_graph.registry import Registry
from labmoves_ingest import backends
from labmoves_ingest.article_reading import ArticleReader
from labmoves_ingest.claim_record import claim_as_record

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands", "claim_records", "records_of"]


def add_commands(commands: Commands) -> None:
    """Add extract."""
    extract = add_command(commands, "extract", _extract, "Print the claims of articles, one JSON object a line.")
    extract.add_argument("paths", nargs="+", metavar="PATH", help=".jsonl, .txt or .md file, folder, or - for stdin")
    extract.add_argument("--out", type=Path, metavar="FILE", help="write to FILE, which appears only when complete")
    extract.add_argument(
        "--explain",
        action="store_true",
        help="print what each claim rests on, and why the rest was left out; one object an article with --json",
    )
    add_encoding(extract)
    add_backend(extract)


def _extract(options: argparse.Namespace, console: Console) -> None:
    if options.explain:
        lines = _explanations(options, console)
    else:
        records = claim_records(options.paths, options.encoding, console, options.backend)
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    if options.out is None or options.out == Path("-"):
        for line in lines:
            console.write(line)
        return
    with complete_file(options.out) as unfinished, unfinished.open("w", encoding="utf-8") as out:
        out.writelines(lines)


def _explanations(options: argparse.Namespace, console: Console) -> Iterator[str]:
    if options.backend != "default":
        raise UsageError(f"--explain shows what the default reader saw, not {options.backend}; leave --backend out")
    # spaCy alone takes half a second to import; what does without it should not wait.
    from labmoves_api.cli.explaining import explanation_lines
    from labmoves_ingest.explanation import Explainer
    from labmoves_ingest.extractor import Extractor

    explainer = Explainer(Extractor(Registry.load()))
    articles = ArticleReader(on_problem=console.problem, on_notice=console.notice, encoding=options.encoding)
    for article in articles.read(options.paths):
        explanation = explainer.explain(article)
        if console.json_lines:
            yield json.dumps(explanation.as_record(), ensure_ascii=False) + "\n"
        else:
            yield from (line + "\n" for line in explanation_lines(explanation))


def claim_records(
    paths: list[str], encoding: str, console: Console, backend: str = "default"
) -> Iterator[dict[str, Any]]:
    """What `extract` prints for these paths; problems go to the console, and what a backend spent."""
    articles = ArticleReader(on_problem=console.problem, on_notice=console.notice, encoding=encoding).read(paths)
    return records_of(articles, console, backend)


def records_of(articles: Iterable[Article], console: Console, backend: str = "default") -> Iterator[dict[str, Any]]:
    """The claims of the articles, as `extract` prints them."""
    claim_reader = backends.reader(backend, Registry.load())
    claims = 0
    for number, (_, found) in enumerate(backends.readings(claim_reader, articles, console.problem), 1):
        for claim in found:
            claims += 1
            yield claim_as_record(claim)
        console.progress(f"{number} articles, {claims} claims")
    if spent := backends.summary(claim_reader):
        console.notice(spent)

"""The command that measures extraction: evaluate."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import add_command
from labmoves_api.cli.console import Console, column
from labmoves_api.cli.reading import claim_records
from labmoves_graph.errors import RecordError
from labmoves_graph.registry import Registry
from labmoves_ingest.evaluation import RATES, GoldArticle, Quality, evaluate, read_gold

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]

_FIGURES = [column("figure"), column("value"), column("of")]
_MISSES = [column(name) for name in ("kind", "article_id", "person", "event", "organization", "evidence")]


def add_commands(commands: Commands) -> None:
    """Add evaluate."""
    parser = add_command(commands, "evaluate", _evaluate, "Measure extraction against an annotated set.")
    parser.add_argument("gold", type=Path, metavar="GOLD", help="annotated articles (docs/annotation.md), .jsonl")
    parser.add_argument(
        "predicted", nargs="?", type=Path, metavar="CLAIMS", help="output of extract; without it, extract now"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also list the first N disagreements")


def _evaluate(options: argparse.Namespace, console: Console) -> None:
    gold = _gold(options.gold)
    if options.predicted is None:
        predictions = list(claim_records([str(options.gold)], "utf-8", console))
    else:
        predictions = list(_records(options.predicted))
    quality = evaluate(gold, predictions, Registry.load())
    if console.json_lines:
        console.record(quality.as_dict())
    else:
        console.records(_figures(quality), _FIGURES, empty="no articles in the annotated set")
    if options.errors:
        misses = [asdict(miss) for miss in quality.misses[: options.errors]]
        console.records(misses, _MISSES, empty="no disagreements")


def _gold(path: Path) -> list[GoldArticle]:
    try:
        return list(read_gold(path))
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror}); name a file of annotated articles") from error


def _records(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _record(line, f"{path} line {number}")
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror}); name the output of extract") from error


def _record(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise RecordError(f"{where}: not JSON ({error}); one claim a line is expected") from error
    if not isinstance(record, dict):
        raise RecordError(f"{where}: no object; one claim a line is expected")
    return record


def _figures(quality: Quality) -> Iterator[Mapping[str, Any]]:
    for name, agreement in (("claim", quality.claim), ("person", quality.person)):
        yield _figure(f"{name} precision", agreement.precision, f"{agreement.predicted} predicted")
        yield _figure(f"{name} recall", agreement.recall, f"{agreement.gold} annotated")
        yield _figure(f"{name} F1", agreement.f1, f"{agreement.hit} agree")
    yield _figure("macro F1", quality.macro_f1, f"{quality.articles} articles")
    for name in RATES:
        rate = quality.rates[name]
        yield _figure(name, rate.value, f"{rate.judged} judged")
    for event, counts in quality.per_event.items():
        hits = counts.get("hit", 0)
        recall = hits / counts["gold"] if counts.get("gold") else None
        yield _figure(f"{event} recall", recall, f"{counts.get('gold', 0)} annotated, {counts.get('false', 0)} false")


def _figure(name: str, value: float | None, basis: str) -> dict[str, str]:
    return {"figure": name, "value": "-" if value is None else f"{value:.4f}", "of": basis}

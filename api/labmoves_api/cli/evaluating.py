"""The command that measures extraction: evaluate.

labmoves evaluate gold.jsonl claims.jsonl                        claims that were extracted before
labmoves evaluate data/corpus --floors data/corpus/floors.toml   the held-out stories; 1 when a figure fell
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labmoves_api.cli.arguments import UsageError, add_command
from labmoves_api.cli.console import Console, column
from labmoves_api.cli.files import complete_file
from labmoves_api.cli.reading import claim_records, records_of
from labmoves_graph.clock import system_clock
from labmoves_graph.errors import RecordError
from labmoves_graph.model import Article
from labmoves_graph.registry import Registry
from labmoves_ingest.evaluation import RATES, GoldArticle, Quality, evaluate, read_gold
from labmoves_ingest.quality_gate import Floors, measured

if TYPE_CHECKING:
    from labmoves_api.cli.arguments import Commands

__all__ = ["add_commands"]

_FIGURES = [column("figure"), column("value"), column("of")]
_GATE = [column("language"), column("figure"), column("value"), column("floor")]
_MISSES = [column(name) for name in ("kind", "article_id", "person", "event", "organization", "evidence")]


def add_commands(commands: Commands) -> None:
    """Add evaluate."""
    parser = add_command(commands, "evaluate", _evaluate, "Measure extraction against an annotated set.")
    parser.add_argument(
        "gold",
        type=Path,
        metavar="GOLD",
        help="annotated articles (docs/annotation.md): .jsonl, a marked .txt, or a folder of these, whose held-out "
        "stories are taken",
    )
    parser.add_argument(
        "predicted", nargs="?", type=Path, metavar="CLAIMS", help="output of extract; without it, extract now"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also list the first N disagreements")
    parser.add_argument("--floors", type=Path, metavar="FILE", help="fail when a figure is below its floor in FILE")
    parser.add_argument(
        "--renew",
        metavar="REASON",
        help="lay the floors of FILE anew, under what is measured now; REASON is recorded there",
    )


@dataclass(frozen=True, slots=True)
class _Gold:
    """Annotated articles, and the texts to extract from; articles None: `path` is read as extract reads it."""

    path: Path
    annotation: list[GoldArticle]
    articles: list[Article] | None

    def predictions(self, claims: Path | None, console: Console) -> list[dict[str, Any]]:
        """The claims of a file; those extracted now when there is none."""
        if claims is not None:
            return list(_records(claims))
        if self.articles is not None:
            return list(records_of(self.articles, console))
        return list(claim_records([str(self.path)], "utf-8", console))


def _evaluate(options: argparse.Namespace, console: Console) -> None:
    if options.renew is not None and not (options.floors and options.renew.strip()):
        raise UsageError("--renew REASON lays the floors of a file anew; give --floors FILE and say why")
    gold = _gold(options.gold)
    predictions = gold.predictions(options.predicted, console)
    if options.floors:
        _gate(options, console, gold.annotation, predictions)
        return
    quality = evaluate(gold.annotation, predictions, Registry.load())
    if console.json_lines:
        console.record(quality.as_dict())
    else:
        console.records(_figures(quality), _FIGURES, empty="no articles in the annotated set")
    _tell_misses(console, [quality], options.errors)


def _gate(
    options: argparse.Namespace,
    console: Console,
    annotation: Sequence[GoldArticle],
    predictions: Sequence[Mapping[str, Any]],
) -> None:
    """Each language by itself against its floors; what falls short is told as a problem."""
    floors = Floors.read(options.floors) if options.floors.exists() or options.renew is None else Floors()
    registry = Registry.load()
    qualities = {}
    for language, gold in _by_language(annotation).items():
        ids = {article.id for article in gold}
        own = [prediction for prediction in predictions if prediction.get("article_id") in ids]
        quality = qualities[language] = evaluate(gold, own, registry)
        if options.renew is not None:
            floors = floors.renewed(language, gold, quality, options.renew.strip(), system_clock().date())
        for shortfall in floors.shortfalls(language, gold, quality):
            console.problem(shortfall)
    if options.renew is not None:
        with complete_file(options.floors) as unfinished:
            unfinished.write_text(floors.as_toml(), encoding="utf-8")
    rows = [row for language, quality in qualities.items() for row in _against(floors, language, quality)]
    console.records(rows, _GATE, empty="no articles in the annotated set")
    _tell_misses(console, qualities.values(), options.errors)


def _against(floors: Floors, language: str, quality: Quality) -> Iterator[Mapping[str, str]]:
    floor = floors.of(language)
    for name, value in measured(quality).items():
        least = floor.figures.get(name) if floor else None
        shown = "-" if least is None else f"{least:.4f}"
        yield {"language": language, "figure": name, "value": f"{value:.4f}", "floor": shown}


def _by_language(annotation: Iterable[GoldArticle]) -> dict[str, list[GoldArticle]]:
    """The articles under "en" and "zh", whichever script the latter are in."""
    found: dict[str, list[GoldArticle]] = {}
    for article in annotation:
        found.setdefault(article.language[:2], []).append(article)
    return dict(sorted(found.items()))


def _tell_misses(console: Console, qualities: Iterable[Quality], most: int) -> None:
    if most:
        misses = [asdict(miss) for quality in qualities for miss in quality.misses]
        console.records(misses[:most], _MISSES, empty="no disagreements")


def _gold(path: Path) -> _Gold:
    try:
        if path.is_dir() or path.suffix == ".txt":
            return _marked_gold(path)
        return _Gold(path, list(read_gold(path)), None)
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror}); name a file of annotated articles") from error


def _marked_gold(path: Path) -> _Gold:
    """The held-out stories of a folder, or all of one file."""
    # Reading marks takes what reading articles takes; the other commands should not wait for it.
    from labmoves_ingest.training.corpus import read_corpus
    from labmoves_ingest.training.corpus_gold import article_of, gold_of
    from labmoves_ingest.training.division import Part, divided

    if path.is_dir():
        annotated = divided(read_corpus(sorted(path.glob("*.txt"))))[Part.HELD_OUT]
    else:
        annotated = list(read_corpus([path]))
    return _Gold(path, [gold_of(one) for one in annotated], [article_of(one) for one in annotated])


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

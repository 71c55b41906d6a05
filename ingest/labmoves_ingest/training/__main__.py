"""The command that makes the shipped models: python -m labmoves_ingest.training

Reads the annotated corpus, trains, measures and writes. Progress goes to stderr. Exit status: 0 done, 1 failed,
2 bad usage. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import labmoves_ingest
from labmoves_graph.errors import LabmovesError, MissingExtraError
from labmoves_graph.registry import Registry
from labmoves_ingest.training.progress import say
from labmoves_ingest.training.settings import ChoiceSettings, Settings

__all__ = ["main"]

LANGUAGES = ("en", "zh")
MODELS = ("tagger", "references", "reader", "weigher", "status", "manners", "reasons")
SHIPPED = Path(labmoves_ingest.__file__).parent / "models"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.out is None and (asked.limit is not None or asked.epochs is not None):
        parser.error("a trial with --limit or --epochs would replace the shipped models; say where with --out DIR")
    if (
        asked.out is None
        and asked.language
        and len(set(asked.language)) < len(LANGUAGES)
        and not _is_apart(asked.only)
    ):
        parser.error("references, readers and weigher are shared by the languages; say where to write with --out DIR")
    try:
        _train(asked)
    except LabmovesError as error:
        print(f"labmoves_ingest.training: {error}", file=sys.stderr)
        return 1
    return 0


def _is_apart(models: Sequence[str] | None) -> bool:
    """Whether training these for one language leaves what the other one uses."""
    return bool(models) and set(models or ()) <= {"status", "manners", "reasons"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m labmoves_ingest.training", description="Train labmoves' models on the annotated corpus."
    )
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this one (repeatable)")
    parser.add_argument("--corpus", type=Path, default=Path("data/corpus"), help="folder of the marked articles")
    parser.add_argument("--only", action="append", choices=MODELS, help="train only this (repeatable)")
    parser.add_argument("--epochs", type=_positive, help="instead of the usual number, for a trial")
    parser.add_argument("--limit", type=_positive, help="no more articles than that, for a trial")
    parser.add_argument("--jobs", type=_positive, help="processes that train side by side; default: one a core")
    parser.add_argument("--finders", type=Path, help="keep the readers' finders there, or use those there")
    parser.add_argument("--out", type=Path, help="folder to write to; default: the shipped models")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return number


def _train(asked: argparse.Namespace) -> None:
    # NumPy's threads gain nothing on matrices so small and cost four times the time on a busy machine. They are
    # counted when NumPy is first imported, which is below.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
        from labmoves_graph.replay_processes import usable_cores
        from labmoves_ingest.training.models import Corpus, Model, train_models
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise MissingExtraError("training needs torch; run `pip install 'labmoves[train]'`") from error
    train_models(
        {language: Corpus.read(asked.corpus, language, asked.limit) for language in asked.language or LANGUAGES},
        Registry.load(),
        _settings(asked.epochs),
        asked.out or SHIPPED,
        [Model(name) for name in asked.only or MODELS],
        say,
        asked.jobs or usable_cores(),
        asked.finders,
    )


def _settings(epochs: int | None) -> Settings:
    usual = Settings()
    if epochs is None:
        return usual
    return replace(
        usual,
        tagger=replace(usual.tagger, epochs=epochs),
        references=replace(usual.references, epochs=epochs),
        reader=replace(usual.reader, epochs=epochs),
        weigher=replace(usual.weigher, epochs=epochs),
        dates=_choice(usual.dates, epochs),
        roles=_choice(usual.roles, epochs),
        status=replace(
            usual.status,
            network=replace(usual.status.network, epochs=epochs),
            words=replace(usual.status.words, epochs=epochs),
        ),
        manners=replace(usual.manners, epochs=epochs),
        reasons=replace(usual.reasons, epochs=epochs),
    )


def _choice(usual: ChoiceSettings, epochs: int) -> ChoiceSettings:
    return replace(usual, place=replace(usual.place, epochs=epochs), reading=replace(usual.reading, epochs=epochs))


if __name__ == "__main__":
    sys.exit(main())

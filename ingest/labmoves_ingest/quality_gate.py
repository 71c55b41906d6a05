"""Floors under the quality of extraction: a file of figures that must not fall unnoticed.

    floors = Floors.read(path)
    floors.shortfalls("en", gold, quality)              what fell below, or that the gold is another; [] when all hold
    floors.renewed("en", gold, quality, reason, today)  the same with new floors under "en"

    [[floors]]                    the last entry of a language is in force; earlier ones are its history
    language = "en"
    since = 2026-01-31
    reason = "first measured"
    gold = "5f0e…"                SHA-256 of the annotated articles
    articles = 35
    claims = 266
    claim_f1 = 0.61

An entry is only ever added, with a reason, so that a floor cannot sink and the gold cannot change in silence.
Errors: RecordError for a file that cannot be read.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from labmoves_graph.errors import RecordError
from labmoves_ingest.evaluation import GoldArticle, Quality

__all__ = ["GATED", "Floor", "Floors", "gold_hash", "measured"]

#: The figures under which a floor is laid.
GATED = ("claim_f1", "claim_precision", "macro_f1", "person_f1", "date_exact", "status")
#: A new floor lies this much below what was measured: other processors sum in another order, and a reading that
#: sits on its threshold may then fall to the other side. More is a loss that somebody should explain.
MARGIN = 0.01

_HEADER = """\
# Floors under the quality of extraction, held by `make quality`: no figure may fall below the last entry of its
# language. Measured on the held-out stories of this folder. Entries are added, never changed, by
#     labmoves evaluate data/corpus --floors data/corpus/floors.toml --renew "why they may be lower or other"
"""


@dataclass(frozen=True, slots=True)
class Floor:
    """The floors of one language from a day on. gold: hash of the annotated articles they are for."""

    language: str
    since: date
    reason: str
    gold: str
    articles: int
    claims: int
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Floors:
    """All entries, in the order they were added."""

    entries: tuple[Floor, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Floors:
        """The floors of a file. Raises RecordError when it is missing or malformed."""
        try:
            rows = tomllib.loads(path.read_text(encoding="utf-8")).get("floors", [])
            return cls(tuple(_floor(row) for row in rows))
        except OSError as error:
            raise RecordError(
                f"{path}: cannot be read ({error.strerror}); name a file of floors, or make one with --renew REASON"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordError(f"{path}: no file of floors ({error!r}); take it from version control again") from error

    def of(self, language: str) -> Floor | None:
        """The entry in force, None when the language has no floors yet."""
        return next((entry for entry in reversed(self.entries) if entry.language == language), None)

    def shortfalls(self, language: str, gold: Sequence[GoldArticle], quality: Quality) -> list[str]:
        """What does not hold, in words; empty when everything does."""
        floor = self.of(language)
        if floor is None:
            return [f"{language}: has no floors yet; lay them with --renew REASON"]
        if floor.gold != gold_hash(gold):
            return [
                f"{language}: the annotated articles are not those of {floor.since} "
                f"({floor.articles} then, {len(gold)} now, or other words); say why with --renew REASON"
            ]
        figures = measured(quality)
        return [
            f"{language}: {name} is {figures.get(name, 0.0):.4f}, below its floor {least:.4f}; "
            "mend it, or say with --renew REASON why it may be lower"
            for name, least in floor.figures.items()
            if figures.get(name, 0.0) < least
        ]

    def renewed(
        self, language: str, gold: Sequence[GoldArticle], quality: Quality, reason: str, today: date
    ) -> Floors:
        """With floors MARGIN below the quality measured on that gold."""
        figures = {
            name: max(0.0, math.floor((value - MARGIN) * 1000) / 1000) for name, value in measured(quality).items()
        }
        entry = Floor(language, today, reason, gold_hash(gold), len(gold), quality.claim.gold, figures)
        return Floors((*self.entries, entry))

    def as_toml(self) -> str:
        """The file's text."""
        return "\n".join([_HEADER, *(_entry_as_toml(entry) for entry in self.entries)])


def measured(quality: Quality) -> dict[str, float]:
    """The GATED figures; one that nothing could be judged for is left out."""
    values = {
        "claim_f1": quality.claim.f1,
        "claim_precision": quality.claim.precision,
        "macro_f1": quality.macro_f1,
        "person_f1": quality.person.f1,
        "date_exact": quality.rates["date_exact"].value,
        "status": quality.rates["status"].value,
    }
    return {name: value for name in GATED if (value := values[name]) is not None}


def gold_hash(gold: Iterable[GoldArticle]) -> str:
    """SHA-256 over the articles and their annotation, whatever their order."""
    digest = sha256()
    for article in sorted(gold, key=lambda article: article.id):
        digest.update(json.dumps(_plain(astuple(article)), ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _floor(row: Mapping[str, Any]) -> Floor:
    return Floor(
        language=row["language"],
        since=row["since"],
        reason=row["reason"],
        gold=row["gold"],
        articles=row["articles"],
        claims=row["claims"],
        figures={name: float(row[name]) for name in GATED if name in row},
    )


def _entry_as_toml(entry: Floor) -> str:
    lines = [
        "[[floors]]",
        f'language = "{entry.language}"',
        f"since = {entry.since.isoformat()}",
        f"reason = {json.dumps(entry.reason, ensure_ascii=False)}",
        f'gold = "{entry.gold}"',
        f"articles = {entry.articles}",
        f"claims = {entry.claims}",
        *(f"{name} = {value:.3f}" for name, value in entry.figures.items()),
    ]
    return "\n".join(lines) + "\n"

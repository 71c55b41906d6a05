"""Which articles teach, which measure: the corpus divided by story.

Articles of one story retell the same events, so a story stays in one part. The part follows from a hash of the
story's name: a new article never moves an old one. Pieces of a few sentences, written to show many wordings, only
teach: what they hold is no measure of what stands in articles.

    divided(articles)[Part.DEVELOPMENT]   whole readings are weighed by what it teaches, thresholds measured on it
    divided(articles)[Part.HELD_OUT]      neither trained nor tuned on; figures only
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from labmoves_ingest.training.corpus import AnnotatedArticle

__all__ = ["MEASURED", "Divided", "Part", "corpus_hash", "divided", "part_of"]

_PARTS, _HELD_OUT, _DEVELOPMENT = 20, (0,), (1, 2, 3)
#: The genre of short pieces.
_PIECE = "piece"


class Part(StrEnum):
    """A part of the corpus."""

    TRAINING = "training"
    DEVELOPMENT = "development"
    HELD_OUT = "held_out"


Divided = dict[Part, list[AnnotatedArticle]]
#: The parts that no network learns from.
MEASURED = (Part.DEVELOPMENT, Part.HELD_OUT)


def part_of(article: AnnotatedArticle) -> Part:
    """One story in twenty is held out, three in twenty are for development; short pieces teach."""
    if article.genre == _PIECE:
        return Part.TRAINING
    number = crc32(article.story.encode()) % _PARTS
    if number in _HELD_OUT:
        return Part.HELD_OUT
    return Part.DEVELOPMENT if number in _DEVELOPMENT else Part.TRAINING


def divided(articles: Iterable[AnnotatedArticle]) -> Divided:
    """The articles of each part, in the order given."""
    parts: Divided = {part: [] for part in Part}
    for article in articles:
        parts[part_of(article)].append(article)
    return parts


def corpus_hash(paths: Sequence[Path]) -> str:
    """SHA-256 over the files' names and bytes, in the order of their names."""
    digest = sha256()
    for path in sorted(paths, key=lambda path: path.name):
        content = path.read_bytes()
        digest.update(f"{path.name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()

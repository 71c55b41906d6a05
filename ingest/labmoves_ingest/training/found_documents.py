"""Documents as they are found, with the annotation laid over: what a reader meets when nobody marks a text.

    finders = Finders(language, registry, folder)      two readers, each of which knows half of the stories
    gold = finders.document(article)                   found mentions; whom the marks mean among them

A claim reader that learns from marked mentions alone trusts whatever is called an organization, and a text read for
the first time has one in six that is none. So half of what it learns from is found by taggers that have not learnt
from the article in question.

Cannot happen: a mention that its own tagger was taught; an entity that stands for two marked ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import crc32

from labmoves_graph.registry import Registry
from labmoves_ingest.documents import Document, Entity
from labmoves_ingest.reading import Reader, add_dates
from labmoves_ingest.training.corpus import AnnotatedArticle
from labmoves_ingest.training.gold_documents import GoldDocument, publication_day

__all__ = ["HALVES", "Finders", "found_document", "half_of"]

HALVES = (0, 1)


def half_of(article: AnnotatedArticle) -> int:
    """Which half of the stories the article belongs to."""
    return crc32(f"half {article.story}".encode()) % len(HALVES)


class Finders:
    """Readers whose taggers have each learnt from the other half of the stories."""

    def __init__(self, language: str, registry: Registry, folders: Sequence[Path]) -> None:
        """folders: for each half the model files of the one that has not seen it."""
        self._readers = [Reader(language, registry, folder) for folder in folders]

    def document(self, article: AnnotatedArticle) -> GoldDocument:
        """The article as it is found, references not yet settled."""
        return found_document(article, self._readers[half_of(article)])


def found_document(article: AnnotatedArticle, reader: Reader) -> GoldDocument:
    """The article's document with the mentions that the reader finds, and which of them the marks mean."""
    document = reader.start(article.text, publication_day(article), article.title)
    reader.find_mentions(document)
    add_dates(document)
    return GoldDocument(
        article,
        document,
        _meant(article, document, "P", document.people),
        _meant(article, document, "O", document.organizations),
        _roles(article, document),
    )


def _meant(article: AnnotatedArticle, document: Document, kind: str, entities: Sequence[Entity]) -> dict[str, int]:
    """For each marked id the found entity most of whose mentions are its own; none where nothing was found."""
    owner: dict[int, str] = {}
    for mark in article.marks:
        span = document.span(mark.start, mark.end) if mark.id[0] == kind and not mark.nominal else None
        if span is not None:
            owner.update(dict.fromkeys(range(span.first, span.last), mark.id))
    shares: list[tuple[int, int, str]] = []
    for index, entity in enumerate(entities):
        votes = Counter(_owners(entity, owner))
        if votes:
            mark_id, count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
            shares.append((-count, index, mark_id))
    found: dict[str, int] = {}
    for _, index, mark_id in sorted(shares):
        found.setdefault(mark_id, index)
    return found


def _owners(entity: Entity, owner: dict[int, str]) -> Iterable[str]:
    """The id of each mention that is marked for the half of it at least."""
    for mention in entity.mentions:
        here = Counter(owner[token] for token in range(mention.first, mention.last) if token in owner)
        for mark_id, count in here.most_common(1):
            if 2 * count >= mention.last - mention.first:
                yield mark_id


def _roles(article: AnnotatedArticle, document: Document) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for mark in article.marks:
        if mark.id[0] == "R":
            here = [n for n, role in enumerate(document.roles) if role.start < mark.end and mark.start < role.end]
            if here:
                found.setdefault(mark.id, []).extend(here)
    return found

"""What one ClaimStore changed in the record since it last projected it.

A projection that can account for every version and every end of one in the store, by what the read model holds and
what is noted here, need not look for others. The record only grows, so equal numbers mean equal records; whatever
else wrote to the store, or half wrote, shows in the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Quad

from labmoves_graph.vocabulary import LM, PROV

__all__ = ["RecordChanges", "RecordSize"]


@dataclass(frozen=True, slots=True)
class RecordSize:
    """versions: of all articles, ever held. ended: those of them that were replaced or retracted."""

    versions: int
    ended: int


@dataclass(slots=True)
class RecordChanges:
    """Articles with a version that is new or has ended; versions and ended: how many of them."""

    articles: set[str] = field(default_factory=set)
    versions: int = 0
    ended: int = 0

    def note(self, article_id: str, added: Iterable[Quad]) -> None:
        """The quads were added about that article."""
        self.articles.add(article_id)
        for quad in added:
            self.versions += quad.predicate == LM.articleId
            self.ended += quad.predicate == PROV.invalidatedAtTime

    def note_new(self, article_ids: Iterable[str]) -> None:
        """The articles were added, which the store did not know."""
        new = set(article_ids)
        self.articles |= new
        self.versions += len(new)

    def lead_from(self, former: RecordSize, present: RecordSize) -> bool:
        """Whether these changes are all that lies between the two."""
        return RecordSize(former.versions + self.versions, former.ended + self.ended) == present

    def clear(self) -> None:
        """What was noted has been projected."""
        self.articles.clear()
        self.versions = self.ended = 0

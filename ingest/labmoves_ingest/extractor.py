"""Reads an article and returns the claims it makes."""

from __future__ import annotations

from labmoves_graph.model import Article, Claim
from labmoves_graph.registry import Registry

__all__ = ["Extractor"]


class Extractor:
    """Turns articles into claims. One instance serves many articles; it keeps no state between them."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def extract(self, article: Article) -> list[Claim]:
        """The claims that the article makes, in text order; each is grounded in the article's own words."""
        return []

"""Ids of entities, and sets of ids that mean one entity.

    provisional_id("person", "jane doe", "openai")   -> "x-3f…", always the same for the same names
    sets.join("x-3f…", "jane-doe"); sets.find("x-3f…")   -> "jane-doe"

What an id looks like tells a provisional one from those of the registry, and a claim's from both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from labmoves_graph.model import content_hash

__all__ = ["UnionFind", "derived_id", "is_claim", "is_provisional", "provisional_id"]

_PROVISIONAL = re.compile(r"x-[0-9a-f]{16}", re.A)
_CLAIM_ID = re.compile(r"[0-9a-f]{16}", re.A)


@dataclass(slots=True)
class UnionFind:
    """Sets of strings that grow together; each is named by its smallest registry id, else provisional id."""

    parent: dict[str, str] = field(default_factory=dict)

    def find(self, item: str) -> str:
        """The name of the item's set."""
        root = item
        while (above := self.parent.get(root, root)) != root:
            root = above
        while item != root:
            self.parent[item], item = root, self.parent.get(item, root)
        return root

    def join(self, one: str, other: str) -> None:
        """Make the two sets one."""
        low, high = sorted((self.find(one), self.find(other)), key=lambda item: (_vagueness(item), item))
        if low != high:
            self.parent[high] = low


@lru_cache(maxsize=65536)
def derived_id(*names: str) -> str:
    """The content hash of names, remembered: replaying a history asks for the same ids at every instant."""
    return content_hash(*names)


def provisional_id(kind: str, *named_by: str) -> str:
    """The id of an entity unknown to the registry.

    named_by: a claim that was told apart; else the folded name and, of a person, the topmost organization.
    """
    return f"x-{derived_id(kind, *named_by)}"


def is_provisional(entity_id: str) -> bool:
    """Whether the id names an entity that the registry does not hold."""
    return _PROVISIONAL.fullmatch(entity_id) is not None


def is_claim(name: str) -> bool:
    """Whether the id is one that claims have."""
    return _CLAIM_ID.fullmatch(name) is not None


def _vagueness(name: str) -> int:
    """Registry entities name a set before provisional ones, and both before the claims that mean them."""
    return 2 if is_claim(name) else int(is_provisional(name))

"""Which clauses state a reason for an event, as a network that reads the passage makes them out.

ReasonNetwork(weights).odds(passages, event, len(clauses))         (clauses,)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labmoves_ingest.layers import Array, Weights
from labmoves_ingest.passages import Passage, PassageNetwork

__all__ = ["PREFIX", "ReasonNetwork"]

#: What the names of the network's weights begin with in a model file.
PREFIX = "stated."


class ReasonNetwork:
    """The trained network at run time."""

    def __init__(self, weights: Weights) -> None:
        """weights: of these, those whose names begin with PREFIX."""
        self._network = PassageNetwork(weights, PREFIX)

    def odds(self, passages: Sequence[Passage], event: int, clauses: int) -> Array:
        """How likely each of so many clauses states a reason; 0 for one that holds no token. event: of EVENTS."""
        odds = np.zeros(clauses, dtype=np.float32)
        for passage in passages:
            for stretch, (score,) in zip(passage.stretches, self._network.scores(passage, event), strict=True):
                odds[stretch.number] = 1 / (1 + np.exp(-score))
        return odds

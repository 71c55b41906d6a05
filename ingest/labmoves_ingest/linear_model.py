"""Linear models over hashed columns at run time: manners and kinds of reasons are told by one each, a status in part.

LinearModel.of(read_archive("en_status.npz")).odds(columns)      probability of each class
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.layers import read_weights, softmax

__all__ = ["LinearModel"]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights (columns, classes) and bias (classes,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def of(cls, archive: Mapping[str, NDArray[np.generic]]) -> LinearModel:
        """The one whose "weights" and "bias" the archive holds, in single precision."""
        own = read_weights({name: archive[name] for name in archive if name.startswith(("weights", "bias"))})
        return cls(own["weights"], own["bias"])

    def odds(self, columns: Sequence[int]) -> NDArray[np.float32]:
        """Probability of each class. columns: those that are set."""
        return softmax(self.weights[list(columns)].sum(axis=0) + self.bias)

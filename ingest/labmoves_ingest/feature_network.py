"""A small trained network over features that say in numbers what speaks for and against something.

    FeatureNetwork(weights).scores(features)       features (rows, any number) -> scores (rows,)

One hidden layer over standardised features; training/feature_networks.py trains such networks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["FURTHEST", "FeatureNetwork"]

Array = NDArray[np.float32]
#: Spreads from the mean beyond which a feature says no more: texts are longer than those that were learnt from.
FURTHEST = 2.5


class FeatureNetwork:
    """Scores rows by trained weights: mean, spread, hidden.weight, hidden.bias, out.weight, out.bias."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]], prefix: str = "") -> None:
        """prefix: what the names of this network's weights begin with, where an archive holds several."""
        own = {name[len(prefix) :]: value for name, value in weights.items() if name.startswith(prefix)}
        self._weights = {name: value.astype(np.float32) for name, value in own.items()}

    def scores(self, features: Array) -> Array:
        """Scores (rows,) from features (rows, features)."""
        w = self._weights
        usual = np.clip((features - w["mean"]) / w["spread"], -FURTHEST, FURTHEST)
        hidden = np.maximum(usual @ w["hidden.weight"].T + w["hidden.bias"], 0)
        scores: Array = (hidden @ w["out.weight"].T + w["out.bias"])[:, 0]
        return scores

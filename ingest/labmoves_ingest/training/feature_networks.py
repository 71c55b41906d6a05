"""The small networks over features, as torch trains them (feature_network.py runs them).

network = FeatureNet.over(features, settings)                standardised by the features given
fit(network, loss_of, count, settings)                       loss_of: rows -> the mean loss of those examples
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from labmoves_ingest.feature_network import FURTHEST
from labmoves_ingest.training.dropout import Dropout
from labmoves_ingest.training.optimisation import make_reproducible
from labmoves_ingest.training.settings import FeatureSettings

__all__ = ["FeatureNet", "fit"]

Array = NDArray[np.float32]
#: Added to each feature's spread, so that one which hardly ever varies is not blown up.
_LEAST_SPREAD = 0.05


class FeatureNet(nn.Module):
    """One hidden layer over standardised features (..., features); gives scores (...)."""

    mean: Tensor
    spread: Tensor

    def __init__(self, mean: Array, spread: Array, settings: FeatureSettings) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("spread", torch.from_numpy(spread))
        self.hidden = nn.Linear(len(mean), settings.width)
        self.out = nn.Linear(settings.width, 1)
        self.dropout = Dropout(settings.dropout)

    @classmethod
    def over(cls, features: Array, settings: FeatureSettings) -> FeatureNet:
        """Untrained, of the settings' seed; over features as they are when there are no rows."""
        make_reproducible(settings.seed)
        if not len(features):
            neutral = np.zeros(features.shape[1], dtype=np.float32)
            return cls(neutral, neutral + 1, settings).eval()
        return cls(features.mean(axis=0), features.std(axis=0) + _LEAST_SPREAD, settings).eval()

    def forward(self, features: Tensor) -> Tensor:
        usual = ((features - self.mean) / self.spread).clamp(-FURTHEST, FURTHEST)
        hidden = torch.relu(self.hidden(usual))
        out: Tensor = self.out(self.dropout(hidden))[..., 0]
        return out


def fit(network: FeatureNet, loss_of: Callable[[Tensor], Tensor], count: int, settings: FeatureSettings) -> None:
    """Train on `count` examples, in batches of another order each epoch; the network is left ready for use."""
    random = np.random.default_rng(settings.seed)
    optimiser = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )
    network.train()
    for _ in range(settings.epochs):
        order = torch.from_numpy(random.permutation(count))
        for start in range(0, count, settings.batch):
            loss = loss_of(order[start : start + settings.batch])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
    network.eval()

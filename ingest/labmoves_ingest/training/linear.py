"""Linear models over hashed columns: status, manners and kinds of reasons are judged by one each.

    model = train_linear(examples, WIDTH, settings)
    model.odds(columns)    probability of each class

Same input, same bytes: weights start at zero, the order of the examples follows from the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from labmoves_ingest.linear_model import LinearModel
from labmoves_ingest.training.optimisation import make_reproducible
from labmoves_ingest.training.settings import LinearSettings

__all__ = ["LinearExample", "train_linear"]


@dataclass(frozen=True, slots=True)
class LinearExample:
    """The columns that are set, and the class."""

    columns: list[int]
    label: int


def train_linear(examples: Sequence[LinearExample], width: int, settings: LinearSettings) -> LinearModel:
    """The model of least weighted cross entropy; weights that are used are drawn towards zero by `decay`."""
    make_reproducible(settings.seed)
    classes = len(settings.class_weights)
    table = nn.EmbeddingBag(width, classes, mode="sum")
    nn.init.zeros_(table.weight)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.Adam([*table.parameters(), bias], lr=settings.learning_rate, fused=True)
    columns = [torch.tensor(example.columns, dtype=torch.int64) for example in examples]
    labels = torch.tensor([example.label for example in examples])
    weights = torch.tensor(settings.class_weights)
    for _ in range(settings.epochs):
        order = torch.randperm(len(examples))
        for start in range(0, len(examples), settings.batch):
            batch = order[start : start + settings.batch]
            flat, starts = _joined([columns[number] for number in batch.tolist()])
            loss = functional.cross_entropy(table(flat, starts) + bias, labels[batch], weight=weights)
            loss = loss + settings.decay * (table.weight[flat] ** 2).sum() / len(batch)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
    return LinearModel(table.weight.detach().numpy(), bias.detach().numpy())


def _joined(columns: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    sizes = torch.tensor([0, *(len(one) for one in columns[:-1])])
    return torch.cat(list(columns)), sizes.cumsum(0)

"""Training of the mention tagger: which tokens name people, organizations and roles, or stand for them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from labmoves_ingest.lexicon import FLAGS
from labmoves_ingest.network import TAGGER_LAYERS
from labmoves_ingest.token_features import BUCKETS, SHAPES, VECTOR

__all__ = ["Block", "TagNet", "TokenEmbedding", "seen_of"]


class Block(nn.Module):
    """A dilated convolution with a residual path."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.convolution = nn.Conv1d(width, 2 * width, 3, padding=dilation, dilation=dilation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = self.norm(x) * mask
        y = self.convolution(y.transpose(1, 2)).transpose(1, 2)
        a, b = y.chunk(2, dim=-1)
        out: Tensor = (x + self.dropout(a * torch.sigmoid(b))) * mask
        return out


class TokenEmbedding(nn.Module):
    """Word, two hashed columns, shape, word classes and vector of each token, mixed into one.

    flags: (…, FLAGS + VECTOR), the vector after the word classes.
    """

    def __init__(self, words: int, width: int, hash_width: int = 32) -> None:
        super().__init__()
        self.word = nn.Embedding(words, width, padding_idx=0)
        self.left = nn.Embedding(BUCKETS, hash_width)
        self.right = nn.Embedding(BUCKETS, hash_width)
        self.shape = nn.Embedding(SHAPES, 16)
        self.mix = nn.Linear(width + 2 * hash_width + 16 + FLAGS + VECTOR, width)
        for table in (self.word, self.left, self.right, self.shape):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, columns: Tensor, flags: Tensor) -> Tensor:
        parts = [self.word(columns[..., 0]), self.left(columns[..., 1]), self.right(columns[..., 2])]
        out: Tensor = self.mix(torch.cat([*parts, self.shape(columns[..., 3]), flags], dim=-1))
        return out


def seen_of(flags: NDArray[np.generic], vectors: NDArray[np.generic]) -> NDArray[np.float32]:
    """Word classes and vectors side by side, array (tokens, FLAGS + VECTOR); a language without vectors has zeros."""
    seen = np.zeros((len(flags), FLAGS + VECTOR), dtype=np.float32)
    seen[:, :FLAGS] = flags
    seen[:, FLAGS : FLAGS + vectors.shape[1]] = vectors
    return seen


class TagNet(nn.Module):
    """Token tags from a stack of dilated convolutions."""

    def __init__(self, words: int, tags: int, width: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        self.embed = TokenEmbedding(words, width)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(width, d, dropout) for d in TAGGER_LAYERS)
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, tags)

    def forward(self, columns: Tensor, flags: Tensor, mask: Tensor) -> Tensor:
        x = self.dropout(self.embed(columns, flags)) * mask
        for block in self.blocks:
            x = block(x, mask)
        out: Tensor = self.out(self.norm(x))
        return out

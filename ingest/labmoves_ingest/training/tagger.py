"""Training of the mention tagger: which tokens name people, organizations and roles, or stand for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from labmoves_ingest.lexicon import FLAGS
from labmoves_ingest.network import TAGGER_LAYERS
from labmoves_ingest.token_features import BUCKETS, SHAPES, VECTOR
from labmoves_ingest.training.dropout import Dropout

__all__ = ["Block", "Elsewhere", "TagNet", "TokenEmbedding", "seen_of"]


class Block(nn.Module):
    """A dilated convolution with a residual path. Padding is masked before, not after: it reaches nothing else."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(width)
        self.convolution = nn.Conv1d(width, 2 * width, 3)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        # As one product of matrices, which is quicker than torch's convolution back and forth.
        size, reach = x.shape[1], self.dilation
        y = functional.pad(self.norm(x) * mask, (0, 0, reach, reach))
        taps = torch.cat([y[:, k * reach : k * reach + size] for k in range(3)], -1)
        kernel = self.convolution.weight.permute(0, 2, 1).flatten(1)
        out: Tensor = x + self.dropout(functional.glu(functional.linear(taps, kernel, self.convolution.bias), -1))
        return out


class TokenEmbedding(nn.Module):
    """Word, two hashed columns, shape, word classes and vector of each token, mixed into one.

    flags: (…, FLAGS + VECTOR), the vector after the word classes.
    """

    def __init__(self, words: int, width: int, hash_width: int = 32, word_width: int | None = None) -> None:
        """word_width: numbers a word is embedded in; None: width."""
        super().__init__()
        of_word = width if word_width is None else word_width
        self.word = nn.Embedding(words, of_word, padding_idx=0)
        self.left = nn.Embedding(BUCKETS, hash_width)
        self.right = nn.Embedding(BUCKETS, hash_width)
        self.shape = nn.Embedding(SHAPES, 16)
        self.mix = nn.Linear(of_word + 2 * hash_width + 16 + FLAGS + VECTOR, width)
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


class Elsewhere(nn.Module):
    """What is read of the same words elsewhere in the text: a name is known again where nothing around it tells."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Linear(3 * width + 2, 2 * width)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor, others: Sequence[Tensor]) -> Tensor:
        y = self.norm(x) * mask
        told = [other.sum(-1, keepdim=True) for other in others]
        mixed = functional.glu(self.mix(torch.cat([y, *(other @ y for other in others), *told], -1)), -1)
        out: Tensor = x + self.dropout(mixed) * torch.stack(told).amax(0)
        return out


def _same_words(keys: Tensor) -> list[Tensor]:
    """For each kind of key a matrix (batch, tokens, tokens): the mean over the other tokens of the same key.

    A row sums to 1, or to 0 where no other token has the key. Keys are 0 where there is none.
    """
    itself = torch.eye(keys.shape[1], dtype=torch.bool)
    found = []
    for key in keys.unbind(-1):
        alike = ((key[:, :, None] == key[:, None, :]) & (key > 0)[:, :, None] & ~itself).float()
        found.append(alike / alike.sum(-1, keepdim=True).clamp(min=1))
    return found


class TagNet(nn.Module):
    """Token tags from a stack of dilated convolutions, and what the same words' are elsewhere in the text."""

    def __init__(self, words: int, tags: int, width: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        self.embed = TokenEmbedding(words, width)
        self.dropout = Dropout(dropout)
        self.blocks = nn.ModuleList(
            Elsewhere(width, dropout) if dilation is None else Block(width, dilation, dropout)
            for dilation in TAGGER_LAYERS
        )
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, tags)

    def forward(self, columns: Tensor, flags: Tensor, mask: Tensor, keys: Tensor) -> Tensor:
        """keys: (batch, tokens, 2), as token_features.repetition_keys gives them."""
        others = _same_words(keys)
        x = self.dropout(self.embed(columns, flags)) * mask
        for block in self.blocks:
            x = block(x, mask, others) if isinstance(block, Elsewhere) else block(x, mask)
        out: Tensor = self.out(self.norm(x)).float()
        return out

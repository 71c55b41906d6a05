"""The claim reader's network: which events a sentence states of a person, and their arguments."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from labmoves_ingest.network import ATTENDED_REACH, HEADS, READER_LAYERS, reach_buckets
from labmoves_ingest.organization_view import ORGANIZATION_DENSE
from labmoves_ingest.training.dropout import Dropout
from labmoves_ingest.training.optimisation import LOW_PRECISION
from labmoves_ingest.training.tagger import Block, TokenEmbedding
from labmoves_ingest.windows import DENSE, MARKS

__all__ = ["EVENTS", "ReaderNet"]

EVENTS = 4


class Attention(nn.Module):
    """Every item looks at every other of its window: a trigger at the organization three clauses away.

    How far an item may be told by its distance in powers of the square root of two is learnt for each head.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.look = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.reach = nn.Parameter(torch.zeros(HEADS, 2 * ATTENDED_REACH + 1))
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, size, width = x.shape
        parts = self.look(self.norm(x)).view(batch, size, 3, HEADS, width // HEADS)
        asked, offered, told = parts.permute(2, 0, 3, 1, 4)
        scores = asked @ offered.transpose(-1, -2) / (width // HEADS) ** 0.5
        scores = scores + self.reach[:, torch.from_numpy(reach_buckets(size))]
        scores = scores - 1e4 * (1 - mask[:, None, None, :, 0])
        seen = (torch.softmax(scores, -1) @ told).transpose(1, 2).reshape(batch, size, width)
        out: Tensor = x + self.dropout(self.out(seen))
        return out


class ReaderNet(nn.Module):
    """Convolutions and attention over the items of a window, then heads.

    Gives: logits of the events; a score of every item as organization, date or role of each event; the scores
    of "no date", "no role" and "none of these organizations"; a score of every item as the trigger of each event; and
    the view by which `far` scores organizations for their place in the document.
    """

    def __init__(self, words: int, width: int = 80, word_width: int = 64, dropout: float = 0.3) -> None:
        """word_width: numbers a word is embedded in."""
        super().__init__()
        self.embed = TokenEmbedding(words, width, 24, word_width)
        self.mark = nn.Embedding(MARKS, width)
        self.segment = nn.Embedding(3, width)
        self.distance = nn.Embedding(16, width)
        for table in (self.mark, self.segment, self.distance):
            nn.init.normal_(table.weight, std=0.3)
        self.dropout = Dropout(dropout)
        self.blocks = nn.ModuleList(
            Attention(width, dropout) if dilation is None else Block(width, dilation, dropout)
            for dilation in READER_LAYERS
        )
        self.norm = nn.LayerNorm(width)
        self.view = nn.Linear(4 * width + DENSE, 2 * width)
        self.events = nn.Linear(2 * width, EVENTS)
        self.trigger = nn.Linear(width, EVENTS)
        self.query = nn.Linear(2 * width, width)
        self.item = nn.Linear(width, width)
        self.point = nn.Linear(width, 3 * EVENTS)
        self.nothing = nn.Linear(2 * width, 3 * EVENTS)
        self.standing = nn.Linear(ORGANIZATION_DENSE, width)
        self.far_place = nn.Linear(ORGANIZATION_DENSE, 48)
        self.far_view = nn.Linear(2 * width, 48)
        self.far_out = nn.Linear(48, EVENTS)

    def forward(
        self,
        columns: Tensor,
        flags: Tensor,
        mark: Tensor,
        segment: Tensor,
        distance: Tensor,
        mask: Tensor,
        dense: Tensor,
        organization_features: Tensor,
        organization_places: Tensor,
        organization_owners: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """The organizations' inputs are those of ReaderBatch: an owner past the last one is padding."""
        x = self.embed(columns, flags) + self.mark(mark) + self.segment(segment) + self.distance(distance)
        told = functional.pad(self.standing(organization_features), (0, 0, 0, 1)).to(x.dtype)
        told = told.gather(1, organization_owners[..., None].expand(-1, -1, x.shape[-1]))
        x = x.scatter_add(1, organization_places[..., None].expand(-1, -1, x.shape[-1]), told)
        x, low_mask = self.dropout(x), mask
        if torch.is_autocast_enabled("cpu"):
            x, low_mask = x.to(LOW_PRECISION), mask.to(LOW_PRECISION)
        for block in self.blocks:
            x = block(x, low_mask)
        x = self.norm(x).float() * mask
        target = ((mark == 7)[..., None]).float() * mask
        inside = ((segment == 1)[..., None]).float() * mask
        person = (x * target).sum(1) / target.sum(1).clamp(min=1)
        best = (x - 1e4 * (1 - inside)).amax(1)
        mean = (x * inside).sum(1) / inside.sum(1).clamp(min=1)
        near = target * inside
        here = (x - 1e4 * (1 - near)).amax(1)
        here = torch.where(near.sum(1) > 0, here, torch.zeros_like(here))
        z = self.dropout(torch.relu(self.view(torch.cat([person, best, mean, here, dense], -1))))
        points = self.point(self.dropout(torch.tanh(self.item(x) + self.query(z)[:, None, :])))
        triggers = self.trigger(x).float()
        strongest = (triggers - 1e4 * (1 - inside)).amax(1)
        return (
            self.events(z).float() + strongest,
            points.float(),
            self.nothing(z).float(),
            triggers,
            self.far_view(z),
        )

    def far(self, features: Tensor, view: Tensor) -> Tensor:
        """Score of organizations (batch, organizations, 4) by their place in the document, seen from a window."""
        out: Tensor = self.far_out(self.dropout(torch.relu(self.far_place(features) + view[:, None, :])))
        return out

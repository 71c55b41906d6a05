"""The network that reads passages, as torch trains it (the other passages.py runs it).

network = train_passages(examples, settings, outputs, loss, "reasons", report)      a PassageNet, ready for use
weights_of(network)                                                                 what PassageNetwork takes
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from labmoves_ingest.lexicon import FLAGS
from labmoves_ingest.passages import CUES, DISTANCES, LAYERS, MARKS, OFFSETS, Passage
from labmoves_ingest.reading import EVENTS
from labmoves_ingest.token_features import BUCKETS, TOKEN_COLUMNS, VECTOR
from labmoves_ingest.training.dropout import Dropout
from labmoves_ingest.training.optimisation import Descent, make_reproducible, products_in_low_precision
from labmoves_ingest.training.settings import PassageSettings
from labmoves_ingest.training.tagger import Block, TokenEmbedding, seen_of

__all__ = ["PassageBatch", "PassageExample", "PassageNet", "collated", "train_passages"]

#: Numbers that a word or a hashed column is embedded in, a cue, and an event.
_WORD, _CUE, _EVENT = 16, 24, 8


@dataclass(frozen=True, slots=True)
class PassageExample:
    """A passage around an event (of EVENTS), and what is right of each of its stretches."""

    passage: Passage
    event: int
    targets: Sequence[int]


class PassageNet(nn.Module):
    """Convolutions over a passage, then so many scores for each stretch of it."""

    def __init__(self, settings: PassageSettings, outputs: int) -> None:
        super().__init__()
        width = settings.width
        self.embed = TokenEmbedding(BUCKETS, width, _WORD, _WORD)
        self.mark, self.offset = nn.Embedding(MARKS, width), nn.Embedding(OFFSETS, width)
        self.distance = nn.Embedding(DISTANCES, width)
        for table in (self.mark, self.offset, self.distance):
            nn.init.normal_(table.weight, std=0.3)
        self.dropout = Dropout(settings.dropout)
        self.blocks = nn.ModuleList(Block(width, dilation, settings.dropout) for dilation in LAYERS)
        self.norm = nn.LayerNorm(width)
        self.cue = nn.EmbeddingBag(CUES, _CUE, mode="sum")
        nn.init.zeros_(self.cue.weight)
        self.event = nn.Embedding(len(EVENTS), _EVENT)
        self.view = nn.Linear(3 * width + _CUE + _EVENT, 64)
        self.out = nn.Linear(64, outputs)

    def forward(self, batch: PassageBatch) -> Tensor:
        """Scores (stretches, outputs)."""
        x = self.embed(batch.columns, batch.flags)
        x = x + self.mark(batch.mark) + self.offset(batch.offset) + self.distance(batch.distance)
        x = self.dropout(x) * batch.mask
        for block in self.blocks:
            x = block(x, batch.mask)
        of_passage = self.norm(x)[batch.passage]
        inside = batch.inside[..., None]
        best = of_passage.masked_fill(~inside, -1e4).amax(1)
        mean = (of_passage * inside).sum(1) / inside.sum(1)
        told = of_passage[torch.arange(len(of_passage)), batch.trigger.clamp(min=0)]
        told = told * (batch.trigger >= 0)[:, None]
        cues = self.cue(batch.cues, batch.cue_starts)
        seen = torch.cat([best, mean, told, cues, self.event(batch.event)], -1)
        out: Tensor = self.out(self.dropout(torch.relu(self.view(self.dropout(seen)))))
        return out.float()


@dataclass(frozen=True, slots=True)
class PassageBatch:
    """Passages (batch, tokens, …), and for each stretch of them its passage, tokens, cues, event and what is right.

    trigger: -1 where the event's word stands elsewhere.
    """

    columns: Tensor
    flags: Tensor
    mark: Tensor
    offset: Tensor
    distance: Tensor
    mask: Tensor
    passage: Tensor
    inside: Tensor
    trigger: Tensor
    cues: Tensor
    cue_starts: Tensor
    event: Tensor
    targets: Tensor


def train_passages(
    examples: Sequence[PassageExample],
    settings: PassageSettings,
    outputs: int,
    loss: Callable[[Tensor, Tensor], Tensor],
    name: str,
    report: Callable[[str], None],
) -> PassageNet:
    """The trained network, in evaluation mode; untrained when there is no example.

    loss: of scores (stretches, outputs) and targets (stretches,); name: of what is learnt, in the report.
    """
    make_reproducible(settings.seed)
    random = np.random.default_rng(settings.seed)
    network = PassageNet(settings, outputs)
    per_epoch = -(-len(examples) // settings.batch)
    descent = Descent.of(
        network, settings.learning_rate, settings.weight_decay, settings.warmup, max(1, settings.epochs * per_epoch)
    )
    network.train()
    for epoch in range(settings.epochs if examples else 0):
        total = 0.0
        for batch in _batches(examples, settings, random):
            with products_in_low_precision():
                scores = network(batch)
            missed = loss(scores, batch.targets)
            descent.step(missed)
            total += missed.item()
        report(f"{name} epoch {epoch + 1} of {settings.epochs}: loss {total / per_epoch:.4f}")
    return network.eval()


def _batches(
    examples: Sequence[PassageExample], settings: PassageSettings, random: np.random.Generator
) -> Iterator[PassageBatch]:
    """All examples once, those of about one length together, the batches in random order."""
    order = sorted(examples, key=lambda one: len(one.passage.mark) + random.random() * 30)
    batches = [order[start : start + settings.batch] for start in range(0, len(order), settings.batch)]
    for number in random.permutation(len(batches)):
        yield collated(batches[number], settings.word_dropout, random)


def collated(examples: Sequence[PassageExample], word_dropout: float, random: np.random.Generator) -> PassageBatch:
    """The passages padded to one length, with some words hidden."""
    passages = [one.passage for one in examples]
    shape = len(passages), max(len(one.mark) for one in passages)
    columns = np.zeros((*shape, TOKEN_COLUMNS), dtype=np.int64)
    flags = np.zeros((*shape, FLAGS + VECTOR), dtype=np.float32)
    mark, offset, distance = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    mask = np.zeros((*shape, 1), dtype=np.float32)
    for row, one in enumerate(passages):
        size = len(one.mark)
        columns[row, :size], flags[row, :size] = one.columns, seen_of(one.flags, one.vectors)
        mark[row, :size], offset[row, :size], distance[row, :size] = one.mark, one.offset, one.distance
        mask[row, :size] = 1
    columns[random.random(shape) < word_dropout, 0] = 0
    places = [(row, stretch) for row, one in enumerate(passages) for stretch in one.stretches]
    rows = [row for row, _ in places]
    inside = np.zeros((len(places), shape[1]), dtype=np.bool_)
    for number, (_, stretch) in enumerate(places):
        inside[number, stretch.first : stretch.last] = True
    triggers = [-1 if passages[row].trigger is None else passages[row].trigger for row in rows]
    sizes = [len(stretch.cues) for _, stretch in places]
    return PassageBatch(
        columns=torch.from_numpy(columns),
        flags=torch.from_numpy(flags),
        mark=torch.from_numpy(mark),
        offset=torch.from_numpy(offset),
        distance=torch.from_numpy(distance),
        mask=torch.from_numpy(mask),
        passage=torch.tensor(rows),
        inside=torch.from_numpy(inside),
        trigger=torch.tensor(triggers),
        cues=torch.tensor([cue for _, stretch in places for cue in stretch.cues], dtype=torch.int64),
        cue_starts=torch.tensor([0, *sizes[:-1]]).cumsum(0),
        event=torch.tensor([examples[row].event for row in rows]),
        targets=torch.tensor([target for one in examples for target in one.targets]),
    )

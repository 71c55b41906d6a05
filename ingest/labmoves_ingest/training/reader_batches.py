"""Examples of the claim reader as padded tensors, and the gaps that training tears into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from labmoves_ingest.lexicon import FLAGS, Flag
from labmoves_ingest.organization_view import ORGANIZATION_DENSE
from labmoves_ingest.reading import EVENTS
from labmoves_ingest.token_features import TOKEN_COLUMNS, VECTOR
from labmoves_ingest.training.reader_examples import ReaderExample
from labmoves_ingest.training.settings import ReaderSettings
from labmoves_ingest.training.tagger import seen_of
from labmoves_ingest.windows import DENSE, SPECIAL_WORDS

__all__ = ["ReaderBatch"]

_NAMES = slice(Flag.ORGANIZATION_FIRST, Flag.PERSON_INNER + 1)
#: A language's ids up to here are padding, the unknown word and the special words; these are never hidden.
_LAST_SPECIAL = 1 + len(SPECIAL_WORDS)
_UNKNOWN = 1
_NAMED = 0  # place in ReaderExample.dense: whether the sentence names the person


@dataclass(frozen=True, slots=True)
class ReaderBatch:
    """Inputs and targets of several examples, padded to the longest.

    organization_owners: for each place that names an organization which one; one past the last for padding.
    The masks of organizations, dates and roles count the choice of none first.
    """

    columns: Tensor
    flags: Tensor
    mark: Tensor
    segment: Tensor
    distance: Tensor
    mask: Tensor
    dense: Tensor
    organization_features: Tensor
    organization_mask: Tensor
    organization_places: Tensor
    organization_owners: Tensor
    date_places: Tensor
    date_mask: Tensor
    role_places: Tensor
    role_mask: Tensor
    events: Tensor
    triggers: Tensor
    organization_targets: Tensor
    date_targets: Tensor
    role_targets: Tensor

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What the network's forward takes, in its order."""
        text = self.columns, self.flags, self.mark, self.segment, self.distance, self.mask, self.dense
        return *text, self.organization_features, self.organization_places, self.organization_owners

    @classmethod
    def of(cls, examples: Sequence[ReaderExample]) -> ReaderBatch:
        """The examples as they are."""
        length = max(example.size for example in examples)
        firms = max(1, *(len(example.organization_features) for example in examples))
        dates = [[place for place, _ in example.dates] for example in examples]
        roles = [[place for place, _ in example.roles] for example in examples]
        named = max(1, *(len(example.organizations) for example in examples))
        return cls(
            columns=_padded([e.columns for e in examples], (length, TOKEN_COLUMNS), np.int64),
            flags=_padded([seen_of(e.flags, e.vectors) for e in examples], (length, FLAGS + VECTOR)),
            mark=_padded([e.mark for e in examples], (length,), np.int64),
            segment=_padded([e.segment for e in examples], (length,), np.int64),
            distance=_padded([e.distance for e in examples], (length,), np.int64),
            mask=_padded([np.ones((e.size, 1)) for e in examples], (length, 1)),
            dense=_padded([e.dense for e in examples], (DENSE,)),
            organization_features=_padded([e.organization_features for e in examples], (firms, ORGANIZATION_DENSE)),
            organization_mask=_padded([np.ones(1 + len(e.organization_features)) for e in examples], (1 + firms,)),
            organization_places=_padded([[p for p, _ in e.organizations] for e in examples], (named,), np.int64),
            organization_owners=_padded(
                [[owner for _, owner in e.organizations] for e in examples], (named,), np.int64, fill=firms
            ),
            date_places=_padded(dates, (max(map(len, dates)),), np.int64),
            date_mask=_padded([np.ones(1 + len(d)) for d in dates], (1 + max(map(len, dates)),)),
            role_places=_padded(roles, (max(map(len, roles)),), np.int64),
            role_mask=_padded([np.ones(1 + len(r)) for r in roles], (1 + max(map(len, roles)),)),
            events=_padded([e.events for e in examples], (len(EVENTS),)),
            triggers=_padded([e.triggers for e in examples], (length, len(EVENTS))),
            organization_targets=_padded([e.organization_targets for e in examples], (len(EVENTS), 1 + firms)),
            date_targets=_padded([e.date_targets for e in examples], (len(EVENTS), 1 + max(map(len, dates)))),
            role_targets=_padded([e.role_targets for e in examples], (len(EVENTS), 1 + max(map(len, roles)))),
        )

    def with_gaps(
        self, examples: Sequence[ReaderExample], settings: ReaderSettings, random: np.random.Generator
    ) -> ReaderBatch:
        """This batch with names of the registry, left contexts and words hidden in place, at random."""
        mask, flags, columns = self.mask.numpy(), self.flags.numpy(), self.columns.numpy()
        for row, example in enumerate(examples):
            if random.random() < settings.gazetteer_dropout:
                flags[row, :, _NAMES] = 0
            hide = random.random() < settings.context_dropout
            if hide and example.dense[_NAMED] and example.self_contained:
                mask[row, : int((example.segment == 1).argmax())] = 0
        cued = flags[..., : len(EVENTS)].any(axis=-1)
        first = np.array([[example.first_word] for example in examples])
        word = columns[..., 0]
        share = np.where(cued, settings.cue_dropout, settings.word_dropout)
        hidden = (random.random(word.shape) < share) & (word > first + _LAST_SPECIAL)
        word[:] = np.where(hidden, first + _UNKNOWN, word)
        for column in (1, 2):
            columns[..., column][hidden & (random.random(word.shape) < 0.5)] = 0
        return self


def _padded(
    rows: Sequence[NDArray[np.generic] | list[int]],
    shape: tuple[int, ...],
    kind: type[np.float32 | np.int64] = np.float32,
    fill: int = 0,
) -> Tensor:
    """The rows as one tensor (rows, *shape), each in its upper left corner."""
    array = np.full((len(rows), *shape), fill, dtype=kind)
    for number, row in enumerate(rows):
        part = np.asarray(row, dtype=kind)
        corner = tuple(slice(size) for size in part.shape)
        array[number][corner] = part
    return torch.from_numpy(array)

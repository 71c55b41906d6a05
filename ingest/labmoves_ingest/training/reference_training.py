"""Trains what pronouns and descriptions mean, on the annotated ones.

    examples = reference_examples(articles, lexicon)       those of all languages together
    network = train_references(examples, settings, report)
    reference_figures(model, articles, lexicon)            {"person": {"right": …, "annotated": …}, …}

In training each reference follows rightly settled ones; the figures are of texts read through with the model's own
decisions, errors and all, on marked mentions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.references import CLASSES, FEATURES, Choice, ReferenceModel, choices
from labmoves_ingest.training.corpus import AnnotatedArticle
from labmoves_ingest.training.dropout import Dropout
from labmoves_ingest.training.figures import Figures, share
from labmoves_ingest.training.gold_documents import GoldDocument
from labmoves_ingest.training.optimisation import make_reproducible
from labmoves_ingest.training.settings import ReferenceSettings

__all__ = ["ReferenceExample", "ReferenceNet", "reference_examples", "reference_figures", "train_references"]


@dataclass(frozen=True, slots=True)
class ReferenceExample:
    """A reference, and the place of what it means among its candidates; None: none of them."""

    choice: Choice
    right: int | None


class ReferenceNet(nn.Module):
    """Scores of candidates, and of none of them by the class of the word alone."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.dropout = Dropout(dropout)
        self.word = nn.Embedding(CLASSES, width)
        self.near = nn.Linear(FEATURES, width)
        self.hidden = nn.Linear(width, width // 2)
        self.score = nn.Linear(width // 2, 1)
        self.none = nn.Embedding(CLASSES, 1)

    def forward(self, words: Tensor, features: Tensor) -> Tensor:
        """words (batch,), features (batch, candidates, FEATURES); gives (batch, candidates + 1), none last."""
        near = self.dropout(torch.relu(self.near(features) + self.word(words)[:, None, :]))
        scores = self.score(self.dropout(torch.relu(self.hidden(near))))[..., 0]
        return torch.cat([scores, self.none(words)], dim=1)


def reference_examples(articles: Iterable[AnnotatedArticle], lexicon: Lexicon) -> list[ReferenceExample]:
    """Every annotated reference near which a name stands."""
    found: list[ReferenceExample] = []
    for article in articles:
        gold = GoldDocument.of(article, lexicon).document
        referents = {**gold.organization_referents, **gold.person_referents}

        def right(choice: Choice, referents: dict[int, int] = referents) -> int | None:
            meant = referents.get(choice.span.first)
            return choice.candidates.index(meant) if meant in choice.candidates else None

        found += [ReferenceExample(choice, decided) for choice, _, decided in choices(gold, right)]
    return found


def train_references(
    examples: Sequence[ReferenceExample], settings: ReferenceSettings, report: Callable[[str], None]
) -> ReferenceNet:
    """The trained network, in evaluation mode."""
    make_reproducible(settings.seed)
    random = np.random.default_rng(settings.seed)
    network = ReferenceNet(settings.width, settings.dropout)
    optimiser = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )
    for epoch in range(settings.epochs):
        total, order = 0.0, random.permutation(len(examples))
        for start in range(0, len(order), settings.batch):
            words, features, right = _collated([examples[i] for i in order[start : start + settings.batch]])
            scores = network(words, features)
            scores[:, :-1] = scores[:, :-1].masked_fill(features.abs().sum(-1) == 0, -1e4)
            loss = nn.functional.cross_entropy(scores, right)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            total += loss.item() * len(words)
        report(f"references epoch {epoch + 1} of {settings.epochs}: loss {total / max(1, len(examples)):.4f}")
    network.eval()
    return network


def _collated(examples: Sequence[ReferenceExample]) -> tuple[Tensor, Tensor, Tensor]:
    """Word classes, features padded by rows of zeros, and the right places; none is the one past the padding."""
    most = max(len(example.choice.candidates) for example in examples)
    features = np.zeros((len(examples), most, FEATURES), dtype=np.float32)
    for row, example in enumerate(examples):
        features[row, : len(example.choice.candidates)] = example.choice.features
    right = [most if example.right is None else example.right for example in examples]
    words = [example.choice.word_class for example in examples]
    return torch.tensor(words), torch.from_numpy(features), torch.tensor(right)


def reference_figures(model: ReferenceModel, articles: Iterable[AnnotatedArticle], lexicon: Lexicon) -> Figures:
    """The share of annotated references that are settled rightly."""
    right, annotated = Counter[str](), Counter[str]()
    for article in articles:
        document = GoldDocument.of(article, lexicon).document
        gold = {"person": dict(document.person_referents), "organization": dict(document.organization_referents)}
        model.resolve(document)
        settled = {"person": document.person_referents, "organization": document.organization_referents}
        for kind, meant in gold.items():
            annotated[kind] += len(meant)
            right[kind] += sum(settled[kind].get(place) == entity for place, entity in meant.items())
    return {kind: {"right": share(right[kind], annotated[kind]), "annotated": annotated[kind]} for kind in annotated}

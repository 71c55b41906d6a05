"""Trains the claim reader: which events a sentence states of a person, with which organization, date and role.

    network = train_reader(articles, words, settings.reader, seed, width, report)
    reader_figures([network], development)   {"event_f1": …, "claim_f1": …, "organization": …, …}

The figures are those of the reader alone, on marked mentions; what the whole reading reaches is in measuring.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from labmoves_ingest.reading import EVENTS
from labmoves_ingest.training.figures import Figures, share
from labmoves_ingest.training.model_files import WORD_TABLE, Weights
from labmoves_ingest.training.optimisation import Descent, make_reproducible, products_in_low_precision
from labmoves_ingest.training.reader import ReaderNet
from labmoves_ingest.training.reader_batches import ReaderBatch
from labmoves_ingest.training.reader_examples import ArticleExamples, ReaderExample
from labmoves_ingest.training.settings import ReaderSettings

__all__ = ["reader_figures", "restored", "train_reader"]

_EXCLUDED = 1e4
_ABSENT = -1e9
_THRESHOLDS = [round(0.1 + 0.05 * step, 2) for step in range(15)]

ReaderScores = tuple[Tensor, Tensor, Tensor]


def train_reader(
    articles: Sequence[ArticleExamples],
    words: int,
    settings: ReaderSettings,
    seed: int,
    width: int,
    report: Callable[[str], None],
) -> ReaderNet:
    """The trained network, in evaluation mode.

    words: of all languages of the articles; report: called with a line after each epoch.
    """
    make_reproducible(seed)
    random = np.random.default_rng(seed)
    network = ReaderNet(words, width, settings.word_width, settings.dropout)
    network.train()
    epochs = [_shown(articles, settings, random) for _ in range(settings.epochs)]
    steps = sum(-(-len(shown) // settings.batch) for shown in epochs)
    descent = Descent.of(network, settings.learning_rate, settings.weight_decay, settings.warmup, steps)
    for epoch, shown in enumerate(epochs, 1):
        losses = []
        for batch in _batches(shown, settings, random):
            with products_in_low_precision():
                loss = _loss(network, batch, settings.trigger_weight)
            descent.step(loss)
            losses.append(loss.item())
        report(f"reader (seed {seed}) epoch {epoch} of {settings.epochs}: loss {fmean(losses):.4f}")
    network.eval()
    return network


def restored(weights: Weights, settings: ReaderSettings) -> ReaderNet:
    """The trained network of these weights, in evaluation mode."""
    (words, word_width), width = weights[WORD_TABLE].shape, len(weights["norm.weight"])
    network = ReaderNet(words, width, word_width, settings.dropout)
    network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return network.eval()


def _shown(
    articles: Sequence[ArticleExamples], settings: ReaderSettings, random: np.random.Generator
) -> list[ReaderExample]:
    """Of each article the examples by found mentions or those by marked ones."""
    found = random.random(len(articles)) < settings.found_share
    return [
        one
        for article, take in zip(articles, found, strict=True)
        for one in (article.found if take else article.marked)
    ]


def _batches(
    examples: Sequence[ReaderExample], settings: ReaderSettings, random: np.random.Generator
) -> Iterator[ReaderBatch]:
    """All examples once, those of about one length together, the batches in random order."""
    order = sorted(examples, key=lambda example: example.size + random.random() * 40)
    batches = [order[start : start + settings.batch] for start in range(0, len(order), settings.batch)]
    for number in random.permutation(len(batches)):
        yield ReaderBatch.of(batches[number]).with_gaps(batches[number], settings, random)


def _loss(network: ReaderNet, batch: ReaderBatch, trigger_weight: float) -> Tensor:
    """Summed over what an example asks, averaged over the examples."""
    events, points, nothing, triggers, view = network(*batch.inputs)
    organizations, dates, roles = _scores(batch, points, nothing, network.far(batch.organization_features, view))
    loss = functional.binary_cross_entropy_with_logits(events, batch.events, reduction="sum")
    inside = (batch.segment == 1).float()[..., None]
    pointing = functional.binary_cross_entropy_with_logits(triggers, batch.triggers, reduction="none")
    loss = loss + trigger_weight * (pointing * inside).sum()
    loss = loss - (torch.log_softmax(organizations, 1).transpose(1, 2) * batch.organization_targets).sum()
    loss = loss + _any_of(dates, batch.date_targets) + _any_of(roles, batch.role_targets)
    return loss / len(batch.events)


def _any_of(scores: Tensor, targets: Tensor) -> Tensor:
    """Minus the logarithm of the probability that one of the right items is pointed at."""
    odds = torch.log_softmax(scores, 1).transpose(1, 2)
    right = torch.logsumexp(odds + torch.log(targets.clamp(min=1e-9)), -1)
    return -(right * (targets.sum(-1) > 0)).sum()


def _scores(batch: ReaderBatch, points: Tensor, nothing: Tensor, far: Tensor) -> ReaderScores:
    """Scores (batch, choices, events) of organizations, dates and roles; the first of each is "none"."""
    count = len(EVENTS)
    shown = _at(points, batch.organization_places)[..., :count]
    owners = batch.organization_owners[..., None].expand(-1, -1, count)
    size = batch.organization_features.shape[1]
    best = torch.full((len(points), size + 1, count), _ABSENT).scatter_reduce(1, owners, shown, "amax")[:, :size]
    organizations = far + torch.where(best > _ABSENT / 10, best, torch.zeros_like(best))
    organizations = torch.cat([nothing[:, None, 2 * count :], organizations], 1)
    organizations = organizations - _EXCLUDED * (1 - batch.organization_mask[..., None])
    dates = torch.cat([nothing[:, None, :count], _at(points, batch.date_places)[..., count : 2 * count]], 1)
    roles = torch.cat([nothing[:, None, count : 2 * count], _at(points, batch.role_places)[..., 2 * count :]], 1)
    dates = dates - _EXCLUDED * (1 - batch.date_mask[..., None])
    return organizations, dates, roles - _EXCLUDED * (1 - batch.role_mask[..., None])


def _at(points: Tensor, places: Tensor) -> Tensor:
    return points.gather(1, places[..., None].expand(-1, -1, points.shape[-1]))


def _opinion(networks: Sequence[ReaderNet], batch: ReaderBatch) -> tuple[Tensor, ReaderScores]:
    """Event probabilities and scores as the run time's ensemble gives them: each the mean of the networks'."""
    outputs = [network(*batch.inputs) for network in networks]
    odds = torch.stack([torch.sigmoid(logits) for logits, *_ in outputs]).mean(0)
    points, nothing = (torch.stack([output[place] for output in outputs]).mean(0) for place in (1, 2))
    views = [output[4] for output in outputs]
    far = [one.far(batch.organization_features, view) for one, view in zip(networks, views, strict=True)]
    return odds, _scores(batch, points, nothing, torch.stack(far).mean(0))


def reader_figures(networks: Sequence[ReaderNet], examples: Sequence[ReaderExample]) -> Figures:
    """Best F1 of events and of claims (event and organization) over all thresholds, and shares pointed at rightly."""
    events: list[tuple[float, bool]] = []
    claims: list[tuple[float, bool]] = []
    pointed = {name: [0, 0] for name in ("organization", "date", "role")}
    with torch.no_grad():
        for start in range(0, len(examples), 64):
            batch = ReaderBatch.of(examples[start : start + 64])
            odds, scores = _opinion(networks, batch)
            stated = batch.events > 0
            sure, choice = torch.softmax(scores[0], 1)[:, 1:].max(1)
            right = batch.organization_targets[..., 1:].gather(2, choice[..., None])[..., 0] > 0
            events += zip(odds.flatten().tolist(), stated.flatten().tolist(), strict=True)
            claims += zip((odds * sure).flatten().tolist(), (right & stated).flatten().tolist(), strict=True)
            targets = batch.organization_targets, batch.date_targets, batch.role_targets
            for name, score, target in zip(pointed, scores, targets, strict=True):
                asked = target.sum(-1) > 0
                hit = target.gather(2, score.argmax(1)[..., None])[..., 0] > 0
                pointed[name][0] += int((hit & asked).sum())
                pointed[name][1] += int(asked.sum())
    annotated = sum(right for _, right in events)
    return {
        "windows": len(examples),
        "annotated": annotated,
        "event_f1": _best_f1(events, annotated),
        "claim_f1": _best_f1(claims, annotated),
        **{name: share(hit, asked) for name, (hit, asked) in pointed.items()},
    }


def _best_f1(scored: Sequence[tuple[float, bool]], annotated: int) -> float:
    found = 0.0
    for threshold in _THRESHOLDS:
        taken = [right for score, right in scored if score > threshold]
        found = max(found, share(2 * sum(taken), len(taken) + annotated))
    return found

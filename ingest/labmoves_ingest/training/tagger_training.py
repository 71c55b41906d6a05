"""Trains the mention tagger on the marks of the corpus.

    vocabulary = Vocabulary(common_words(training, settings.rare))
    examples = [tagger_example(article, lexicon, vocabulary) for article in renamed(training, pool, variants)]
    network = train_tagger(examples, vocabulary, settings.tagger, seed, report)
    tagger_figures([network], development)   {"person": {"precision": …, "recall": …, "f1": …}, …}

Every training article is also read under other names (augmentation.py), so that the tagger goes by context.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from labmoves_ingest.lexicon import FLAGS, Flag, Lexicon
from labmoves_ingest.tagging import TAGS, MentionKind, best_tags, tag_spans
from labmoves_ingest.token_features import (
    TOKEN_COLUMNS,
    VECTOR,
    Vocabulary,
    flag_matrix,
    repetition_keys,
    token_columns,
)
from labmoves_ingest.tokens import tokenize
from labmoves_ingest.training.augmentation import NamePool, swapped
from labmoves_ingest.training.corpus import AnnotatedArticle, Mark
from labmoves_ingest.training.figures import Figures, agreement
from labmoves_ingest.training.gold_documents import begin_gold_document
from labmoves_ingest.training.optimisation import Descent, make_reproducible, products_in_low_precision
from labmoves_ingest.training.settings import TaggerSettings
from labmoves_ingest.training.tagger import TagNet, seen_of
from labmoves_ingest.windows import SPECIAL_WORDS

__all__ = ["TaggerExample", "common_words", "renamed", "tagger_example", "tagger_figures", "train_tagger"]

_IGNORED = -100
_NAMES = slice(Flag.ORGANIZATION_FIRST, Flag.PERSON_INNER + 1)
_KIND = {"P": MentionKind.PERSON, "O": MentionKind.ORGANIZATION, "R": MentionKind.ROLE}
_NOMINAL_KIND = {"P": MentionKind.PERSON_REFERENCE, "O": MentionKind.ORGANIZATION_REFERENCE}


@dataclass(frozen=True, slots=True)
class TaggerExample:
    """One text as the tagger sees it, and the tag of each token."""

    columns: NDArray[np.int32]
    flags: NDArray[np.bool_]
    vectors: NDArray[np.float16]
    tags: NDArray[np.int64]

    def stretch(self, start: int, end: int) -> TaggerExample:
        """The tokens from start to end (excluded)."""
        rows = slice(start, end)
        return TaggerExample(self.columns[rows], self.flags[rows], self.vectors[rows], self.tags[rows])


def common_words(articles: Iterable[AnnotatedArticle], rare: int) -> list[str]:
    """The vocabulary: the reader's special words, then those that the articles hold at least `rare` times."""
    counts = Counter(token.folded for article in articles for token in tokenize(article.text))
    return [*SPECIAL_WORDS, *sorted(word for word, count in counts.items() if count >= rare)]


def renamed(articles: Iterable[AnnotatedArticle], pool: NamePool, variants: int) -> Iterator[AnnotatedArticle]:
    """Each article, followed by its variants under other names. The names follow from the article's id."""
    for article in articles:
        yield article
        for number in range(variants):
            yield swapped(article, pool, Random(f"{article.id} {number}"))


def tagger_example(article: AnnotatedArticle, lexicon: Lexicon, vocabulary: Vocabulary) -> TaggerExample:
    """The article's tokens with the tags that its marks spell. A described role ("~") is no mention."""
    document = begin_gold_document(article, lexicon)
    tags = np.zeros(len(document.tokens), dtype=np.int64)
    for mark in article.marks:
        kind = _mention_kind(mark)
        span = document.span(mark.start, mark.end)
        if kind is not None and span is not None:
            tags[span.first : span.last] = 2 + 2 * kind
            tags[span.first] = 1 + 2 * kind
    return TaggerExample(
        token_columns(document.tokens, vocabulary),
        flag_matrix(document.flags).astype(np.bool_),
        document.vectors,
        tags,
    )


def _mention_kind(mark: Mark) -> MentionKind | None:
    return (_NOMINAL_KIND if mark.nominal else _KIND).get(mark.id[0])


def train_tagger(
    examples: Sequence[TaggerExample],
    vocabulary: Vocabulary,
    settings: TaggerSettings,
    seed: int,
    report: Callable[[str], None],
) -> TagNet:
    """The trained network, in evaluation mode. report: called with a line after each epoch."""
    make_reproducible(seed)
    random = np.random.default_rng(seed)
    network = TagNet(len(vocabulary), TAGS, settings.width, settings.dropout)
    network.train()
    stretches = sum(len(_stretches(example, settings.crop)) for example in examples)
    per_epoch = -(-stretches // settings.batch)
    steps = settings.epochs * per_epoch
    descent = Descent.of(network, settings.learning_rate, settings.weight_decay, settings.warmup, steps)
    measure = nn.CrossEntropyLoss(ignore_index=_IGNORED)
    for epoch in range(settings.epochs):
        total = 0.0
        for *seen, tags in _batches(examples, settings, random):
            with products_in_low_precision():
                scores = network(*seen)
            loss = measure(scores.reshape(-1, TAGS), tags.reshape(-1))
            descent.step(loss)
            total += loss.item()
        report(f"tagger (seed {seed}) epoch {epoch + 1} of {settings.epochs}: loss {total / per_epoch:.4f}")
    network.eval()
    return network


def tagger_figures(networks: Sequence[TagNet], examples: Iterable[TaggerExample]) -> Figures:
    """Precision, recall and F1 of whole mentions, for each kind, by the mean of the networks' scores."""
    hit, predicted, annotated = Counter[str](), Counter[str](), Counter[str]()
    for example in examples:
        if not len(example.tags):
            continue
        found = set(tag_spans(best_tags(_scores(networks, example))))
        gold = set(tag_spans([int(tag) for tag in example.tags]))
        for counter, spans in ((hit, found & gold), (predicted, found), (annotated, gold)):
            counter.update(kind.name.lower() for kind, _, _ in spans)
    names = [kind.name.lower() for kind in MentionKind]
    return {name: agreement(hit[name], predicted[name], annotated[name]) for name in names}


def _scores(networks: Sequence[TagNet], example: TaggerExample) -> NDArray[np.float32]:
    columns = torch.from_numpy(example.columns[None].astype(np.int64))
    flags = torch.from_numpy(seen_of(example.flags, example.vectors)[None])
    with torch.no_grad():
        mask = torch.ones(1, len(example.tags), 1)
        keys = torch.from_numpy(repetition_keys(example.columns)[None])
        scores = torch.stack([network(columns, flags, mask, keys)[0] for network in networks]).mean(0)
    found: NDArray[np.float32] = scores.numpy()
    return found


def _stretches(example: TaggerExample, crop: int) -> range:
    return range(0, len(example.tags), crop)


def _batches(
    examples: Sequence[TaggerExample], settings: TaggerSettings, random: np.random.Generator
) -> Iterator[tuple[Tensor, ...]]:
    """All stretches once, those of about one length together, the batches in random order."""
    pieces = [
        one.stretch(start, start + settings.crop) for one in examples for start in _stretches(one, settings.crop)
    ]
    order = sorted(pieces, key=lambda piece: len(piece.tags) + random.random() * 30)
    batches = [order[start : start + settings.batch] for start in range(0, len(order), settings.batch)]
    for number in random.permutation(len(batches)):
        yield _collated(batches[number], settings, random)


def _collated(
    pieces: Sequence[TaggerExample], settings: TaggerSettings, random: np.random.Generator
) -> tuple[Tensor, ...]:
    """Padded columns, flags, mask, keys of repetition and tags, with some words and registry names hidden."""
    shape = len(pieces), max(len(piece.tags) for piece in pieces)
    columns = np.zeros((*shape, TOKEN_COLUMNS), dtype=np.int64)
    flags = np.zeros((*shape, FLAGS + VECTOR), dtype=np.float32)
    tags = np.full(shape, _IGNORED, dtype=np.int64)
    mask = np.zeros((*shape, 1), dtype=np.float32)
    keys = np.zeros((*shape, 2), dtype=np.int64)
    for row, piece in enumerate(pieces):
        size = len(piece.tags)
        columns[row, :size], flags[row, :size] = piece.columns, seen_of(piece.flags, piece.vectors)
        tags[row, :size], mask[row, :size] = piece.tags, 1
        keys[row, :size] = repetition_keys(piece.columns)
        if random.random() < settings.gazetteer_dropout:
            flags[row, :, _NAMES] = 0
    word = columns[..., 0]
    word[(random.random(shape) < settings.word_dropout) & (word > 0)] = 1
    columns[random.random(shape) < settings.word_dropout / 2, 1:3] = 0
    return tuple(torch.from_numpy(array) for array in (columns, flags, mask, keys, tags))

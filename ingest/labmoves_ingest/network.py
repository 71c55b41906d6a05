"""The two small networks at run time, in NumPy: the mention tagger and the claim reader.

Training (labmoves_ingest.training) writes their weights; here they are only applied, so that the default
install needs no deep-learning framework. Several windows are laid end to end with a gap wider than the
widest convolution between them, so that one matrix product serves all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.layers import Array, Weights, convolution, embed, gated, linear, norm, prepared
from labmoves_ingest.organization_view import View
from labmoves_ingest.token_features import repetition_keys
from labmoves_ingest.windows import Window

__all__ = [
    "ATTENDED_REACH",
    "HEADS",
    "READER_LAYERS",
    "TAGGER_LAYERS",
    "ReaderEnsemble",
    "ReaderOutput",
    "TaggerEnsemble",
    "TaggerNetwork",
    "reach_buckets",
]

Bounds = list[tuple[int, int]]

#: Dilations of the convolutions. None is a layer that looks further: at the same words elsewhere in the text (of the
#: tagger), at all of the window (of the reader).
TAGGER_LAYERS: tuple[int | None, ...] = (1, 2, 4, None, 1)
READER_LAYERS: tuple[int | None, ...] = (1, 2, None, 4, 1)
#: Heads of attention, and how many classes of distance they tell apart to either side.
HEADS, ATTENDED_REACH = 4, 16
#: A window of which one reader finds no event likelier than this is not shown to the next. On the second development
#: set (docs/quality.md) the first reader dismisses half of the windows so, and none that the second would have found
#: likely.
DISMISSED = 0.01
#: Tokens read at once, so that memory does not grow with the text; how far the convolutions see to either side.
STRETCH = 8192
_REACH = sum(dilation for dilation in TAGGER_LAYERS if dilation)
_GAP = max(dilation for dilation in (*TAGGER_LAYERS, *READER_LAYERS) if dilation)


def _attention(weights: Weights, name: str, x: Array, bounds: Bounds, mask: Array) -> Array:
    """Residual attention over (items, width) within each window of bounds; mask is 0 in the gaps between them."""
    width = x.shape[1] // HEADS
    parts = linear(weights, f"{name}.look", norm(weights, f"{name}.norm", x))
    asked, offered, told = parts.reshape(len(x), 3, HEADS, width).transpose(1, 2, 0, 3)
    seen = np.zeros_like(x)
    for first, last in bounds:
        scores = asked[:, first:last] @ offered[:, first:last].transpose(0, 2, 1) / np.float32(width**0.5)
        scores += _by_distance(weights[f"{name}.reach"], last - first)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        read = scores @ told[:, first:last] / scores.sum(axis=-1, keepdims=True)
        seen[first:last] = read.transpose(1, 0, 2).reshape(last - first, -1)
    out = linear(weights, f"{name}.out", seen)
    out *= mask
    out += x
    return out


def _by_distance(reach: Array, size: int) -> Array:
    """What each head adds for the distance of two items of a window: array (heads, size, size), read only."""
    told = reach[:, _reach_classes(size)]
    # Row i begins i places before the middle: the same numbers as a table of all pairs, without making one.
    step = told.strides[1]
    shape, strides = (len(told), size, size), (told.strides[0], -step, step)
    return np.lib.stride_tricks.as_strided(told[:, size - 1 :], shape, strides, writeable=False)


def _elsewhere(weights: Weights, name: str, x: Array, keys: NDArray[np.int64]) -> Array:
    """What is read of the same words elsewhere, residual over (tokens, width); keys as repetition_keys gives them."""
    y = norm(weights, f"{name}.norm", x)
    seen = [_mean_of_others(y, key) for key in keys.T]
    told = np.stack([found for _, found in seen], axis=1)
    mixed = linear(weights, f"{name}.mix", np.concatenate([y, *(mean for mean, _ in seen), told], axis=1))
    out: Array = x + told.max(axis=1, keepdims=True) * gated(mixed)
    return out


def _mean_of_others(y: Array, key: NDArray[np.int64]) -> tuple[Array, Array]:
    """The mean of y over the other tokens of the same key, and 1 where there is one; 0 and 0 elsewhere."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sizes = np.diff(np.append(starts, len(key)))
    group = np.empty(len(key), dtype=np.intp)
    group[order] = np.repeat(np.arange(len(starts)), sizes)
    others = (sizes[group] - 1).astype(np.float32)
    others[key == 0] = 0
    sums: Array = np.add.reduceat(y[order], starts, axis=0)[group] - y
    found: Array = (others > 0).astype(np.float32)
    mean: Array = (sums / np.maximum(others, 1)[:, None] * found[:, None]).astype(np.float32, copy=False)
    return mean, found


@lru_cache(maxsize=512)
def reach_buckets(size: int) -> NDArray[np.int64]:
    """Which class of distance each item of a window is in as seen from each other: array (size, size).

    Two classes to each doubling of the distance, negative before the item, counted from 0.
    """
    places = np.arange(size)
    buckets: NDArray[np.int64] = _reach_classes(size)[size - 1 + places[None, :] - places[:, None]]
    return buckets


@lru_cache(maxsize=512)
def _reach_classes(size: int) -> NDArray[np.int64]:
    """The same for each distance, from size - 1 before to size - 1 behind: array (2 * size - 1,)."""
    offsets = np.arange(1 - size, size)
    steps = np.round(np.sign(offsets) * np.log2(np.abs(offsets) + 1.0) * 2)
    classes: NDArray[np.int64] = (np.clip(steps, -ATTENDED_REACH, ATTENDED_REACH) + ATTENDED_REACH).astype(np.int64)
    return classes


def _parts(weights: Weights, prefix: str) -> list[Weights]:
    """The weights whose names begin with "<prefix>0.", "<prefix>1." and so on, without that."""
    parts: list[Weights] = []
    while own := {k.split(".", 1)[1]: v for k, v in weights.items() if k.startswith(f"{prefix}{len(parts)}.")}:
        parts.append(own)
    return parts


class TaggerEnsemble:
    """Taggers trained from different beginnings; scores are the mean of theirs.

    weights: those whose names begin with "tag0.", "tag1." and so on belong to one tagger each.
    """

    def __init__(self, weights: Weights) -> None:
        self._taggers = [TaggerNetwork(own) for own in _parts(weights, "tag")]

    def scores(self, columns: NDArray[np.int32], flags: Array, vectors: NDArray[np.float16]) -> Array:
        """Log-odds, array (tokens, tags)."""
        scores: Array = np.mean([tagger.scores(columns, flags, vectors) for tagger in self._taggers], axis=0)
        return scores


class TaggerNetwork:
    """Scores of every tag for every token."""

    def __init__(self, weights: Weights) -> None:
        self._weights = prepared(weights)

    def scores(self, columns: NDArray[np.int32], flags: Array, vectors: NDArray[np.float16]) -> Array:
        """Log-odds, array (tokens, tags). Read in stretches, each with all that its convolutions see around it.

        The same words elsewhere are looked for within a stretch; the last one reaches back as far as any other.
        """
        rows = range(0, max(1, len(columns)), STRETCH)
        return np.concatenate([self._stretch(columns, flags, vectors, first) for first in rows])

    def _stretch(self, columns: NDArray[np.int32], flags: Array, vectors: NDArray[np.float16], first: int) -> Array:
        begin, end = max(0, min(first, len(columns) - STRETCH) - _REACH), first + STRETCH + _REACH
        scores = self._scores(columns[begin:end], flags[begin:end], vectors[begin:end])
        return scores[first - begin : first - begin + STRETCH]

    def _scores(self, columns: NDArray[np.int32], flags: Array, vectors: NDArray[np.float16]) -> Array:
        weights = self._weights
        if not len(columns):
            return np.zeros((0, len(weights["out.bias"])), dtype=np.float32)
        mask = np.ones((len(columns), 1), dtype=np.float32)
        x = embed(weights, columns, flags, vectors)
        keys = repetition_keys(columns)
        for number, dilation in enumerate(TAGGER_LAYERS):
            name = f"blocks.{number}"
            if dilation is None:
                x = _elsewhere(weights, name, x, keys)
            else:
                x = convolution(weights, name, dilation, x, mask)
        return linear(weights, "out", norm(weights, "norm", x))


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """What the reader says of one window. points: (items, 12): organization, date, role for each event.

    trigger: (4,): the item of the window that states each event most, to the first reader.
    nothing: (12,): the scores of "no date", "no role" and "none of these organizations" for each event.
    """

    events: Array
    points: Array
    nothing: Array
    far_view: tuple[Array, ...]
    trigger: NDArray[np.intp]


class ReaderNetwork:
    """Judges windows; several at once."""

    def __init__(self, weights: Weights) -> None:
        self._weights = prepared(weights)

    def read(self, views: Sequence[View]) -> list[ReaderOutput]:
        """One output a view, in order. Probabilities for events, scores for the rest."""
        if not views:
            return []
        weights = self._weights
        windows = [view.window for view in views]
        starts, total = [], 0
        for window in windows:
            starts.append(total)
            total += len(window.mark) + _GAP
        x = np.zeros((total, len(weights["embed.mix.bias"])), dtype=np.float32)
        extra = np.zeros((3, total), dtype=np.int32)
        mask = np.zeros((total, 1), dtype=np.float32)
        for start, window, embedded in zip(starts, windows, _embedded(weights, windows), strict=True):
            end = start + len(window.mark)
            x[start:end] = embedded
            extra[:, start:end] = (window.mark, window.segment, window.distance)
            mask[start:end] = 1
        for row, name in zip(extra, ("mark", "segment", "distance"), strict=True):
            x += weights[f"{name}.weight"][row]
        _add_standings(weights, x, views, starts)
        bounds = [(start, start + len(w.mark)) for start, w in zip(starts, windows, strict=True)]
        x = x * mask
        for number, dilation in enumerate(READER_LAYERS):
            name = f"blocks.{number}"
            if dilation is None:
                x = _attention(weights, name, x, bounds, mask)
            else:
                x = convolution(weights, name, dilation, x, mask)
        x = norm(weights, "norm", x) * mask
        pooled = np.stack([_pooled(x[a:b], w) for (a, b), w in zip(bounds, windows, strict=True)])
        view = np.maximum(linear(weights, "view", pooled), 0)
        triggers = linear(weights, "trigger", x)
        strongest = [_strongest(triggers[a:b], w) for (a, b), w in zip(bounds, windows, strict=True)]
        events = 1 / (1 + np.exp(-linear(weights, "events", view) - np.stack(strongest)))
        nothing = linear(weights, "nothing", view)
        far_view = linear(weights, "far_view", view)
        keys, query = linear(weights, "item", x), linear(weights, "query", view)
        outputs = []
        for number, (a, b) in enumerate(bounds):
            points = linear(weights, "point", np.tanh(keys[a:b] + query[number]))
            trigger = _place_of_strongest(triggers[a:b], windows[number])
            outputs.append(ReaderOutput(events[number], points, nothing[number], (far_view[number],), trigger))
        return outputs

    def far(self, features: Array, view: Array) -> Array:
        """Score of each organization by its place in the document: (organizations, 4) from their features."""
        hidden = np.maximum(linear(self._weights, "far_place", features) + view, 0)
        return linear(self._weights, "far_out", hidden)


class ReaderEnsemble:
    """Readers trained from different beginnings; what they say of a window that all have read is averaged.

    weights: those whose names begin with "read0.", "read1." and so on belong to one reader each.
    """

    def __init__(self, weights: Weights) -> None:
        self._readers = [ReaderNetwork(own) for own in _parts(weights, "read")]

    def read(self, views: Sequence[View]) -> list[ReaderOutput | None]:
        """One output a view, in order; None where a reader is sure that nothing is stated: the next never saw it."""
        kept = list(range(len(views)))
        every: list[list[ReaderOutput]] = []
        for reader in self._readers:
            outputs = reader.read([views[place] for place in kept])
            worth = [n for n, output in enumerate(outputs) if output.events.max() >= DISMISSED]
            kept = [kept[n] for n in worth]
            every = [[one[n] for n in worth] for one in [*every, outputs]]
        found: list[ReaderOutput | None] = [None] * len(views)
        for place, *opinions in zip(kept, *every, strict=True):
            found[place] = _mean(opinions)
        return found

    def far(self, features: Array, output: ReaderOutput) -> Array:
        """Mean score of each organization by its place in the document."""
        views = zip(self._readers, output.far_view, strict=True)
        scores: Array = np.mean([reader.far(features, view) for reader, view in views], axis=0)
        return scores


def _embedded(weights: Weights, windows: Sequence[Window]) -> Iterator[Array]:
    """The embedded items of each window; those that neighbouring windows of one document share are embedded once."""
    for together in _overlapping(windows):
        items = together[0].items
        first, last = together[0].first, together[-1].last
        embedded = embed(weights, items.columns[first:last], items.flags[first:last], items.vectors[first:last])
        for window in together:
            yield embedded[window.first - first : window.last - first]


def _overlapping(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """The windows, in the order of their texts, in groups of one document without a gap between them."""
    group: list[Window] = []
    for window in windows:
        if group and (group[-1].items is not window.items or window.first > group[-1].last):
            yield group
            group = []
        group.append(window)
    if group:
        yield group


def _add_standings(weights: Weights, x: Array, views: Sequence[View], starts: Sequence[int]) -> None:
    """Tell each item that names an organization, in place, how that one lies in the text."""
    places, features = list[int](), list[Array]()
    for view, start in zip(views, starts, strict=True):
        for place, row in view.mentions:
            places.append(start + place)
            features.append(view.features[row])
    if places:
        x[places] += linear(weights, "standing", np.stack(features))


def _mean(outputs: Sequence[ReaderOutput]) -> ReaderOutput:
    if len(outputs) == 1:
        return outputs[0]
    return ReaderOutput(
        np.mean([o.events for o in outputs], axis=0),
        np.mean([o.points for o in outputs], axis=0),
        np.mean([o.nothing for o in outputs], axis=0),
        tuple(view for o in outputs for view in o.far_view),
        outputs[0].trigger,
    )


def _pooled(x: Array, window: Window) -> Array:
    target = window.mark == 7
    inside = window.segment == 1
    near = target & inside
    nothing = np.zeros(x.shape[1], dtype=np.float32)
    parts = [
        x[target].mean(axis=0) if target.any() else nothing,
        x[inside].max(axis=0) if inside.any() else nothing,
        x[inside].mean(axis=0) if inside.any() else nothing,
        x[near].max(axis=0) if near.any() else nothing,
        window.dense,
    ]
    return np.concatenate(parts)


def _strongest(triggers: Array, window: Window) -> Array:
    """The highest trigger score of each event within the sentence."""
    inside = triggers[window.segment == 1]
    return inside.max(axis=0) if len(inside) else np.full(triggers.shape[1], -1e4, dtype=np.float32)


def _place_of_strongest(triggers: Array, window: Window) -> NDArray[np.intp]:
    places: NDArray[np.intp] = np.where((window.segment == 1)[:, None], triggers, -np.inf).argmax(axis=0)
    return places

"""The two small networks at run time, in NumPy: the mention tagger and the claim reader.

Training (labmoves_ingest.training) writes their weights; here they are only applied, so that the default
install needs no deep-learning framework. Several windows are laid end to end with a gap wider than the
widest convolution between them, so that one matrix product serves all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.windows import Window

__all__ = ["ReaderEnsemble", "ReaderOutput", "TaggerNetwork"]

Array = NDArray[np.float32]
Weights = dict[str, Array]

#: Dilations of the convolutions; as in training.
TAGGER_DILATIONS = (1, 2, 4, 1)
READER_DILATIONS = (1, 2, 4, 2)
#: Tokens read at once, so that memory does not grow with the text; how far the convolutions see to either side.
STRETCH = 8192
_REACH = sum(TAGGER_DILATIONS)
_GAP = max(*TAGGER_DILATIONS, *READER_DILATIONS)


def _linear(weights: Weights, name: str, x: Array) -> Array:
    out: Array = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return out


def _norm(weights: Weights, name: str, x: Array) -> Array:
    mean = x.mean(axis=-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    out: Array = (x - mean) / np.sqrt(spread + 1e-5) * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return out


def _embed(weights: Weights, columns: NDArray[np.int32], flags: Array) -> Array:
    parts = [
        weights[f"embed.{name}.weight"][columns[:, i]] for i, name in enumerate(("word", "left", "right", "shape"))
    ]
    return _linear(weights, "embed.mix", np.concatenate([*parts, flags], axis=1))


def _blocks(weights: Weights, x: Array, mask: Array, dilations: tuple[int, ...]) -> Array:
    """The residual convolutions over (items, width); mask (items, 1) is 0 in the gaps between windows."""
    for number, dilation in enumerate(dilations):
        name = f"blocks.{number}"
        kernel = weights[f"{name}.kernel"]
        padded = np.pad(_norm(weights, f"{name}.norm", x) * mask, ((dilation, dilation), (0, 0)))
        taps = np.concatenate([padded[k * dilation : k * dilation + len(x)] for k in range(3)], axis=1)
        y = taps @ kernel + weights[f"{name}.convolution.bias"]
        half = y.shape[1] // 2
        x = (x + y[:, :half] / (1 + np.exp(-y[:, half:]))) * mask
    return x


def _prepared(weights: Weights) -> Weights:
    """Weights in single precision, each convolution also as one (3 x width, 2 x width) matrix."""
    ready = {name: value.astype(np.float32) for name, value in weights.items()}
    for name in [n for n in ready if n.endswith("convolution.weight")]:
        kernel = ready.pop(name)
        ready[name.replace("convolution.weight", "kernel")] = np.concatenate([kernel[:, :, k].T for k in range(3)])
    return ready


class TaggerNetwork:
    """Scores of every tag for every token."""

    def __init__(self, weights: Weights) -> None:
        self._weights = _prepared(weights)

    def scores(self, columns: NDArray[np.int32], flags: Array) -> Array:
        """Log-odds, array (tokens, tags). Read in stretches, each with all that its convolutions see around it."""
        rows = range(0, max(1, len(columns)), STRETCH)
        return np.concatenate([self._stretch(columns, flags, first) for first in rows])

    def _stretch(self, columns: NDArray[np.int32], flags: Array, first: int) -> Array:
        begin, end = max(0, first - _REACH), first + STRETCH + _REACH
        scores = self._scores(columns[begin:end], flags[begin:end])
        return scores[first - begin : first - begin + STRETCH]

    def _scores(self, columns: NDArray[np.int32], flags: Array) -> Array:
        weights = self._weights
        mask = np.ones((len(columns), 1), dtype=np.float32)
        x = _blocks(weights, _embed(weights, columns, flags), mask, TAGGER_DILATIONS)
        return _linear(weights, "out", _norm(weights, "norm", x))


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """What the reader says of one window. points: (items, 12): organization, date, role for each event.

    trigger: (4,): the item of the window that states each event most.
    nothing: (8,): the score of "no date" and "no role" for each event.
    """

    events: Array
    points: Array
    nothing: Array
    far_view: tuple[Array, ...]
    trigger: NDArray[np.intp]


class ReaderNetwork:
    """Judges windows; several at once."""

    def __init__(self, weights: Weights) -> None:
        self._weights = _prepared(weights)

    def read(self, windows: list[Window]) -> list[ReaderOutput]:
        """One output a window, in order. Probabilities for events, scores for the rest."""
        if not windows:
            return []
        weights = self._weights
        starts, total = [], 0
        for window in windows:
            starts.append(total)
            total += len(window.mark) + _GAP
        columns = np.zeros((total, 4), dtype=np.int32)
        flags = np.zeros((total, windows[0].items.flags.shape[1]), dtype=np.float32)
        extra = np.zeros((3, total), dtype=np.int32)
        mask = np.zeros((total, 1), dtype=np.float32)
        for start, window in zip(starts, windows, strict=True):
            end = start + len(window.mark)
            columns[start:end] = window.items.columns[window.first : window.last]
            flags[start:end] = window.items.flags[window.first : window.last]
            extra[:, start:end] = (window.mark, window.segment, window.distance)
            mask[start:end] = 1
        x = _embed(weights, columns, flags)
        for row, name in zip(extra, ("mark", "segment", "distance"), strict=True):
            x = x + weights[f"{name}.weight"][row]
        x = _norm(weights, "norm", _blocks(weights, x * mask, mask, READER_DILATIONS)) * mask
        bounds = [(start, start + len(w.mark)) for start, w in zip(starts, windows, strict=True)]
        pooled = np.stack([_pooled(x[a:b], w) for (a, b), w in zip(bounds, windows, strict=True)])
        view = np.maximum(_linear(weights, "view", pooled), 0)
        triggers = _linear(weights, "trigger", x)
        strongest = [_strongest(triggers[a:b], w) for (a, b), w in zip(bounds, windows, strict=True)]
        events = 1 / (1 + np.exp(-_linear(weights, "events", view) - np.stack(strongest)))
        nothing = _linear(weights, "nothing", view)
        far_view = _linear(weights, "far_view", view)
        keys, query = _linear(weights, "item", x), _linear(weights, "query", view)
        outputs = []
        for number, (a, b) in enumerate(bounds):
            points = _linear(weights, "point", np.tanh(keys[a:b] + query[number]))
            trigger = _place_of_strongest(triggers[a:b], windows[number])
            outputs.append(ReaderOutput(events[number], points, nothing[number], (far_view[number],), trigger))
        return outputs

    def far(self, features: Array, view: Array) -> Array:
        """Score of each organization by its place in the document: (organizations, 4) from their features."""
        hidden = np.maximum(_linear(self._weights, "far_place", features) + view, 0)
        return _linear(self._weights, "far_out", hidden)


class ReaderEnsemble:
    """Readers trained from different beginnings; probabilities and scores are the mean of theirs.

    weights: those whose names begin with "read0.", "read1." and so on belong to one reader each.
    """

    def __init__(self, weights: Weights) -> None:
        self._readers: list[ReaderNetwork] = []
        while own := {
            k.split(".", 1)[1]: v for k, v in weights.items() if k.startswith(f"read{len(self._readers)}.")
        }:
            self._readers.append(ReaderNetwork(own))

    def read(self, windows: list[Window]) -> list[ReaderOutput]:
        """One output a window, in order."""
        every = [reader.read(windows) for reader in self._readers]
        return [_mean(outputs) for outputs in zip(*every, strict=True)]

    def far(self, features: Array, output: ReaderOutput) -> Array:
        """Mean score of each organization by its place in the document."""
        views = zip(self._readers, output.far_view, strict=True)
        scores: Array = np.mean([reader.far(features, view) for reader, view in views], axis=0)
        return scores


def _mean(outputs: tuple[ReaderOutput, ...]) -> ReaderOutput:
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

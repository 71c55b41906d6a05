"""The layers that the small networks are made of, in NumPy: weights by name, as training wrote them.

    weights = prepared(read_weights(archive))
    x = embed(weights, columns, flags, vectors)         (items, width)
    x = convolution(weights, "blocks.0", 1, x, mask)    the same shape, residual

Every array is in single precision; training/tagger.py holds the same layers for torch.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SCALE",
    "Array",
    "Weights",
    "convolution",
    "embed",
    "gated",
    "linear",
    "norm",
    "prepared",
    "read_weights",
    "softmax",
]

Array = NDArray[np.float32]
Weights = Mapping[str, Array]

#: Ends the name of the scales of a table that is kept in bytes.
SCALE = ".scale"


def linear(weights: Weights, name: str, x: Array) -> Array:
    """x (…, in) by the named matrix, and its bias added: (…, out)."""
    out: Array = x @ weights[f"{name}.weight"].T
    out += weights[f"{name}.bias"]
    return out


def norm(weights: Weights, name: str, x: Array) -> Array:
    """Layer normalisation over the last axis."""
    out: Array = x - x.mean(axis=-1, keepdims=True)
    spread = np.einsum("...i,...i->...", out, out)[..., None] / x.shape[-1]
    out *= 1 / np.sqrt(spread + 1e-5)
    out *= weights[f"{name}.weight"]
    out += weights[f"{name}.bias"]
    return out


def embed(weights: Weights, columns: NDArray[np.int32], flags: Array, vectors: NDArray[np.float16]) -> Array:
    """Word, two hashed columns, shape, word classes and vector of each token, mixed into one: (tokens, width)."""
    parts = [
        weights[f"embed.{name}.weight"][columns[:, i]] for i, name in enumerate(("word", "left", "right", "shape"))
    ]
    return linear(weights, "embed.mix", np.concatenate([*parts, flags, vectors], axis=1, dtype=np.float32))


def convolution(weights: Weights, name: str, dilation: int, x: Array, mask: Array) -> Array:
    """A residual convolution of three taps over (items, width); mask (items, 1) is 0 in the gaps between windows."""
    width = x.shape[1]
    y = norm(weights, f"{name}.norm", x)
    y *= mask
    taps = np.zeros((len(x), 3 * width), dtype=np.float32)
    taps[dilation:, :width] = y[:-dilation]
    taps[:, width : 2 * width] = y
    taps[:-dilation, 2 * width :] = y[dilation:]
    mixed = taps @ weights[f"{name}.kernel"]
    mixed += weights[f"{name}.convolution.bias"]
    out = gated(mixed)
    out += x
    out *= mask
    return out


def gated(y: Array) -> Array:
    """The first half of the columns, each let through as the one of the second half says."""
    half = y.shape[1] // 2
    out: Array = np.negative(y[:, half:])
    np.exp(out, out=out)
    out += 1
    np.divide(y[:, :half], out, out=out)
    return out


def softmax(scores: Array) -> Array:
    """Probabilities from scores, both (classes,)."""
    powers = np.exp(scores - scores.max())
    odds: Array = powers / powers.sum()
    return odds


def prepared(weights: Weights) -> Weights:
    """Weights in single precision, each convolution also as one (3 x width, 2 x width) matrix."""
    ready = {name: value.astype(np.float32) for name, value in weights.items()}
    for name in [n for n in ready if n.endswith("convolution.weight")]:
        kernel = ready.pop(name)
        ready[name.replace("convolution.weight", "kernel")] = np.concatenate([kernel[:, :, k].T for k in range(3)])
    return ready


def read_weights(archive: Mapping[str, NDArray[np.generic]]) -> Weights:
    """The weights of a model file in single precision; tables in bytes are multiplied by the scale of each row."""
    return {
        name: archive[name].astype(np.float32) * archive[f"{name}{SCALE}"].astype(np.float32)
        if f"{name}{SCALE}" in archive
        else archive[name].astype(np.float32)
        for name in archive
        if not name.endswith(SCALE)
    }

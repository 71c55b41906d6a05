"""What a lexical analyser knows of Chinese characters: a vector for each token, from the characters around it.

    CharacterEncoder.load().vectors(tokens, sentences)      array (tokens, VECTOR)

A name ends where the next word begins, and Chinese does not write where that is. So the networks also see the hidden
states of a small recurrent analyser that was trained on far more text than ours: LAC of Baidu (Jiao, Sun and Sun,
"Chinese Lexical Analysis with Deep Bi-GRU-CRF Network", 2018; Apache-2.0), in the small form that the package jieba
0.42.1 carries. Its weights are kept as they are, but for rounding; its tags are not used. The last layer is projected
to VECTOR numbers, the directions in which our training texts vary most. training/character_files.py makes the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.token_features import VECTOR
from labmoves_ingest.tokens import Sentence, Token

__all__ = ["CharacterEncoder"]

Array = NDArray[np.float32]

#: Characters read of one token, and of one sentence at a time; longer ones are cut, longer sentences read in parts.
_OF_TOKEN, _OF_PART = 20, 200
#: Parts read at once; those of about one length together, so that little is padding.
_BATCH = 48


class CharacterEncoder:
    """Reads tokens as the characters that they fold to."""

    def __init__(self, weights: dict[str, NDArray[np.generic]]) -> None:
        """weights: characters (one string), table (int8) and its scale by row, per layer input, bias and recurrent
        weights of both directions, and the projection."""
        self._numbers = {character: n for n, character in enumerate(str(weights["characters"]))}
        self._table = weights["table"].astype(np.float32) * weights["scale"].astype(np.float32)[:, None]
        self._unknown = len(self._numbers)
        self._layers = [
            tuple(weights[f"{name}{layer}"].astype(np.float32) for name in ("input", "bias", "gates", "state"))
            for layer in (0, 1)
        ]
        self._mean, self._project = (weights[name].astype(np.float32) for name in ("mean", "project"))

    @classmethod
    def load(cls, folder: Traversable | None = None) -> CharacterEncoder:
        """folder: of the model files; None: those that labmoves brings along."""
        return cls(read_archive("characters.npz", folder))

    def vectors(self, tokens: Sequence[Token], sentences: Sequence[Sentence]) -> NDArray[np.float16]:
        """Array (tokens, VECTOR). A token of several characters: its last forwards, its first backwards."""
        found = np.zeros((len(tokens), VECTOR), dtype=np.float16)
        for first, last, states in self._states(tokens, sentences):
            found[first:last] = (states - self._mean) @ self._project
        return found

    def states(self, tokens: Sequence[Token], sentences: Sequence[Sentence]) -> Array:
        """The same before it is projected: array (tokens, 2 x width)."""
        found = np.zeros((len(tokens), len(self._mean)), dtype=np.float32)
        for first, last, states in self._states(tokens, sentences):
            found[first:last] = states
        return found

    def _states(self, tokens: Sequence[Token], sentences: Sequence[Sentence]) -> Iterator[tuple[int, int, Array]]:
        """States of stretches of tokens: the first, the one past the last, and a row for each."""
        parts = sorted(_parts(tokens, sentences), key=lambda part: part[2])
        for start in range(0, len(parts), _BATCH):
            batch = parts[start : start + _BATCH]
            read = self._read([tokens[first:last] for first, last, _ in batch], [size for _, _, size in batch])
            for row, (first, last, _) in enumerate(batch):
                ends = np.cumsum([len(token.folded[:_OF_TOKEN]) for token in tokens[first:last]])
                starts = np.concatenate([[0], ends[:-1]])
                yield first, last, np.concatenate([read[0, row, ends - 1], read[1, row, starts]], axis=1)

    def _read(self, parts: Sequence[Sequence[Token]], sizes: list[int]) -> Array:
        """Hidden states of the last layer: array (2 directions, parts, characters, width)."""
        longest = max(sizes)
        numbers = np.zeros((len(parts), longest), dtype=np.int32)
        for row, part in enumerate(parts):
            text = "".join(token.folded[:_OF_TOKEN] for token in part)
            numbers[row, : len(text)] = [self._numbers.get(character, self._unknown) for character in text]
        back = _reversal(sizes, longest)
        x = self._table[numbers]
        for layer in self._layers:
            x = _both_ways(layer, x, back)
            states, x = x, np.concatenate([x[0], x[1]], axis=-1)
        return states


def _parts(tokens: Sequence[Token], sentences: Sequence[Sentence]) -> list[tuple[int, int, int]]:
    """The sentences, long ones cut: first and last token, and how many characters."""
    parts = []
    for sentence in sentences:
        first, size = sentence.first, 0
        for index in range(sentence.first, sentence.last):
            length = len(tokens[index].folded[:_OF_TOKEN])
            if size + length > _OF_PART:
                parts.append((first, index, size))
                first, size = index, 0
            size += length
        parts.append((first, sentence.last, size))
    return parts


def _reversal(sizes: list[int], longest: int) -> NDArray[np.int64]:
    """For each part the places of its characters from last to first, padding left where it is."""
    places = np.tile(np.arange(longest), (len(sizes), 1))
    for row, size in enumerate(sizes):
        places[row, :size] = places[row, :size][::-1]
    return places


def _both_ways(layer: tuple[Array, ...], x: Array, back: NDArray[np.int64]) -> Array:
    """A layer of gated recurrent units over (parts, characters, …), forwards and backwards.

    The weights of both directions lie in one array, so that one product serves both.
    """
    into, bias, gates, state = layer
    rows = np.arange(len(x))[:, None]
    width = state.shape[1]
    given = np.stack([x @ into[0] + bias[0], (x @ into[1] + bias[1])[rows, back]])
    hidden = np.zeros((2, len(x), width), dtype=np.float32)
    out = np.zeros((2, len(x), x.shape[1], width), dtype=np.float32)
    for step in range(x.shape[1]):
        now = given[:, :, step]
        gate = 1 / (1 + np.exp(-(now[..., : 2 * width] + hidden @ gates)))
        update, reset = gate[..., :width], gate[..., width:]
        proposed = np.tanh(now[..., 2 * width :] + (reset * hidden) @ state)
        hidden = hidden + update * (proposed - hidden)
        out[:, :, step] = hidden
    out[1] = out[1][rows, back]
    return out

"""Makes models/characters.npz: the analyser's weights as `CharacterEncoder` reads them, with our projection.

    python -m labmoves_ingest.training.character_files jieba-0.42.1/jieba/lac_small

The folder is that of the package jieba 0.42.1 (its source archive on any package index), with `word.dic` and
`model_baseline`. The projection is the first VECTOR principal directions of the states over the training texts, each
divided by the geometric mean of its own spread and the overall one, so that the first do not drown the rest.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.character_encoder import CharacterEncoder
from labmoves_ingest.token_features import VECTOR
from labmoves_ingest.tokens import fold, sentences, tokenize
from labmoves_ingest.training.corpus import read_corpus
from labmoves_ingest.training.division import Part, divided
from labmoves_ingest.training.principal_directions import principal_directions

__all__ = ["analyser_weights", "main", "projection"]

Weights = dict[str, NDArray[np.generic]]
_WIDTH = 128
_UNKNOWN = "OOV"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="jieba/lac_small of the package jieba 0.42.1")
    parser.add_argument("--corpus", type=Path, default=Path("data/corpus"))
    parser.add_argument("--out", type=Path, default=Path("ingest/labmoves_ingest/models/characters.npz"))
    given = parser.parse_args(arguments)
    texts = [a.text for a in divided(read_corpus(sorted(given.corpus.glob("zh*.txt"))))[Part.TRAINING]]
    weights = analyser_weights(given.folder)
    weights.update(projection(weights, texts))
    np.savez_compressed(given.out, allow_pickle=False, **{name: weights[name] for name in sorted(weights)})


def analyser_weights(folder: Path) -> Weights:
    """The analyser's weights, its table of characters rounded to a byte with a scale by row."""
    numbers = {
        character: int(number)
        for number, _, character in (line.partition("\t") for line in _lines(folder / "word.dic"))
    }
    table = _array(folder, "word_emb", (max(numbers.values()) + 1, _WIDTH))
    characters = sorted(character for character in numbers if len(character) == 1 and _is_common(character))
    rows = table[[numbers[character] for character in [*characters, _UNKNOWN]]]
    scale = np.abs(rows).max(axis=1) / 127
    weights: Weights = {
        "characters": np.array("".join(characters)),
        "table": np.round(rows / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float32),
    }
    for layer, (forwards, backwards) in enumerate(((0, 1), (2, 3))):
        parts = [_direction(folder, number, _WIDTH * (1 + layer)) for number in (forwards, backwards)]
        for name, both in zip(("input", "bias", "gates", "state"), zip(*parts, strict=True), strict=True):
            weights[f"{name}{layer}"] = np.stack(both).astype(np.float16)
    return weights


def projection(weights: Weights, texts: Sequence[str]) -> Weights:
    """mean and project of the encoder, measured on every third token of the texts."""
    width = 2 * _WIDTH
    whole = {**weights, "mean": np.zeros(width, np.float32), "project": np.eye(width, VECTOR, dtype=np.float32)}
    encoder = CharacterEncoder(whole)
    states = []
    for text in texts:
        tokens = tokenize(text, fold(text))
        states.append(encoder.states(tokens, sentences(text, tokens))[::3])
    seen = np.concatenate(states).astype(np.float64)
    mean, directions = principal_directions(seen, VECTOR)
    return {"mean": mean.astype(np.float32), "project": directions.astype(np.float32)}


def _is_common(character: str) -> bool:
    """Whether it belongs to the 7,500 characters and signs of GB 2312; two thirds of the analyser's do not."""
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


def _array(folder: Path, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The last numbers of a parameter file; what stands before them describes them."""
    size = int(np.prod(shape)) * 4
    return np.frombuffer((folder / "model_baseline" / name).read_bytes()[-size:], dtype="<f4").reshape(shape)


def _direction(folder: Path, number: int, width: int) -> tuple[NDArray[np.float32], ...]:
    """Input weights, bias, gate weights and state weights of one direction of one layer."""
    into = _array(folder, f"fc_{number}.w_0", (width, 3 * _WIDTH))
    bias = _array(folder, f"fc_{number}.b_0", (3 * _WIDTH,)) + _array(folder, f"gru_{number}.b_0", (3 * _WIDTH,))
    recurrent = _array(folder, f"gru_{number}.w_0", (3 * _WIDTH * _WIDTH,))
    split = 2 * _WIDTH * _WIDTH
    return into, bias, recurrent[:split].reshape(_WIDTH, 2 * _WIDTH), recurrent[split:].reshape(_WIDTH, _WIDTH)


if __name__ == "__main__":
    main()

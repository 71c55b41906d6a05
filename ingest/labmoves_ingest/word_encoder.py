"""What English words mean to a model that has read a billion sentences: a vector for each token.

    WordEncoder.load().vectors(tokens)      array (tokens, VECTOR)

Our corpus knows a few thousand words; "decamped" or "poached" may stand in none of its texts. So the networks also
see static vectors drawn from the sentence encoder all-MiniLM-L6-v2 (Apache-2.0; Wang et al., "MiniLM", 2020;
Reimers and Gurevych, "Sentence-BERT", 2019): half of the numbers from its table of word pieces, half from what the
whole encoder makes of the word alone, each projected to the directions in which the words of our training texts vary
most.
A word that the table lacks is the mean of its pieces, as WordPiece cuts them. training/word_files.py makes the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.token_features import VECTOR
from labmoves_ingest.tokens import Token

__all__ = ["WordEncoder", "word_pieces"]

_PARTS = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
#: Longer runs are no words.
_LONGEST = 60
#: Words remembered; texts repeat theirs.
_REMEMBERED = 50_000


class WordEncoder:
    """Looks words up."""

    def __init__(self, weights: dict[str, NDArray[np.generic]]) -> None:
        """weights: words (joined by line breaks; "##" begins a piece inside a word), table (int8), scale by row."""
        self._rows = {word: row for row, word in enumerate(str(weights["words"]).split("\n"))}
        self._table = weights["table"].astype(np.int8)
        self._scale = weights["scale"].astype(np.float32)
        self._known: dict[str, NDArray[np.float16]] = {}

    @classmethod
    def load(cls, folder: Traversable | None = None) -> WordEncoder:
        """folder: of the model files; None: those that labmoves brings along."""
        return cls(read_archive("words.npz", folder))

    def vectors(self, tokens: Sequence[Token]) -> NDArray[np.float16]:
        """Array (tokens, VECTOR); zeros for a token of unknown signs."""
        found = np.zeros((len(tokens), VECTOR), dtype=np.float16)
        for index, token in enumerate(tokens):
            found[index] = self._vector(token.folded)
        return found

    def _vector(self, word: str) -> NDArray[np.float16]:
        known = self._known.get(word)
        if known is None:
            rows = [self._rows[word]] if word in self._rows else self._pieces(word)
            known = np.zeros(VECTOR, dtype=np.float16)
            if rows:
                known = (self._table[rows] * self._scale[rows, None]).mean(axis=0).astype(np.float16)
            if len(self._known) == _REMEMBERED:
                self._known.clear()
            self._known[word] = known
        return known

    def _pieces(self, word: str) -> list[int]:
        return [self._rows[piece] for piece in word_pieces(word, self._rows)]


def word_pieces(word: str, known: dict[str, int]) -> list[str]:
    """The pieces that WordPiece cuts a word into: without accents, the longest known beginning first.

    A run of letters and digits that cannot be cut into known pieces gives none.
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if unicodedata.category(c) != "Mn")
    return [piece for part in _PARTS.findall(plain) for piece in _cut(part, known)]


def _cut(part: str, known: dict[str, int]) -> list[str]:
    pieces: list[str] = []
    start = 0
    while start < len(part) <= _LONGEST:
        head = "##" if start else ""
        end = next((end for end in range(len(part), start, -1) if head + part[start:end] in known), None)
        if end is None:
            return []
        pieces.append(head + part[start:end])
        start = end
    return pieces

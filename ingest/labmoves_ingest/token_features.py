"""What the networks see of a token: its word, affixes or neighbours, shape, and word classes.

TOKEN_COLUMNS integer columns a token: word id (from a vocabulary), two hashed columns (prefix and suffix for
Latin words, the character pairs to its left and right for Han), and a shape. Hashing is CRC-32, so that
training and inference agree on every machine.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.lexicon import FLAGS
from labmoves_ingest.tokens import Token, is_han

__all__ = [
    "BUCKETS",
    "SHAPES",
    "TOKEN_COLUMNS",
    "VECTOR",
    "Vocabulary",
    "flag_matrix",
    "repetition_keys",
    "token_columns",
]

BUCKETS = 8192
SHAPES = 12
TOKEN_COLUMNS = 4
_SIGN = 4
_LONGEST_WORD = 40
#: Numbers in the vector of a token (token_vectors.py).
VECTOR = 96


class Vocabulary:
    """Words by number. 0 is padding, 1 any unknown word; the rest in the order given."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._ids = {word: number for number, word in enumerate(words, 2)}

    def __len__(self) -> int:
        return len(self.words) + 2

    def id(self, word: str) -> int:
        """The word's number; 1 if it is unknown."""
        return self._ids.get(word, 1)


@lru_cache(maxsize=1 << 16)
def _bucket(part: str) -> int:
    return crc32(part.encode()) % BUCKETS


def _shape(text: str) -> int:
    # A long token is an address or worse, and not remembered.
    return _known_shape(text) if len(text) <= _LONGEST_WORD else _shape_of(text)


@lru_cache(maxsize=1 << 16)
def _known_shape(text: str) -> int:
    return _shape_of(text)


def _shape_of(text: str) -> int:
    head = text[0]
    if is_han(head):
        return 1
    if head.isdigit() or (head in "$€£¥" and len(text) > 1):
        return 2 if text.isdigit() else 3
    if not head.isalpha():
        return _SIGN
    if text.isupper():
        return 5 if len(text) > 1 else 6
    if head.isupper():
        return 7 if text[1:].islower() else 8
    return 9 if text.islower() else 10


def token_columns(tokens: list[Token], vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Array (tokens, TOKEN_COLUMNS)."""
    words = ["^", *(token.folded for token in tokens), "$"]
    rows: list[tuple[int, int, int, int]] = []
    for previous, token, following in zip(words, tokens, words[2:], strict=False):
        word = token.folded
        if is_han(word[0]):
            left, right = previous + word, word + following
        else:
            left, right = "<" + word[:3], word[-3:] + ">"
        rows.append((vocabulary.id(word), _bucket(left), _bucket(right), _shape(token.text)))
    return np.array(rows, dtype=np.int32).reshape(len(rows), TOKEN_COLUMNS)


def repetition_keys(columns: NDArray[np.int32]) -> NDArray[np.int64]:
    """By what two tokens count as the same word again: array (tokens, 2), a key for each hashed column; 0 for signs.

    Of a Latin word the two are keys of the word with its prefix and with its suffix; of a Han character, with the
    character to its left and with the one to its right.
    """
    words, shapes = columns[:, :1].astype(np.int64), columns[:, 3:]
    keys = (words * BUCKETS + columns[:, 1:3]) * SHAPES + shapes
    return np.where(shapes == _SIGN, 0, keys)


def flag_matrix(flags: list[int]) -> NDArray[np.float32]:
    """The bit sets as an array (tokens, FLAGS) of 0 and 1."""
    bits = np.asarray(flags, dtype=np.int64)[:, None] >> np.arange(FLAGS)
    return (bits & 1).astype(np.float32)

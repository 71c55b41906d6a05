"""What the networks see of tokens besides our own words: vectors from encoders that have read far more than we have.

token_vectors("zh", tokens, sentences)      array (tokens, VECTOR)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from labmoves_ingest.character_encoder import CharacterEncoder
from labmoves_ingest.tokens import Sentence, Token
from labmoves_ingest.word_encoder import WordEncoder

__all__ = ["token_vectors"]


def token_vectors(language: str, tokens: Sequence[Token], sentences: Sequence[Sentence]) -> NDArray[np.float16]:
    """Array (tokens, VECTOR): of Chinese characters in their sentence, of English words by themselves."""
    if language == "zh":
        return _character_encoder().vectors(tokens, sentences)
    return _word_encoder().vectors(tokens)


@lru_cache(maxsize=1)
def _character_encoder() -> CharacterEncoder:
    return CharacterEncoder.load()


@lru_cache(maxsize=1)
def _word_encoder() -> WordEncoder:
    return WordEncoder.load()

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
    """Array (tokens, VECTOR): of Chinese characters in their sentence, of words in Latin letters by themselves.

    Chinese news prints many names in Latin letters, of which an encoder of Chinese characters knows nothing.
    """
    if language != "zh":
        return _word_encoder().vectors(tokens)
    vectors = _character_encoder().vectors(tokens, sentences)
    latin = [place for place, token in enumerate(tokens) if token.folded[0].isascii() and token.folded[0].isalpha()]
    vectors[latin] = _word_encoder().vectors([tokens[place] for place in latin])
    return vectors


@lru_cache(maxsize=1)
def _character_encoder() -> CharacterEncoder:
    return CharacterEncoder.load()


@lru_cache(maxsize=1)
def _word_encoder() -> WordEncoder:
    return WordEncoder.load()

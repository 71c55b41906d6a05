"""Vectors of Chinese tokens: of their sentence alone, whatever else is read beside it."""

import numpy as np
import pytest

from labmoves_ingest.character_encoder import CharacterEncoder
from labmoves_ingest.token_features import VECTOR
from labmoves_ingest.token_vectors import token_vectors
from labmoves_ingest.tokens import fold, sentences, tokenize


@pytest.fixture(scope="module")
def encoder():
    return CharacterEncoder.load()


@pytest.fixture(scope="module")
def vectors_of(encoder):
    def read(text: str):
        tokens = tokenize(text, fold(text))
        return encoder.vectors(tokens, sentences(text, tokens)).astype(np.float32)

    return read


def test_a_sentence_has_the_same_vectors_in_whatever_company(vectors_of):
    told = "李明离开OpenAI。"
    alone = vectors_of(told)
    others = "".join(f"王芳{'很' * n}高兴。" for n in range(60))
    among = vectors_of(others + told + others)
    start = len(tokenize(others))
    np.testing.assert_allclose(among[start : start + len(alone)], alone, atol=2e-3)


def test_the_same_text_gives_the_same_bytes(vectors_of):
    text = "李明离开OpenAI。王芳来了！"
    assert vectors_of(text).tobytes() == vectors_of(text).tobytes()


def test_a_character_is_read_in_its_sentence(vectors_of):
    one, other = vectors_of("他高兴。"), vectors_of("高飞。")
    assert np.abs(one[1] - other[0]).max() > 0.05


def test_traditional_characters_read_as_simplified_ones(vectors_of):
    np.testing.assert_array_equal(vectors_of("吳恩達離開亞馬遜。"), vectors_of("吴恩达离开亚马逊。"))


@pytest.mark.parametrize("text", ["", " \n", "。"])
def test_a_text_with_nothing_in_it_is_read(vectors_of, text):
    assert vectors_of(text).shape == (len(text.strip()), VECTOR)


@pytest.mark.parametrize("text", ["a" * 5000, "李" * 10_000, "x" * 300 + "离开" + "鑫" * 300, "🙂𠀀龘ﷺ"])
def test_however_long_or_strange_every_token_has_a_finite_vector(vectors_of, text):
    vectors = vectors_of(text)
    assert vectors.shape == (len(tokenize(text)), VECTOR)
    assert np.isfinite(vectors).all()
    assert vectors.any(axis=1).all()


def test_states_are_what_vectors_are_projected_from(encoder):
    text = "李明离开OpenAI。"
    tokens = tokenize(text, fold(text))
    states = encoder.states(tokens, sentences(text, tokens))
    assert states.shape[0] == len(tokens)
    assert np.abs(states).max() <= 1


def test_latin_words_mean_the_same_in_chinese_texts():
    text = "翁荔离开OpenAI，加入Thinking Machines。"
    tokens = tokenize(text)
    found = token_vectors("zh", tokens, sentences(text, tokens))
    words = [place for place, token in enumerate(tokens) if token.text in ("OpenAI", "Thinking", "Machines")]
    alone = token_vectors("en", [tokens[place] for place in words], [])
    np.testing.assert_array_equal(found[words], alone)
    rest = [place for place in range(len(tokens)) if place not in words]
    np.testing.assert_array_equal(found[rest], CharacterEncoder.load().vectors(tokens, sentences(text, tokens))[rest])

"""Vectors of English words: known ones their own, others the mean of their pieces."""

import numpy as np
import pytest

from labmoves_ingest.token_features import VECTOR
from labmoves_ingest.tokens import fold, tokenize
from labmoves_ingest.word_encoder import WordEncoder, word_pieces

KNOWN = {word: n for n, word in enumerate(["un", "##able", "##a", "unable", "a", "-", "cafe", "3"])}


@pytest.fixture(scope="module")
def encoder():
    return WordEncoder.load()


@pytest.fixture(scope="module")
def vector_of(encoder):
    def read(text: str):
        return encoder.vectors(tokenize(text, fold(text))).astype(np.float32)

    return read


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("unable", ["unable"]),
        ("unablea", ["unable", "##a"]),
        ("una", ["un", "##a"]),
        ("una-a3", ["un", "##a", "-"]),
        ("café", ["cafe"]),
        ("una'3", ["un", "##a", "3"]),
        ("unx", []),
        ("able", []),
        ("", []),
        ("🙂", []),
    ],
)
def test_words_are_cut_into_the_longest_known_pieces(word, pieces):
    assert word_pieces(word, KNOWN) == pieces


def test_a_run_too_long_for_a_word_gives_none():
    assert word_pieces("a" * 61, {**KNOWN, "##a": 9}) == []
    assert len(word_pieces("a" * 60, {"a": 0, "##a": 1})) == 60


def test_a_word_without_a_row_is_the_mean_of_its_pieces():
    weights = {
        "words": np.array("un\n##able\ngone"),
        "table": np.array([[2] * VECTOR, [4] * VECTOR, [100] * VECTOR], dtype=np.int8),
        "scale": np.array([1.0, 0.5, 0.25], dtype=np.float16),
    }
    found = WordEncoder(weights).vectors(tokenize("unable gone zzz"))
    assert [set(row.tolist()) for row in found] == [{2.0}, {25.0}, {0.0}]


def test_unknown_signs_have_no_vector_and_words_have_one(vector_of):
    found = vector_of("left 🙂 decamped 离")
    assert found.any(axis=1).tolist() == [True, False, True, False]


def test_accents_and_capitals_do_not_count(vector_of):
    for one, other in (("naïve", "naive"), ("LEFT", "left"), ("ＬＥＦＴ", "left")):
        np.testing.assert_array_equal(vector_of(one), vector_of(other))


def test_words_of_like_meaning_lie_close(vector_of):
    quit_, resigned, banana = vector_of("quit resigned banana")

    def likeness(one, other):
        return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))

    assert likeness(quit_, resigned) > likeness(quit_, banana) + 0.2


def test_no_tokens_have_no_vectors_and_repeats_the_same(encoder, vector_of):
    assert encoder.vectors([]).shape == (0, VECTOR)
    text = "unprecedentedly left left"
    found = vector_of(text)
    assert np.isfinite(found).all()
    assert found.tobytes() == vector_of(text).tobytes()
    assert found[1].tobytes() == found[2].tobytes()


def test_a_word_as_long_as_a_text_is_read(vector_of):
    assert np.isfinite(vector_of("a" * 100_000)).all()
    assert np.isfinite(vector_of("a'" * 20_000 + "a")).all()

"""Tags: only allowed sequences, and the best of them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labmoves_ingest.tagging import TAGS, MentionKind, best_tags, cut_by_lines, tag_spans


def allowed(tags):
    """Whether every inner tag (even, not 0) follows its beginning or its like."""
    return all(tag % 2 or not tag or before in (tag - 1, tag) for before, tag in zip([0, *tags], tags, strict=False))


SCORES = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).normal(size=(3, TAGS)).astype(np.float32)
)


@settings(max_examples=40, deadline=None)
@given(SCORES)
def test_the_best_allowed_sequence_is_found(scores):
    best = max(
        (tags for tags in product(range(TAGS), repeat=len(scores)) if allowed(tags)),
        key=lambda tags: sum(float(scores[i, tag]) for i, tag in enumerate(tags)),
    )
    assert best_tags(scores) == list(best)


def test_nothing_has_no_tags():
    assert (best_tags(np.zeros((0, TAGS), np.float32)), tag_spans([])) == ([], [])


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ([1, 2, 2, 0, 3], [(MentionKind.PERSON, 0, 3), (MentionKind.ORGANIZATION, 4, 5)]),
        ([1, 1, 2], [(MentionKind.PERSON, 0, 1), (MentionKind.PERSON, 1, 3)]),
        (
            [5, 6, 7, 9, 10],
            [
                (MentionKind.ROLE, 0, 2),
                (MentionKind.PERSON_REFERENCE, 2, 3),
                (MentionKind.ORGANIZATION_REFERENCE, 3, 5),
            ],
        ),
        ([0, 0], []),
    ],
)
def test_tags_spell_mentions(tags, spans):
    assert tag_spans(tags) == spans


def test_no_mention_goes_on_behind_a_line_that_ends_a_sentence(make_document):
    document = make_document("Ann Lee\nBob Ray\nAcme\nBob met Sam\nand Dr. Kim Poe.")
    place = {token.text: number for number, token in enumerate(document.tokens)}
    spans = [
        (MentionKind.PERSON, place["Ann"], place["Ray"] + 1),
        (MentionKind.ORGANIZATION, place["Acme"], place["Acme"] + 2),
        (MentionKind.PERSON, place["Sam"], place["Sam"] + 2),
        (MentionKind.PERSON, place["Dr"], place["Poe"] + 1),
    ]
    assert list(cut_by_lines(document, spans)) == [
        (MentionKind.PERSON, place["Ann"], place["Ray"] - 1),
        (MentionKind.PERSON, place["Ray"] - 1, place["Ray"] + 1),
        (MentionKind.ORGANIZATION, place["Acme"], place["Acme"] + 1),
        (MentionKind.PERSON, place["Sam"], place["Sam"] + 2),
        (MentionKind.PERSON, place["Dr"], place["Poe"] + 1),
    ]

"""Which role a claim is about: titles that stand elsewhere, titles of others, and what is out of reach."""

from dataclasses import replace

import numpy as np
import pytest

from labmoves_graph.model import Article, Event
from labmoves_ingest.claim_layout import OF_CLAIM
from labmoves_ingest.coordination import spread
from labmoves_ingest.feature_network import FeatureNetwork
from labmoves_ingest.model_archives import read_archive
from labmoves_ingest.role_choice import (
    NEAREST,
    PLACED_ROLES,
    READ_ROLES,
    RoleChooser,
    RoleLayout,
    role_features,
    role_reading_features,
)


@pytest.fixture(scope="module")
def chooser():
    return RoleChooser.load()


def undecided(document, *candidates):
    """The candidates, of which the reader finds every role as likely as none."""
    for one in candidates:
        one.role_scores = tuple((number, 0.0) for number in range(len(document.roles)))
    return list(candidates)


def words(document, candidates):
    return [one.role and document.text[one.role.start : one.role.end] for one in candidates]


def test_each_of_two_people_has_the_title_before_them(chooser, make_document, make_candidate):
    text = "OpenAI chief scientist Ann Lee and president Bob Ray resigned on Monday."
    document = make_document(text, ["Ann Lee", "Bob Ray"], ["OpenAI"], roles=["chief scientist", "president"])
    candidates = undecided(
        document,
        make_candidate(document, Event.DEPARTURE, "resigned"),
        make_candidate(document, Event.DEPARTURE, "resigned", person=1),
    )
    assert words(document, chooser.with_roles(document, candidates)) == ["chief scientist", "president"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Ann Lee was OpenAI's chief scientist. She left on Monday.", "chief scientist"),
        ("Bob Ray, OpenAI's president, has been there for years. He resigned on Monday.", "president"),
    ],
)
def test_a_title_may_stand_a_sentence_before(extractor, text, role):
    assert [claim.role for claim in extractor.extract(Article("a", text))] == [role]


def test_a_title_is_not_lent_along_a_list_of_people(make_document, make_candidate):
    text = "OpenAI chief scientist Ann Lee and Bob Ray resigned."
    document = make_document(text, ["Ann Lee", "Bob Ray"], ["OpenAI"], roles=["chief scientist"])
    lee = make_candidate(document, Event.DEPARTURE, "resigned")
    ray = make_candidate(document, Event.DEPARTURE, "resigned", person=1, probability=0.3)
    lee.role_scores, ray.role_scores = ((0, 9.0),), ((0, -9.0),)
    first, second = spread(document, [lee, ray])
    assert second.lent
    assert (first.role_scores, second.role_scores) == (((0, 9.0),), ((0, -9.0),))
    (_, unread) = spread(document, [lee])
    assert unread.role_scores == ()


def test_a_title_of_somebody_else_is_not_taken(chooser, make_document, make_candidate):
    text = "Ann Lee left OpenAI on Monday. The firm's chief executive, Bob Ray, thanked her."
    document = make_document(text, ["Ann Lee", "Bob Ray"], ["OpenAI"], roles=["chief executive"])
    candidates = undecided(document, make_candidate(document, Event.DEPARTURE, "left"))
    assert words(document, chooser.with_roles(document, candidates)) == [None]


def test_without_roles_none_is_given(chooser, make_document, make_candidate):
    document = make_document("Ann Lee left OpenAI.", ["Ann Lee"], ["OpenAI"])
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    assert chooser.with_roles(document, [candidate]) == [candidate]
    assert chooser.with_roles(document, []) == []


def test_what_the_reader_points_at_counts_whichever_reading_of_the_stint_it_is(make_document, make_candidate):
    text = "The head of research and chief scientist Ann Lee left OpenAI. Ann Lee quit OpenAI."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], roles=["head of research", "chief scientist"])
    one, other = make_candidate(document, Event.DEPARTURE, "left"), make_candidate(document, Event.DEPARTURE, "quit")
    place = FeatureNetwork(read_archive("roles.npz"), "place.")
    for pointed in range(2):
        other.role_scores = tuple((n, 5.0 if n == pointed else -5.0) for n in range(2))
        telling = replace(one, also=(other,))
        layout = RoleLayout(document, [telling])
        options = layout.options(telling)
        rows = role_reading_features(layout, telling, options, place)
        assert rows.shape == (3, READ_ROLES)
        assert options[int(rows[1:, 0].argmax())] == pointed
        assert rows[:, 0].max() > 0.9


def options_of(document, candidate):
    options = RoleLayout(document, [candidate]).options(candidate)
    return [document.text[document.roles[n].start : document.roles[n].end] for n in options]


def test_roles_of_far_sentences_are_options_only_where_the_reader_sees_them(make_document, make_candidate):
    text = "The dean spoke. One. Two. Three. Four. Ann Lee left OpenAI. Its chairman wept. Five. The bursar sang."
    document = make_document(text, ["Ann Lee"], ["OpenAI"], roles=["dean", "chairman", "bursar"])
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    assert options_of(document, candidate) == ["chairman"]
    telling = make_candidate(document, Event.DEPARTURE, "left")
    telling.role_scores = ((0, 1.0),)
    candidate.also = (telling,)
    assert options_of(document, candidate) == ["chairman", "dean"]


@pytest.mark.parametrize(
    ("text", "before", "behind"),
    [
        ("The chief scientist Ann Lee left OpenAI.", True, False),
        ("Ann Lee, its chief scientist, left OpenAI.", False, True),
        ("Ann Lee left OpenAI, said a chief scientist.", False, False),
    ],
)
def test_titles_stand_before_or_behind_a_name(make_document, make_candidate, text, before, behind):
    document = make_document(text, ["Ann Lee"], ["OpenAI"], roles=["chief scientist"])
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    _, row = role_features(RoleLayout(document, [candidate]), candidate, [0])
    assert (bool(row[-OF_CLAIM - 2]), bool(row[-OF_CLAIM - 1])) == (before, behind)


@pytest.mark.parametrize("others", [[], ["Bob Ray"]])
def test_somebody_else_is_nearer_only_where_there_is_somebody(make_document, make_candidate, others):
    text = "Ann Lee left OpenAI. " + "so " * 5_000 + "said the president Bob Ray."
    document = make_document(text, ["Ann Lee", *others], ["OpenAI"], roles=["president"])
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    _, row = role_features(RoleLayout(document, [candidate]), candidate, [0])
    assert bool(row[-OF_CLAIM - 5]) == bool(others)
    assert not row[-OF_CLAIM - 3]


def test_a_list_of_roles_is_cut_to_the_nearest(make_document, make_candidate):
    roles = [f"vice president {letter}" for letter in "abcdefghijklmnopqrst"]
    document = make_document("Ann Lee left OpenAI: " + ", ".join(roles), ["Ann Lee"], ["OpenAI"], roles=roles)
    candidate = make_candidate(document, Event.DEPARTURE, "left")
    layout = RoleLayout(document, [candidate])
    options = layout.options(candidate)
    assert sorted(options) == list(range(NEAREST))
    assert role_features(layout, candidate, options).shape == (1 + NEAREST, PLACED_ROLES)


def test_of_a_person_named_with_a_title_a_thousand_times_few_roles_are_looked_at(
    chooser, make_document, make_candidate
):
    text = " ".join(f"Ann Lee, president, left OpenAI in {1000 + n}." for n in range(1000))
    document = make_document(text, ["Ann Lee"], ["OpenAI"], roles=["president"])
    first = make_candidate(document, Event.DEPARTURE, "left")
    step = document.sentences[1].first - document.sentences[0].first
    candidates = [
        replace(first, sentence=n, trigger=first.trigger + n * step, role_scores=((n, 3.0),)) for n in range(1000)
    ]
    layout = RoleLayout(document, candidates)
    assert all(len(layout.options(one)) <= 5 for one in candidates)
    given = chooser.with_roles(document, candidates)
    assert np.mean([one.role == document.roles[n] for n, one in enumerate(given)]) > 0.9


def test_claims_state_the_role_that_was_chosen(extractor):
    text = "OpenAI's chief scientist Ann Lee and its president Bob Ray resigned from OpenAI on Monday."
    doc = extractor.read(Article("a", text))
    chosen = [one.role and text[one.role.start : one.role.end] for one in doc._.settlement.chosen]
    assert [claim.role for claim in doc._.claims] == chosen == ["chief scientist", "president"]

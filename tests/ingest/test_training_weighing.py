"""Training the weigher: folds by story, and nothing to learn from is no fault."""

import re
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from labmoves_graph.model import Event  # noqa: E402
from labmoves_ingest.training.corpus import AnnotatedArticle, GoldClaim, read_corpus  # noqa: E402
from labmoves_ingest.training.settings import FeatureSettings  # noqa: E402
from labmoves_ingest.training.weigh_training import FOLDS, WeighCase, train_weigher  # noqa: E402
from labmoves_ingest.weighing import WEIGHED  # noqa: E402

SETTINGS = FeatureSettings(epochs=30, width=8, dropout=0.0, learning_rate=1e-2)
CLAIM = GoldClaim("hire", "P1", "O1", ("T1",))


@pytest.fixture
def article_of(tmp_path):
    def make(story: str) -> AnnotatedArticle:
        path = tmp_path / "enX.txt"
        path.write_text(f"=== x-1 | en | 2025-03-04 | wire | {story} | | invented\nNothing.\n", "utf-8")
        [article] = read_corpus([path])
        return article

    return make


@pytest.fixture
def case_of(article_of, make_document):
    """A case of so many stints, of which the ones with a first feature above 0 are right."""

    def make(story: str, count: int, seed: int = 0) -> WeighCase:
        features = np.random.default_rng(seed).normal(size=(count, WEIGHED)).astype(np.float32)
        stints = [(number, Event.HIRE, 0) for number in range(count)]
        claims = [CLAIM if value > 0 else None for value in features[:, 0]]
        return WeighCase(
            article_of(story), make_document("Nothing."), [], re.compile("fiction"), stints, features, claims
        )

    return make


def test_what_is_right_is_learnt_and_weighed_by_those_who_did_not_see_it(case_of):
    cases = [case_of(f"story {n}", 40, n) for n in range(20)]
    assert len({case.fold for case in cases}) == FOLDS
    _, odds = train_weigher(cases, SETTINGS)
    assert [len(one) for one in odds] == [40] * 20
    every, right = np.concatenate(odds), np.concatenate([case.right for case in cases])
    assert ((every > 0.5) == right).mean() > 0.85


def test_articles_of_one_story_are_weighed_by_a_network_that_saw_none_of_them(case_of):
    cases = [case_of("one story", 40, 1), case_of("one story", 40, 2), *(case_of(f"s {n}", 40, n) for n in range(8))]
    assert cases[0].fold == cases[1].fold
    _, odds = train_weigher(cases, SETTINGS)
    own = next(n for n, case in enumerate(cases[2:], 2) if case.fold != cases[0].fold)
    flipped = [*cases]
    flipped[1] = replace(cases[1], claims=[None if claim else CLAIM for claim in cases[1].claims])
    _, other = train_weigher(flipped, SETTINGS)
    np.testing.assert_array_equal(odds[0], other[0])
    assert (odds[own] != other[own]).any()


@pytest.mark.parametrize("counts", [[], [0], [0, 0, 0]])
def test_without_stints_the_network_stays_untrained_and_finite(case_of, counts):
    network, odds = train_weigher([case_of(f"story {n}", count) for n, count in enumerate(counts)], SETTINGS)
    assert [len(one) for one in odds] == counts
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())
    with torch.no_grad():
        assert torch.isfinite(network(torch.zeros(3, WEIGHED))).all()


def test_stints_in_one_fold_only_are_weighed(case_of):
    _, odds = train_weigher([case_of("one story", 10), case_of("one story", 0)], SETTINGS)
    assert [len(one) for one in odds] == [10, 0]
    assert np.isfinite(odds[0]).all()


def test_training_twice_gives_the_same_numbers(case_of):
    cases = [case_of(f"story {n}", 20, n) for n in range(6)]
    (one, odds), (other, again) = train_weigher(cases, SETTINGS), train_weigher(cases, SETTINGS)
    for name, value in one.state_dict().items():
        assert torch.equal(value, other.state_dict()[name])
    assert all((a == b).all() for a, b in zip(odds, again, strict=True))

"""How choices of dates and roles are learnt: what is right of each example, and that it is learnt."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from labmoves_graph.registry import Registry  # noqa: E402
from labmoves_ingest.date_choice import DateLayout  # noqa: E402
from labmoves_ingest.lexicon import Lexicon  # noqa: E402
from labmoves_ingest.role_choice import RoleLayout  # noqa: E402
from labmoves_ingest.training.choice_training import (  # noqa: E402
    ChoiceExample,
    candidate_of,
    choice_figures,
    train_choice,
)
from labmoves_ingest.training.corpus import read_corpus  # noqa: E402
from labmoves_ingest.training.date_training import DATES  # noqa: E402
from labmoves_ingest.training.gold_documents import GoldDocument  # noqa: E402
from labmoves_ingest.training.role_training import ROLES  # noqa: E402
from labmoves_ingest.training.settings import FeatureSettings  # noqa: E402

ARTICLE = """=== one | en | 2025-06-20 | wire | a-story | | invented
TITLE: Two leave
{P1:Ann Lee}, {R1:chief scientist} of {O1:Acme}, {T1:left} {D1:in May 2025}. Its {R2:vice chief scientist}, \
{P2:Bob Ray}, {T2:resigned} too; he had {T3:joined} {D2:in 2019}.
---
departure P1 O1 ; trigger T1 ; date 2025-05 ; when D1 ; role R1
departure P2 O1 ; trigger T2 ; role R2
hire P2 O1 ; trigger T3 ; date 2019 ; when D2
"""


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon("en", Registry.load())


@pytest.fixture
def articles(tmp_path: Path):
    (tmp_path / "en.txt").write_text(ARTICLE, encoding="utf-8")
    return list(read_corpus([tmp_path / "en.txt"]))


def test_the_words_that_date_a_claim_are_right(articles, lexicon):
    gold = GoldDocument.of(articles[0], lexicon)
    placed = DATES.placed(articles, lexicon)
    candidates = [candidate_of(gold, claim) for claim in articles[0].claims]
    layout = DateLayout(gold.document, candidates)
    for claim, candidate, example in zip(articles[0].claims, candidates, placed, strict=True):
        (row,) = example.right
        chosen = [None, *layout.options(candidate)][row]
        assert gold.dates(claim) == (set() if chosen is None else {chosen})
    assert [example.right == (0,) for example in placed] == [False, True, False]


def test_the_marked_role_of_a_claim_is_right_and_none_where_there_is_none(articles, lexicon):
    gold = GoldDocument.of(articles[0], lexicon)
    candidates = [candidate_of(gold, claim) for claim in articles[0].claims]
    layout = RoleLayout(gold.document, candidates)
    for claim, candidate, example in zip(
        articles[0].claims, candidates, ROLES.placed(articles, lexicon), strict=True
    ):
        right = {[None, *layout.options(candidate)][row] for row in example.right}
        assert right == (set(gold.roles[claim.role]) if claim.role else {None})


def test_the_right_row_is_learnt():
    random = np.random.default_rng(0)
    examples = []
    for _ in range(200):
        rows = random.normal(size=(random.integers(2, 6), 3)).astype(np.float32)
        examples.append(ChoiceExample(rows, (int(rows[:, 1].argmax()),)))
    settings = FeatureSettings(epochs=40, width=8, dropout=0.0, learning_rate=1e-2)
    network = train_choice(examples, 3, settings)
    assert choice_figures(network, examples)["right"] > 0.95
    untaught = train_choice([], 3, settings)
    assert choice_figures(untaught, examples)["right"] < 0.8

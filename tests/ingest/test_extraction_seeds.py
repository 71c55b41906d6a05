"""The two seed articles, where they are at hand: their moves are read, their false friends are not."""

import json
import re
from pathlib import Path

import pytest

from labmoves_graph.model import Article, Event

SEEDS = Path(__file__).parents[3] / "shared" / "seeds" / "articles.jsonl"
pytestmark = pytest.mark.skipif(not SEEDS.exists(), reason="the seed articles are not at hand")


@pytest.fixture(scope="module")
def readings(extractor):
    """Text and claims of both, read without their publication dates."""
    records = [json.loads(line) for line in SEEDS.read_text("utf-8").splitlines()]
    return [(record["text"], extractor.extract(Article(record["id"], record["text"]))) for record in records]


def test_every_claim_is_grounded(readings):
    assert all(claim.evidence.holds_in(text) for text, claims in readings for claim in claims)


def test_the_moves_that_the_articles_are_about(readings):
    found = {(c.event, c.person, c.organization_id, c.date and c.date.edtf) for _, claims in readings for c in claims}
    assert (Event.DEPARTURE, "姚顺宇", "anthropic", "2025-09-19") in found
    assert (Event.DEPARTURE, "Mrinank Sharma", "anthropic", "XXXX-02-09") in found


@pytest.mark.parametrize(
    "words", ["离开的原因", "原Anthropic用户", "一键搬家", "没有投身另一家", "当安全专家选择离开"]
)
def test_false_friends_yield_nothing(readings, words):
    told = [
        claim
        for text, claims in readings
        for sentence in re.finditer(r"[^。\n]*" + words + r"[^。\n]*", text)
        for claim in claims
        if sentence.start() < claim.evidence.end <= sentence.end() + 1
    ]
    assert told == []

"""Claims of settled readings: what the words around the event make of a status, and whose reasons are looked for."""

import numpy as np
import pytest

from labmoves_graph.model import Article, Event, Language, Status
from labmoves_ingest.claim_making import make_claims
from labmoves_ingest.manners import MannerFinder
from labmoves_ingest.reasons import ReasonFinder
from labmoves_ingest.status_model import STATUSES, StatusModel


class Sure(StatusModel):
    """Takes everything for a fact."""

    def odds(self, *seen):
        return np.array([status is Status.CONFIRMED for status in STATUSES], dtype=np.float32)


@pytest.fixture
def claims():
    """The claims of these readings, by a status model that takes everything for a fact."""
    sure = Sure.load("en")

    def make(document, *candidates):
        language = document.language
        article = Article("a", document.text, language=Language.EN if language == "en" else Language.ZH_HANS)
        return make_claims(article, document, list(candidates), ReasonFinder(language), MannerFinder(language), sure)

    return make


@pytest.mark.parametrize(
    ("text", "trigger", "status"),
    [
        ("李安将加入OpenAI。", "加入", Status.PLANNED),
        ("李安即將加入OpenAI。", "加入", Status.PLANNED),
        ("李安将此视为机会，加入OpenAI。", "加入", Status.CONFIRMED),
        ("谷歌老将加入OpenAI：李安。", "加入", Status.CONFIRMED),
        ("据传李安将加入OpenAI。", "加入", Status.RUMORED),
    ],
)
def test_what_is_told_to_come_is_a_plan(make_document, make_candidate, claims, text, trigger, status):
    document = make_document(text, ["李安"], ["OpenAI"], language="zh")
    (claim,) = claims(document, make_candidate(document, Event.HIRE, trigger))
    assert claim.status is status


def test_reasons_belong_to_the_leaving(make_document, make_candidate, claims):
    text = "Ann Lee left OpenAI and joined Anthropic because of a dispute over safety."
    document = make_document(text, ["Ann Lee"], ["OpenAI", "Anthropic"])
    leaving = make_candidate(document, Event.DEPARTURE, "left")
    joining = make_candidate(document, Event.HIRE, "joined", organization=1)
    departure, hire = claims(document, leaving, joining)
    assert [len(departure.reasons), len(hire.reasons)] == [1, 0]


def test_an_arrival_alone_bears_no_reason(make_document, make_candidate, claims):
    document = make_document("Ann Lee joined Anthropic because of a dispute over safety.", ["Ann Lee"], ["Anthropic"])
    (hire,) = claims(document, make_candidate(document, Event.HIRE, "joined"))
    assert hire.reasons == ()

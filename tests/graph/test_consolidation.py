"""What claims, taken together, say happened: verdicts, stints, units, plans, denials, judgements."""

import random
from datetime import UTC, datetime

import pytest

from labmoves_graph.consolidation import consolidate
from labmoves_graph.model import (
    DateMeaning,
    Event,
    Judgement,
    JudgementKind,
    Reason,
    ReasonCategory,
    Status,
    Verdict,
)
from labmoves_graph.partial_date import PartialDate


def judged(kind, subject, object=None, value=None, revoked_at=None):
    made = datetime(2026, 7, 1, tzinfo=UTC)
    return Judgement(JudgementKind(kind), subject, object, value, "editor", made, "checked", revoked_at)


def test_two_independent_sources_corroborate_and_copies_count_once(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2025-03-02")
    newsroom.article("times-again", url="https://www.times.example/2")
    newsroom.claim("times-again", "departure", "ada", "alpha", "2025-03-02")
    newsroom.claim("herald", "departure", "ada", "alpha", "2025-03")
    (move,) = newsroom.consolidated().moves
    assert (move.verdict, move.sources, move.independent_sources) == (Verdict.CORROBORATED, 3, 2)
    assert move.date == PartialDate.parse("2025-03-02")
    assert move.rival_dates == ()


def test_rumour_never_becomes_fact_by_repetition(newsroom):
    for paper in ("times", "herald", "post", "wire"):
        newsroom.claim(paper, "departure", "ada", "alpha", "2025-03", status="rumored")
    (move,) = newsroom.consolidated().moves
    assert (move.status, move.verdict, move.independent_sources) == (Status.RUMORED, Verdict.RUMORED, 4)


def test_denial_disputes_what_another_asserts(newsroom):
    newsroom.article("times", published="2025-03-05")
    newsroom.claim("times", "departure", "ada", "alpha", "2025-03-02")
    newsroom.article("herald", published="2025-03-06")
    denial = newsroom.claim("herald", "departure", "ada", "alpha", status="denied")
    (move,) = newsroom.consolidated().moves
    assert (move.verdict, move.contradicting) == (Verdict.DISPUTED, (denial.id,))


def test_denial_of_an_earlier_rumour_does_not_dispute_the_later_event(newsroom):
    newsroom.article("herald", published="2024-11-01")
    denial = newsroom.claim("herald", "departure", "ada", "alpha", status="denied")
    newsroom.claim("times", "departure", "ada", "alpha", "2025-03-02")
    (move,) = newsroom.consolidated().moves
    assert (move.verdict, move.contradicting) == (Verdict.SINGLE_SOURCE, (denial.id,))


def test_what_is_only_denied_is_denied_however_often_rumoured(newsroom):
    newsroom.claim("times", "hire", "ada", "beta", status="rumored")
    newsroom.claim("herald", "hire", "ada", "beta", status="denied")
    (move,) = newsroom.consolidated().moves
    assert (move.status, move.verdict) == (Status.DENIED, Verdict.DENIED)


def test_plan_is_fulfilled_by_a_later_confirmation(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2025-05-30", status="planned")
    newsroom.claim("herald", "departure", "ada", "alpha", "2025-06-01")
    (move,) = newsroom.consolidated().moves
    assert (move.status, move.verdict, move.sources) == (Status.CONFIRMED, Verdict.SINGLE_SOURCE, 1)
    assert move.date == PartialDate.parse("2025-06-01")
    assert len(move.supporting) == 2


def test_stints_of_a_returnee_stay_apart(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2017")
    newsroom.claim("times", "hire", "ada", "alpha", "2023")
    newsroom.claim("times", "departure", "ada", "alpha", "2024-02")
    newsroom.claim("herald", "departure", "ada", "alpha", "2024")
    moves = newsroom.consolidated().moves
    assert sorted((m.event, str(m.date), m.sources) for m in moves) == [
        (Event.DEPARTURE, "2017", 1),
        (Event.DEPARTURE, "2024-02", 2),
        (Event.HIRE, "2023", 1),
    ]
    assert len({move.id for move in moves}) == 3


def test_dates_that_err_by_a_year_are_one_event_with_a_rival(newsroom):
    for paper in ("times", "herald", "post"):
        newsroom.claim(paper, "departure", "ada", "alpha", "2026-01")
    newsroom.claim("blog", "departure", "ada", "alpha", "2024")
    (move,) = newsroom.consolidated().moves
    assert (str(move.date), [str(rival) for rival in move.rival_dates]) == ("2026-01", ["2024"])


def test_unit_and_parent_are_one_move_at_the_unit(newsroom):
    newsroom.claim("times", "departure", "ada", "giant", "2025-03")
    newsroom.claim("herald", "departure", "ada", "giant-research", "2025-03-02")
    (move,) = newsroom.consolidated().moves
    assert (move.organization_id, move.independent_sources) == ("giant-research", 2)


def test_subsidiary_and_owner_are_two_moves_unless_the_dates_agree(newsroom):
    newsroom.claim("times", "departure", "ada", "giant", "2023-03")
    newsroom.claim("herald", "departure", "ada", "subsidiary", "2025-03")
    newsroom.claim("times", "departure", "bob", "giant", "2025-03-02")
    newsroom.claim("herald", "departure", "bob", "subsidiary", "2025-03")
    moves = newsroom.consolidated().moves
    assert sorted((m.person_id, m.organization_id) for m in moves) == [
        ("ada", "giant"),
        ("ada", "subsidiary"),
        ("bob", "subsidiary"),
    ]


def test_announcement_and_effect_are_told_apart(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2025-03-02", date_meaning=DateMeaning.ANNOUNCED)
    newsroom.claim("herald", "departure", "ada", "alpha", "2025-03-31", date_meaning=DateMeaning.EFFECTIVE)
    (move,) = newsroom.consolidated().moves
    assert (str(move.date), move.rival_dates, str(move.announced)) == ("2025-03-31", (), "2025-03-02")


def test_reasons_are_listed_once_with_their_share(newsroom):
    plain = Reason(ReasonCategory.VALUES_OR_POLITICS, "hostile words")
    newsroom.claim("times", "departure", "ada", "alpha", "2025-03", reasons=(plain,))
    shared = Reason(ReasonCategory.VALUES_OR_POLITICS, "Hostile words", 0.4)
    newsroom.claim("herald", "departure", "ada", "alpha", "2025-03", reasons=(shared,))
    (move,) = newsroom.consolidated().moves
    assert move.reasons == (shared,)


def test_rejected_claim_counts_for_nothing_until_the_judgement_is_revoked(newsroom):
    claim = newsroom.claim("times", "departure", "ada", "alpha", "2025-03")
    newsroom.judgements = [judged("reject_claim", claim.id)]
    assert newsroom.consolidated().moves == ()
    newsroom.judgements = [judged("reject_claim", claim.id, revoked_at=datetime(2026, 8, 1, tzinfo=UTC))]
    assert [move.supporting for move in newsroom.consolidated().moves] == [(claim.id,)]


def test_confirming_and_correcting_by_hand(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2025-03-02", status="rumored")
    (rumour,) = newsroom.consolidated().moves
    newsroom.judgements = [
        judged("confirm_move", rumour.id),
        judged("correct_date", rumour.id, value="2025-03-04"),
    ]
    (move,) = newsroom.consolidated().moves
    assert (move.id, move.status, move.verdict) == (rumour.id, Status.CONFIRMED, Verdict.SINGLE_SOURCE)
    assert (str(move.date), [str(d) for d in move.rival_dates]) == ("2025-03-04", ["2025-03-02"])


@pytest.mark.parametrize("seed", range(5))
def test_order_of_claims_does_not_matter(generated_news, seed):
    news = generated_news(120, seed)
    claims = [claim for _, claims in news.readings for claim in claims]
    articles = {article.id: article for article, _ in news.readings}
    straight = consolidate(claims, articles, [], news.registry)
    random.Random(seed).shuffle(claims)
    assert consolidate(claims, articles, [], news.registry) == straight
    assert len(straight.moves) > 50

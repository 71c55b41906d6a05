"""What claims, taken together, say happened: verdicts, stints, units, plans, denials, judgements."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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


def dated_by(newsroom, *claims):
    """The date and rivals of a departure told by these (article, date, fields)."""
    for article, when, fields in claims:
        newsroom.claim(article, "departure", "ada", "alpha", when, **fields)
    (move,) = newsroom.consolidated().moves
    return str(move.date), [str(rival) for rival in move.rival_dates]


ANNOUNCED = {"date_meaning": DateMeaning.ANNOUNCED}
RUMORED, PLANNED = {"status": "rumored"}, {"status": "planned"}


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([("leak", "2022-03", RUMORED), ("times", "2024-05-14", ANNOUNCED)], ("2024-05-14", [])),
        (
            [*((f"leak{n}", "2024-03", RUMORED) for n in range(3)), ("times", "2024-09-01", {})],
            ("2024-09-01", ["2024-03"]),
        ),
        ([("leak", "2023-02", RUMORED), ("times", None, {})], ("None", ["2023-02"])),
        ([("plan", "2024-06-30", PLANNED), ("times", None, {})], ("2024-06-30", [])),
        ([("plan", "2024-06-30", PLANNED), ("times", "2024", {})], ("2024-06-30", [])),
        (
            [("plan", "2024-06", PLANNED), ("plan2", "2024-06", PLANNED), ("times", "2024-09", {})],
            ("2024-09", ["2024-06"]),
        ),
        ([("times", "XXXX-05-14", {}), ("herald", "2024-05-14", ANNOUNCED)], ("2024-05-14", [])),
        ([("times", "2013", {}), ("herald", "2016-01-14", ANNOUNCED)], ("2016-01-14", [])),
    ],
)
def test_a_fact_is_dated_by_those_who_assert_it_then_by_plans_never_by_rumours(newsroom, claims, expected):
    assert dated_by(newsroom, *claims) == expected


def test_the_denial_of_an_old_rumour_does_not_dispute_what_is_announced_years_later(newsroom):
    newsroom.claim("leak", "departure", "ada", "alpha", "2022-03", status="rumored")
    newsroom.article("denial", published="2022-03-10")
    newsroom.claim("denial", "departure", "ada", "alpha", status="denied")
    newsroom.claim("times", "departure", "ada", "alpha", "2024-05-14", date_meaning=DateMeaning.ANNOUNCED)
    (move,) = newsroom.consolidated().moves
    assert (move.verdict, str(move.date)) == (Verdict.SINGLE_SOURCE, "2024-05-14")


def test_roles_that_only_rumours_tell_are_not_those_of_the_fact(newsroom):
    newsroom.claim("leak", "hire", "ada", "alpha", "2024-05", status="rumored", role="chief scientist")
    newsroom.claim("times", "hire", "ada", "alpha", "2024-05")
    assert newsroom.consolidated().moves[0].role is None
    newsroom.claim("herald", "hire", "ada", "alpha", "2024-05", status="planned", role="engineer")
    assert newsroom.consolidated().moves[0].role == "engineer"


def returned(newsroom):
    for paper in ("times", "post"):
        newsroom.article(f"{paper}-left", published="2020-12-02")
        newsroom.claim(f"{paper}-left", "departure", "ada", "alpha", "2020-12-01")
        newsroom.article(f"{paper}-back", published="2022-05-03")
        newsroom.claim(f"{paper}-back", "hire", "ada", "alpha", "2022-05-02")
    newsroom.article("herald", published="2025-06-01")


@pytest.mark.parametrize("status", list(Status))
def test_undated_claims_printed_after_a_return_speak_of_another_event(newsroom, status):
    returned(newsroom)
    newsroom.claim("herald", "departure", "ada", "alpha", status=status)
    found = newsroom.consolidated()
    left = sorted((str(m.date), m.verdict, m.sources) for m in found.moves if m.event is Event.DEPARTURE)
    assert left[0] == ("2020-12-01", Verdict.CORROBORATED, 2)
    assert (left[1][0], left[1][2]) == ("None", 1)
    open_stays = [t for t in found.tenures if not t.ended]
    assert len(open_stays) == (status is not Status.CONFIRMED)


def test_undated_claims_printed_before_the_return_speak_of_the_departure(newsroom):
    returned(newsroom)
    newsroom.article("wire", published="2021-03-01")
    newsroom.claim("wire", "departure", "ada", "alpha")
    assert [m.sources for m in newsroom.consolidated().moves if m.event is Event.DEPARTURE] == [3]


def test_a_plan_announced_after_the_denial_is_a_plan(newsroom):
    newsroom.article("leak", published="2024-01-01")
    newsroom.claim("leak", "departure", "ada", "alpha", status="rumored")
    newsroom.article("denial", published="2024-01-05")
    denial = newsroom.claim("denial", "departure", "ada", "alpha", status="denied")
    (move,) = newsroom.consolidated().moves
    assert (move.status, move.supporting, len(move.contradicting)) == (Status.DENIED, (denial.id,), 1)
    newsroom.article("company", published="2024-03-20")
    newsroom.claim("company", "departure", "ada", "alpha", "2024-06-30", status="planned")
    (move,) = newsroom.consolidated().moves
    assert (move.status, str(move.date), move.contradicting) == (Status.PLANNED, "2024-06-30", (denial.id,))


def test_confirmed_although_denied_rests_on_those_who_tell_it(newsroom):
    rumour = newsroom.claim("leak", "departure", "ada", "alpha", "2024-02", status="rumored", role="engineer")
    denial = newsroom.claim("denial", "departure", "ada", "alpha", status="denied")
    (move,) = newsroom.consolidated().moves
    newsroom.judgements = [judged("confirm_move", move.id)]
    (move,) = newsroom.consolidated().moves
    assert (move.status, str(move.date), move.role) == (Status.CONFIRMED, "2024-02", "engineer")
    assert (move.supporting, move.contradicting) == ((rumour.id,), (denial.id,))


def test_several_events_of_one_article_have_ids_of_their_own(newsroom):
    for when, role in (("2018-03", "researcher"), ("2020-07", "director"), ("2023-11", "vice president")):
        newsroom.claim("cv", "role_change", "ada", "alpha", when, role=role)
    for place, when in (("giant-research", "2010"), ("subsidiary", "2014-02"), ("giant-deep", "2023-11")):
        newsroom.claim("cv", "hire", "bob", place, when)
    found = newsroom.consolidated()
    assert len({move.id for move in found.moves}) == len(found.moves) == 6
    assert len({stay.id for stay in found.tenures}) == len(found.tenures)


def test_a_corrected_date_settles_what_the_denial_speaks_of(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2024-02")
    newsroom.article("denial", published="2024-03-10")
    newsroom.claim("denial", "departure", "ada", "alpha", status="denied")
    (move,) = newsroom.consolidated().moves
    assert move.verdict is Verdict.DISPUTED
    typo, right = (judged("correct_date", move.id, value=day) for day in ("2042-05-14", "2024-06-01"))
    right = replace(right, made_at=right.made_at + timedelta(minutes=1))
    for decided in ([typo, right], [right, typo]):
        newsroom.judgements = decided
        found = newsroom.consolidated()
        assert found.moves[0].verdict is Verdict.SINGLE_SOURCE
        assert found.moves[0].confidence == 2 * move.confidence
        assert (str(found.moves[0].date), [str(day) for day in found.moves[0].rival_dates]) == (
            "2024-06-01",
            ["2024-02"],
        )
        assert [stay.ended for stay in found.tenures] == [True]

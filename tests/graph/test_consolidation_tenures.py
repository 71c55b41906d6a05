"""Stays and hops: what opens, what closes, and what leads where."""

import pytest

from labmoves_graph.consolidation import consolidate
from labmoves_graph.model import Event, Manner


def stays(found):
    return sorted((t.person_id, t.organization_id, str(t.start), str(t.end), t.ended) for t in found.tenures)


def hops(found):
    return sorted((t.from_organization, t.to_organization, str(t.date), t.days_between) for t in found.transitions)


def test_career_gives_stays_and_a_hop(newsroom):
    newsroom.claim("times", "hire", "ada", "alpha", "2024-10~")
    newsroom.claim("times", "departure", "ada", "alpha", "2025-09-19")
    newsroom.claim("times", "hire", "ada", "beta", "2025-09-29")
    found = newsroom.consolidated()
    assert stays(found) == [
        ("ada", "alpha", "2024-10~", "2025-09-19", True),
        ("ada", "beta", "2025-09-29", "None", False),
    ]
    assert hops(found) == [("alpha", "beta", "2025-09-29", 10)]


def test_nothing_ends_because_something_else_began(newsroom):
    newsroom.claim("times", "hire", "ada", "alpha", "2020")
    newsroom.claim("times", "hire", "ada", "beta", "2022")
    found = newsroom.consolidated()
    assert [(t.organization_id, t.ended) for t in found.tenures if t.ended] == []
    assert found.transitions == ()


def test_rumour_plan_and_disputed_departure_close_nothing(newsroom):
    for person, status in (("ada", "rumored"), ("bob", "planned"), ("yao-physics", "confirmed")):
        newsroom.claim("times", "hire", person, "alpha", "2020")
        newsroom.claim("times", "departure", person, "alpha", "2022-05", status=status)
    newsroom.claim("herald", "departure", "yao-physics", "alpha", status="denied")
    assert {t.ended for t in newsroom.consolidated().tenures} == {False}


def test_boomerang_has_two_stays(newsroom):
    for event, when in (("hire", "2016"), ("departure", "2017"), ("hire", "2023"), ("departure", "2024-02")):
        newsroom.claim("times", event, "ada", "alpha", when)
    assert stays(newsroom.consolidated()) == [
        ("ada", "alpha", "2016", "2017", True),
        ("ada", "alpha", "2023", "2024-02", True),
    ]


def test_founder_whose_start_nobody_dates_was_there_from_the_founding(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2024-05", role="co-founder, chief scientist")
    newsroom.claim("times", "departure", "bob", "alpha", "2024-05", role="engineer")
    assert stays(newsroom.consolidated()) == [
        ("ada", "alpha", "2015-12", "2024-05", True),
        ("bob", "alpha", "None", "2024-05", True),
    ]


def test_founding_and_hire_are_one_stay_and_the_founding_is_the_arrival(newsroom):
    newsroom.claim("times", "departure", "ada", "beta", "2024-09-25")
    newsroom.claim("times", "founding", "ada", "alpha", "2025-02")
    newsroom.claim("herald", "hire", "ada", "alpha", "2024-12")
    newsroom.claim("herald", "departure", "ada", "alpha", "2025-10")
    found = newsroom.consolidated()
    assert stays(found) == [
        ("ada", "alpha", "2024-12", "2025-10", True),
        ("ada", "beta", "None", "2024-09-25", True),
    ]
    assert hops(found) == [("beta", "alpha", "2025-02", None)]


def test_return_to_the_same_place_is_no_hop_and_uses_up_the_departure(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2023-11-17")
    newsroom.claim("times", "hire", "ada", "giant", "2023-11-20", status="planned")
    newsroom.claim("times", "hire", "ada", "alpha", "2023-11-22")
    assert hops(newsroom.consolidated()) == []


def test_planned_arrival_is_where_they_go_when_no_other_is_known(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2026-06-17")
    newsroom.claim("times", "hire", "ada", "beta", "2026-06-17", status="planned")
    assert hops(newsroom.consolidated()) == [("alpha", "beta", "2026-06-17", 0)]


def test_undated_departure_and_arrival_hop_only_when_one_article_tells_both(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha")
    newsroom.claim("times", "hire", "ada", "beta")
    newsroom.claim("herald", "departure", "bob", "alpha")
    newsroom.claim("post", "hire", "bob", "beta")
    assert [t.person_id for t in newsroom.consolidated().transitions] == ["ada"]


def test_poached_from_the_only_open_stay_is_a_hop_that_closes_nothing(newsroom):
    newsroom.claim("times", "hire", "ada", "alpha", "2020")
    newsroom.claim("herald", "hire", "ada", "beta", "2022-05", manner=Manner.POACHED)
    found = newsroom.consolidated()
    assert hops(found) == [("alpha", "beta", "2022-05", None)]
    assert [t.ended for t in found.tenures] == [False, False]


@pytest.mark.parametrize("role", ["CEO", "chief executive officer", "interim CEO", "co-CEO", "首席执行官"])
@pytest.mark.parametrize("event", ["hire", "role_change"])
def test_successor_in_the_same_role_ends_no_stay(newsroom, event, role):
    newsroom.claim("times", "hire", "ada", "alpha", "2020-01", role=role)
    alone = newsroom.consolidated().tenures
    newsroom.claim("herald", event, "bob", "alpha", "2024-05-01", role=role)
    newsroom.claim("post", event, "bob", "alpha", "2024-05-01", role=role)
    assert tuple(t for t in newsroom.consolidated().tenures if t.person_id == "ada") == alone
    assert [(t.end, t.ended) for t in alone] == [(None, False)]


def test_another_role_at_the_same_place_ends_no_stay(newsroom):
    newsroom.claim("times", "hire", "ada", "alpha", "2020-01", role="CEO")
    newsroom.claim("herald", "role_change", "ada", "alpha", "2024-05-01", role="chair")
    assert stays(newsroom.consolidated()) == [("ada", "alpha", "2020-01", "None", False)]


@pytest.mark.parametrize("seed", range(4))
def test_what_happens_to_others_changes_nobodys_stays(generated_news, seed):
    news = generated_news(120, seed)
    together = _stays_of(news, lambda claim: True)
    for person in sorted({claim.person_id for _, claims in news.readings for claim in claims} - {None}):
        alone = _stays_of(news, lambda claim, person=person: claim.person_id == person)
        assert alone == [stay for stay in together if stay.person_id == person]


@pytest.mark.parametrize("seed", range(4))
def test_only_a_departure_ends_a_stay(generated_news, seed):
    news = generated_news(120, seed)
    assert any(stay.ended for stay in _stays_of(news, lambda claim: True))
    arrivals = _stays_of(news, lambda claim: claim.event is not Event.DEPARTURE)
    assert arrivals
    assert {(stay.end, stay.ended) for stay in arrivals} == {(None, False)}


def _stays_of(news, wanted):
    """The stays that the claims give of which it is true."""
    claims = [claim for _, stated in news.readings for claim in stated if wanted(claim)]
    return list(consolidate(claims, {article.id: article for article, _ in news.readings}, [], news.registry).tenures)

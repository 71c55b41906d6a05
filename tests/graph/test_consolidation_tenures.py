"""Stays and hops: what opens, what closes, and what leads where."""

import pytest

from labmoves_graph.consolidation import consolidate
from labmoves_graph.model import Event, Evidence, Manner


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


def test_what_opened_a_stay_is_never_the_sequel_of_what_ended_it(newsroom):
    newsroom.claim("times", "founding", "ada", "alpha", "2025")
    newsroom.claim("times", "departure", "ada", "alpha", "2025-10-10")
    newsroom.claim("times", "hire", "ada", "beta", "2025-10")
    newsroom.claim("post", "hire", "bob", "alpha", "2025-07-01")
    newsroom.claim("post", "departure", "bob", "alpha", "2025-07-25")
    newsroom.claim("post", "hire", "bob", "beta", "2025-09-01")
    assert hops(newsroom.consolidated()) == [
        ("alpha", "beta", "2025-09-01", 38),
        ("alpha", "beta", "2025-10", None),
    ]


@pytest.mark.parametrize("number", range(12))
def test_which_hop_is_found_does_not_depend_on_ids(newsroom, number):
    person = f"Person Number{number}"
    newsroom.claim("cv", "hire", person, "alpha", "2014")
    newsroom.claim("cv", "departure", person, "alpha")
    newsroom.claim("cv", "hire", person, "beta", "2017")
    assert hops(newsroom.consolidated()) == [("alpha", "beta", "2017", None)]


@pytest.mark.parametrize("number", range(12))
def test_two_hops_within_one_summer_stay_two(newsroom, number):
    person = f"Person Number{number}"
    for event, place, when in (
        ("departure", "alpha", "2025-07"),
        ("hire", "beta", "2025-07"),
        ("departure", "beta", "2025-07"),
        ("hire", "gamma", "2025-08"),
    ):
        newsroom.claim("cv", event, person, place, when)
    assert {hop[:2] for hop in hops(newsroom.consolidated())} == {("alpha", "beta"), ("beta", "gamma")}


@pytest.mark.parametrize("first", [True, False])
def test_undated_departure_leads_to_what_stands_nearest_in_the_text(newsroom, first):
    places = ("beta", "gamma") if first else ("gamma", "beta")
    newsroom.article("cv", "x" * 400)
    newsroom.claim("cv", "hire", "ada", places[0], evidence=Evidence(20, 30, "x" * 10))
    newsroom.claim("cv", "departure", "ada", "alpha", evidence=Evidence(0, 10, "x" * 10))
    newsroom.claim("cv", "hire", "ada", places[1], evidence=Evidence(300, 310, "x" * 10))
    assert [hop[:2] for hop in hops(newsroom.consolidated())] == [("alpha", places[0])]


def test_leaving_the_house_ends_the_stays_at_its_other_units_on_no_known_day(newsroom):
    newsroom.claim("times", "hire", "ada", "giant-research", "2019")
    newsroom.claim("times", "departure", "ada", "giant-deep", "2024-03-04")
    newsroom.claim("post", "hire", "bob", "giant-research", "2019")
    newsroom.claim("post", "hire", "bob", "giant", "2022")
    newsroom.claim("post", "departure", "bob", "giant", "2024-07-18")
    assert ("ada", "giant-research", "2019", "2019/2024-03-04", True) in stays(newsroom.consolidated())
    assert all(ended for who, *_, ended in stays(newsroom.consolidated()) if who == "bob")


def test_leaving_an_owner_ends_a_stay_at_its_subsidiary_only_for_who_had_come_over(newsroom):
    newsroom.claim("times", "founding", "ada", "subsidiary", "2010")
    newsroom.claim("times", "hire", "ada", "giant", "2019")
    newsroom.claim("times", "departure", "ada", "giant", "2022-01")
    newsroom.claim("post", "founding", "bob", "subsidiary", "2010")
    newsroom.claim("post", "departure", "bob", "giant", "2022-01")
    found = stays(newsroom.consolidated())
    assert ("ada", "subsidiary", "2010", "2010/2022-01", True) in found
    assert ("bob", "subsidiary", "2010", "None", False) in found


def test_who_came_back_after_leaving_the_house_is_there(newsroom):
    newsroom.claim("times", "departure", "ada", "giant-deep", "2018-03-04")
    newsroom.claim("times", "hire", "ada", "giant-research", "2019")
    assert ("ada", "giant-research", "2019", "None", False) in stays(newsroom.consolidated())


def test_who_came_to_a_house_and_left_one_of_its_units_was_not_in_the_unit_from_the_start(newsroom):
    newsroom.claim("times", "hire", "ada", "giant", "2015")
    newsroom.claim("times", "departure", "ada", "giant-research", "2026-03")
    newsroom.claim("post", "hire", "bob", "giant-research", "2015")
    newsroom.claim("post", "departure", "bob", "giant", "2026-03")
    assert stays(newsroom.consolidated()) == [
        ("ada", "giant", "2015", "2026-03", True),
        ("bob", "giant-research", "2015", "2026-03", True),
    ]


def test_founding_engineer_is_no_founder(newsroom):
    newsroom.claim("times", "departure", "ada", "alpha", "2022-01", role="founding engineer")
    assert [t.start for t in newsroom.consolidated().tenures] == [None]

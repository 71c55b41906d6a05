"""Who and where: namesakes apart, forms of one person together, nothing guessed."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from labmoves_graph.entity_ids import is_provisional
from labmoves_graph.identity import provisional_person, resolve_identities
from labmoves_graph.model import Judgement, JudgementKind, Language, Organization
from labmoves_graph.registry import Registry


def people(newsroom, *judgements):
    found = resolve_identities(newsroom.claims, newsroom.articles, judgements, newsroom.registry).person
    return [found[claim.id] for claim in newsroom.claims]


def judged(kind, subject, object, hour=0):
    made_at = datetime(2026, 7, 1, hour, tzinfo=UTC)
    return Judgement(JudgementKind(kind), subject, object, None, "editor", made_at, "checked")


def test_forms_of_one_registry_person_meet(newsroom):
    for name in ("Ada Smith", "ADA SMITH", "艾达", "艾達"):
        newsroom.claim(f"of-{name}", "hire", name, "alpha")
    assert people(newsroom) == ["ada"] * 4


def test_namesakes_are_told_apart_by_organization_or_by_a_form_that_only_one_bears(newsroom):
    newsroom.claim("times", "hire", "Shunyu Yao", "gamma")
    newsroom.article("herald", "Shunyu Yao (姚顺宇) moved again.")
    newsroom.claim("herald", "hire", "Shunyu Yao", "giant")
    newsroom.claim("post", "hire", "姚順雨", "alpha")
    assert people(newsroom)[:2] == ["yao-react", "yao-physics"]


def test_namesake_without_context_stays_provisional(newsroom):
    newsroom.claim("times", "hire", "Shunyu Yao", "subsidiary")
    (person,) = people(newsroom)
    assert is_provisional(person)


def test_a_common_name_means_the_registered_person_only_in_context(newsroom):
    newsroom.claim("grocer", "departure", "Chris Cox", "Brightwater Foods")
    newsroom.claim("times", "departure", "Chris Cox", "giant-research")
    newsroom.article("herald", "Chris Cox, once of Giant, has joined Foo.")
    newsroom.claim("herald", "hire", "Chris Cox", "Foo")
    newsroom.article("post", "Chris Cox has joined Bar. A gigantic Giants fan, he said.")
    newsroom.claim("post", "hire", "Chris Cox", "Bar")
    newsroom.claim("wire", "hire", "Christopher Aldous Cox", "Baz")
    grocer, at_giant, once_of_giant, elsewhere, in_full = people(newsroom)
    assert [at_giant, once_of_giant, in_full] == ["cox"] * 3
    assert is_provisional(grocer)
    assert is_provisional(elsewhere)
    assert grocer != elsewhere


def test_what_is_known_of_a_person_from_one_article_is_context_for_another(newsroom):
    newsroom.claim("times", "departure", "Chris Cox", "giant")
    newsroom.claim("times", "hire", "Chris Cox", "Foo")
    newsroom.claim("herald", "departure", "Chris Cox", "Foo")
    newsroom.claim("herald", "hire", "Chris Cox", "Bar")
    newsroom.claim("post", "founding", "Chris Cox", "Bar")
    newsroom.claim("wire", "founding", "Chris Cox", "Baz")
    *known, other = people(newsroom)
    assert known == ["cox"] * 5
    assert is_provisional(other)


@pytest.mark.parametrize("status", ["denied", "rumored"])
def test_what_is_denied_or_rumoured_of_a_person_is_no_context(newsroom, status):
    newsroom.claim("times", "departure", "Chris Cox", "giant")
    newsroom.claim("times", "hire", "Chris Cox", "Foo", status=status)
    newsroom.claim("herald", "departure", "Chris Cox", "Foo")
    *known, other = people(newsroom)
    assert known == ["cox", "cox"]
    assert is_provisional(other)


def test_context_does_not_depend_on_the_order_of_claims(newsroom):
    for number, (left, joined) in enumerate([("giant", "A"), ("A", "B"), ("B", "C"), ("C", "D"), ("Y", "Z")]):
        newsroom.claim(f"of-{number}", "departure", "Chris Cox", left)
        newsroom.claim(f"of-{number}", "hire", "Chris Cox", joined)
    expected = dict(zip((claim.id for claim in newsroom.claims), people(newsroom), strict=True))
    assert sum(person == "cox" for person in expected.values()) == 8
    for _ in range(20):
        random.shuffle(newsroom.claims)
        assert {claim.id: person for claim, person in zip(newsroom.claims, people(newsroom), strict=True)} == expected


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Chris Cox, product chief of Meta, left.", True),
        ("Meta's Chris Cox left.", True),
        ("前Meta高管考克斯离职", True),
        ("Facebook Inc. said so.", True),
        ("A meta-analysis. Meta-Analysis by Chris Cox.", False),
        ("Figure 3 and Meta 3", False),
        ("https://en.example.org/wiki/Meta", False),
        ("See https://facebook.com/Meta", False),
        ("理想很丰满", False),
        ("Facebookers", False),
    ],
)
def test_an_organization_is_named_by_a_word_that_can_mean_nothing_else(text, named):
    meta = Organization("meta", "Meta", {Language.EN: ("Meta", "Facebook Inc."), Language.ZH_HANS: ("理想",)})
    registry = Registry.of([replace(meta, ambiguous=("Meta", "理想"))], [])
    assert registry.names_organization(text, "meta") is named


def test_unknown_people_of_one_name_are_one_only_when_an_organization_or_an_article_connects_them(newsroom):
    newsroom.claim("times", "departure", "Wei Wang", "giant-research")
    newsroom.claim("herald", "departure", "Wei Wang", "giant")
    newsroom.claim("herald", "hire", "Wei Wang", "beta")
    newsroom.claim("post", "hire", "Wei Wang", "gamma")
    first, second, third, other = people(newsroom)
    assert first == second == third != other
    assert is_provisional(first)
    assert is_provisional(other)


def test_chinese_and_romanised_names_meet_through_a_gloss_and_never_by_sound(newsroom):
    newsroom.article("times", "张三(San Zhang)离开了 Alpha。")
    newsroom.claim("times", "departure", "张三", "alpha")
    newsroom.claim("herald", "departure", "San Zhang", "alpha")
    newsroom.claim("post", "departure", "李四", "alpha")
    newsroom.claim("wire", "departure", "Si Li", "alpha")
    glossed, latin, han, romanised = people(newsroom)
    assert glossed == latin
    assert han != romanised


def test_judgements_join_and_separate(newsroom):
    newsroom.claim("times", "departure", "A. Smith", "alpha")
    claim = newsroom.claim("herald", "departure", "Ada Smith", "alpha")
    (unknown, ada) = people(newsroom)
    assert ada == "ada"
    assert people(newsroom, judged("same", unknown, "ada")) == ["ada", "ada"]
    (_, parted) = people(newsroom, judged("different", claim.id, "ada"))
    assert is_provisional(parted)
    assert people(newsroom, judged("same", claim.id, "bob")) == [unknown, "bob"]


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_judged_different_the_earlier_same_keeps_the_third(newsroom, first):
    for name in ("Al Aa", "Bo Bb", "Cy Cc"):
        newsroom.claim(f"of-{name}", "hire", name, "alpha")
    one, *others = people(newsroom)
    kept, parted = others[first], others[1 - first]
    judgements = [judged("different", *others, hour=3), judged("same", one, parted, 2), judged("same", one, kept, 1)]
    for said in (judgements, judgements[::-1]):
        after = dict(zip((one, *others), people(newsroom, *said), strict=True))
        assert after[one] == after[kept] != after[parted] == parted
    repeated = [*judgements, judged("same", one, kept, 4)]
    assert people(newsroom, *repeated) == people(newsroom, *judgements)
    assert len(set(people(newsroom, *judgements, judged("same", *others, hour=4)))) == 1


def test_two_sets_judged_one_stay_apart_when_any_of_theirs_are_different(newsroom):
    for name in ("Al Aa", "Bo Bb", "Cy Cc", "Di Dd"):
        newsroom.claim(f"of-{name}", "hire", name, "alpha")
    one, two, three, four = people(newsroom)
    pairs = [judged("same", one, two), judged("same", three, four), judged("same", two, three, hour=1)]
    assert len(set(people(newsroom, *pairs))) == 1
    first, second, third, fourth = people(newsroom, *pairs, judged("different", one, four, hour=2))
    assert first == second != third == fourth


def test_a_claim_told_apart_from_a_person_is_not_theirs_under_another_name_either(newsroom):
    claim = newsroom.claim("times", "departure", "A. Smith", "alpha")
    newsroom.claim("herald", "hire", "A. Smith", "alpha")
    unknown, _ = people(newsroom)
    told = [judged("same", unknown, "ada"), judged("different", claim.id, "ada", hour=1)]
    parted, other = people(newsroom, *told)
    assert other == "ada"
    assert is_provisional(parted)
    assert people(newsroom, *told, judged("same", parted, "bob", hour=2)) == ["bob", "ada"]


def organizations(newsroom, *judgements):
    found = resolve_identities(newsroom.claims, newsroom.articles, judgements, newsroom.registry).organization
    return [found[claim.id] for claim in newsroom.claims]


def test_judgements_join_and_separate_organizations(newsroom):
    newsroom.claim("times", "hire", "ada", "Alfa Labs")
    claim = newsroom.claim("herald", "hire", "ada", "alpha")
    newsroom.claim("post", "hire", "ada", "Alphabet Soup")
    unknown, alpha, soup = organizations(newsroom)
    assert alpha == "alpha"
    joined = [judged("same", unknown, "alpha"), judged("same", unknown, soup, hour=1)]
    assert organizations(newsroom, *joined) == ["alpha"] * 3
    assert organizations(newsroom, *joined, judged("different", soup, "alpha")) == ["alpha", "alpha", soup]
    (kept, parted, _) = organizations(newsroom, judged("different", claim.id, "alpha"))
    assert (kept, is_provisional(parted)) == (unknown, True)
    assert organizations(newsroom, judged("same", claim.id, "beta")) == [unknown, "beta", soup]


def test_judgement_about_an_organization_leaves_people_alone(newsroom):
    claim = newsroom.claim("times", "hire", "ada", "alpha")
    for kind in ("same", "different"):
        assert people(newsroom, judged(kind, claim.id, "beta")) == ["ada"]


def test_name_of_a_merged_organization_means_the_one_of_its_time(newsroom):
    for when in ("2016", "2024-05"):
        newsroom.claim(f"in-{when}", "hire", "ada", "Deep Lab", when)
    found = resolve_identities(newsroom.claims, newsroom.articles, [], newsroom.registry).organization
    assert [found[claim.id] for claim in newsroom.claims] == ["deep", "giant-deep"]


def test_unknown_organization_is_one_entity_by_its_folded_name(newsroom):
    newsroom.claim("times", "hire", "ada", "New Startup")
    newsroom.claim("herald", "hire", "bob", "new  startup")
    found = resolve_identities(newsroom.claims, newsroom.articles, [], newsroom.registry).organization
    (one, other) = (found[claim.id] for claim in newsroom.claims)
    assert one == other
    assert is_provisional(one)


def test_registry_id_that_begins_like_a_provisional_one_is_none():
    assert not is_provisional("x-corp")


def test_provisional_person_bears_every_printed_form():
    person = provisional_person("x-1", ["San Zhang", "张三", "張三"])
    assert (person.name, person.names) == (
        "San Zhang",
        {Language.EN: ("San Zhang",), Language.ZH_HANS: ("张三",), Language.ZH_HANT: ("張三",)},
    )

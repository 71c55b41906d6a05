"""Claims that may credit one person with the facts of another are flagged, not absorbed."""


def flags(newsroom):
    return [(flag.person_id, flag.other_id, flag.fact) for flag in newsroom.consolidated().conflations]


def test_article_that_credits_one_namesake_with_the_works_of_the_other(newsroom):
    newsroom.article("times", "姚顺宇离开 Alpha。他提出的ReAct框架影响很大。")
    newsroom.claim("times", "departure", "yao-physics", "alpha", "2025-09")
    found = newsroom.consolidated()
    assert flags(newsroom) == [("yao-physics", "yao-react", "ReAct")]
    assert [move.person_id for move in found.moves] == ["yao-physics"]


def test_article_that_names_both_is_trusted(newsroom):
    newsroom.article("times", "姚顺宇离开 Alpha。提出ReAct的是姚顺雨。")
    newsroom.claim("times", "departure", "yao-physics", "alpha", "2025-09")
    assert flags(newsroom) == []


def test_namesake_placed_where_only_the_other_is_described_to_have_been(newsroom):
    newsroom.claim("times", "hire", "yao-physics", "gamma", "2025-09")
    newsroom.claim("herald", "hire", "yao-physics", "beta", "2025-09")
    assert flags(newsroom) == [("yao-physics", "yao-react", "Gamma")]

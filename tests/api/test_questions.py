"""Questions in plain words: what they are taken to mean, and what is said when they are not understood."""

from __future__ import annotations

from datetime import date

import pytest

from labmoves_api.errors import QuestionError
from labmoves_api.questions.parsing import parse_question
from labmoves_api.questions.words import Words
from labmoves_graph.model import Language, Organization, Person
from labmoves_graph.registry import Registry

TODAY = date(2026, 3, 31)  # a Tuesday


@pytest.fixture(scope="module")
def words():
    return Words.of(Registry.load())


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        (
            "who left Anthropic for DeepMind in 2025",
            {"from": "anthropic", "to": "google-deepmind", "event": "departure", "since": "2025", "until": "2025"},
        ),
        (
            "2025年谁离开了OpenAI去了Meta",
            {"from": "openai", "to": "meta", "event": "departure", "since": "2025", "until": "2025"},
        ),
        (
            "who left DeepMind before 2023",
            {"organization": "deepmind", "event": "departure", "until": "2022-12-31"},
        ),
        ("Who left OpenAI?", {"organization": "openai", "event": "departure"}),
        ("OpenAI离职的人", {"organization": "openai", "event": "departure"}),
        ("谁加入了xAI？", {"organization": "xai", "event": "hire"}),
        ("who joined xAI from Google DeepMind", {"to": "xai", "from": "google-deepmind", "event": "hire"}),
        ("从OpenAI跳槽到Anthropic的人有哪些", {"from": "openai", "to": "anthropic", "event": "hire"}),
        ("who founded Anthropic", {"organization": "anthropic", "event": "founding"}),
        (
            "Why did Mira Murati leave OpenAI?",
            {"person": "mira-murati", "organization": "openai", "event": "departure"},
        ),
        ("where did Mira Murati go", {"person": "mira-murati"}),
        (
            "who was fired from OpenAI in November 2023",
            {
                "organization": "openai",
                "event": "departure",
                "manner": "dismissed",
                "since": "2023-11",
                "until": "2023-11",
            },
        ),
        (
            "who left OpenAI over safety since 2024",
            {"organization": "openai", "event": "departure", "reason": "safety_concerns", "since": "2024"},
        ),
        (
            "who left OpenAI after 2024-05-15 and before June 1, 2024",
            {"organization": "openai", "event": "departure", "since": "2024-05-16", "until": "2024-05-31"},
        ),
        (
            "who left OpenAI between 2023 and 2024",
            {"organization": "openai", "event": "departure", "since": "2023", "until": "2024"},
        ),
        ("2024年以后谁离开OpenAI", {"organization": "openai", "event": "departure", "since": "2025-01-01"}),
        (
            "2024年3月离开谷歌的人",
            {"organization": "google", "event": "departure", "since": "2024-03", "until": "2024-03"},
        ),
        (
            "姚順宇離開Anthropic的原因",
            {"person": "yao-shunyu-physics", "organization": "anthropic", "event": "departure"},
        ),
        ("rumored departures from Meta", {"organization": "meta", "event": "departure", "status": "rumored"}),
    ],
)
def test_a_question_becomes_filters(words, question, filters):
    assert parse_question(question, words, TODAY).filters == filters


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("who left Anthropic in the Zorblatt affair", "zorblatt"),
        ("谁离开了某某公司", "某"),
        ("when did Yao Shunyu leave Anthropic", "yao shunyu"),
        ("who left OpenAI on 2024-13-45", "13"),
        ("who left OpenAI Anthropic", "anthropic"),
        ("who left OpenAI Anthropic Meta", "meta"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_guessed(words, question, part):
    with pytest.raises(QuestionError) as raised:
        parse_question(question, words, TODAY)
    assert any(part in one for one in raised.value.parts)


@pytest.mark.parametrize(
    ("when", "since", "until"),
    [
        ("last year", "2025", "2025"),
        ("this year", "2026", "2026"),
        ("in March last year", "2025-03", "2025-03"),
        ("last month", "2026-02", "2026-02"),
        ("last week", "2026-03-23", "2026-03-29"),
        ("yesterday", "2026-03-30", "2026-03-30"),
        ("in the past 3 months", "2025-12-31", "2026-03-31"),
        ("in the last two years", "2024-03-31", "2026-03-31"),
        ("in the last month", "2026-02", "2026-02"),
        ("since last year", "2025", None),
        ("before last month", None, "2026-01-31"),
        ("between last year and today", "2025", "2026-03-31"),
        ("去年", "2025", "2025"),
        ("今年", "2026", "2026"),
        ("前年", "2024", "2024"),
        ("去年12月", "2025-12", "2025-12"),
        ("去年2月28日", "2025-02-28", "2025-02-28"),
        ("上个月", "2026-02", "2026-02"),
        ("上個月", "2026-02", "2026-02"),
        ("本周", "2026-03-30", "2026-04-05"),
        ("过去三个月", "2025-12-31", "2026-03-31"),
        ("最近1个月", "2026-02-28", "2026-03-31"),
    ],
)
def test_a_time_told_from_today_is_shown_as_the_filter_it_is_taken_for(words, when, since, until):
    latin = when.isascii()
    asked = parse_question(f"who left OpenAI {when}" if latin else f"{when}谁离开了OpenAI", words, TODAY)
    assert (asked.filters.get("since"), asked.filters.get("until")) == (since, until)
    assert (asked.filters["organization"], asked.filters["event"]) == ("openai", "departure")


@pytest.mark.parametrize(
    "when", ["recently", "last spring", "去年2月30日", "since last week", "the past 999 years ago"]
)
def test_a_time_that_is_none_is_not_guessed(words, when):
    with pytest.raises(QuestionError):
        parse_question(f"who left OpenAI {when}", words, TODAY)


def test_namesakes_are_offered_by_id_and_an_id_is_understood(words):
    with pytest.raises(QuestionError, match="yao-shunyu-physics, yao-shunyu-react"):
        parse_question("did Yao Shunyu leave Anthropic", words, TODAY)
    assert parse_question("did yao-shunyu-react join Tencent", words, TODAY).filters["person"] == "yao-shunyu-react"


@pytest.mark.parametrize("question", ["", "?", "who", "谁", "the the the", "\ue000\ue001"])
def test_a_question_about_nothing_is_refused(words, question):
    with pytest.raises(QuestionError):
        parse_question(question, words, TODAY)


def test_the_answer_shows_the_filters_and_is_that_of_their_url(server):
    asked = server.json("/v1/ask", params={"q": "why did 姚顺宇 leave Anthropic in September 2025"})
    assert asked["filters"] == {
        "person": "yao-shunyu-physics",
        "organization": "anthropic",
        "event": "departure",
        "since": "2025-09",
        "until": "2025-09",
    }
    assert asked["reasons"] == {"values_or_politics": 1}
    same = server.json(asked["url"])
    assert (same["items"], same["total"]) == (asked["items"], asked["total"])
    assert {"text": "anthropic", "as": "organization anthropic"} in asked["understood"]


def test_a_question_that_is_not_understood_is_a_problem_with_the_part(server):
    answer = server.get("/v1/ask", params={"q": "who snorfled OpenAI"})
    assert answer.status_code == 422
    assert answer.json()["not_understood"] == ["snorfled"]


def test_a_question_is_told_what_to_ask_instead_of_what_no_filter_can_express(words):
    with pytest.raises(QuestionError, match=r"'最近' \(says no period; ask with one, such as 上个月") as raised:
        parse_question("最近谁离开了通义千问团队", words, TODAY)
    assert raised.value.parts == ("最近",)


def test_a_surname_is_whoever_alone_bears_it(words):
    assert parse_question("When did Murati leave OpenAI", words, TODAY).filters["person"] == "mira-murati"
    assert parse_question("when did de freitas leave google", _words_of("Daniel De Freitas"), TODAY).filters == {
        "person": "0",
        "organization": "google",
        "event": "departure",
    }
    with pytest.raises(QuestionError, match="dario-amodei, daniela-amodei"):
        parse_question("阿莫迪什么时候离开OpenAI", words, TODAY)


def test_a_given_name_is_no_surname(words):
    with pytest.raises(QuestionError, match="zhilin"):
        parse_question("When did Zhilin leave Google", words, TODAY)
    with pytest.raises(QuestionError, match="jason"):
        parse_question("When did Jason leave Google", _words_of("Jason Wei", "Wei Jason"), TODAY)


def test_a_surname_that_is_also_a_word_has_a_capital_where_others_have(words):
    cook = _words_of("Tim Cook")
    with pytest.raises(QuestionError, match="if it is a name, write 'Cook'"):
        parse_question("Did anyone cook at Google", cook, TODAY)
    assert parse_question("When did Cook leave Google", cook, TODAY).filters["person"] == "0"


def test_a_full_name_or_a_phrase_wins_over_a_surname():
    words = _words_of("Ann Left", "Ada Google")
    assert parse_question("Who left Google", words, TODAY).filters == {"organization": "google", "event": "departure"}


def test_what_counts_as_understood_is_what_the_filters_hold(words):
    def understood(question):
        return dict(parse_question(question, words, TODAY).understood)

    assert understood("Where did Jan Leike go?") == {"jan leike": "person jan-leike"}
    assert understood("谁在2024年和2025年离开了OpenAI") == {
        "2024年": "date 2024",
        "2025年": "date 2025",
        "离开了": "leave",
        "openai": "organization openai",
    }


def test_an_answer_that_a_manner_empties_says_so(server):
    asked = server.json("/v1/ask", params={"q": "Who was fired from Anthropic?"})
    assert (asked["total"], asked["note"]) == (
        0,
        {
            "text": "no source words it as 'dismissed'; of 1 moves that fit otherwise, 1 have no manner stated",
            "without": ["manner"],
            "total": 1,
            "url": "/v1/moves?event=departure&organization=anthropic",
        },
    )
    assert server.json(asked["note"]["url"])["total"] == 1


def test_an_answer_that_a_manner_and_a_reason_empty_together_says_both(server):
    question = "Who resigned from Anthropic over safety?"
    note = server.json("/v1/ask", params={"q": question})["note"]
    assert (note["without"], note["total"]) == (["manner", "reason"], 1)
    assert note["text"].endswith("1 have no manner stated and 0 have no reason stated")


@pytest.mark.parametrize("question", ["Who left Anthropic?", "Who was fired from Tencent?"])
def test_an_answer_that_nothing_unstated_empties_has_no_note(server, question):
    assert server.json("/v1/ask", params={"q": question})["note"] is None


def _words_of(*names):
    """The words with one person of these names, and Google."""
    person = Person(id="0", name=names[0], names={Language.EN: names})
    return Words.of(Registry.of([Organization(id="google", name="Google", names={})], [person]))

"""Which sources are independent: publishers, agencies, archives, and texts that are copies."""

import pytest

from labmoves_graph.independence import independent_groups, near_copies, source_families
from labmoves_graph.model import Article

TEXT = (
    "Ada Smith, who led the alignment group at Alpha for three years, has left the company, two people who worked "
    "with her said on Tuesday. She told colleagues that she wanted to spend more time on research and less on "
    "managing people. Alpha thanked her and named no successor. Her group of eleven will report to the chief "
    "scientist for the time being, according to a message that was sent to staff the same evening."
)
OTHER = (
    "The head of alignment at Alpha is gone. Ada Smith announced on Wednesday morning in a short post that her last "
    "day had passed, gave no reason, and said she would take the summer off before deciding what comes next. Someone "
    "close to the firm called the parting friendly; another said that there had been disagreement about computing "
    "budgets since the spring, and that more departures from the same group are to be expected in the coming weeks."
)
CHINESE = (
    "艾达·史密斯已于周二离开阿尔法公司。她在该公司领导对齐团队三年，离开前曾告诉同事，她希望把更多时间花"
    "在研究上。公司对她表示感谢，尚未任命继任者。"
)
TRADITIONAL = (
    "艾達·史密斯已於週二離開阿爾法公司。她在該公司領導對齊團隊三年，離開前曾告訴同事，她希望把更多時間花"
    "在研究上。公司對她表示感謝，尚未任命繼任者。"
)


@pytest.mark.parametrize(
    ("one", "other", "copies"),
    [
        (TEXT, f"Subscribe now!\n{TEXT}\nThis article first appeared elsewhere.", True),
        (TEXT, TEXT.replace("Tuesday", "Monday").replace("three", "four"), True),
        (TEXT, OTHER, False),
        (CHINESE, TRADITIONAL.replace("週二", "周二"), True),
        ("Ada left.", "Ada left.", True),
        ("Ada left Alpha.", "Ada left Alpha!", False),
        ("", "", False),
    ],
)
def test_reprints_and_light_rewrites_are_copies(one, other, copies):
    assert near_copies(one, other) is copies


@pytest.mark.parametrize(
    ("one", "other", "independent"),
    [
        ({"url": "https://www.times.example/1"}, {"url": "https://times.example/2"}, False),
        ({"url": "https://a.times.co.uk/1"}, {"url": "https://b.times.co.uk/2"}, False),
        ({"url": "https://times.co.uk/1"}, {"url": "https://herald.co.uk/2"}, True),
        ({"url": "https://www.wired.com/1"}, {"url": "https://arstechnica.com/2"}, False),
        ({"publisher": "36氪"}, {"url": "https://eu.36kr.com/en/p/1"}, False),
        ({"url": "https://x.com/one/status/1"}, {"url": "https://x.com/other/status/2"}, True),
        ({"url": "https://x.com/one/status/1"}, {"url": "https://x.com/one/status/2"}, False),
        ({"url": "https://web.archive.org/web/2024/https://time.com/1"}, {"url": "https://time.com/1"}, False),
        ({"url": "https://163.com/a", "publisher": "One"}, {"url": "https://163.com/b", "publisher": "Other"}, True),
        (
            {"url": "https://a.example/2025/ada-smith-leaves-alpha-to-start-a-new-lab-12"},
            {"url": "https://b.example/n/Ada-Smith-leaves-Alpha-to-start-a-new-lab.html?amp"},
            False,
        ),
        (
            {"title": "Ada Smith leaves Alpha to start a new lab", "url": "https://a.example/1"},
            {"url": "https://b.example/ada-smith-leaves-alpha-to-start-a-new-lab/amp"},
            False,
        ),
        ({"title": "Ada leaves Alpha", "url": "https://a.example"}, {"title": "Ada leaves Alpha"}, True),
        ({"text": "Ada left. (Reuters)"}, {"text": "SAN FRANCISCO (Reuters) - She went."}, False),
        ({"text": "艾达离职。（新华社电）", "url": "https://a.example"}, {"url": "https://www.news.cn/1"}, False),
    ],
)
def test_publisher_families(one, other, independent):
    articles = [Article(id=str(n), **{"text": "", **fields}) for n, fields in enumerate((one, other))]
    assert (len(independent_groups(articles)) == 2) is independent


def test_groups_keep_the_order_of_their_first_member():
    articles = [
        Article(id=str(n), text=text) for n, text in enumerate((OTHER, TEXT, TEXT + " More.", OTHER + " So."))
    ]
    assert independent_groups(articles) == [[0, 3], [1, 2]]


def test_article_without_any_mark_has_no_family():
    assert source_families(Article(id="a", text="Ada left.")) == frozenset()

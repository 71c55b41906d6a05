"""Sources: organizations that a text names because they report or carry a post."""

import pytest

from labmoves_ingest.sources import sources_of


@pytest.mark.parametrize(
    ("text", "organization", "reports"),
    [
        ("Ann Lee left OpenAI, said a report by The Information. The Information noted it.", "The Information", True),
        ("Ann Lee left OpenAI, Reuters reported on Monday.", "Reuters", True),
        ("Bloomberg has previously reported that Ann Lee left OpenAI.", "Bloomberg", True),
        ("Ann Lee told Wired that she left OpenAI, Wired reported.", "Wired", True),
        ("Ann Lee announced her exit from OpenAI on X. In an X post she thanked all.", "X", True),
        ("Ann Lee, who left X for OpenAI, wrote so on X.", "X", False),
        ("Ann Lee moved from OpenAI to X.", "X", False),
        ("Ann Lee, an account manager of OpenAI, worked on Threads.", "Threads", False),
        ("Ann Lee left Wired for OpenAI, Wired reported.", "Wired", False),
        ("Ann Lee left OpenAI, according to OpenAI, Wired says.", "OpenAI", False),
        ("Ann Lee told OpenAI that she was leaving for Wired.", "OpenAI", False),
        ("Ann Lee reported to OpenAI's board before she left.", "OpenAI", False),
        ("Meta reports directly to nobody; Ann Lee left OpenAI.", "Meta", False),
        ("据彭博社周二援引知情人士报道，李安已从OpenAI离职。", "彭博社", True),
        ("據彭博社報導，李安已從OpenAI離職。", "彭博社", True),
        ("蓝鲸新闻9月19日讯，李安已从OpenAI离职。", "蓝鲸新闻", True),
        ("李安在微博上宣布离开OpenAI。", "微博", True),
        ("李安在微博任副总裁，近日离开，加入OpenAI。", "微博", False),
        ("知乎发布公告，李安辞职，去了OpenAI。", "知乎", False),
        ("李安离开彭博社，去了OpenAI。据彭博社报道，她将创业。", "彭博社", False),
        ("李安从OpenAI离职一事最早由彭博社报道。", "OpenAI", False),
        ("李安从OpenAI离职一事最早由彭博社报道。", "彭博社", True),
        ("宁德时代9日电芯负责人李安离职，加入OpenAI。", "宁德时代", False),
    ],
)
def test_who_only_reports_is_a_source(make_document, text, organization, reports):
    english = "Ann Lee" in text
    people, others = ["Ann Lee" if english else "李安"], [name for name in ("OpenAI", "Wired") if name in text]
    named = [organization, *(name for name in others if name != organization)]
    document = make_document(text, people, named, language="en" if english else "zh")
    assert (0 in sources_of(document)) is reports


@pytest.mark.parametrize(
    "text", ["Intel reported on Monday that Ann Lee has resigned.", "Ann Lee left, Wired reported."]
)
def test_the_only_organization_of_a_text_is_no_source(make_document, text):
    document = make_document(text, ["Ann Lee"], ["Intel" if "Intel" in text else "Wired"])
    assert sources_of(document) == frozenset()

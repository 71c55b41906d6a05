"""Sources: organizations that a text names because they report."""

import pytest

from labmoves_ingest.sources import sources_of


@pytest.mark.parametrize(
    ("text", "organization", "reports"),
    [
        (
            "Ann Lee left OpenAI, according to a report by The Information. The Information noted it.",
            "The Information",
            True,
        ),
        ("Ann Lee left OpenAI, Reuters reported on Monday.", "Reuters", True),
        ("Bloomberg has previously reported that Ann Lee left OpenAI.", "Bloomberg", True),
        ("Ann Lee told Wired that she left OpenAI, Wired reported.", "Wired", True),
        ("Ann Lee announced her exit from OpenAI on X. In an X post she thanked all.", "X", True),
        ("Ann Lee, who left X, wrote so on X.", "X", False),
        ("Ann Lee moved to X.", "X", False),
        ("李安在微博上宣布离开OpenAI。", "微博", True),
        ("Ann Lee left Wired, Wired reported.", "Wired", False),
        ("Ann Lee left OpenAI, according to OpenAI.", "OpenAI", False),
        ("Ann Lee told OpenAI that she was leaving.", "OpenAI", False),
        ("Ann Lee reported to OpenAI's board before she left.", "OpenAI", False),
        ("据彭博社周二援引知情人士报道，李安已从OpenAI离职。", "彭博社", True),
        ("蓝鲸新闻9月19日讯，李安已从OpenAI离职。", "蓝鲸新闻", True),
        ("李安离开彭博社。据彭博社报道，她将创业。", "彭博社", False),
        ("比亚迪9日电池工厂负责人李安离职。", "比亚迪", False),
    ],
)
def test_who_only_reports_is_a_source(make_document, text, organization, reports):
    english = "Ann Lee" in text
    document = make_document(
        text, ["Ann Lee" if english else "李安"], [organization], language="en" if english else "zh"
    )
    assert sources_of(document) == (frozenset({0}) if reports else frozenset())

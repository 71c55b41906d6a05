"""Date expressions are found where they stand and resolved against the publication date and the text."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labmoves_graph.model import Language
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.dates import DateKind, DateMention, Shift, Unit, find_dates, infer_reference

PUBLISHED = date(2025, 6, 12)  # a Thursday


def dated(text: str, published: date | None = PUBLISHED) -> list[tuple[str, str | None]]:
    return [(m.text, m.date.edtf if m.date else None) for m in find_dates(text, None, published)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6月9日，2024年诺贝尔化学奖得主离开谷歌。", [("6月9日", "2025-06-09")]),
        ("2017年经典论文的作者于2021年离开谷歌。", [("2021年", "2021")]),
        ("2017年他加入谷歌，论文次年发表。", [("2017年", "2017"), ("次年", "2018")]),
        ("The 2024 Nobel laureate left in 2021.", [("2021", "2021")]),
        ("An author of the 2017 research paper left.", []),
        ("In 2019 she won the prize.", [("2019", "2019")]),
        ("2024年10月9日诺贝尔奖公布后离职。", [("2024年10月9日", "2024-10-09")]),
        ("她2023年5月论文发表后离职。", [("2023年5月", "2023-05")]),
        ("In 2019 the paper's author left.", [("2019", "2019")]),
        ("He left in 2018 after Nobel week.", [("2018", "2018")]),
        ("He left in 2013, an award-winning engineer.", [("2013", "2013")]),
    ],
)
def test_the_year_of_a_prize_or_a_work_is_no_date(text, expected):
    assert dated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She left on Sept. 25, 2024.", ("Sept. 25, 2024", "2024-09-25")),
        ("She left on 25 September 2024.", ("25 September 2024", "2024-09-25")),
        ("The memo is dated 2024-09-25.", ("2024-09-25", "2024-09-25")),
        ("He quit on Tuesday.", ("Tuesday", "2025-06-10")),
        ("He quit on Thursday.", ("Thursday", "2025-06-12")),
        ("He quit last Thursday.", ("last Thursday", "2025-06-05")),
        ("He will start next Monday.", ("next Monday", "2025-06-16")),
        ("She will start on Monday.", ("Monday", "2025-06-16")),
        ("She is leaving for a rival, she said in a post on Monday.", ("Monday", "2025-06-09")),
        ("He will retire, the company said on Tuesday.", ("Tuesday", "2025-06-10")),
        ("She said that she will start on Tuesday.", ("Tuesday", "2025-06-17")),
        ("He resigned yesterday.", ("yesterday", "2025-06-11")),
        ("He resigned last week.", ("last week", "2025-06-05~")),
        ("He resigned three weeks ago.", ("three weeks ago", "2025-05-22~")),
        ("He resigned two years ago.", ("two years ago", "2023~")),
        ("He joined in March.", ("March", "2025-03")),
        ("He joined in October.", ("October", "2024-10")),
        ("He will join in October.", ("October", "2025-10")),
        ("He joined last September.", ("last September", "2024-09")),
        ("He joined in late 2019.", ("late 2019", "2019")),
        ("He joined at the end of 2019.", ("the end of 2019", "2019-12~")),
        ("He joined in the fall of 2022.", ("fall of 2022", "2022-23")),
        ("He joined last summer.", ("last summer", "2024-22")),
        ("He left late last year.", ("late last year", "2024")),
        ("He left earlier this month.", ("earlier this month", "2025-06~")),
        ("He left over the weekend.", ("the weekend", "2025-06-07~")),
        ("He will leave at the end of next week.", ("the end of next week", "2025-06-20~")),
        ("He leaves at the end of this week.", ("the end of this week", "2025-06-13~")),
        ("He steps aside on the last day of the month.", ("the last day of the month", "2025-06-30")),
        ("He left on the last day of February.", ("the last day of February", "2025-02-28")),
        ("He left on the last day of last month.", ("the last day of last month", "2025-05-31")),
        ("He left at the turn of the year.", ("the turn of the year", "2024-12~")),
        ("He will leave at the turn of the year.", ("the turn of the year", "2025-12~")),
        ("He left at the turn of last year.", ("the turn of last year", "2023-12~")),
        ("The third quarter of 2023 was good.", ("The third quarter of 2023", "2023")),
        ("It began in the 1990s.", ("the 1990s", "199X")),
        ("2025年9月19日离职。", ("2025年9月19日", "2025-09-19")),
        ("二〇二三年十二月三日离职。", ("二〇二三年十二月三日", "2023-12-03")),
        ("民國113年5月離職。", ("民國113年5月", "2024-05")),
        ("他去年10月加入。", ("去年10月", "2024-10")),
        ("他前年加入。", ("前年", "2023")),
        ("他昨日离职。", ("昨日", "2025-06-11")),
        ("他周三离职。", ("周三", "2025-06-11")),
        ("他上週五離職。", ("上週五", "2025-06-06")),
        ("他下周一入职。", ("下周一", "2025-06-16")),
        ("他两周前离职。", ("两周前", "2025-05-29~")),
        ("她上月底離職。", ("上月底", "2025-05~")),
        ("他2023年夏天加入。", ("2023年夏天", "2023-22")),
        ("他去年冬天加入。", ("去年冬天", "2024-24")),
        ("他11月离开。", ("11月", "2024-11")),
        ("他将于11月离开。", ("11月", "2025-11")),
        ("他可能在11月离开。", ("11月", "2025-11")),
        ("他9日下午离开。", ("9日", "2025-06-09")),
        ("他２０１９年加入。", ("２０１９年", "2019")),
        ("他年底离开。", ("年底", "2025-12~")),
    ],
)
def test_expression_resolves_against_the_publication_date(text: str, expected: tuple[str, str]):
    assert dated(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他2022年前后加入。", ("2022年", "2022~")),
        ("他去年11月前后离开。", ("去年11月", "2024-11~")),
        ("他大约2020年5月3日离开。", ("2020年5月3日", "2020-05-03~")),
        ("他大约在2011年离开。", ("2011年", "2011~")),
        ("他2022年前后三次离职。", ("2022年", "2022")),
        ("三人去年11月前后脚离开。", ("去年11月", "2024-11")),
        ("He left around 2011.", ("2011", "2011~")),
        ("He left around the end of May 2020.", ("the end of May 2020", "2020-05~")),
    ],
)
def test_words_beside_a_date_make_it_approximate(text: str, expected: tuple[str, str]):
    assert dated(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left on 2024-05-14. Two days later she followed.", ("Two days later", "2024-05-16")),
        ("He left in May 2019. The following year she followed.", ("The following year", "2020")),
        ("He left in May 2019. That June she followed.", ("That June", "2019-06")),
        ("He left in May 2019, and in July she followed.", ("July", "2019-07")),
        ("He left on May 14, 2024. The same day she followed.", ("The same day", "2024-05-14")),
        ("2020年5月3日他离职，次日她也走了。", ("次日", "2020-05-04")),
        ("2020年5月他离职，同年8月她也走了。", ("同年8月", "2020-08")),
        ("2020年5月他离职，翌年她也走了。", ("翌年", "2021")),
        ("2020年5月3日他离职，半年后她也走了。", ("半年后", "2020-11~")),
        ("2020年5月3日他离职，三周后她也走了。", ("三周后", "2020-05-24~")),
    ],
)
def test_relative_expression_counts_from_the_date_told_before(text: str, expected: tuple[str, str]):
    assert dated(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She joined in May 2022 and left in July.", [("May 2022", "2022-05"), ("July", "2022-07")]),
        ("She joined in 2022 and left in April.", [("2022", "2022"), ("April", "2025-04")]),
        ("She joined in May 2022.\nHe left in April.", [("May 2022", "2022-05"), ("April", "2025-04")]),
        ("她2022年5月加入，7月离开。", [("2022年5月", "2022-05"), ("7月", "2022-07")]),
        ("她2022年加入，4月离开。", [("2022年", "2022"), ("4月", "2025-04")]),
        (
            "She joined in November 2022. In February he left.",
            [("November 2022", "2022-11"), ("February", "2023-02")],
        ),
        ("她2022年3月加入，1月22日起兼任董事。", [("2022年3月", "2022-03"), ("1月22日", "2023-01-22")]),
        ("She joined in March 2025. In February he left.", [("March 2025", "2025-03"), ("February", "2025-02")]),
        ("She left in September 2024. He had left in May.", [("September 2024", "2024-09"), ("May", "2024-05")]),
        ("She joined in May 2022, having left it in March.", [("May 2022", "2022-05"), ("March", "2022-03")]),
        ("She fell in May 2022 after a row that began in March.", [("May 2022", "2022-05"), ("March", "2022-03")]),
        ("她2022年5月离职，3月刚被任命。", [("2022年5月", "2022-05"), ("3月", "2022-03")]),
        ("她2022年11月加入，此前6月离开谷歌。", [("2022年11月", "2022-11"), ("6月", "2022-06")]),
    ],
)
def test_the_year_of_a_month_carries_over_in_its_line_and_a_year_alone_does_not(
    text: str, expected: list[tuple[str, str]]
):
    assert dated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The firm dismissed him in July.", "2024-07"),
        ("The firm let him go in the July round.", "2024-07"),
        ("I am excited to join Acme in July.", "2025-07"),
        ("She will be formally replaced in July.", "2025-07"),
        ("Jane Porter, a distinguished engineer, to join Acme in July.", "2025-07"),
        ("Ahmed to join Acme Limited in July.", "2025-07"),
        ("He planned to leave in July.", "2025-07"),
        ("He is replaced in July.", "2025-07"),
        ("They have signed; both start in July.", "2025-07"),
        ("She was asked to return in July.", "2025-07"),
        ("7月3日她报到。", "2025-07-03"),
        ("8月她走了。", "2024-08"),
    ],
)
def test_a_date_without_a_year_lies_behind_or_soon_ahead(text: str, expected: str):
    assert [date for _, date in dated(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("智谱3日公告，首席财务官辞任。", [("3日", "2025-06-03")]),
        ("智谱6月3日公告，首席财务官辞任。", [("6月3日", "2025-06-03")]),
        ("根据14号公告办理。", []),
    ],
)
def test_the_day_of_a_notice_is_one_and_its_number_is_none(text: str, expected: list[tuple[str, str]]):
    assert dated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('On Tuesday he posted: "Today was my last day."', [("Tuesday", "2025-06-10"), ("Today", "2025-06-10")]),
        ('"I am done," he said on Tuesday. Today he joined.', [("Tuesday", "2025-06-10"), ("Today", "2025-06-12")]),
        ("6月10日，他说：“我今天离职了。”", [("6月10日", "2025-06-10"), ("今天", "2025-06-10")]),
        ("6月10日，他说：“我走了。”今天他入职。", [("6月10日", "2025-06-10"), ("今天", "2025-06-12")]),
        ("She left on Tuesday. Hours later he did.", [("Tuesday", "2025-06-10"), ("Hours later", "2025-06-10")]),
        ("周三她宣布离职，数小时后他也走了。", [("周三", "2025-06-11"), ("数小时后", "2025-06-11")]),
        ("周三，她在工作六年半之后离开。", [("周三", "2025-06-11"), ("六年半之后", None)]),
    ],
)
def test_what_counts_from_the_day_of_a_statement(text: str, expected: list[tuple[str, str | None]]):
    assert dated(text) == expected


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("She starts at Acme in September.", "2025-09"),
        ("He finishes on Friday.", "2025-06-13"),
        ("In September Ann Lee joins Acme.", "2025-09"),
        ("In September, too, Ann arrives from Acme.", "2025-09"),
        ("She joins Acme in the autumn.", "2025-23"),
        ("He stays until he retires in the winter.", "2025-24"),
        ("She joins Acme in the spring.", "2025-21"),
        ("She left in the autumn.", "2024-23"),
        ("He left on September 3 as Meta joins in.", "2024-09-03"),
        ("He was fired in September after a dispute. Bob joins Acme.", "2024-09"),
        ("The lab changed hands in September.", "2024-09"),
    ],
)
def test_a_verb_in_the_present_puts_a_date_without_a_year_ahead(text: str, edtf: str):
    assert [found for _, found in dated(text)] == [edtf]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("From 2019 to 2021 he led it.", ["2019", "2021"]),
        ("Google, 2019–2021", ["2019", "2021"]),
        ("between January and May 2023", ["2023-01", "2023-05"]),
        ("2019年7月至2021年3月任职", ["2019-07", "2021-03"]),
        ("2018至2020年间", ["2018", "2020"]),
    ],
)
def test_range_gives_both_ends(text: str, ends: list[str]):
    assert [edtf for _, edtf in dated(text)] == ends


@pytest.mark.parametrize(
    "text",
    [
        "Qwen 2.5 beats GPT-4 and Llama 3.1 405B.",
        "2000 people and $2024 million, 1984 GPUs, 2,019 papers",
        "You may march on; March Networks says so.",
        "第3期共有2000名员工，3个版本，K2-0905",
        "27岁的他读到三年级",
        "a 27-year-old engineer",
    ],
)
def test_numbers_and_names_are_no_dates(text: str):
    assert dated(text) == []


def test_a_day_that_the_calendar_lacks_is_no_date():
    assert dated("2023年2月30日") == []


def test_vague_expression_has_no_date():
    assert find_dates("近日，他离职。", Language.ZH_HANS, PUBLISHED) == [
        DateMention(0, 2, "近日", DateKind.VAGUE, rule="vague")
    ]
    assert [m.kind for m in find_dates("He left a few weeks ago.", Language.EN, PUBLISHED)] == [DateKind.VAGUE]


def test_duration_is_a_length_without_a_date():
    (mention,) = find_dates("可他入职公司不过11个月", Language.ZH_HANS, PUBLISHED)
    assert (mention.text, mention.kind, mention.date, mention.shift) == (
        "不过11个月",
        DateKind.DURATION,
        None,
        Shift(11, Unit.MONTH, approximate=True),
    )
    (mention,) = find_dates("She left after four years at the lab", Language.EN, PUBLISHED)
    assert (mention.kind, mention.shift) == (DateKind.DURATION, Shift(4, Unit.YEAR))


def test_swapped_day_and_month_is_flagged_and_read_as_usual_in_the_language():
    american, unambiguous = find_dates("9/5/2024 and 9/25/2024", Language.EN, PUBLISHED)
    assert (american.date, american.ambiguous) == (PartialDate.parse("2024-09-05"), True)
    assert (unambiguous.date, unambiguous.ambiguous) == (PartialDate.parse("2024-09-25"), False)


def test_without_publication_date_nothing_is_made_up():
    assert dated("他已于 2 月 9 日正式离职，昨天、去年、两年前", None) == [
        ("2 月 9 日", "XXXX-02-09"),
        ("昨天", None),
        ("去年", None),
        ("两年前", None),
    ]


def test_year_comes_from_the_dates_that_the_text_states():
    text = "事情发生在今年9月19日。\n仅仅十天后他到任。去年10月的文章。\n参考：公告 2025-09-05"
    assert infer_reference(text, None) == PartialDate.parse("2025")
    assert dated(text, None) == [
        ("今年9月19日", "2025-09-19"),
        ("仅仅十天后", "2025-09-29~"),
        ("去年10月", "2024-10"),
        ("2025-09-05", "2025-09-05"),
    ]


def test_dateline_stands_in_for_the_publication_date():
    assert dated("PARIS, March 4, 2024 - He quit on Monday.", None)[-1] == ("Monday", "2024-03-04")


@pytest.mark.parametrize(
    "label", ["date 2024-03-04 ", "Published: 4 March 2024 by Ann Lee. ", "发布时间：2024-03-04 来源：某网 "]
)
def test_a_labelled_date_at_the_top_stands_in_for_the_publication_date(label):
    assert dated(f"{label}He quit on Monday.", None)[-1] == ("Monday", "2024-03-04")


def test_a_label_on_a_line_of_its_own_dates_nothing():
    assert infer_reference("Updated\nAnn Lee, who joined on March 4, 2019, left last month.", None) == (
        PartialDate.parse("2019")
    )


def test_words_like_a_label_within_a_line_are_none():
    assert infer_reference("In a letter on the date 2024-03-04 she resigned; it is 2026 now.", None) == (
        PartialDate.parse("2024")
    )


FRAGMENTS = """2019|年|9月|May |the |三|周|週|ago | |😀|１２|-|/|19日|in |last |后|İ|同年|年底|days |two |
"""
PIECES = st.sampled_from(FRAGMENTS.split("|"))


@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join), st.none() | st.dates())
def test_any_text_gives_ordered_mentions_at_exact_offsets(text: str, published: date | None):
    mentions = find_dates(text, None, published)
    assert [m.text for m in mentions] == [text[m.start : m.end] for m in mentions]
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(m.start < m.end for m in mentions)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("In September I start as a lecturer in Brno.", "2025-09"),
        ("In July he will hand over the post.", "2025-07"),
        ("8月他将加入Meta。", "2025-08"),
        ("On August 3, actor Will Smith left OpenAI.", "2024-08-03"),
        ("8月3日，董事会将其解雇。", "2024-08-03"),
        ("8月3日，公司将李明从董事会除名。", "2024-08-03"),
    ],
)
def test_a_month_that_words_behind_it_put_ahead_lies_ahead(text, edtf):
    assert [date for _, date in dated(text)] == [edtf]

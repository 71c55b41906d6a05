"""Questions as people ask them, each answered by the filters that say it, or refused with what none can say."""

from __future__ import annotations

from datetime import date

import pytest

from labmoves_api.errors import QuestionError
from labmoves_api.questions.parsing import parse_question
from labmoves_api.questions.words import Words
from labmoves_graph.registry import Registry

TODAY = date(2026, 3, 31)

#: Question -> filters as in a query, by name; "why" where reasons are asked.
ANSWERED = [
    ("Who left OpenAI in 2024?", "event=departure&organization=openai&since=2024&until=2024"),
    ("Who joined Anthropic last month?", "event=hire&organization=anthropic&since=2026-02&until=2026-02"),
    ("Who moved from Google DeepMind to OpenAI?", "from=google-deepmind&to=openai"),
    ("Who founded Thinking Machines Lab?", "event=founding&organization=thinking-machines"),
    ("Why did Ilya Sutskever leave OpenAI?", "event=departure&organization=openai&person=ilya-sutskever&why"),
    ("When did Mira Murati leave OpenAI?", "event=departure&organization=openai&person=mira-murati"),
    ("When did Karpathy join Anthropic?", "event=hire&organization=anthropic&person=andrej-karpathy"),
    ("Who has left xAI since March 2025?", "event=departure&organization=xai&since=2025-03"),
    ("Which people went from OpenAI to Meta in 2025?", "from=openai&since=2025&to=meta&until=2025"),
    (
        "How many people left OpenAI between May 2024 and December 2024?",
        "event=departure&organization=openai&since=2024-05&until=2024-12",
    ),
    ("Where did John Schulman go after OpenAI?", "from=openai&person=john-schulman"),
    ("Where did Jan Leike go?", "person=jan-leike"),
    (
        "Which researchers quit OpenAI over safety concerns?",
        "event=departure&organization=openai&reason=safety_concerns",
    ),
    ("Who did Meta poach from OpenAI?", "event=hire&from=openai&manner=poached&to=meta"),
    ("Did Alec Radford leave OpenAI?", "event=departure&organization=openai&person=alec-radford"),
    ("Who was hired by Microsoft from Inflection?", "event=hire&from=inflection-ai&to=microsoft"),
    ("What happened to Noam Shazeer?", "person=noam-shazeer"),
    ("Who are the founders of Anthropic?", "event=founding&organization=anthropic"),
    ("Who left Apple for Meta?", "event=departure&from=apple&to=meta"),
    (
        "Has anyone gone back to OpenAI from Thinking Machines?",
        "event=hire&from=thinking-machines&manner=rejoined&to=openai",
    ),
    (
        "Who left Google DeepMind to start their own company?",
        "event=departure&organization=google-deepmind&reason=new_venture",
    ),
    (
        "Who resigned from OpenAI in November 2023?",
        "event=departure&manner=resigned&organization=openai&since=2023-11&until=2023-11",
    ),
    ("Who was fired from OpenAI?", "event=departure&manner=dismissed&organization=openai"),
    (
        "Who joined Meta Superintelligence Labs before August 2025?",
        "event=hire&organization=meta-superintelligence-labs&until=2025-07-31",
    ),
    (
        "Tell me about the moves from Alibaba's Qwen team this year",
        "event=departure&organization=alibaba-qwen&since=2026&until=2026",
    ),
    ("Who retired from Google?", "event=departure&manner=retired&organization=google"),
    ("谁在2024年离开了OpenAI？", "event=departure&organization=openai&since=2024&until=2024"),
    ("上个月谁加入了Anthropic？", "event=hire&organization=anthropic&since=2026-02&until=2026-02"),
    ("谁从谷歌跳槽到OpenAI？", "event=hire&from=google&to=openai"),
    ("谁创办了月之暗面？", "event=founding&organization=moonshot"),
    ("伊尔亚·苏茨克维为什么离开OpenAI？", "event=departure&organization=openai&person=ilya-sutskever&why"),
    ("林俊旸什么时候离开阿里的？", "event=departure&organization=alibaba&person=lin-junyang"),
    ("2025年3月以来有哪些人离开xAI？", "event=departure&organization=xai&since=2025-03"),
    ("Meta从OpenAI挖走了谁？", "event=hire&from=openai&manner=poached&to=meta"),
    ("OpenAI的人去了哪里？", "from=openai"),
    ("字节跳动从谷歌挖来了谁？", "event=hire&from=google&manner=poached&to=bytedance"),
    ("谁因为安全问题离开了OpenAI？", "event=departure&organization=openai&reason=safety_concerns"),
    ("2024年5月到2024年12月期间谁离开了OpenAI？", "event=departure&organization=openai&since=2024-05&until=2024-12"),
    ("穆拉蒂离开OpenAI后去了哪里？", "from=openai&person=mira-murati"),
    ("谷歌的谁加入了OpenAI？", "event=hire&from=google&to=openai"),
    ("姚顺雨去了哪家公司？", "person=yao-shunyu-react"),
    ("谁被OpenAI解雇了？", "event=departure&manner=dismissed&organization=openai"),
    ("DeepSeek有哪些研究员离职？", "event=departure&organization=deepseek"),
    ("去年有多少人从谷歌去了微软？", "event=hire&from=google&since=2025&to=microsoft&until=2025"),
    ("誰在2024年離開了OpenAI？", "event=departure&organization=openai&since=2024&until=2024"),
    ("誰加入了Meta超級智能實驗室？", "event=hire&organization=meta-superintelligence-labs"),
    ("為什麼揚·萊克離開OpenAI？", "event=departure&organization=openai&person=jan-leike&why"),
    ("誰創立了Anthropic？", "event=founding&organization=anthropic"),
    ("2025年7月有誰從蘋果跳槽到Meta？", "event=hire&from=apple&since=2025-07&to=meta&until=2025-07"),
    ("卡帕西什麼時候加入Anthropic？", "event=hire&organization=anthropic&person=andrej-karpathy"),
    ("上個月誰離開了谷歌？", "event=departure&organization=google&since=2026-02&until=2026-02"),
    ("吳恩達是什麼時候離開百度的？", "event=departure&organization=baidu&person=andrew-ng"),
    ("哪些人從百度離職創業？", "event=departure&organization=baidu&reason=new_venture"),
    ("誰回到了OpenAI？", "event=hire&manner=rejoined&organization=openai"),
    ("OpenAI的人去了哪里", "from=openai"),
    ("阿里的人都去了哪里", "from=alibaba"),
    ("Where did OpenAI people go", "from=openai"),
    ("Was Sam Altman fired", "event=departure&manner=dismissed&person=sam-altman"),
    ("萨姆·奥特曼为什么被解雇", "event=departure&manner=dismissed&person=sam-altman&why"),
    ("Who resigned from OpenAI in 2024", "event=departure&manner=resigned&organization=openai&since=2024&until=2024"),
    ("who returned to OpenAI", "event=hire&manner=rejoined&organization=openai"),
    ("谁回到了OpenAI", "event=hire&manner=rejoined&organization=openai"),
    ("Who left Alibaba's Qwen team", "event=departure&organization=alibaba-qwen"),
    ("Who moved from Google to OpenAI", "from=google&to=openai"),
    ("Meta挖走了谁", "event=hire&manner=poached&organization=meta"),
    ("谁被Meta挖来", "event=hire&manner=poached&organization=meta"),
    ("因为安全问题离开OpenAI的人", "event=departure&organization=openai&reason=safety_concerns"),
    ("xAI的联合创始人", "event=founding&organization=xai"),
    ("穆拉蒂什么时候离开OpenAI", "event=departure&organization=openai&person=mira-murati"),
    ("谷歌的谁加入了OpenAI", "event=hire&from=google&to=openai"),
    ("When did Murati leave OpenAI", "event=departure&organization=openai&person=mira-murati"),
    ("When did Karpathy leave OpenAI", "event=departure&organization=openai&person=andrej-karpathy"),
    ("who left OpenAI in 2023 and 2024", "event=departure&organization=openai&since=2023&until=2024"),
    ("who left OpenAI from 2023 to 2025", "event=departure&organization=openai&since=2023&until=2025"),
    ("who left OpenAI since 2023 until March 2024", "event=departure&organization=openai&since=2023&until=2024-03"),
    ("从2024年3月到2025年1月谁离开OpenAI", "event=departure&organization=openai&since=2024-03&until=2025-01"),
    ("2024年前离开OpenAI的人", "event=departure&organization=openai&until=2023-12-31"),
    ("2024年后谁离开OpenAI", "event=departure&organization=openai&since=2025-01-01"),
    ("who joined Meta after leaving OpenAI", "event=hire&from=openai&to=meta"),
    ("who left OpenAI before joining Meta", "event=departure&from=openai&to=meta"),
    ("Who did OpenAI hire from Google in 2024", "event=hire&from=google&since=2024&to=openai&until=2024"),
    ("OpenAI解雇了谁", "event=departure&manner=dismissed&organization=openai"),
    ("Where do Anthropic's people come from", "to=anthropic"),
    ("Where did people who joined Anthropic come from?", "to=anthropic"),
    ("Where does OpenAI hire from?", "to=openai"),
    ("Where did people who left xAI go?", "from=xai"),
    ("加入OpenAI之前穆拉蒂在哪里", "person=mira-murati&to=openai"),
    ("Where was Mira Murati before OpenAI?", "person=mira-murati&to=openai"),
    ("who left OpenAI to found Anthropic", "event=founding&from=openai&organization=anthropic"),
    ("离开OpenAI创办Anthropic的人", "event=founding&from=openai&organization=anthropic"),
    ("离开OpenAI创业的人", "event=departure&organization=openai&reason=new_venture"),
    ("OpenAI员工去Meta", "from=openai&to=meta"),
    ("去年从阿里离职的人去了哪里", "from=alibaba&since=2025&until=2025"),
    ("Who went back to Google?", "event=hire&manner=rejoined&organization=google"),
    ("Who has left DeepMind by March 2024", "event=departure&organization=google-deepmind&until=2024-03"),
    ("OpenAI departures 2024", "event=departure&organization=openai&since=2024&until=2024"),
    ("OpenAI hires", "event=hire&organization=openai"),
    ("OpenAI to Anthropic", "from=openai&to=anthropic"),
    ("Anthropic from OpenAI", "from=openai&organization=anthropic"),
    ("Which Google people joined OpenAI?", "event=hire&from=google&to=openai"),
    ("Who will leave OpenAI", "event=departure&organization=openai&status=planned"),
    (
        "Who left OpenAI and joined Anthropic in 2023?",
        "event=departure&from=openai&since=2023&to=anthropic&until=2023",
    ),
    ("谁从OpenAI被挖走了", "event=departure&manner=poached&organization=openai"),
    ("被Meta从OpenAI挖走的人", "event=hire&from=openai&manner=poached&to=meta"),
    ("OpenAI前员工去了哪里", "from=openai"),
    ("穆拉蒂在OpenAI之后去了哪里", "from=openai&person=mira-murati"),
    ("When was Karpathy hired by OpenAI?", "event=hire&organization=openai&person=andrej-karpathy"),
    ("Which company did John Schulman join after OpenAI?", "from=openai&person=john-schulman"),
    (
        "who left Google DeepMind for Microsoft this year",
        "event=departure&from=google-deepmind&since=2026&to=microsoft&until=2026",
    ),
    ("Which company hired Mira Murati", "event=hire&person=mira-murati"),
    ("谁离开了OpenAI 被解雇", "event=departure&manner=dismissed&organization=openai"),
    ("who was laid off from Meta", "event=departure&manner=laid_off&organization=meta"),
    ("Who was poached from OpenAI", "event=hire&from=openai&manner=poached"),
    ("moved from OpenAI", "event=departure&organization=openai"),
    ("谁从OpenAI跳槽了", "event=departure&organization=openai"),
    ("When did Altman leave OpenAI", "event=departure&organization=openai&person=sam-altman"),
    ("Former OpenAI researchers who joined Meta", "event=departure&from=openai&to=meta"),
    ("ex-OpenAI people", "event=departure&organization=openai"),
    ("When did Ng leave Baidu", "event=departure&organization=baidu&person=andrew-ng"),
    ("When did Kai-Fu Lee leave Google", "event=departure&organization=google&person=kai-fu-lee"),
]

#: Question -> the parts that are named as not understood.
REFUSED = [
    ("Which of xAI's co-founders have left?", "left"),
    ("List all departures from Tesla's AI team in 2025.", "ai team"),
    ("Who replaced Mira Murati as CTO of OpenAI?", "replaced, as, cto"),
    ("Which vice presidents left Google in 2024?", "vice presidents"),
    ("xAI的联合创始人有谁离职了？", "离职了"),
    ("最近谁离开了通义千问团队？", "最近"),
    ("What did Mira Murati do before OpenAI", "before"),
    ("who joined OpenAI after Google", "after"),
    ("co-founders of xAI who left", "left"),
    ("最近谁离开了OpenAI", "最近"),
    ("When did Wu leave xAI", "wu"),
    ("who left OpenAI 2021 2024", "2024"),
    ("who left OpenAI in 2021 and 2024", "2024"),
    ("who left OpenAI after joining Meta", "after"),
    ("who joined and left OpenAI", "left"),
    ("Who did Sam Altman fire", "fire"),
    ("奥特曼解雇了谁", "解雇了"),
    ("who left with Mira Murati", "with"),
    ("Who joined Sam Altman", "sam altman"),
    ("Who works at OpenAI", "works"),
    ("who left OpenAI in the 2020s", "2020s"),
    ("Who left OpenAI or Anthropic", "or"),
    ("rumored and denied departures from Meta", "denied"),
    ("被挖到Meta的OpenAI研究员", "openai"),
    ("谁先后加入谷歌和OpenAI", "先"),
    ("where did he go", "where"),
    ("Where is Ilya Sutskever now?", "now"),
    ("When did Zhilin leave Google", "zhilin"),
    ("did Jason leave OpenAI", "jason"),
    ("When did Liang found DeepSeek", "liang"),
    ("谁在谷歌之后加入了OpenAI", "之后"),
    ("谁去了OpenAI或Anthropic", "或"),
    ("who did not leave OpenAI", "not"),
    ("When did Freitas leave Google", "freitas"),
    ("Where did Amodei work", "work"),
    ("When did Amodei leave OpenAI", "amodei"),
    ("阿莫迪什么时候离开OpenAI", "阿莫迪"),
]


@pytest.fixture(scope="module")
def words():
    return Words.of(Registry.load())


@pytest.mark.parametrize(("question", "filters"), ANSWERED)
def test_a_question_that_filters_can_say_is_answered(words, question, filters):
    asked = parse_question(question, words, TODAY)
    said = [f"{name}={value}" for name, value in sorted(asked.filters.items())] + ["why"] * asked.why
    assert "&".join(said) == filters


@pytest.mark.parametrize(("question", "parts"), REFUSED)
def test_a_question_that_no_filter_can_say_is_refused(words, question, parts):
    with pytest.raises(QuestionError) as raised:
        parse_question(question, words, TODAY)
    assert ", ".join(raised.value.parts) == parts

"""Extraction end to end: plain sentences give whole claims, what is no move gives none."""

from datetime import date

import pytest

from labmoves_graph.model import Article, Claim, DateMeaning, Event, Evidence, Language, Manner, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.claim_making import EXTRACTOR
from labmoves_ingest.pipeline import COMPONENTS

PUBLISHED = date(2025, 6, 20)


def claims_of(extractor, text, **article):
    return extractor.extract(Article("a", text, **{"published": PUBLISHED, **article}))


def gist(claims):
    return {(c.event, c.person, c.organization, c.status) for c in claims}


def confirmed(*moves):
    return {(event, person, organization, Status.CONFIRMED) for event, person, organization in moves}


@pytest.mark.parametrize(
    ("text", "person", "manner", "words"),
    [
        ("Ann Lee resigned from OpenAI on 3 March 2025.", "Ann Lee", Manner.RESIGNED, "3 March 2025"),
        ("李明华于2025年3月3日从OpenAI辞职。", "李明华", Manner.RESIGNED, "2025年3月3日"),
    ],
)
def test_a_plain_sentence_is_one_whole_claim(extractor, text, person, manner, words):
    [claim] = claims_of(extractor, text)
    assert claim == Claim(
        article_id="a",
        event=Event.DEPARTURE,
        person=person,
        organization="OpenAI",
        status=Status.CONFIRMED,
        evidence=Evidence(0, len(text), text),
        organization_id="openai",
        date=PartialDate.parse("2025-03-03"),
        date_text=words,
        date_meaning=DateMeaning.EFFECTIVE,
        manner=manner,
        confidence=claim.confidence,
        extractor=EXTRACTOR,
    )
    assert claim.confidence > 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Ann Lee left OpenAI on 3 March 2025 and joined Anthropic.",
            confirmed((Event.DEPARTURE, "Ann Lee", "OpenAI"), (Event.HIRE, "Ann Lee", "Anthropic")),
        ),
        (
            "李明华于2025年3月3日离开OpenAI，加入Anthropic。",
            confirmed((Event.DEPARTURE, "李明华", "OpenAI"), (Event.HIRE, "李明华", "Anthropic")),
        ),
        (
            "Maria Lopez joined Google DeepMind as a research scientist in June 2024.",
            confirmed((Event.HIRE, "Maria Lopez", "Google DeepMind")),
        ),
        (
            "Ann Lee and Tom Baker left OpenAI last week.",
            confirmed((Event.DEPARTURE, "Ann Lee", "OpenAI"), (Event.DEPARTURE, "Tom Baker", "OpenAI")),
        ),
        (
            "Ann Lee will join Anthropic next month.",
            {(Event.HIRE, "Ann Lee", "Anthropic", Status.PLANNED)},
        ),
    ],
)
def test_plain_moves(extractor, text, expected):
    assert gist(claims_of(extractor, text)) == expected


def test_one_sentence_tells_where_from_and_where_to(extractor):
    claims = claims_of(extractor, "Mary Porter left OpenAI on 3 March 2025 to join Anthropic.")
    assert {(c.event, c.person, c.organization) for c in claims} == {
        (Event.DEPARTURE, "Mary Porter", "OpenAI"),
        (Event.HIRE, "Mary Porter", "Anthropic"),
    }


def test_a_denial_by_the_organization_is_a_denial(extractor):
    claims = claims_of(extractor, "OpenAI denied that Ann Lee has left the company.")
    assert Status.CONFIRMED not in {claim.status for claim in claims}


def test_a_pronoun_is_grounded_back_to_the_name(extractor):
    text = "Ann Lee left OpenAI on 3 March 2025. She joined Anthropic in May 2025."
    [hire] = [claim for claim in claims_of(extractor, text) if claim.event is Event.HIRE]
    assert (hire.person, hire.organization, hire.evidence) == (
        "Ann Lee",
        "Anthropic",
        Evidence(0, len(text), text),
    )


def test_names_of_the_registry_are_resolved_and_others_are_not(extractor):
    [claim] = claims_of(extractor, "Mira Murati left OpenAI on 25 September 2024.")
    assert (claim.person_id, claim.organization_id) == ("mira-murati", "openai")
    [claim] = claims_of(extractor, "Ann Lee left OpenAI on 25 September 2024.")
    assert (claim.person_id, claim.organization_id) == (None, "openai")


def test_traditional_characters_are_read_and_kept(extractor):
    [claim] = claims_of(extractor, "李明華於2025年3月3日離開OpenAI。")
    assert (claim.event, claim.person, claim.date.edtf) == (Event.DEPARTURE, "李明華", "2025-03-03")


def test_a_stated_language_wins_over_the_detected_one(extractor):
    text = "Ann Lee left OpenAI on 3 March 2025."
    assert claims_of(extractor, text, language=Language.EN) == claims_of(extractor, text)


def test_the_same_text_gives_the_same_claims(extractor):
    text = "Ann Lee left OpenAI on 3 March 2025 to join Anthropic. 李明华加入OpenAI。\n" * 3
    first = claims_of(extractor, text)
    claims_of(extractor, "Another text. Tom Baker joined Meta in 2020.")
    assert [claim.id for claim in claims_of(extractor, text)] == [claim.id for claim in first]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_components_run_in_the_order_of_the_design(extractor, language):
    assert tuple(extractor.pipeline(language).pipe_names) == COMPONENTS


def test_what_components_find_stands_where_spacy_keeps_it(extractor):
    doc = extractor.read(Article("a", "Ann Lee left OpenAI on 3 March 2025.", published=PUBLISHED))
    assert [(span.text, span.label_) for span in doc.ents] == [("Ann Lee", "PERSON"), ("OpenAI", "ORG")]
    assert [span.text for span in doc.spans["dates"]] == ["3 March 2025"]
    assert len(doc._.claims) == 1
    assert doc.text == doc._.article.text


NO_MOVES = [
    "OpenAI will retire GPT-4.5 from its API in July. Developers have three months to leave the old model behind.",
    "Many users are leaving ChatGPT for Claude, a survey of 2,000 subscribers found. Prices were the main complaint.",
    "Uber left the Chinese market years ago, and analysts ask whether Apple could do the same.",
    "We are hiring! Join our team in Berlin as a senior engineer. Apply with your CV before 1 June.",
    "The train left the station at nine. Rain is expected until the evening.",
    "OpenAI将于七月下线GPT-4.5接口，开发者有三个月时间离开旧模型。",
    "大批用户离开ChatGPT，转投其他产品，原因是价格上涨。",
    "优步多年前退出中国市场，分析人士讨论苹果会不会也这样做。",
    "招聘：诚邀工程师加入我们在柏林的团队，请于6月1日前投递简历。",
    "列车九点离开车站，傍晚前预计有雨。",
]


@pytest.mark.parametrize("text", NO_MOVES)
def test_what_leaves_or_joins_without_being_a_person_makes_no_claim(extractor, text):
    assert claims_of(extractor, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "If Ann Lee were to leave OpenAI, the board would have to look for a successor, one analyst mused.",
        "Would Tom Baker ever quit Anthropic? Nobody at the firm would say. He has worked there since its first day.",
        "假如李明华离开OpenAI，董事会就得另找人选，一位分析师说。",
        "王芳会离开Anthropic吗？公司里没有人愿意回答。",
    ],
)
def test_a_supposition_is_never_told_as_fact(extractor, text):
    told = [claim for claim in claims_of(extractor, text) if claim.event is Event.DEPARTURE]
    assert [claim for claim in told if claim.status is Status.CONFIRMED] == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (
            "Mira Murati was appointed chief scientist of Anthropic as of 1 {} 2025.",
            {"May": "confirmed", "October": "planned"},
        ),
        ("米拉·穆拉蒂辞去OpenAI首席技术官职务，{}30日生效。", {"6月": "confirmed", "9月": "planned"}),
    ],
)
def test_what_is_dated_after_its_article_is_a_plan(extractor, text, status):
    for month, expected in status.items():
        article = Article("a", text.format(month), published=date(2025, 8, 28))
        assert [claim.status for claim in extractor.extract(article)] == [expected], month


@pytest.mark.parametrize(
    "text",
    [
        "This is a work of fiction. Ann Lee left OpenAI on 3 March 2025.",
        "本故事纯属虚构。李明华于2025年3月3日离开OpenAI。",
    ],
)
def test_fiction_makes_no_claims(extractor, text):
    assert claims_of(extractor, text) == []


def test_a_fictional_section_makes_none_and_its_neighbour_does(extractor):
    text = "Ann Lee left OpenAI on 3 March 2025.\n\n# Story\nThis is a work of fiction. Tom Baker left Anthropic."
    assert gist(claims_of(extractor, text)) == confirmed((Event.DEPARTURE, "Ann Lee", "OpenAI"))


def test_a_quote_of_a_whole_sentence_is_judged_as_a_whole(extractor):
    text = "李安已从OpenAI辞职。他说，公司把中国称作“敌对国家”的说法，占了他离开原因的四成。"
    (claim,) = claims_of(extractor, text)
    (reason,) = claim.reasons
    assert (reason.category, reason.share) == ("values_or_politics", 0.4)
    assert "敌对国家" in reason.quote

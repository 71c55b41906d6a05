"""Mentions become entities: short forms, glosses and repetitions join, different full names never do."""

import re
import string

import pytest

from labmoves_graph.registry import Registry
from labmoves_ingest.documents import Entity, Span
from labmoves_ingest.lexicon import Lexicon
from labmoves_ingest.mentions import fill_mentions
from labmoves_ingest.tagging import MentionKind


@pytest.fixture
def fill(make_document, lexicons):
    """Fill a document whose tagger found the given words, each at its first place that is free yet."""

    def run(text, people=(), organizations=(), roles=(), references=(), language="en"):
        document = make_document(text, language=language)
        kinds = zip(
            (MentionKind.PERSON, MentionKind.ORGANIZATION, MentionKind.ROLE, MentionKind.PERSON_REFERENCE),
            (people, organizations, roles, references),
            strict=True,
        )
        spans = []
        for kind, found in kinds:
            for words in found:
                places = places_of(document, words)
                free = (p for p in places if all(p.last <= first or last <= p.first for _, first, last in spans))
                span = next(free)
                spans.append((kind, span.first, span.last))
        fill_mentions(document, lexicons[language], document.hits, spans)
        return document

    return run


def places_of(document, words):
    """Every place where the words stand."""
    starts = (i for i in range(len(document.text)) if document.text.startswith(words, i))
    return [document.span(start, start + len(words)) for start in starts]


def mentioned(document, entities):
    return {e.name: [document.text[m.start : m.end] for m in e.mentions] for e in entities}


def test_an_entity_holds_its_mentions_and_registry_ids(fill):
    document = fill("Ann Lee left OpenAI.", ["Ann Lee"], ["OpenAI"])
    assert document.people == [Entity("Ann Lee", [Span(0, 2, 0, 7)], (), "ann lee")]
    assert document.organizations == [Entity("OpenAI", [Span(3, 4, 13, 19)], ("openai",), "openai")]


def test_a_name_found_once_is_found_wherever_it_stands(fill):
    document = fill("Ann Lee spoke. Acme grew. Then Ann Lee left Acme.", ["Ann Lee"], ["Acme"])
    assert mentioned(document, document.people) == {"Ann Lee": ["Ann Lee", "Ann Lee"]}
    assert mentioned(document, document.organizations) == {"Acme": ["Acme", "Acme"]}


def test_short_forms_join_the_full_name_on_either_side(fill):
    document = fill("Lee spoke. Ann Lee left. Ann cried.", ["Ann Lee", "Lee", "Ann"])
    assert len(document.people) == 1
    assert document.people[0].name == "Ann Lee"


def test_two_full_names_never_join(fill):
    document = fill("Ann Lee met Bob Lee and Ann Leeson.", ["Ann Lee", "Bob Lee", "Ann Leeson"])
    assert [person.name for person in document.people] == ["Ann Lee", "Bob Lee", "Ann Leeson"]


def test_look_alikes_in_chinese_never_join(fill):
    document = fill("姚顺宇和姚顺雨见面。", ["姚顺宇", "姚顺雨"], language="zh")
    assert [person.name for person in document.people] == ["姚顺宇", "姚顺雨"]


def test_transliterated_names_are_shortened_by_their_parts(fill):
    document = fill("巴雷特·佐夫走了。佐夫说。", ["巴雷特·佐夫", "佐夫"], language="zh")
    assert mentioned(document, document.people) == {"巴雷特·佐夫": ["巴雷特·佐夫", "佐夫"]}


def test_a_surname_with_a_title_joins_its_name(fill):
    document = fill("王小明走了。王博士说。", ["王小明", "王博士"], language="zh")
    assert mentioned(document, document.people) == {"王小明": ["王小明", "王博士"]}


@pytest.mark.parametrize("text", ["翁荔(Lilian Weng)离开。", "翁荔（Lilian Weng）离开。"])
def test_a_gloss_is_the_same_person(fill, text):
    document = fill(text, ["翁荔", "Lilian Weng"], language="zh")
    assert [(person.name, person.registry_ids) for person in document.people] == [("翁荔", ("lilian-weng",))]


def test_a_list_in_brackets_names_people_of_their_own(fill):
    document = fill("多位翘楚（梅涛、谭平）有新动向。", ["翘楚", "梅涛", "谭平"], language="zh")
    assert [e.name for e in document.people] == ["翘楚", "梅涛", "谭平"]


def test_names_of_one_registry_person_join_without_a_gloss(fill):
    document = fill("翁荔离开。后来Lilian Weng加入。", ["翁荔", "Lilian Weng"], language="zh")
    assert [person.registry_ids for person in document.people] == [("lilian-weng",)]


def test_registry_names_are_added_where_the_tagger_left_them_out(fill):
    document = fill("Lilian Weng left OpenAI for Meta.")
    assert [person.name for person in document.people] == ["Lilian Weng"]
    assert [organization.name for organization in document.organizations] == ["OpenAI"]  # Meta may be a word


def test_company_forms_do_not_make_another_organization(fill):
    document = fill(
        "Acme Labs Inc. grew. Acme Labs hired. Acme Foods did not.", [], ["Acme Labs Inc", "Acme Labs", "Acme Foods"]
    )
    assert [organization.name for organization in document.organizations] == ["Acme Labs Inc", "Acme Foods"]


@pytest.mark.parametrize(
    ("text", "tagged", "name"),
    [
        ("Last day at Orrery.", "Orrery.", "Orrery"),
        ("She left Acme Inc. in May.", "Acme Inc.", "Acme Inc."),
        ("She left Sanofi S.A. in May.", "Sanofi S.A.", "Sanofi S.A."),
    ],
)
def test_the_end_of_a_sentence_is_no_part_of_a_name(fill, text, tagged, name):
    assert [e.name for e in fill(text, [], [tagged]).organizations] == [name]


@pytest.mark.parametrize(
    ("text", "tagged", "names"),
    [
        (
            "矿野机器人很忙。李安离开矿野机器人。",
            ["矿野机器人", "矿野机器"],
            {"矿野机器人": ["矿野机器人", "矿野机器人"]},
        ),
        (
            "维多利亚研究院很忙。李安加入维多利亚研究院。",
            ["维多利亚研究院", "多利亚研究院"],
            {"维多利亚研究院": ["维多利亚研究院"] * 2},
        ),
        (
            "矿野机器人很忙。矿野机器多。",
            ["矿野机器人", "矿野机器"],
            {"矿野机器人": ["矿野机器人"], "矿野机器": ["矿野机器"]},
        ),
    ],
)
def test_a_part_of_a_name_is_the_whole_where_it_stands(fill, text, tagged, names):
    document = fill(text, [], tagged, language="zh")
    assert mentioned(document, document.organizations) == names


def test_a_name_at_the_very_end_goes_no_further(fill):
    document = fill("Acme Labs Group left. Ann Lee joined Acme Labs", ["Ann Lee"], ["Acme Labs Group", "Acme Labs"])
    assert [document.text[m.start :] for m in document.organizations[-1].mentions][-1] == "Acme Labs"


def test_an_organizations_article_is_no_part_of_its_name(fill):
    document = fill("The Champalimaud Foundation hired Ann Lee.", ["Ann Lee"], ["The Champalimaud Foundation"])
    assert [e.name for e in document.organizations] == ["Champalimaud Foundation"]


def test_initials_are_the_organization_that_has_them(fill):
    text = "General Motors hired Ann Lee. GM grew. Thinking Machines Lab did not."
    document = fill(text, ["Ann Lee"], ["General Motors", "GM", "Thinking Machines Lab"])
    assert [e.name for e in document.organizations] == ["General Motors", "Thinking Machines Lab"]


def test_two_organizations_of_one_abbreviation_stay_apart(fill):
    text = "General Motors (GM) hired Ann Lee. General Mills hired Bob Roy. GM grew."
    document = fill(text, [], ["General Motors", "GM", "General Mills", "GM"])
    assert [e.name for e in document.organizations] == ["General Motors", "General Mills"]
    document = fill(
        "Global Metals hired. General Mills hired. GM grew.", [], ["Global Metals", "General Mills", "GM"]
    )
    assert [e.name for e in document.organizations] == ["Global Metals", "General Mills", "GM"]


def test_two_owners_of_one_gloss_stay_apart(fill):
    text = "Beta Corp (DWS) grew. Gamma Corp (DWS) shrank."
    document = fill(text, [], ["Beta Corp", "DWS", "Gamma Corp", "DWS"])
    assert [e.name for e in document.organizations] == ["Beta Corp", "Gamma Corp"]


def test_organizations_that_the_registry_knows_apart_do_not_join_by_a_gloss(fill):
    document = fill("Rivals of OpenAI (Anthropic, Mistral) grew.", [], ["OpenAI", "Anthropic", "Mistral"])
    assert {"OpenAI", "Anthropic"} <= {e.name for e in document.organizations}


def test_two_people_of_one_first_name_in_brackets_stay_apart(fill):
    text = "张伟（David）离开OpenAI，李强（David）加入Anthropic。"
    document = fill(text, ["张伟", "David", "李强", "David"], language="zh")
    assert [e.name for e in document.people] == ["张伟", "李强"]


def test_a_gloss_joins_what_stands_before_it(fill):
    text = "DWS named Ann Lee. Digital Wholesale (DWS) is in Leeds."
    document = fill(text, ["Ann Lee"], ["DWS", "Digital Wholesale", "DWS"])
    assert mentioned(document, document.organizations) == {"Digital Wholesale": ["DWS", "Digital Wholesale", "DWS"]}


def test_a_name_is_the_organization_of_that_name_before_one_that_it_may_shorten(fill):
    text = "字节AI Lab招人。字节很忙。字节AI不忙。字节AI Lab扩招。"
    document = fill(text, [], ["字节AI Lab", "字节", "字节AI", "字节AI Lab"], language="zh")
    assert [forms.count("字节AI Lab") for forms in mentioned(document, document.organizations).values()] == [2, 0]


def test_a_form_that_the_registry_knows_is_the_name(fill):
    document = fill("他加入OpenAI，分管OpenAI智能业务。", [], ["OpenAI", "OpenAI智能"], language="zh")
    assert mentioned(document, document.organizations) == {"OpenAI": ["OpenAI", "OpenAI智能"]}


def test_a_person_whose_name_begins_an_organization_is_that_organization(fill):
    document = fill("Saarthi hired. Saarthi Labs grew.", ["Saarthi"], ["Saarthi Labs"])
    assert mentioned(document, document.people) == {}


def test_a_firm_of_its_founders_name_stays_a_firm(fill):
    document = fill("Michael Quantor founded Quantor. Quantor grew.", ["Michael Quantor"], ["Quantor"])
    assert mentioned(document, document.people) == {"Michael Quantor": ["Michael Quantor"]}
    assert mentioned(document, document.organizations) == {"Quantor": ["Quantor", "Quantor"]}


@pytest.mark.parametrize(
    ("text", "title", "language"),
    [
        ("The Professor left Acme.", "Professor", "en"),
        ("Prof. Lee left.", "Prof.", "en"),
        ("博主离开了。", "博主", "zh"),
        ("@ left.", "@", "en"),
    ],
)
def test_a_title_or_a_sign_alone_is_nobody(fill, text, title, language):
    assert not fill(text, [title], language=language).people


@pytest.mark.parametrize("name", ["O'Neill", "Osei-Tutu", "Jean-Luc", "Mr. O'Brien", "李"])
def test_a_name_of_one_word_with_a_sign_in_it_is_somebody(fill, name):
    assert [person.name for person in fill(f"{name} left.", [name]).people] == [name]


@pytest.mark.parametrize(
    ("text", "tagged", "names"),
    [
        ("Yuhuai (Tony) Wu left. Tony Wu said so.", ["Tony) Wu", "Tony Wu"], ["Yuhuai (Tony) Wu"]),
        ("Robert “Bob” McGrew left. McGrew said so.", ["Robert “Bob”", "McGrew"], ["Robert “Bob” McGrew"]),
        ("Ann Lee “Fired” From OpenAI.", ["Ann Lee"], ["Ann Lee"]),
        ("Ann Lee (Zorbix) Leaves Meta.", ["Ann Lee"], ["Ann Lee"]),
        ("Ann Lee (OpenAI) Bob Roy left.", ["Ann Lee", "Bob Roy"], ["Ann Lee", "Bob Roy"]),
        ("Ann Lee (Meta) and Bob Roy left.", ["Ann Lee", "Bob Roy"], ["Ann Lee", "Bob Roy"]),
    ],
)
def test_a_nickname_within_a_name_belongs_to_it(fill, text, tagged, names):
    assert [person.name for person in fill(text, tagged).people] == names


@pytest.mark.parametrize(
    ("text", "tagged", "forms"),
    [
        ("梅茲（Luke Metz）離職。", ["梅茲", "Luke"], {"梅茲": ["梅茲", "Luke Metz"]}),
        ("梅茲（Luke K. Metz）離職。", ["梅茲", "Luke", "Metz"], {"梅茲": ["梅茲", "Luke K. Metz"]}),
        ("彭志辉（网名稚晖君）离职。", ["彭志辉", "稚晖君"], {"彭志辉": ["彭志辉", "稚晖君"]}),
        ("彭志辉（网名：稚晖君）离职。", ["彭志辉", "稚晖君"], {"彭志辉": ["彭志辉", "稚晖君"]}),
        ("梅茲（Luke Metz）離職。", ["梅茲"], {"梅茲": ["梅茲"]}),
        ("梅茲去了（Luke Metz）那裡。", ["梅茲", "Luke"], {"梅茲": ["梅茲"], "Luke": ["Luke"]}),
    ],
)
def test_a_name_in_brackets_behind_a_name_is_the_same_persons_and_whole(fill, text, tagged, forms):
    document = fill(text, tagged, language="zh")
    assert mentioned(document, document.people) == forms


@pytest.mark.parametrize("name", ["零", "V2", "7", "AI", "AI 安", "ㄩˇ"])
def test_signs_and_versions_are_no_organizations(fill, name):
    document = fill(f"它是 {name} 吗", [], [name], language="zh")
    assert document.organizations == []


@pytest.mark.parametrize("before", ["TARTU, 16 September 2025 —", "**TARTU** (AP) —", "TARTU —"])
def test_the_place_before_a_report_is_no_organization_there_or_elsewhere(fill, before):
    document = fill(f"{before} Acme grew, says the TARTU Post.", [], ["TARTU", "Acme"])
    assert mentioned(document, document.organizations) == {"Acme": ["Acme"]}


@pytest.mark.parametrize(
    "text",
    [
        "TARTU grew.",
        "Two moves.\nACME — Jane left.",
        "ACME (LSE: ACM) — Jane left.",
        "# ACME — news",
        "OPENAI — news",
    ],
)
def test_other_names_in_capitals_are_organizations(fill, text):
    name = re.search(r"[A-Z]{3,}", text)[0]
    assert len(fill(text, [], [name]).organizations) == 1


def test_places_before_reports_are_found_in_linear_time(fill):
    fill("\n" * 100_000 + "TARTU (AP) — Acme grew.\n" * 2_000 + "*\n" * 50_000)


def test_roles_and_references_stand_where_they_were_tagged(fill):
    document = fill("She is chief scientist of Acme.", [], ["Acme"], ["chief scientist"], ["She"])
    assert (document.roles, document.nominal_people) == ([Span(2, 4, 7, 22)], [Span(0, 1, 0, 3)])


def test_ten_thousand_names_are_ten_thousand_people(make_document):
    letters = [f"{a}{b}{c}" for a in "bcdfghjklm" for b in "aeiouáéíóú" for c in string.ascii_lowercase]
    names = [f"K{letters[i % 2600]} Z{letters[(i + i // 2600) % 2600]}" for i in range(10_000)]
    document = make_document(", ".join(names))
    spans = [(MentionKind.PERSON, 3 * i, 3 * i + 2) for i in range(len(names))]
    fill_mentions(document, Lexicon("en", Registry.of([], [])), document.hits, spans)
    assert [person.name for person in document.people] == names

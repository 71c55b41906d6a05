"""What stands in a text for machines is not read: addresses, tags, links; all else is, at its own offsets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labmoves_graph.model import Article, Language
from labmoves_graph.registry import Registry
from labmoves_ingest.dates import find_dates
from labmoves_ingest.extractor import Extractor
from labmoves_ingest.language import detect_language
from labmoves_ingest.markup import readable
from labmoves_ingest.reading import Reader
from labmoves_ingest.tokens import sentences, tokenize

PIECES = [
    "<p>",
    "<script>",
    "</script>",
    "<style>",
    "</a>",
    "<a href=",
    "<!--",
    "-->",
    "](http://",
    "](/",
    "[",
    "![",
    ")",
    '"',
    "www.",
    "a@b.co",
    "x",
    "离",
    " ",
    "\n",
]


def read(text):
    return " ".join(token.text for token in tokenize(text))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("See https://example.org/2024/09/25?x=1. He left.", "See . He left."),
        ("详见https://example.cn/a离职", "详见 离职"),
        ("(www.example.org)", "( )"),
        ("mail to ana.b@example.org, now", "mail to , now"),
        ("联系ana@example.org。", "联系 。"),
        ('<a href="x?y=Z">Ana</a><br/>', "Ana"),
        ("<style>p {color: red}</style>Ana", "Ana"),
        ("Ana <!-- left X --> Lee", "Ana Lee"),
        ("[Ana Lee](https://example.org/a_(b)) left", "Ana Lee left"),
        ('![Ana](/img/1.png "Ana at work")', "Ana"),
        ("[Ana](https://example.org/x 'Ana')", "Ana"),
        ("<script>if (a<b) Meta()</script>Ana", "Ana"),
        ("He said a <script> tag is a relic. Ana left.", "He said a tag is a relic. Ana left."),
        ("<P>Ana<BR><FONT color=red>Lee</FONT></P>", "Ana Lee"),
        ("详见https://example.cn/abc,OpenAI宣布", "详见 ,OpenAI宣布"),
    ],
)
def test_addresses_tags_and_links_are_not_read(text, left):
    assert " ".join(readable(text).split()) == left


@pytest.mark.parametrize(
    "text",
    [
        "<Qwen> and <Kimi>",
        "a < b and c > d",
        "[1] (see below)",
        "He said [sic](and left)",
        "@sama left x.ai",
        "p<0.05, and n>3",
        "<Mark Zuckerberg> left <Meta>",
        "<Li Auto>, <Form 8-K>, <Time 100 AI>, <path to AGI>",
        "if a <b and c> d, or a<b or b>c",
    ],
)
def test_signs_of_people_are_read(text):
    assert readable(text) == text


def test_what_is_left_reads_on_and_keeps_its_offsets():
    text = "<p>[Ana Lee](https://example.org/?left=Meta) left <b>Acme</b>.</p> See https://example.org/w?v=1 today."
    assert read(text) == "Ana Lee left Acme . See today ."
    assert all(text[token.start : token.end] == token.text for token in tokenize(text))
    assert len(sentences(text, tokenize(text))) == 2


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_only_what_is_read_becomes_tokens_at_its_own_offsets(text):
    seen = readable(text)
    assert len(seen) == len(text)
    assert all(b in (a, " ") for a, b in zip(text, seen, strict=True))
    assert "".join(token.text for token in tokenize(text)) == "".join(seen.split())


def test_a_page_says_what_its_text_says():
    plain = "Mira Murati left OpenAI on Wednesday to start her own company."
    page = (
        '<p><a href="https://x.com/miramurati/status/1">Mira Murati</a> left '
        "[OpenAI](https://example.org/2023/01/02/sam-altman) on Wednesday to start her own company.</p>"
    )
    extractor = Extractor(Registry.load())

    def moves(text):
        article = Article("a", text, published=date(2024, 9, 27), language=Language.EN)
        return [(c.event, c.person, c.organization, str(c.date)) for c in extractor.extract(article)]

    assert moves(page) == moves(plain) != []


@pytest.mark.parametrize(
    "again",
    ["Laura https://example.org/z Bennett", "Laura</b> Bennett", "Laura](https://example.org/x) Bennett"],
)
def test_a_name_does_not_run_over_what_is_not_read(again):
    text = f"Laura Bennett left OpenAI. Her friend {again} said so on Monday."
    document = Reader("en", Registry.load()).document(text, date(2024, 9, 27), "")
    names = {text[m.start : m.end] for person in document.people for m in person.mentions}
    assert "Laura Bennett" in names
    assert again not in names


def test_a_date_in_an_address_dates_nothing():
    text = "She joined in May 2019. [Photo](https://example.org/?d=2023-07-01) In August she left."
    assert [str(mention.date) for mention in find_dates(text, Language.EN, date(2025, 6, 9))] == [
        "2019-05",
        "2019-08",
    ]


def test_the_language_is_that_of_what_is_read():
    assert detect_language("[林俊旸离开阿里巴巴](https://example.org/" + "long/" * 60 + ")") is Language.ZH_HANS


@pytest.mark.parametrize("unit", ["<script>", "<!--", "<a href=", "](http", '](/ "', "[", "a.a@", "http://", "<b "])
def test_a_huge_text_of_beginnings_comes_to_its_end(unit):
    text = unit * (500_000 // len(unit))
    assert len(readable(text)) == len(text)

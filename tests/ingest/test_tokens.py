"""Tokens, folding and sentences: offsets always point into the raw text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labmoves_ingest.tokens import Token, fold, is_han, sentences, tokenize

SIGNS = "Ann Lee离开李 Inc.。\n\t “”'’()·…-—0123年月５Ａ\u200b\u202e\u0000🙂é姚順宇x.ai"
TEXTS = st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=("Cs",)), max_size=200)


def words(text):
    return [token.text for token in tokenize(text)]


def said(text):
    return [text[s.start : s.end] for s in sentences(text, tokenize(text))]


def test_a_token_holds_its_place_its_words_and_their_folded_form():
    assert tokenize("顺 OpenAI’s") == [
        Token(0, 1, "顺", "顺"),
        Token(2, 8, "OpenAI", "openai"),
        Token(8, 10, "’s", "'s"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("翁荔(Lilian Weng)离开OpenAI。", ["翁", "荔", "(", "Lilian", "Weng", ")", "离", "开", "OpenAI", "。"]),
        ("x.ai raised $1,200.50", ["x.ai", "raised", "$1,200.50"]),
        ("co-founder of AT&T", ["co-founder", "of", "AT&T"]),
        ("they've left", ["they", "'ve", "left"]),
        ("🙂 \u200b", ["🙂", "\u200b"]),
        (" \n\t", []),
    ],
)
def test_han_is_cut_by_character_and_latin_by_word(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OpenAICEO奥", "OpenAI CEO 奥"),
        ("CursorCEOMichael Truell", "Cursor CEO Michael Truell"),
        ("CTOTomás", "CTO Tomás"),
        ("XCEO", "X CEO"),
        ("MetaCPO", "Meta CPO"),
        ("VPDaria", "VP Daria"),
        ("Meta6月", "Meta 6 月"),
        ("Lab14日", "Lab 14 日"),
        ("OpenAI10亿", "OpenAI 10 亿"),
        ("GPT4发", "GPT4 发"),
        ("MICRO ECHO RSVP FACTO VPNs CEOs CEO co-CEO", "MICRO ECHO RSVP FACTO VPNs CEOs CEO co-CEO"),
        ("MiniMax-01", "MiniMax-01"),
    ],
)
def test_names_titles_and_days_that_grew_together_are_cut(text, expected):
    assert [token.text for token in tokenize(text)] == expected.split()


def test_long_words_are_left_whole():
    assert len(tokenize("CEOAa" * 20_000 + "-.")) == len(tokenize("a" * 100_000 + "-."))


def test_folding_makes_traditional_wide_and_capital_forms_one():
    assert fold("姚順宇離開ＯｐｅｎＡＩ　“Ａ”・É") == '姚顺宇离开openai "a"·é'


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_folding_keeps_every_offset(text):
    assert len(fold(text)) == len(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_tokens_are_everything_but_white_space_in_order(text):
    tokens = tokenize(text)
    assert all(token.text == text[token.start : token.end] and token.text.strip() for token in tokens)
    assert [token.text for token in tokens] == [text[t.start : t.end] for t in sorted(tokens, key=lambda t: t.start)]
    assert "".join(token.text for token in tokens) == "".join(text.split())


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_every_token_stands_in_one_sentence(text):
    tokens = tokenize(text)
    found = sentences(text, tokens)
    assert [i for s in found for i in range(s.first, s.last)] == list(range(len(tokens)))
    assert all((s.start, s.end) == (tokens[s.first].start, tokens[s.last - 1].end) for s in found)


@pytest.mark.parametrize(
    "expected",
    [
        ["Dr. Ann Lee left OpenAI Inc. in May.", "She joined x.ai."],
        ["He moved to the U.S. in 2019.", "Then he left."],
        ["“I quit.”", "She said no more."],
        ["Why did he leave?", "Nobody knows!"],
        ["2. Andrej Karpathy. He left OpenAI."],
        ["1. Ann Lee. She quit."],
    ],
)
def test_sentences_end_where_a_reader_stops(expected):
    assert said(" ".join(expected)) == expected


def test_chinese_sentences_keep_their_closing_quotes():
    assert said("他说：“我走了。”她留下！为什么？") == ["他说：“我走了。”", "她留下！", "为什么？"]


def test_a_line_break_ends_a_sentence_unless_the_line_goes_on():
    assert said("Ann Lee left\nOpenAI on Monday, she\nsaid") == ["Ann Lee left", "OpenAI on Monday, she\nsaid"]


def test_a_list_of_names_goes_on_after_a_wrapped_line():
    wrapped = "OpenAI was founded in 2015 as a non-profit by **Sam Altman**,\n**Elon Musk** and Greg Brockman."
    assert said(wrapped) == [wrapped]
    assert said("Yours sincerely,\nAnn Lee") == ["Yours sincerely,", "Ann Lee"]


@pytest.mark.parametrize(
    ("character", "expected"), [("李", True), ("㐀", True), ("の", False), ("A", False), ("，", False)]
)
def test_only_ideographs_are_han(character, expected):
    assert is_han(character) is expected

"""Cue words and registry names: found at token borders only, marked longest first."""

import pytest

from labmoves_graph.model import Language, Person
from labmoves_graph.registry import Registry
from labmoves_ingest.lexicon import CueHit, Flag, Lexicon
from labmoves_ingest.tokens import fold, tokenize


@pytest.fixture
def marks(lexicons):
    """The classes of each token of a text, as names."""

    def classes(text, language="en"):
        tokens = tokenize(text)
        lexicon = lexicons[language]
        found = lexicon.mark(tokens, lexicon.find(fold(text), tokens), text)
        return {
            token.text: {flag.name for flag in Flag if bits >> flag & 1}
            for token, bits in zip(tokens, found, strict=True)
        }

    return classes


def test_a_hit_says_where_it_stands_and_what_it_is(lexicons):
    text = "She joined OpenAI"
    assert CueHit(1, 2, "joined", frozenset({Flag.HIRE})) in lexicons["en"].find(fold(text), tokenize(text))


@pytest.mark.parametrize("text", ["leftover", "unleft", "rejoinedly"])
def test_part_of_a_word_is_no_cue(lexicons, text):
    assert lexicons["en"].find(fold(text), tokenize(text)) == []


def test_the_longest_name_is_marked_and_nothing_within_it(marks):
    found = marks("Google DeepMind hired him")
    assert {"ORGANIZATION_FIRST"} == found["Google"] & {"ORGANIZATION_FIRST", "ORGANIZATION_INNER"}
    assert {"ORGANIZATION_INNER"} == found["DeepMind"] & {"ORGANIZATION_FIRST", "ORGANIZATION_INNER"}


def test_an_ambiguous_name_is_marked_as_such(marks):
    assert {"AMBIGUOUS_FIRST"} == marks("Meta hired him")["Meta"] & {"AMBIGUOUS_FIRST", "ORGANIZATION_FIRST"}


def test_a_name_in_lower_case_is_a_common_word(marks):
    assert not marks("a meta question")["meta"] & {"AMBIGUOUS_FIRST", "ORGANIZATION_FIRST"}


def test_chinese_names_and_cues_need_no_spaces(marks):
    found = marks("翁荔離開谷歌DeepMind", "zh")
    assert {"PERSON_FIRST", "DEPARTURE", "ORGANIZATION_FIRST"} <= found["翁"] | found["離"] | found["谷"]
    assert "PERSON_INNER" in found["荔"]


def test_quotes_and_line_starts_are_marked_and_a_quote_ends_with_its_line(marks):
    found = marks("He said “now and\nthen later")
    assert [word for word, classes in found.items() if "QUOTED" in classes] == ["“", "now", "and"]
    assert [word for word, classes in found.items() if "LINE_START" in classes] == ["He", "then"]


@pytest.mark.parametrize(
    ("language", "text", "is_fiction"),
    [
        ("en", "this is a work of fiction.", True),
        ("en", "a factual report", False),
        ("zh", "本故事纯属虚构", True),
        ("zh", "一篇报道", False),
    ],
)
def test_texts_that_call_themselves_fiction(lexicons, language, text, is_fiction):
    assert bool(lexicons[language].fiction.search(fold(text))) is is_fiction


def test_a_common_name_is_a_name_and_nobody_in_particular():
    cox = Person("cox", "Christopher Cox", {Language.EN: ("Chris Cox",)}, ambiguous=("Chris Cox",))
    lexicon = Lexicon("en", Registry.of([], [cox]))
    text = "Chris Cox left, Christopher Cox stayed."
    tokens = tokenize(text)
    marks = lexicon.mark(tokens, lexicon.find(fold(text), tokens), text)
    names = [token.text for token, bits in zip(tokens, marks, strict=True) if bits >> Flag.PERSON_FIRST & 1]
    assert names == ["Chris", "Christopher"]
    assert lexicon.people == {"christopher cox": ["cox"]}

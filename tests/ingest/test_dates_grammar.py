"""Every row of the date tables finds its own examples."""

from __future__ import annotations

import pytest

from labmoves_ingest.dates.folding import fold
from labmoves_ingest.dates.grammar import Grammar, Rule, load_grammar
from labmoves_ingest.dates.numerals import parse_number

ROWS = [
    pytest.param(grammar, rule, example, id=f"{grammar.name}-{rule.name}-{example}")
    for grammar in map(load_grammar, ("common", "en", "zh"))
    for rule in grammar.rules
    for example in rule.examples
]


@pytest.mark.parametrize(("grammar", "rule", "example"), ROWS)
def test_rule_finds_its_example(grammar: Grammar, rule: Rule, example: str):
    text = fold("in " + example if rule.after_lead and grammar.name == "en" else example)
    assert rule.name in [match.rule.name for match in grammar.find(text)]


def test_rule_names_are_unique_within_a_table():
    for grammar in map(load_grammar, ("common", "en", "zh")):
        names = [rule.name for rule in grammar.rules]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("廿三", 23),
        ("十", 10),
        ("二〇一九", 2019),
        ("两", 2),
        ("半", 0.5),
        ("一百二十", 120),
        ("twenty-three", 23),
        ("a dozen", 12),
        ("half a", 0.5),
        ("21st", 21),
        ("lots", None),
        ("", None),
    ],
)
def test_number_words(text: str, value: float | None):
    assert parse_number(text) == value


def test_folding_keeps_offsets():
    text = "２０２４年🎉兩週後İ　x"
    assert (fold(text), len(fold(text))) == ("2024年🎉两周后İ x", len(text))

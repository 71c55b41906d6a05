"""The gate under the quality of extraction: what passes, what falls, and what must be said to change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from labmoves_graph.errors import RecordError
from labmoves_graph.model import Language
from labmoves_graph.registry import Registry
from labmoves_ingest.annotation_match import GoldClaim
from labmoves_ingest.evaluation import GoldArticle, evaluate
from labmoves_ingest.quality_gate import MARGIN, Floor, Floors, gold_hash

TODAY = date(2026, 1, 31)
TEXT = "Mira Murati left OpenAI on September 25, 2024."
CLAIM = {
    "event": "departure",
    "person": "Mira Murati",
    "organization": "OpenAI",
    "date": "2024-09-25",
    "status": "confirmed",
}


def article(article_id):
    return GoldArticle(article_id, TEXT, (GoldClaim.from_record(CLAIM),), (), Language.EN)


def quality_of(gold, found):
    evidence = {"start": 0, "end": len(TEXT), "quote": TEXT}
    predictions = [{**CLAIM, "article_id": one.id, "evidence": evidence} for one in gold[:found]]
    return evaluate(gold, predictions, Registry.of([], []))


GOLD = [article("a"), article("b"), article("c"), article("d")]
FLOORS = Floors().renewed("en", GOLD, quality_of(GOLD, 3), "first measured", TODAY)


def test_floors_lie_a_little_below_what_was_measured():
    assert FLOORS.of("en") == Floor(
        language="en",
        since=TODAY,
        reason="first measured",
        gold=gold_hash(GOLD),
        articles=4,
        claims=4,
        figures={
            "claim_f1": 0.847,
            "claim_precision": 0.99,
            "macro_f1": 0.74,
            "person_f1": 0.847,
            "date_exact": 0.99,
            "status": 0.99,
        },
    )
    assert quality_of(GOLD, 3).claim.f1 - MARGIN == pytest.approx(0.847, abs=0.001)


def test_what_was_measured_passes_and_what_fell_is_named():
    assert FLOORS.shortfalls("en", GOLD, quality_of(GOLD, 3)) == []
    assert FLOORS.shortfalls("en", GOLD, quality_of(GOLD, 4)) == []
    remedy = "mend it, or say with --renew REASON why it may be lower"
    assert FLOORS.shortfalls("en", GOLD, quality_of(GOLD, 2)) == [
        f"en: claim_f1 is 0.6667, below its floor 0.8470; {remedy}",
        f"en: macro_f1 is 0.5000, below its floor 0.7400; {remedy}",
        f"en: person_f1 is 0.6667, below its floor 0.8470; {remedy}",
    ]


@pytest.mark.parametrize(
    "other",
    [
        GOLD[:3],
        [*GOLD, article("e")],
        [*GOLD[:3], replace(GOLD[3], text=TEXT + " More.")],
        [*GOLD[:3], replace(GOLD[3], claims=())],
    ],
    ids=["one less", "one more", "another text", "another annotation"],
)
def test_other_gold_needs_a_reason(other):
    [told] = FLOORS.shortfalls("en", other, quality_of(other, 3))
    assert told.startswith("en: the annotated articles are not those of 2026-01-31 (4 then, ")
    assert told.endswith("say why with --renew REASON")


def test_the_order_of_the_gold_does_not_matter():
    assert gold_hash(reversed(GOLD)) == gold_hash(GOLD)


def test_a_lower_floor_is_added_with_its_reason_and_the_old_one_stays():
    lowered = FLOORS.renewed("en", GOLD, quality_of(GOLD, 2), "one reader instead of two", date(2026, 2, 1))
    assert [(entry.reason, entry.figures["claim_f1"]) for entry in lowered.entries] == [
        ("first measured", 0.847),
        ("one reader instead of two", 0.656),
    ]
    assert lowered.shortfalls("en", GOLD, quality_of(GOLD, 2)) == []


def test_a_language_without_floors_is_told():
    assert FLOORS.shortfalls("zh", GOLD, quality_of(GOLD, 4)) == [
        "zh: has no floors yet; lay them with --renew REASON"
    ]


def test_the_file_gives_the_same_floors_again(tmp_path):
    path = tmp_path / "floors.toml"
    floors = FLOORS.renewed("zh", GOLD, quality_of(GOLD, 4), 'a "quoted" reason, 有理由', TODAY)
    path.write_text(floors.as_toml(), encoding="utf-8")
    assert Floors.read(path) == floors


def test_a_file_that_holds_no_floors_is_told(tmp_path):
    path = tmp_path / "floors.toml"
    with pytest.raises(RecordError, match=r"cannot be read .* or make one with --renew REASON"):
        Floors.read(path)
    path.write_text('[[floors]]\nlanguage = "en"\n', encoding="utf-8")
    with pytest.raises(RecordError, match="no file of floors"):
        Floors.read(path)

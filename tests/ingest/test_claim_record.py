"""The output format of extract, which others build on."""

from __future__ import annotations

from labmoves_graph.model import Claim, Event, Evidence, Manner, Reason, ReasonCategory, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.claim_record import claim_as_record


def test_a_full_claim_has_every_key():
    claim = Claim(
        article_id="a",
        event=Event.DEPARTURE,
        person="姚顺宇",
        person_id="yao-shunyu-physics",
        organization="Anthropic",
        organization_id="anthropic",
        role="研究员",
        date=PartialDate.parse("2025-09-19"),
        date_text="9月19日",
        manner=Manner.RESIGNED,
        status=Status.CONFIRMED,
        said_by="姚顺宇",
        reasons=(Reason(ReasonCategory.VALUES_OR_POLITICS, "反华言论", 0.4, "姚顺宇"),),
        evidence=Evidence(0, 4, "姚顺宇离"),
        confidence=0.912345,
        extractor="test/1",
    )
    assert claim_as_record(claim) == {
        "article_id": "a",
        "event": "departure",
        "person": "姚顺宇",
        "person_id": "yao-shunyu-physics",
        "organization": "Anthropic",
        "organization_id": "anthropic",
        "role": "研究员",
        "date": "2025-09-19",
        "date_text": "9月19日",
        "manner": "resigned",
        "status": "confirmed",
        "said_by": "姚顺宇",
        "reasons": [{"category": "values_or_politics", "quote": "反华言论", "share": 0.4, "said_by": "姚顺宇"}],
        "evidence": {"start": 0, "end": 4, "quote": "姚顺宇离"},
        "confidence": 0.9123,
    }


def test_what_is_not_known_is_null():
    record = claim_as_record(
        Claim("a", Event.HIRE, "X Y", "Z", Status.RUMORED, Evidence(0, 1, "X"), extractor="test/1")
    )
    missing = ("person_id", "organization_id", "role", "date", "date_text", "manner", "said_by")
    assert {name: record[name] for name in missing} == dict.fromkeys(missing)
    assert record["reasons"] == []

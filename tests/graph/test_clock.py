"""Record time is UTC, comes from SOURCE_DATE_EPOCH where that is set, and survives its text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labmoves_graph.clock import instant_text, parse_instant, system_clock
from labmoves_graph.errors import DateError


@given(st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)))
def test_instant_survives_its_text(instant):
    assert parse_instant(instant_text(instant)) == instant


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 50, 120000, tzinfo=UTC), "2026-01-02T03:04:50.12Z"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8))), "2026-01-01T19:04:05Z"),
    ],
)
def test_text_is_canonical_utc(instant, text):
    assert instant_text(instant) == text


@pytest.mark.parametrize("text", ["2026-01-02T03:04:05", "yesterday", ""])
def test_text_without_zone_or_sense_is_refused(text):
    with pytest.raises(DateError):
        parse_instant(text)


def test_default_clock_stands_at_source_date_epoch(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert system_clock() == datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(DateError, match="SOURCE_DATE_EPOCH='soon'"):
        system_clock()
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert system_clock().tzinfo is UTC

"""Counting from a known date keeps to the precision that both allow."""

from __future__ import annotations

import pytest

from labmoves_graph.errors import DateError
from labmoves_graph.partial_date import PartialDate
from labmoves_ingest.dates import Shift, Unit, resolve_shift


@pytest.mark.parametrize(
    ("shift", "anchor", "expected"),
    [
        (Shift(10, Unit.DAY), "2025-09-19", "2025-09-29~"),
        (Shift(1, Unit.DAY), "2024-02-28", "2024-02-29"),
        (Shift(-3, Unit.WEEK), "2025-06-12", "2025-05-22~"),
        (-Shift(11, Unit.MONTH), "2025-09-19", "2024-10~"),
        (Shift(1, Unit.MONTH), "2024-12", "2025-01~"),
        (Shift(2, Unit.YEAR), "2019-03-04", "2021~"),
        (Shift(0, Unit.DAY), "2019-03-04", "2019-03-04"),
        (Shift(18, Unit.MONTH), "2019", "2020~"),
        (Shift(2, Unit.WEEK), "2019-03", "2019-03~"),
        (Shift(5, Unit.HOUR), "2019-03-04", "2019-03-04"),
        (Shift(1, Unit.YEAR), "2019-22", "2020~"),
    ],
)
def test_shift_from_an_anchor(shift: Shift, anchor: str, expected: str):
    assert resolve_shift(shift, PartialDate.parse(anchor)) == PartialDate.parse(expected)


@pytest.mark.parametrize("anchor", ["XXXX-02-09", "2019/2021", "9999-12-30"])
def test_shift_from_an_unknown_year_or_out_of_the_calendar_is_refused(anchor: str):
    with pytest.raises(DateError):
        resolve_shift(Shift(9, Unit.DAY), PartialDate.parse(anchor))

"""The best of several stated dates."""

import pytest

from labmoves_graph.consolidation_dates import DateVote, best_date
from labmoves_graph.model import Status
from labmoves_graph.partial_date import PartialDate


def votes(*stated):
    return [DateVote(PartialDate.parse(text), source) for source, text in enumerate(stated)]


@pytest.mark.parametrize(
    ("stated", "best", "rivals"),
    [
        (["2025"], "2025", []),
        (["2025", "2025-09-19"], "2025-09-19", []),
        (
            ["2026-03-03", "2026-03-04", "2026-03-04", "2026-03-05", "2026-03"],
            "2026-03-04",
            ["2026-03-03", "2026-03-05"],
        ),
        (["2025-10", "2025-10", "2025-11-03"], "2025-10", ["2025-11-03"]),
        (["2025", "2026-01", "2026-01"], "2026-01", ["2025"]),
        (["2024-05-14", "2024-05-15"], "2024-05-14", ["2024-05-15"]),
        (["2024-09~", "2025-09"], "2025-09", ["2024-09~"]),
        (["2025-22", "2025-09"], "2025-09", ["2025-22"]),
        (["XXXX-02-09", "2026"], "2026", []),
        (["XXXX-02-09"], "XXXX-02-09", []),
        (["2026-03-28~", "2026-03-28"], "2026-03-28", []),
        (["202X", "2024-05-14"], "2024-05-14", []),
        (["2023-24", "2024-01-15"], "2024-01-15", []),
    ],
)
def test_most_precise_date_that_most_sources_allow(stated, best, rivals):
    found = best_date(votes(*stated))
    assert (str(found.best), [str(rival) for rival in found.rivals]) == (best, rivals)


def test_one_source_has_one_vote_however_often_it_repeats_itself():
    repeated = [DateVote(PartialDate.parse("2025-11"), 0)] * 5
    assert str(best_date([*repeated, *votes("2025-10", "2025-10")[0:2]]).best) == "2025-10"


def test_rumour_and_impossible_date_lose():
    rumour = DateVote(PartialDate.parse("2025-03"), 0, Status.RUMORED)
    impossible = DateVote(PartialDate.parse("2022-01"), 1, possible=False)
    fact = DateVote(PartialDate.parse("2025-06"), 2)
    assert str(best_date([rumour, impossible, fact]).best) == "2025-06"


def test_no_date_gives_none():
    assert best_date([]).best is None

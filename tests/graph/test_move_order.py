"""In what order the moves of a person stand, where their dates are too coarse to tell."""

from datetime import UTC, datetime, timedelta

import pytest

from labmoves_graph.history import RecordedClaim, replay, with_keys
from labmoves_graph.move_order import sort_dates

START = datetime(2026, 3, 3, tzinfo=UTC)


def placed(newsroom, *told):
    """(event, organization) -> what the move that is believed in the end sorts by; a claim an hour."""
    record = []
    for hour, (event, organization, when) in enumerate(told):
        claim = newsroom.claim("times", event, "ada", organization, when)
        item = RecordedClaim(claim, newsroom.articles[claim.article_id], START + timedelta(hours=hour))
        record.append(with_keys(item, newsroom.registry))
    history = replay(record, [], newsroom.registry)
    found = sort_dates(history)
    assert set(found) == {(version.row.id, version.valid_from) for version in history.moves}
    return {
        (v.row.event.value, v.row.organization_id): found[v.row.id, v.valid_from]
        for v in history.moves
        if v.valid_to is None
    }


@pytest.mark.parametrize(
    ("left", "arrived", "departure", "arrival"),
    [
        ("2024-02", "2024", "2024-02-01", "2024-02-01+"),  # the year allows it
        ("2024-02-05", "2024-02-05", "2024-02-05", "2024-02-05+"),
        ("2024", "2024", "2024-01-01", "2024-01-01+"),
        ("2024", "2024-02", "2024-01-01", "2024-02-01"),
        ("2024-02-05", "2024-02-01", "2024-02-05", "2024-02-01"),  # the dates decide
        ("2024-02", None, "2024-02-01", ""),
    ],
)
def test_a_departure_stands_before_the_arrival_that_followed(newsroom, left, arrived, departure, arrival):
    found = placed(newsroom, ("founding", "beta", arrived), ("departure", "alpha", left))
    assert found == {("founding", "beta"): arrival, ("departure", "alpha"): departure}


def test_a_stay_that_is_known_to_the_year_alone_stays_in_order(newsroom):
    found = placed(
        newsroom,
        ("departure", "beta", "2024"),
        ("hire", "beta", "2024"),
        ("departure", "alpha", "2024-06"),
        ("hire", "gamma", "2024-11"),
    )
    assert sorted(found, key=found.get) == [
        ("departure", "alpha"),
        ("hire", "beta"),
        ("departure", "beta"),
        ("hire", "gamma"),
    ]

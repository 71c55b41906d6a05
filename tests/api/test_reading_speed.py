"""What makes reading quick does not change what is read: remembered parameters and totals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.routing import APIRoute

from labmoves_api.middleware.remembering import MOST_READINGS, _Asked, _Readings
from labmoves_api.service import Service
from labmoves_api.settings import Settings
from labmoves_graph.move_filter import MoveFilter
from labmoves_graph.read_model import ReadModel


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"params": {"lang": "en"}}, {"params": {"lang": "zh-Hans"}}),
        ({"headers": {"Accept-Language": "en"}}, {"headers": {"Accept-Language": "zh-CN"}}),
        ({"headers": {"Accept": "application/json"}}, {"headers": {"Accept": "text/turtle"}}),
    ],
)
def test_requests_that_differ_are_not_taken_for_one_another(server, first, second):
    path = "/v1/people/yao-shunyu-physics"
    answers = [server.get(path, **asked).text for asked in (first, second, first, second)]
    assert answers[:2] == answers[2:]
    assert answers[0] != answers[1]


def test_what_varies_is_checked_each_time(store, serve):
    with serve(Settings(store=store, cache_bytes=0)) as site:
        first = site.get("/v1/moves?limit=1").json()
        pages = [first]
        while pages[-1]["cursor"] and len(pages) < 4:
            pages.append(site.get(f"/v1/moves?limit=1&cursor={pages[-1]['cursor']}").json())
        assert len({page["items"][0]["id"] for page in pages}) == 4
        assert pages[2]["links"]["self"].endswith(f"cursor={pages[1]['cursor']}")
        for query, status in (
            ("limit=1&cursor=%00", 422),
            ("limit=1&cursor=a&cursor=b", 400),
            ("limit=1&cursor=", 422),
            ("limit=1&cursor=nonsense", 400),
            ("limit=1&curzor=1", 400),
            ("limit=0", 422),
        ):
            for _ in range(2):
                assert site.get(f"/v1/moves?{query}").status_code == status, query
        assert [site.get(f"/v1/moves/{'x' * length}").status_code for length in (9, 201, 9)] == [404, 422, 404]


def test_remembered_parameters_are_bounded():
    readings = _Readings(APIRoute("/{id}", lambda id: id))
    for number in range(MOST_READINGS + 20):
        readings._keep(_Asked(b"1", (b"%d" % number,), {}), {})
    assert len(readings._kept) == MOST_READINGS


def test_parameters_of_a_former_state_of_the_store_are_forgotten():
    readings = _Readings(APIRoute("/{id}", lambda id: id))
    readings._keep(_Asked(b"1", (b"q=a",), {}), {"model": "former"})
    now = _Asked(b"2", (b"q=a",), {})
    assert readings.known(None, now) is None
    readings._keep(now, {"model": "present"})
    assert readings._kept == {(b"q=a",): {"model": "present"}}


def test_a_total_counted_while_the_store_changes_is_none_of_the_next_state(store, monkeypatch):
    service = Service(Settings(store=store))
    before = service.state()
    after = replace(before, name="after")
    chosen, other = MoveFilter(), MoveFilter(person="somebody")
    totals = iter((1, 2))

    def count(_, asked):
        if asked == other:
            return 0
        service.count(other, after)  # as another thread does meanwhile
        return next(totals)

    monkeypatch.setattr(ReadModel, "count", count)
    assert [service.count(chosen, state) for state in (before, after, after)] == [1, 2, 2]
    service.close()

"""What makes reading quick does not change what is read: remembered parameters, remembered moves, the log's lines."""

from __future__ import annotations

import json

import pytest
from pydantic_core import to_json

from labmoves_api.move_bodies import MoveBodies
from labmoves_api.records import move_record
from labmoves_api.routes.remembering import MOST_READINGS, RememberingRoute, _Asked, _Readings
from labmoves_api.settings import Settings
from labmoves_graph.errors import NotFoundError
from labmoves_graph.model import Language
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

NEWEST = (MoveFilter(), MoveSort.DATE_DESCENDING, 50, None)


@pytest.fixture
def model(store):
    with ReadModel.open(store / "moves.db") as model:
        yield model


@pytest.mark.parametrize("memory", [0, 5_000, 1_000_000])
@pytest.mark.parametrize("lang", [None, Language.ZH_HANS])
def test_moves_out_of_memory_are_those_that_are_read(model, memory, lang):
    bodies = MoveBodies(memory)
    expected = model.moves(*NEWEST, lang=lang)
    for _ in range(3):
        page = bodies.page(model, *NEWEST, lang)
        assert list(page.items) == [to_json(move_record(view)) for view in expected.items]
        assert page.cursor == expected.cursor
        assert bodies.one(model, expected.items[0].id, lang) == page.items[0]
        assert 0 <= bodies._size <= memory


def test_pages_that_share_moves_keep_their_own_order_and_length(model):
    bodies = MoveBodies(1_000_000)
    whole = [json.loads(body)["id"] for body in bodies.page(model, *NEWEST, None).items]
    turned = bodies.page(model, MoveFilter(), MoveSort.DATE, 2, None, None)
    assert [json.loads(body)["id"] for body in turned.items] == whole[::-1][:2]


def test_a_move_that_is_not_held_is_not_found_out_of_memory_either(model):
    bodies = MoveBodies(1_000_000)
    for _ in range(2):
        with pytest.raises(NotFoundError, match="no move 'nothing'"):
            bodies.one(model, "nothing", None)


def test_remembered_moves_are_forgotten_when_the_store_changes(tmp_path, make_store):
    path = make_store(tmp_path / "store")
    bodies = MoveBodies(1_000_000)
    with ReadModel.open(path / "moves.db") as model, ClaimStore.open(path) as store:
        before = bodies.page(model, *NEWEST, None).items
        with store.writer() as writer:
            writer.retract("36ke-yao", "a test")
        project(store, Registry.load())
        after = bodies.page(model, *NEWEST, None).items
        assert list(after) == [to_json(move_record(view)) for view in model.moves(*NEWEST).items]
        assert before != after


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
    readings = _Readings(RememberingRoute("/{id}", lambda id: id))
    for number in range(MOST_READINGS + 20):
        readings._keep(_Asked((str(number),), {}), {})
    assert len(readings._kept) == MOST_READINGS

"""The kept JSON of moves is what the views give: in every language, order and filter, and after every change."""

import json
from datetime import UTC, datetime

import pytest
from pydantic_core import to_json

from labmoves_graph.errors import NotFoundError
from labmoves_graph.model import Article, Claim, Event, Evidence, Language, Status
from labmoves_graph.move_filter import MoveFilter, MoveSort
from labmoves_graph.move_records import move_record, move_version_record
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.store import ClaimStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES = [None, *Language]


@pytest.fixture(scope="module")
def news(generated_news):
    return generated_news(120, 11)


@pytest.fixture(scope="module")
def model(news, tmp_path_factory):
    with ClaimStore.open(tmp_path_factory.mktemp("texts"), clock=lambda: NOW) as store:
        with store.writer() as writer:
            for article, claims in news.readings:
                writer.put_article(article, claims)
        project(store, news.registry)
        with ReadModel.open(store.read_model_path) as opened:
            yield opened


def texts(model, chosen):
    return b"[%b]" % b"".join(model.move_texts(chosen).items)


def as_views(model, *asked, lang):
    page = model.moves(*asked, lang=lang)
    return b",".join(to_json(move_record(view)) for view in page.items), page.cursor


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sort", MoveSort)
def test_every_page_is_what_the_views_give(model, sort, lang):
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        page = model.move_texts(None, sort, 30, cursor, lang=lang)
        assert (b"".join(page.items), page.cursor) == as_views(model, None, sort, 30, cursor, lang=lang)
        cursor, pages = page.cursor, pages + 1
    assert pages == -(-model.count() // 30)


@pytest.mark.parametrize(
    "chosen",
    [
        MoveFilter(organization="org-1"),
        MoveFilter(event=(Event.DEPARTURE,), since=PartialDate.parse("2015")),
        MoveFilter(from_organization="org-1"),
        MoveFilter(q="Known Person 1", min_sources=1),
        MoveFilter(person="nobody"),
        MoveFilter(as_of=NOW),
    ],
)
def test_pages_of_a_filter_are_what_the_views_give(model, chosen):
    for sort in MoveSort:
        page = model.move_texts(chosen, sort, 5, lang=Language.ZH_HANS)
        assert (b"".join(page.items), page.cursor) == as_views(model, chosen, sort, 5, None, lang=Language.ZH_HANS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_move_is_its_view_with_its_history(model, lang):
    for view in model.moves(limit=1000, lang=lang).items:
        record = move_record(view) | {"history": [move_version_record(v) for v in model.move_history(view.id)]}
        assert model.move_text(view.id, lang=lang) == to_json(record)
        assert model.move_text(view.id, lang=lang, as_of=NOW) == to_json(record)


def test_a_move_that_is_not_held_is_not_found(model):
    with pytest.raises(NotFoundError, match="no move 'nothing' is held"):
        model.move_text("nothing")


def claim(article_id, text, organization):
    return Article(article_id, text), [
        Claim(
            article_id,
            Event.DEPARTURE,
            text.split(" left")[0],
            organization,
            Status.CONFIRMED,
            Evidence(0, 5, text[:5]),
        )
    ]


def test_an_organization_that_gets_another_name_has_it_in_the_moves_of_others_too(tmp_path, news):
    with ClaimStore.open(tmp_path, clock=lambda: NOW) as store:
        with store.writer() as writer:
            writer.put_article(*claim("one", "Anna Berg left New Lab", "New Lab"))
            for article, claims in news.readings[:20]:
                writer.put_article(article, claims)
        project(store, news.registry)
        with ReadModel.open(store.read_model_path) as model:
            chosen = MoveFilter(q="new lab")
            [before] = json.loads(texts(model, chosen))
            with store.writer() as writer:
                writer.put_article(*claim("two", "Bela Cole left new lab", "new lab"))
            assert not project(store, news.registry).rebuilt
            after = json.loads(texts(model, chosen))
            assert texts(model, chosen) == to_json([move_record(v) for v in model.moves(chosen).items])
    assert before["organization"]["name"] == "New Lab"
    assert {(each["person"]["name"], each["organization"]["name"]) for each in after} == {
        ("Anna Berg", "new lab"),
        ("Bela Cole", "new lab"),
    }

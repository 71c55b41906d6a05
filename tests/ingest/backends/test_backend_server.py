"""Servers that are busy, slow, broken or hostile; answers that are kept; money that is spent."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from labmoves_graph.errors import BudgetError, ModelUnavailableError, ReaderSettingsError, ReadingError
from labmoves_ingest.backends import readings
from labmoves_ingest.backends.llm import ModelReader
from labmoves_ingest.backends.settings import Style


@pytest.fixture
def articles(article):
    """Several versions of the article, each with its own text."""
    return lambda count: [replace(article, id=f"a{n}", text=f"{article.text}Issue {n}.") for n in range(count)]


@pytest.fixture
def told(server, registry, article):
    """The error that reading the article ends in."""

    def read(error=ModelUnavailableError, **settings):
        with pytest.raises(error) as raised:
            ModelReader(registry, server.settings(**settings)).extract(article)
        return str(raised.value)

    return read


# -- trying again


@pytest.mark.parametrize(
    "trouble",
    [
        [{"status": 500}, {"status": 503}, {"status": 529}],
        [{"status": 429, "headers": {"retry-after": "0"}}],
        [{"status": 429, "headers": {"retry-after": "tomorrow"}}],
        [{"status": 408}, {"status": 409}],
        [{"closes": True}, {"closes": True}],
        [{"status": 502, "body": b"<html>\xff bad gateway"}],
    ],
    ids=lambda trouble: " ".join(str(next(iter(step.values()))) for step in trouble),
)
@pytest.mark.parametrize("style", list(Style))
def test_passing_trouble_is_waited_out(server, registry, article, say, style, trouble):
    server.script.extend(say.Response(**step) for step in trouble)
    assert len(ModelReader(registry, server.settings(style)).extract(article)) == 3
    assert len(server.requests) == len(trouble) + 1


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_kept_to(server, registry, article, say, as_date):
    """The server takes nothing before the instant that it named; only a client that waits for it gets through."""
    until = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
    named = format_datetime(until, usegmt=True) if as_date else "2"
    server.quirk = lambda _: "too early" if datetime.now(UTC) < until else None
    server.script.append(say.Response(status=429, headers={"retry-after": named}))
    assert len(ModelReader(registry, server.settings(tries=2)).extract(article)) == 3


def test_a_slow_answer_is_given_up_and_asked_for_again(server, registry, article, say):
    server.script.append(say.Response(drip=0.01))
    assert len(ModelReader(registry, server.settings(timeout=0.3)).extract(article)) == 3
    assert len(server.requests) == 2


# -- giving up


@pytest.mark.parametrize(
    ("response", "why"),
    [
        ({"status": 401}, "answered 401: {"),
        ({"status": 403}, "check LABMOVES_LLM_KEY and what it may use"),
        ({"status": 404}, "check LABMOVES_LLM_URL and LABMOVES_LLM_MODEL"),
        ({"status": 307, "headers": {"location": "http://127.0.0.1:1/"}}, "answered 307"),
        ({"status": 429, "headers": {"retry-after": "9999"}}, "it asks to wait 9999 s, run again then"),
    ],
    ids=["key", "allowed", "path", "redirect", "patience"],
)
def test_what_does_not_pass_is_told_at_once_and_without_the_key(server, told, say, response, why):
    server.always = say.Response(**response)
    message = told()
    assert message.startswith(f"the model server {server.url}/v1/chat/completions answered {response['status']}")
    assert why in message
    assert say.key not in message
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("response", "why", "requests"),
    [
        ({"status": 400, "body": b"context too long"}, "answered 400: context too long; read it again later", 1),
        ({"status": 500, "body": b""}, "answered 500 at 3 tries; read it again later", 3),
        ({"closes": True}, "broke off (", 3),
        ({"body": b" " * (9 * 2**20)}, "broke off (more than 8388608 bytes) at 3 tries", 3),
    ],
    ids=["request", "failing", "hangs up", "flood"],
)
def test_one_article_without_an_answer_is_rejected(server, told, say, response, why, requests):
    server.always = say.Response(**response)
    message = told(ReadingError, tries=3)
    assert message.startswith(f"article a1: the model server {server.url}/v1/chat/completions ")
    assert why in message
    assert len(server.requests) == requests


def test_three_articles_in_a_row_without_an_answer_end_the_run(server, registry, articles, say):
    failing, well = say.Response(status=500), say.Response()
    server.script.extend([failing, failing, well, failing, failing, failing, well])
    problems = []
    reader = ModelReader(registry, server.settings(concurrency=1, tries=1))
    assert [article.id for article, _ in readings(reader, articles(9), problems.append)] == ["a2"]
    assert [type(problem) for problem in problems] == [ReadingError] * 4 + [ModelUnavailableError]


def test_a_server_that_is_not_there(told):
    assert "http://127.0.0.1:1/v1/chat/completions cannot be reached" in told(url="http://127.0.0.1:1", tries=2)


def test_a_run_ends_when_the_server_is_gone_and_keeps_what_it_has(server, registry, articles, say):
    server.script.append(say.Response())
    server.always = say.Response(status=401)
    problems = []
    reader = ModelReader(registry, server.settings(concurrency=1))
    read = list(readings(reader, articles(5), problems.append))
    assert [(article.id, len(claims)) for article, claims in read] == [("a0", 3)]
    assert [type(problem) for problem in problems] == [ModelUnavailableError]
    assert len(server.requests) == 2


# -- servers that want something else


@pytest.mark.parametrize(
    ("refused", "wanted"),
    [
        ("temperature", lambda body: "temperature" not in body),
        ("max_completion_tokens", lambda body: "max_completion_tokens" in body and "max_tokens" not in body),
        ("response_format", lambda body: body["response_format"] == {"type": "json_object"}),
    ],
)
def test_what_a_server_does_not_know_is_left_out_from_then_on(server, registry, articles, refused, wanted):
    server.quirk = lambda body: None if wanted(body) else f"unsupported: {refused}"
    reader = ModelReader(registry, server.settings())
    assert [len(reader.extract(article)) for article in articles(2)] == [3, 3]
    assert [wanted(body) for _, _, body in server.requests] == [False, True, True]


def test_without_a_schema_mode_the_schema_is_told_in_words(server, registry, article):
    server.quirk = lambda body: "response_format" if "json_schema" in body["response_format"] else None
    ModelReader(registry, server.settings()).extract(article)
    assert '"required": ["claims"]' in server.instructions()[-1]


# -- several at a time


def test_so_many_requests_at_a_time_and_the_order_kept(server, registry, articles, say):
    server.gate = threading.Barrier(3)
    reader = ModelReader(registry, server.settings(concurrency=3))
    given = articles(9)
    read = list(readings(reader, given, pytest.fail))
    assert [article for article, _ in read] == given
    assert server.busiest == 3


# -- answers kept


def test_a_second_run_is_free_and_the_same(server, registry, article, tmp_path):
    settings = server.settings(cache=tmp_path / "answers", price_in=1.0, price_out=2.0)
    first = ModelReader(registry, settings).extract(article)
    again = ModelReader(registry, settings)
    assert again.extract(article) == first
    assert len(server.requests) == 1
    assert "1 answers from the cache, 0 requests, 0 tokens in, 0 out, cost 0.0000" in again.summary()


def test_whatever_is_asked_otherwise_is_asked_anew(server, registry, article, tmp_path):
    settings = server.settings(cache=tmp_path)
    for asked, how in [
        (article, settings),
        (replace(article, text=article.text + "More."), settings),
        (replace(article, title="Other"), settings),
        (article, replace(settings, model="reader-2")),
    ]:
        ModelReader(registry, how).extract(asked)
    assert len(server.requests) == 4
    ModelReader(registry, replace(settings, key="", url="http://127.0.0.1:1")).extract(article)


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"claims": 1}'])
def test_a_damaged_entry_is_asked_for_again_and_replaced(server, registry, article, tmp_path, damage):
    settings = server.settings(cache=tmp_path)
    first = ModelReader(registry, settings).extract(article)
    [entry] = tmp_path.glob("*/*.json")
    whole = entry.read_bytes()
    entry.write_bytes(damage)
    assert ModelReader(registry, settings).extract(article) == first
    assert (entry.read_bytes(), len(server.requests)) == (whole, 2)
    assert list(tmp_path.rglob(".*")) == []


def test_an_unusable_answer_is_not_kept(server, registry, article, say, tmp_path):
    server.read = lambda _: "no"
    reader = ModelReader(registry, server.settings(cache=tmp_path))
    assert list(readings(reader, [article], lambda problem: None)) == []
    assert list(tmp_path.rglob("*.json")) == []


def test_a_cache_that_cannot_be_written_is_told(server, registry, article, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReaderSettingsError, match="set LABMOVES_LLM_CACHE to another folder, or to off"):
        ModelReader(registry, server.settings(cache=tmp_path / "file")).extract(article)


# -- money


def test_tokens_and_cost_are_told(server, registry, articles):
    reader = ModelReader(registry, server.settings(price_in=3.0, price_out=15.0))
    for article in articles(2):
        reader.extract(article)
    assert "2 requests, 2000 tokens in, 200 out, cost 0.0090" in reader.summary()


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(
    "limit",
    [{"token_budget": 40_000}, {"budget": 0.11, "price_in": 1.0, "price_out": 10.0}],
    ids=["tokens", "money"],
)
def test_a_budget_is_never_exceeded_and_what_was_read_is_kept(
    server, registry, articles, tmp_path, concurrency, limit
):
    settings = server.settings(cache=tmp_path, concurrency=concurrency, **limit)
    given, problems = articles(30), []
    reader = ModelReader(registry, settings)
    first = list(readings(reader, given, problems.append))
    assert 0 < len(first) < 30
    assert [type(problem) for problem in problems] == [BudgetError]
    assert "answers in the cache cost nothing" in str(problems[0])
    assert reader.account.tokens_in + reader.account.tokens_out <= limit.get("token_budget", 10**9)
    assert (reader.account.cost() or 0) <= limit.get("budget", 0)
    asked = len(server.requests)
    again = list(readings(ModelReader(registry, settings), given, problems.append))
    assert again[: len(first)] == first
    assert len(again) > len(first)
    assert len(server.requests) > asked


@pytest.mark.parametrize("response", [{"counts": False}, {"drip": 0.05}], ids=["server does not count", "no answer"])
def test_what_nobody_counted_stays_reserved(server, registry, articles, say, response):
    server.always = say.Response(**response)
    reader = ModelReader(registry, server.settings(token_budget=30_000, timeout=0.2, tries=1))
    problems = []
    for article in articles(3):
        list(readings(reader, [article], problems.append))
    assert len(server.requests) == 1
    assert "1 requests (1 whose tokens nobody told), 0 tokens in" in reader.summary()
    assert isinstance(problems[-1], BudgetError)


def test_requests_carry_the_limit_that_the_budget_counts_on(server, registry, article):
    ModelReader(registry, server.settings()).extract(article)
    [(_, _, body)] = server.requests
    assert (body["max_tokens"], body["temperature"]) == (8192, 0)
    assert len(json.dumps(body)) < 30_000

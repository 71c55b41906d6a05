"""The lines of docs/security.md that no other test file covers: headers, limits, logs, memory."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from labmoves_api.access import Scope, TokenFile
from labmoves_api.errors import RateLimitError
from labmoves_api.metrics import Metrics
from labmoves_api.middleware.limits import MOST_CLIENTS, RateLimiter
from labmoves_api.middleware.observation import Observation
from labmoves_api.page_reading import decoded_page, read_page
from labmoves_api.request_log import ACCESS_LOG, log_to
from labmoves_api.settings import Settings
from labmoves_api.wording import web_url

ROOT = Path(__file__).parents[2]
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "interest-cohort=()",
}


def test_every_line_of_the_threat_model_names_a_test_that_exists():
    tests = {
        f"{file.name}::{name}"
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    rows = [
        line for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines() if "`test_" in line
    ]
    named = [re.findall(r"`(test_\w+\.py::test_\w+)`", row) for row in rows]
    assert len(rows) > 20
    assert all(named)
    assert {name for row in named for name in row} - tests == set()


@pytest.mark.parametrize(
    "path",
    ["/", "/v1/moves", "/v1/moves?format=csv", "/v1/nothing", "/sparql", "/feeds/moves.atom", "/docs", "/health"],
)
def test_every_answer_has_the_security_headers(server, path):
    answer = server.get(path, headers={"Accept": "*/*"})
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "set-cookie" not in answer.headers
    again = server.get(path, headers={"If-None-Match": answer.headers.get("etag", "")})
    assert {name: again.headers.get(name) for name in HEADERS} == HEADERS


def test_pages_load_nothing_from_elsewhere_and_run_nothing(server):
    for path in ("/", "/docs", "/people/yao-shunyu-physics", "/articles/times-yao"):
        text = server.get(path, headers={"Accept": "text/html"}).text
        assert "<script" not in text
        assert re.findall(r'(?:src|<link[^>]* href)="(https?:)?//', text) == []
        assert " style=" not in text
        assert not re.search(r"\son\w+=", text)
        assert server.get(path).headers["content-security-policy"] == HEADERS["content-security-policy"]


def test_a_link_to_a_source_is_a_web_address_or_none(server):
    assert web_url("https://example.org/") == "https://example.org/"
    for url in (
        "javascript:alert(1)",
        "data:text/html,x",
        " JaVaScRiPt:alert(1)",
        "vbscript:x",
        "",
        "http://a/\r\nX:",
    ):
        assert web_url(url) == ""
    [move] = server.json("/v1/moves?until=2023")["items"]
    assert move["evidence"][0]["url"].startswith("javascript:")  # as it stands in the store
    person = move["person"]["id"]
    for path in ("/", f"/people/{person}", "/articles/hostile", f"/feeds/people/{person}.atom", "/feeds/moves.atom"):
        shown = server.get(path, headers={"Accept": "text/html"}).text
        assert not re.search(r"""(?:href|src|action)=["']?\s*javascript:""", shown, re.IGNORECASE), path
    assert "\nURL:" not in server.get(f"/v1/people/{person}/timeline?format=ics").text


def test_a_body_over_the_limit_is_refused_stated_or_not(tmp_path, make_store, serve):
    store = make_store(tmp_path / "store", small=True)
    token = TokenFile(Settings(store=store).token_file).create("a", [Scope.INGEST])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with serve(Settings(store=store, max_body=1000)) as site:
        whole = site.client.post("/v1/articles", content=b"x" * 2000, headers=headers)
        parts = site.client.post("/v1/articles", content=iter([b"x" * 600] * 3), headers=headers)
        assert [answer.status_code for answer in (whole, parts)] == [413, 413]
        assert site.client.post("/sparql", content=b"x" * 2000).status_code == 413


def test_costly_requests_are_limited_for_each_client_and_reading_is_not(tmp_path, make_store, serve):
    store = make_store(tmp_path / "store", small=True)
    with serve(Settings(store=store, costly_per_minute=3)) as site:
        answers = [site.get("/v1/ask", params={"q": "who left OpenAI"}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert asyncio.run(_asked_by(site.app, "203.0.113.9")) == 200
        assert asyncio.run(_asked_by(site.app, "127.0.0.1")) == 429
        assert all(site.get("/v1/moves").status_code == 200 for _ in range(10))


def test_the_search_of_the_first_page_counts_as_costly_and_the_page_does_not(tmp_path, make_store, serve):
    store = make_store(tmp_path / "store", small=True)
    with serve(Settings(store=store, costly_per_minute=2)) as site:
        answers = [site.get("/", params={"q": "who left OpenAI"}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
        assert all(site.get("/").status_code == 200 for _ in range(5))


async def _asked_by(app, address):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://x") as one:
        return (await one.get("/v1/ask", params={"q": "who left OpenAI"})).status_code


def test_a_limited_client_is_served_again_after_the_time_told():
    limiter = RateLimiter(60)
    for _ in range(60):
        limiter.take("a", 0.0)
    with pytest.raises(RateLimitError) as raised:
        limiter.take("a", 0.0)
    limiter.take("b", 0.0)
    limiter.take("a", float(raised.value.retry_after))


def test_the_limiter_remembers_a_bounded_number_of_clients():
    limiter = RateLimiter(60)
    for number in range(MOST_CLIENTS + 100):
        limiter.take(str(number), 0.0)
    assert len(limiter._clients) == MOST_CLIENTS


class Lines(io.StringIO):
    """A log that is kept open."""

    def __iter__(self):
        return iter(self.getvalue().splitlines())


@pytest.fixture
def log():
    lines = Lines()
    former = ACCESS_LOG.handlers, ACCESS_LOG.propagate
    log_to(lines)
    yield lines
    log_to(lines, logging.ERROR)
    ACCESS_LOG.handlers, ACCESS_LOG.propagate = former
    ACCESS_LOG.setLevel(logging.NOTSET)


def logged(log, path):
    """The lines of the log once one of them speaks of `path`: it is written after the answer went out."""
    deadline = time.monotonic() + 30
    while not any(path in line for line in log):
        assert time.monotonic() < deadline, f"no line speaks of {path}: {log}"
        time.sleep(0.01)
    return list(log)


def test_the_log_has_a_line_a_request_and_no_secret(server, log):
    secret = "lm_" + "s" * 43
    answer = server.client.post(
        f"/v1/articles?note={secret}",
        json={"text": secret},
        headers={"Authorization": f"Bearer {secret}", "X-Request-Id": "abc-1"},
    )
    [line] = [json.loads(line) for line in logged(log, "/v1/articles") if "abc-1" in line]
    assert answer.headers["x-request-id"] == "abc-1"
    assert (line["method"], line["path"], line["status"]) == ("POST", "/v1/articles", answer.status_code)
    assert secret not in "".join(log)


def test_every_request_has_an_id_of_its_own_that_the_log_has_too(server, log):
    answers = [server.get("/v1/people/nobody-of-that-name") for _ in range(3)]
    ids = [answer.headers.get_list("x-request-id") for answer in answers]
    assert all(len(given) == 1 and re.fullmatch("[0-9a-f]{16}", given[0]) for given in ids), ids
    assert len({given for [given] in ids}) == 3
    assert ids[2][0] in "".join(logged(log, ids[2][0]))


def test_a_request_cannot_forge_a_line_of_the_log(server, log):
    server.get("/v1/people/a%0a%7B%22level%22:%22forged%22%7D", headers={"X-Request-Id": "x y{}"})
    for line in logged(log, "/v1/people/"):
        assert json.loads(line)["level"] == "info"
    assert "x y{}" not in "".join(log)


def test_metrics_count_by_route_and_not_by_what_clients_ask_for(server):
    for number in range(5):
        server.get(f"/v1/people/somebody-{number}")
    text = server.get("/metrics").text
    assert "somebody" not in text
    assert 'route="/v1/people/{id}",status="404"' in text
    assert re.search(r"^labmoves_revision 1$", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("method", "counted"), [("GET", "GET"), ("PATCH", "PATCH"), ("GETGET", "other"), ("x" * 99, "other")]
)
def test_metrics_tell_only_the_methods_of_http_apart(method, counted):
    async def nothing_there(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask(message):
        return None

    metrics = Metrics()
    scope = {"type": "http", "method": method, "path": "/", "headers": [], "state": {}}
    asyncio.run(Observation(nothing_there, metrics)(scope, ask, ask))
    assert f'{{method="{counted}",' in metrics.text({})


def test_the_memory_of_answers_is_bounded(store, serve):
    with serve(Settings(store=store, cache_bytes=30_000)) as site:
        layer = site.app.middleware_stack
        while type(layer).__name__ != "ConditionalAnswers":
            layer = layer.app
        sizes = []
        for number in range(60):
            assert site.get(f"/v1/moves?limit={number + 1}").status_code == 200
            assert site.get(f"/v1/moves?q=nobody-{number}").status_code == 200
            sizes.append(layer._size)
        assert 20_000 < max(sizes) <= 30_000  # full, and no more than full
        assert layer._size == sum(answer.size for answer in layer._kept.values())


def test_a_page_with_deep_or_endless_markup_is_read_in_bounds():
    assert read_page("<div>" * 200_000 + "text" + "</div>" * 200_000).text == "text"
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(4))
    bomb = read_page(f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{entities}]><p>&e2;</p><p>&e4;</p>').text
    assert bomb.endswith("&e2;\n&e4;")
    assert "aaaaaaaaaaa" not in bomb
    assert decoded_page(b"\xff<p>x", "no-such-charset") == "\ufffd<p>x"


def test_a_raw_request_with_a_broken_head_is_refused(server):
    parts = urlsplit(server.url)
    for head in (b"GET /v1/moves HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"\x00\x01\x02\r\n\r\n"):
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
            connection.sendall(head)
            assert connection.recv(20).startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert server.get("/health").status_code == 200

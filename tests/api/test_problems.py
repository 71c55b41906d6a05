"""Every domain error as a problem, by one table; bad input as a clear 4xx."""

from __future__ import annotations

import inspect
import json
import re

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from labmoves_api import errors as service_errors
from labmoves_api.application import create_app
from labmoves_api.problems import PROBLEMS, error_response, problem_of
from labmoves_api.settings import SETTINGS, Settings
from labmoves_graph import errors as domain_errors
from labmoves_graph.errors import LabmovesError

KINDS = [
    kind
    for module in (domain_errors, service_errors)
    for _, kind in sorted(inspect.getmembers(module, inspect.isclass))
    if issubclass(kind, LabmovesError)
]


def raised(kind):
    if kind is service_errors.QuestionError:
        return kind("cause; remedy", ("part",))
    return kind("cause; remedy")


@pytest.mark.parametrize("kind", dict.fromkeys(KINDS), ids=lambda kind: kind.__name__)
def test_every_error_answers_as_its_row_or_that_of_its_nearest_base(kind):
    request = Request({"type": "http", "path": "/v1/moves", "headers": [], "method": "GET"})
    answer = error_response(raised(kind), request)
    row = problem_of(kind)
    body = json.loads(answer.body)
    assert answer.media_type == "application/problem+json"
    assert (answer.status_code, body["status"], body["title"]) == (row.status, row.status, row.title)
    assert body["type"] == f"/docs/problems#{row.code}"
    assert body["detail"] == (
        "cause; remedy" if row.status != 500 else "an unexpected error; the service's log has it"
    )
    assert ("retry-after" in answer.headers) == (row.status in (429, 503))
    assert ("www-authenticate" in answer.headers) == (row.status == 401)


def test_a_row_of_a_subclass_wins_over_that_of_its_base():
    class Special(domain_errors.StoreLockedError):
        pass

    assert problem_of(Special) is PROBLEMS[domain_errors.StoreLockedError]
    assert {problem.code for problem in PROBLEMS.values()} >= {"not-found", "store", "locked", "query-limit"}


def test_every_problem_is_explained_on_its_page(server):
    page = server.get("/docs/problems").text
    for problem in PROBLEMS.values():
        assert f'id="{problem.code}"' in page


BAD = [
    ("/v1/moves?limit=0", 422),
    ("/v1/moves?limit=1001", 422),
    ("/v1/moves?limit=99999999999999999999999999", 422),
    ("/v1/moves?since=yesterday", 422),
    ("/v1/moves?since=2025-02-30", 422),
    ("/v1/moves?since=99999-01-01", 422),
    ("/v1/moves?since=0000", 422),
    ("/v1/moves?until=" + "9" * 5000, 422),
    ("/v1/moves?as_of=now", 422),
    ("/v1/moves?as_of=2025-01-01T00:00:00", 422),
    ("/v1/moves?event=explosion", 422),
    ("/v1/moves?cursor=AAAA", 400),
    ("/v1/moves?cursor=!!!", 422),
    ("/v1/moves?cursor=WyJhIl0", 400),
    ("/v1/moves?facets=event,colour", 422),
    ("/v1/moves?organisation=openai", 400),
    ("/v1/moves?organization=nobody", 404),
    ("/v1/moves?person=%00", 422),
    ("/v1/moves?q=%07", 422),
    ("/v1/moves?q=" + "a" * 101, 422),
    ("/v1/moves?lang=tlh", 422),
    ("/v1/moves?format=exe", 422),
    ("/v1/moves/" + "a" * 3000, 422),
    ("/v1/moves/%0a", 422),
    ("/v1/moves/'%20OR%201=1%20--", 404),
    ("/v1/people/..%2f..%2fetc%2fpasswd", 404),
    ("/v1/people/%3Cscript%3E", 404),
    ("/v1/people/%ff%fe", 404),
    ("/v1/claims/x%7D%20UNION%20%7B%3Fs%20%3Fp%20%3Fo", 404),
    ("/v1/articles/%2e%2e%2f%2e%2e", 404),
    ("/v1/organizations/anthropic/roster", 422),
    ("/v1/organizations/anthropic/roster?on=2025", 422),
    ("/v1/organizations/anthropic/roster?on=10000-01-01", 422),
    ("/v1/organizations/anthropic/timeline?cursor=W10", 400),
    ("/v1/people?cursor=W10", 400),
    ("/v1/people?q=a&cursor=WyJlbGV2ZW5sYWJzIl0", 400),
    ("/v1/people?q=a&cursor=WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBd", 400),
    ("/v1/people?q=a&cursor=WzFlKzMwMF0", 400),
    ("/v1/people?cursor=Wzdd", 400),
    ("/v1/moves?cursor=WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAsICJhIl0", 400),
    ("/v1/moves?cursor=WyJhIiwgIlx1ZDgwMCJd", 400),
    ("/v1/moves?sort=sources&cursor=WyIyMDI0IiwgImEiXQ", 400),
    ("/v1/articles?cursor=WzEsIHRydWVd", 400),
    ("/v1/disputes?cursor=WyJ4IiwgMSwgMl0", 400),
    ("/v1/flows?limit=-1", 422),
    ("/v1/nothing", 404),
    ("/static/../settings.py", 404),
    ("/static/%2e%2e/settings.py", 404),
]


@pytest.mark.parametrize(("path", "status"), BAD, ids=[path[:60] for path, _ in BAD])
def test_bad_input_is_a_clear_problem(server, path, status):
    answer = server.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["detail"]
    assert len(answer.content) < 2000
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/v1/moves",
        "/v1/moves?format=csv",
        "/v1/reasons",
        "/v1/flows",
        "/v1/articles",
        "/v1/people/yao-shunyu-physics/timeline",
        "/v1/organizations/anthropic/timeline",
        "/people/yao-shunyu-physics",
        "/organizations/anthropic",
    ],
)
def test_a_period_that_ends_before_it_starts_is_refused(server, path):
    def asked(since, until):
        headers = {"Accept": "*/*" if path.startswith("/v1") else "text/html"}
        return server.get(f"{path}{'&' if '?' in path else '?'}since={since}&until={until}", headers=headers)

    for since, until in (("2025", "2024"), ("2025-09-20", "2025-09-19")):
        answer = asked(since, until)
        assert answer.status_code == 422
        if path.startswith("/v1"):
            detail = f"the period since {since} until {until} ends before it starts; swap since and until"
            assert (answer.json()["type"], answer.json()["detail"]) == ("/docs/problems#date", detail)
    for since, until in (
        ("2025", "2025"),
        ("2025-09", "2025"),
        ("2025", "2025-09-19"),
        ("2025-09-19~", "2025-09-18"),
    ):
        assert asked(since, until).status_code == 200


@pytest.mark.parametrize("on", ["2024", "2024-09", "2024-09-25~", "2024-09-25/2024-09-26", "0", "1704067200"])
def test_a_roster_is_that_of_one_day_and_says_so(server, on):
    answer = server.get(f"/v1/organizations/anthropic/roster?on={on}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/docs/problems#date")
    assert repr(on) in answer.json()["detail"] or f"on={on} is no single day" in answer.json()["detail"]
    assert re.search(r"write it like 20\d\d-\d\d-\d\d", answer.json()["detail"])


def test_a_body_that_is_no_json_is_a_problem_of_the_client(server):
    for content in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"text": NaN}', b'"\\ud800"'):
        answer = server.client.post("/v1/articles", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 403, 422)
        assert answer.headers["content-type"] == "application/problem+json"


def test_an_unexpected_error_tells_nothing_of_its_cause(tmp_path, serve, make_store):
    with serve(Settings(store=make_store(tmp_path / "store", small=True))) as site:
        app: FastAPI = site.app

        def broken():
            raise RuntimeError("the secret of the house")

        app.add_api_route("/v1/broken", broken)
        app.router.routes.insert(0, app.router.routes.pop())
        answer = site.get("/v1/broken")
        assert (answer.status_code, answer.json()["type"]) == (500, "/docs/problems#failed")
        assert "secret" not in answer.text
        assert site.get("/v1/moves").status_code == 200


def test_without_a_store_the_service_starts_and_says_what_is_missing(tmp_path, serve):
    with serve(Settings(store=tmp_path / "none")) as site:
        assert site.get("/health").status_code == 503
        answer = site.get("/v1/moves")
        assert (answer.status_code, answer.json()["type"]) == (503, "/docs/problems#store")
        assert "labmoves ingest" in answer.json()["detail"]
        assert site.get("/", headers={"Accept": "text/html"}).status_code == 503
        assert site.get("/sparql", params={"query": "ASK {}"}).status_code == 503


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.variable)
def test_a_setting_that_cannot_be_read_names_its_variable(setting):
    if setting.field in ("store", "tokens"):
        return
    with pytest.raises(service_errors.SettingsError, match=setting.variable):
        Settings.from_environment({setting.variable: "nonsense ☃"})


def test_settings_are_read_when_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("LABMOVES_STORE", str(tmp_path / "one"))
    monkeypatch.setenv("LABMOVES_MAX_BODY_MB", "3")
    assert create_app().state.service.settings.max_body == 3 * 2**20
    monkeypatch.setenv("LABMOVES_STORE", str(tmp_path / "two"))
    assert create_app().state.service.settings.store == tmp_path / "two"

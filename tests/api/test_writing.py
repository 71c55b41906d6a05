"""Writing over HTTP: tokens, jobs, idempotency, the queue's bound, and what reading then shows."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64decode

import pytest

from labmoves_api.access import Scope, TokenFile
from labmoves_api.cli import main
from labmoves_api.errors import AccessError
from labmoves_api.settings import Settings
from labmoves_graph.store import ClaimStore

TEXT = "Ada Example left OpenAI on March 3, 2025, she wrote on Tuesday. She had led a team there for two years."


@pytest.fixture(scope="module")
def site(tmp_path_factory, make_store, serve):
    """A service that may be written to, with a token for each scope."""
    store = make_store(tmp_path_factory.mktemp("writing") / "store")
    tokens = TokenFile(Settings(store=store).token_file)
    texts = {scope: tokens.create(scope.value, [scope]) for scope in Scope}
    with serve(Settings(store=store, costly_per_minute=100_000)) as running:
        running.tokens = texts
        running.store = store
        yield running


def bearer(site, scope):
    return {"Authorization": f"Bearer {site.tokens[scope]}"}


def finished(site, answer):
    """The job of a 202, once it is finished."""
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 60
    while True:
        job = site.json(answer.headers["location"], headers=bearer(site, Scope.READ))
        if job["state"] in ("done", "failed"):
            return job
        assert time.monotonic() < deadline, f"never finished: {job}"
        time.sleep(0.05)


def post_article(site, record, scope=Scope.INGEST, **headers):
    return site.client.post("/v1/articles", json=record, headers=bearer(site, scope) | headers)


def test_without_any_token_nothing_can_be_written(server):
    for method, path in (
        ("POST", "/v1/articles"),
        ("POST", "/v1/judgements"),
        ("DELETE", "/v1/articles/times-yao?why=x"),
    ):
        answer = server.client.request(method, path, json={"text": TEXT} if method == "POST" else None)
        assert answer.status_code in (403, 422)
    assert server.client.post("/v1/articles", json={"text": TEXT}).json()["type"] == "/docs/problems#scope"


def test_a_posted_article_is_stored_and_the_same_one_again_changes_nothing(site):
    record = {"id": "ada", "text": TEXT, "title": "Leaving", "published": "2025-03-05", "publisher": "Example"}
    job = finished(site, post_article(site, record))
    assert (job["state"], job["result"]["outcome"], job["token"]) == ("done", "added", "ingest")
    shown = site.json("/v1/articles/ada")
    assert (shown["text"], shown["title"], shown["published"], shown["language"]) == (
        TEXT,
        "Leaving",
        "2025-03-05",
        "en",
    )
    assert finished(site, post_article(site, record))["result"]["outcome"] == "unchanged"
    assert finished(site, post_article(site, record | {"text": TEXT + " More."}))["result"]["outcome"] == "replaced"
    assert site.json("/v1/articles/ada")["versions"] == 2


@pytest.mark.parametrize("scope", list(Scope))
def test_any_token_may_follow_a_job(site, scope):
    job = post_article(site, {"id": "followed", "text": TEXT}, **{"Idempotency-Key": "followed"})
    assert job.status_code == 202
    assert site.json(job.headers["location"], headers=bearer(site, scope))["id"] == job.json()["id"]


def test_html_becomes_text_with_the_metadata_that_it_states(site):
    html = (
        "<html><head><title>Ignored</title><meta property='og:title' content='A farewell'>"
        "<meta property='article:published_time' content='2025-04-01T10:00:00Z'>"
        "<meta property='og:site_name' content='The Example'></head>"
        f"<body><nav>Menu</nav><article><h1>A farewell</h1><p>{TEXT}</p><script>alert(1)</script>"
        f"<p>{TEXT}</p></article><footer>Imprint</footer></body></html>"
    )
    job = finished(site, post_article(site, {"id": "page", "html": html}))
    shown = site.json(f"/v1/articles/{job['result']['article_id']}")
    assert (shown["text"], shown["title"], shown["published"], shown["publisher"]) == (
        f"A farewell\n{TEXT}\n{TEXT}",
        "A farewell",
        "2025-04-01",
        "The Example",
    )


def test_an_article_that_cannot_be_used_is_a_failed_job_with_cause_and_remedy(site):
    job = finished(site, post_article(site, {"text": TEXT, "published": "1066-10-14"}))
    assert (job["state"], job["result"]) == ("failed", None)
    assert "before the web" in job["problem"]


def test_an_address_within_is_not_fetched(site):
    job = finished(site, post_article(site, {"url": f"{site.url}/v1/moves"}))
    assert (job["state"], job["problem"]) == (
        "failed",
        "the URL leads to an address or port that is not public; post the text instead",
    )


def test_the_same_idempotency_key_gives_the_same_job(site):
    record = {"id": "once", "text": TEXT}
    first = post_article(site, record, **{"Idempotency-Key": "k1"})
    second = post_article(site, record, **{"Idempotency-Key": "k1"})
    assert first.json()["id"] == second.json()["id"]
    other = post_article(site, record | {"id": "twice"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["type"]) == (409, "/docs/problems#idempotency")
    finished(site, first)


def test_a_retracted_article_withdraws_its_claims_but_stays_known_as_of_then(site):
    before = site.json("/v1/moves?person=yao-shunyu-physics&event=departure")["items"][0]
    assert before["sources"] == 3
    answer = site.client.delete("/v1/articles/later-yao?why=misreported", headers=bearer(site, Scope.ADMIN))
    assert finished(site, answer)["state"] == "done"
    after = site.json(f"/v1/moves/{before['id']}")
    assert (after["sources"], after["rival_dates"]) == (2, [])
    assert [version["sources"] for version in after["history"]] == [3, 2]
    assert (
        site.json("/v1/moves?person=yao-shunyu-physics&event=departure&as_of=2026-01-02")["items"][0]["sources"] == 3
    )
    assert site.json("/v1/articles/later-yao")["retracted_because"] == "misreported"


def test_a_judgement_is_signed_with_the_token_and_takes_effect(site):
    [rumor] = site.json("/v1/moves?person=yao-shunyu-react&event=hire&verdict=rumored")["items"]
    body = {"kind": "reject_claim", "subject": rumor["evidence"][0]["claim_id"], "why": "hearsay"}
    answer = site.client.post("/v1/judgements", json=body, headers=bearer(site, Scope.JUDGE))
    assert finished(site, answer)["result"]["outcome"] == "added"
    assert site.get(f"/v1/moves/{rumor['id']}").status_code == 404
    with ClaimStore.open(site.store) as store:
        [judgement] = store.judgements()
    assert (judgement.made_by, judgement.why) == ("judge", "hearsay")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "same", "subject": "mira-murati", "why": "x"},
        {"kind": "reject_claim", "subject": "a", "object": "b", "why": "x"},
        {"kind": "correct_date", "subject": "a", "why": "x"},
        {"kind": "reject_claim", "subject": "no-such-claim", "why": "x"},
        {"kind": "same", "subject": "mira-murati", "object": "nobody-at-all", "why": "x"},
        {"kind": "explode", "subject": "mira-murati", "why": "x"},
        {"kind": "confirm_move", "subject": "m", "why": ""},
    ],
)
def test_a_judgement_that_makes_no_sense_is_refused(site, body):
    answer = site.client.post("/v1/judgements", json=body, headers=bearer(site, Scope.JUDGE))
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize(
    "record", [{}, {"text": "a", "html": "b"}, {"text": ""}, {"text": "a", "colour": "red"}, {"text": 5}, [], "x"]
)
def test_a_body_of_the_wrong_shape_is_refused(site, record):
    assert post_article(site, record).status_code == 422


def test_a_token_allows_its_scope_and_no_other(site):
    def status(method, path, scope, body=None):
        return site.client.request(method, path, json=body, headers=bearer(site, scope)).status_code

    assert status("POST", "/v1/articles", Scope.JUDGE, {"text": TEXT}) == 403
    assert status("DELETE", "/v1/articles/times-yao?why=x", Scope.INGEST) == 403
    assert status("POST", "/v1/judgements", Scope.INGEST, {"kind": "confirm_move", "subject": "x", "why": "y"}) == 403
    assert status("POST", "/v1/articles", Scope.READ, {"text": TEXT}) == 403


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer lm_" + "a" * 43])
def test_a_wrong_token_is_refused_and_told_how_to_send_one(site, header):
    answer = site.client.post("/v1/articles", json={"text": TEXT}, headers={"Authorization": header})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="labmoves"')


def test_a_token_cannot_be_guessed(tmp_path, monkeypatch):
    compared = []
    plain = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append(one) or plain(one, other))
    tokens = TokenFile(tmp_path / "tokens.json")
    texts = [tokens.create(name, [Scope.READ]) for name in ("a", "b", "c")]
    assert all(len(urlsafe_b64decode(text.removeprefix("lm_") + "=")) == 32 for text in texts)
    tokens.revoke("c")
    told = set()
    for text in (texts[2], texts[0][:-1], "lm_" + "a" * 43):
        with pytest.raises(AccessError) as raised:
            tokens.authenticate(text)
        told.add(str(raised.value))
    assert len(told) == 1
    compared.clear()
    assert tokens.authenticate(texts[0]).name == "a"
    assert compared == [token.digest for token in tokens.all()]  # those behind the right one, too


def test_a_full_queue_says_when_to_come_back(tmp_path, make_store, serve):
    store = make_store(tmp_path / "store", small=True)
    tokens = TokenFile(Settings(store=store).token_file)
    headers = {"Authorization": f"Bearer {tokens.create('a', [Scope.INGEST])}"}
    with serve(Settings(store=store, queue_length=2)) as site:
        site.app.state.service.worker.stop()
        answers = [site.client.post("/v1/articles", json={"text": TEXT + str(n)}, headers=headers) for n in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 503]
    assert int(answers[2].headers["retry-after"]) >= 1


def test_what_a_dead_process_left_is_done_by_the_next(tmp_path, make_store, serve):
    store = make_store(tmp_path / "store", small=True)
    headers = {"Authorization": f"Bearer {TokenFile(Settings(store=store).token_file).create('a', [Scope.ADMIN])}"}
    with serve(Settings(store=store)) as site:
        site.app.state.service.worker.stop()
        answer = site.client.post("/v1/articles", json={"id": "left", "text": TEXT}, headers=headers)
        assert site.app.state.service.jobs.claim().id == answer.json()["id"]
    with serve(Settings(store=store)) as site:
        site.tokens = {Scope.READ: headers["Authorization"].removeprefix("Bearer ")}
        assert finished(site, answer)["result"]["outcome"] == "added"


def test_closed_reading_needs_a_token_everywhere_but_for_health(tmp_path, make_store, serve):
    store = make_store(tmp_path / "store", small=True)
    text = TokenFile(Settings(store=store).token_file).create("reader", [Scope.READ])
    with serve(Settings(store=store, private_reading=True)) as site:
        assert [site.get(path).status_code for path in ("/v1/moves", "/", "/sparql", "/metrics", "/health")] == [
            401,
            401,
            401,
            401,
            200,
        ]
        assert site.get("/v1/moves", headers={"Authorization": f"Bearer {text}"}).status_code == 200
        assert site.get("/v1/moves").status_code == 401  # not from memory either


def test_tokens_are_kept_hashed_and_revoking_works_at_once(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("LABMOVES_TOKENS", raising=False)
    store = str(tmp_path / "store")
    assert main(["token", "create", "--name", "desk", "--scope", "ingest", "--scope", "judge", "--store", store]) == 0
    text = capsys.readouterr().out.strip()
    file = tmp_path / "store" / "tokens.json"
    assert text.startswith("lm_")
    assert text not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    tokens = TokenFile(file)
    assert tokens.authenticate(text).scopes == (Scope.INGEST, Scope.JUDGE)
    assert main(["token", "create", "--name", "desk", "--scope", "read", "--store", store]) == 1
    assert main(["token", "revoke", "--name", "desk", "--store", store]) == 0
    with pytest.raises(AccessError):
        tokens.authenticate(text)
    capsys.readouterr()
    assert main(["token", "list", "--json", "--store", store]) == 0
    [row] = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["name"], row["scopes"], row["revoked_at"] is None) == ("desk", "ingest judge", False)

"""The Python client against the real service, and against one that stumbles."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from labmoves_api.access import Scope, TokenFile
from labmoves_api.client import AsyncLabMoves, ConnectionFailed, LabMoves, ServiceError
from labmoves_api.client.listing import flat
from labmoves_api.settings import Settings


@pytest.fixture
def lab(server):
    with LabMoves(server.url) as client:
        yield client


def test_a_list_pages_by_itself_and_its_items_are_typed(lab):
    moves = list(lab.moves(page_size=2, sort="date"))
    assert [move.id for move in moves] == [move.id for move in lab.moves(sort="date")]
    assert len(moves) == 6
    [departure] = lab.moves(source="anthropic", event="departure", since="2025")
    assert (departure.person.name, departure.date, departure.verdict, departure.reasons[0].share) == (
        "Shunyu Yao (physicist)",
        "2025-09-19",
        "corroborated",
        0.4,
    )


def test_every_operation_answers(lab):
    assert [one.id for one in lab.people("姚順宇")] == ["yao-shunyu-physics"]
    assert lab.person("yao-shunyu-physics", lang="zh-Hans").name == "姚顺宇"
    assert next(iter(lab.organizations("谷歌deep"))).id == "google-deepmind"
    assert lab.organization("anthropic").name == "Anthropic"
    [first, second] = lab.timeline(person="yao-shunyu-physics").entries
    assert lab.move(first.id).history is not None
    assert lab.claim(first.evidence[0].claim_id).moves == [first.id]
    assert lab.article("times-yao").claims == 2
    assert [one.id for one in lab.articles(since="2025-10-09", until="2025-10-09")] == ["36ke-yao"]
    assert [(flow.source.id, flow.target.id) for flow in lab.flows()] == [("anthropic", "google-deepmind")]
    assert [reason.category for reason in lab.reasons()] == ["values_or_politics"]
    assert [one.certainty for one in lab.roster("anthropic", "2025-01-01")] == ["possible"]
    assert [one.kind for one in lab.disputes("date")] == ["date"]
    assert lab.ask("who left Anthropic").filters == {"organization": "anthropic", "event": "departure"}
    assert lab.health().ready
    assert lab.sparql("ASK { GRAPH ?g { ?s ?p ?o } }")["boolean"] is True
    assert second.hop is not None


def test_the_async_client_gives_the_same(lab, server):
    async def ask():
        async with AsyncLabMoves(server.url) as client:
            listed = [move async for move in client.moves(page_size=2)]
            return listed, await client.timeline(organization="anthropic"), await client.flows().all()

    listed, timeline, flows = asyncio.run(ask())
    assert listed == list(lab.moves())
    assert timeline == lab.timeline(organization="anthropic")
    assert flows == list(lab.flows())


def test_a_call_that_does_not_fit_says_how_it_is_made(lab):
    with pytest.raises(
        TypeError, match=r"^timeline: too many positional .*; call it as timeline\(\*, person=None, org"
    ):
        lab.timeline("andrej-karpathy")
    with pytest.raises(TypeError, match=r"^moves: got an unexpected keyword argument 'org'; call it as moves\("):
        lab.moves(org="openai")
    with pytest.raises(ValueError, match=r"give either person= or organization=, like timeline\(person="):
        lab.timeline()
    assert list(inspect.signature(lab.timeline).parameters)[:2] == ["person", "organization"]
    assert (lab.timeline.__name__, lab.timeline.__doc__[:9]) == ("timeline", "The story")


def test_a_problem_is_raised_with_its_type_and_remedy(lab):
    with pytest.raises(ServiceError, match="GET /v1/people") as raised:
        lab.person("nobody")
    assert (raised.value.status, raised.value.code) == (404, "not-found")
    with pytest.raises(ServiceError) as raised:
        list(lab.moves(event="explosion"))
    assert raised.value.code == "parameters"


def test_lists_become_data_frames(lab):
    pandas = pytest.importorskip("pandas")
    frame = lab.moves(sort="date").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["organization_id"][:2]) == list(frame["organization_id"])[:2]
    assert set(frame["event"]) == {"departure", "hire"}
    polars = pytest.importorskip("polars")
    table = lab.moves(sort="date").to_polars()
    assert isinstance(table, polars.DataFrame)
    assert table["person_name"].to_list() == list(frame["person_name"])


def test_rows_have_the_same_columns_whatever_is_missing_in_them(lab):
    rows = [flat(move) for move in lab.moves(sort="date")]
    assert {move.hop is None for move in lab.moves()} == {True, False}
    assert len({tuple(row) for row in rows}) == 1
    assert "hop" not in rows[0]
    assert {"hop_organization_id", "hop_date", "person_name"} <= rows[0].keys()


def test_an_article_is_posted_and_its_job_followed(tmp_path, make_store, serve):
    store = make_store(tmp_path / "store", small=True)
    token = TokenFile(Settings(store=store).token_file).create("client", [Scope.ADMIN])
    with serve(Settings(store=store)) as site, LabMoves(site.url, token=token) as lab:
        job = lab.post_article(id="mine", text="Ada Example left OpenAI on March 3, 2025.")
        while job.state not in ("done", "failed"):
            job = lab.job(job.id)
        assert (job.result.article_id, job.result.outcome) == ("mine", "added")
        assert lab.article("mine").text.startswith("Ada Example")
        assert lab.retract_article("mine", "a test").kind == "retraction"


class _Stumbling(BaseHTTPRequestHandler):
    """Answers each request with the next of `answers`: a status, or None to hang up."""

    def do_GET(self):
        self.server.seen.append(self.headers.get("Idempotency-Key"))
        status = self.server.answers.pop(0)
        if status is None:
            self.close_connection = True
            return
        body = json.dumps({"live": True, "ready": True, "revision": 1, "version": "1", "writable": False})
        if status != 200:
            body = json.dumps({"type": "/docs/problems#busy", "title": "t", "status": status, "detail": "busy"})
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


@pytest.fixture
def stumbling():
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Stumbling)
    site.seen = []
    threading.Thread(target=site.serve_forever, args=(0.01,), daemon=True).start()
    yield site
    site.shutdown()
    site.server_close()


def test_it_tries_again_when_the_service_is_busy_or_hangs_up(stumbling):
    stumbling.answers = [503, None, 429, 200]
    with LabMoves(f"http://127.0.0.1:{stumbling.server_port}") as lab:
        assert lab.health().ready
    assert stumbling.answers == []


def test_it_gives_up_in_the_end(stumbling):
    stumbling.answers = [503] * 5
    with LabMoves(f"http://127.0.0.1:{stumbling.server_port}") as lab, pytest.raises(ServiceError, match="503 busy"):
        lab.health()


def test_a_write_is_tried_again_with_the_same_idempotency_key(stumbling):
    stumbling.answers = [503, 503, 400]
    with LabMoves(f"http://127.0.0.1:{stumbling.server_port}") as lab, pytest.raises(ServiceError):
        lab.post_article(text="x")
    assert len(set(stumbling.seen)) == 1
    assert stumbling.seen[0]


def test_nobody_at_the_address_is_told(unused_port):
    with LabMoves(f"http://127.0.0.1:{unused_port}") as lab, pytest.raises(ConnectionFailed, match="is the service"):
        lab.health()


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_client_imports_nothing_of_the_service():
    heavy = [
        "fastapi",
        "jinja2",
        "networkx",
        "numpy",
        "opencc",
        "pyoxigraph",
        "pyshacl",
        "rdflib",
        "spacy",
        "starlette",
        "torch",
        "uvicorn",
    ]
    program = f"import sys, labmoves_api.client; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("page", ["README.md", "docs/api.md"])
def test_the_examples_of_the_manual_run_cell_by_cell(server, capsys, page):
    pytest.importorskip("pandas")
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}
    for cell in code.replace("http://127.0.0.1:8000", server.url).split("\n\n"):
        exec(compile(cell, page, "exec"), names)
    assert capsys.readouterr().out == "2024-10 Mira Murati planned 1\n"
    assert len(names["frame"]) == (1 if page == "README.md" else 0)

"""The service as a process: it starts, answers, and ends on Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from labmoves_api.cli import main

PROGRAM = [sys.executable, "-c", "from labmoves_api.cli import main; raise SystemExit(main())"]
ROWS = (
    "person_id,event,organization_id,role,date,status,reason_category,reason_note,source_url,source_date\n"
    "jan-leike,hire,anthropic,,2024-05-28,confirmed,,,https://example.org/leike,2024-05-29\n"
)
PATIENCE = 180.0  # seconds until a start counts as failed; one takes a second, with two workers on busy cores 100


@pytest.fixture
def store(tmp_path):
    (tmp_path / "moves.csv").write_text(ROWS, encoding="utf-8")
    assert main(["import", str(tmp_path / "moves.csv"), "--store", str(tmp_path / "store")]) == 0
    return tmp_path / "store"


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(url, process):
    """The first answer of a service that is starting."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return httpx.get(url)
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError(f"no answer from {url}: {process.stderr.read().decode() if process.poll() else ''}")


def test_serve_answers_until_interrupted(store, port):
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", str(port), "--store", str(store)], stderr=subprocess.PIPE
    )
    try:
        assert answer(f"http://127.0.0.1:{port}/health", process).json()["ready"] is True
        timeline = httpx.get(f"http://127.0.0.1:{port}/v1/organizations/anthropic/timeline").json()
        assert [(one["event"], one["person"]["id"], one["date"]) for one in timeline["entries"]] == [
            ("hire", "jan-leike", "2024-05-28")
        ]
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0
    first, *requests, last = told.decode().splitlines()
    assert first == f"serving {store} on http://127.0.0.1:{port} (API: /docs); Ctrl-C stops"
    assert {json.loads(line)["path"] for line in requests} == {"/health", "/v1/organizations/anthropic/timeline"}
    assert last == "stopped"


def test_several_workers_add_up_their_metrics(store, port):
    command = [*PROGRAM, "serve", "--port", str(port), "--store", str(store), "--workers", "2"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    counted = re.compile(r'^labmoves_requests_total{.*route="/v1/reasons".*} (\d+)$', re.MULTILINE)
    try:
        answer(f"http://127.0.0.1:{port}/health", process)
        for number in range(30):  # each over a connection of its own, which either worker may take
            assert httpx.get(f"http://127.0.0.1:{port}/v1/reasons?since={1990 + number}").status_code == 200
        deadline, seen = time.monotonic() + PATIENCE, 0
        while seen != 30 and time.monotonic() < deadline:
            found = counted.search(httpx.get(f"http://127.0.0.1:{port}/metrics").text)
            seen = int(found[1]) if found else 0
        assert seen == 30
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def test_serve_says_that_its_port_is_taken(store, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port), "--store", str(store)]) == 1
    assert capsys.readouterr().err.endswith(
        f"labmoves: port {port} on 127.0.0.1 cannot be used (Address already in use); "
        "choose another with --port, or --host\n"
    )


def test_without_the_server_extra_the_rest_works_and_serve_says_what_to_install(tmp_path):
    lacking = ["fastapi", "httpcore", "httptools", "jinja2", "starlette", "uvicorn", "uvloop"]
    program = f"""
import sys
sys.modules.update(dict.fromkeys({lacking}))  # importing one of them fails
from labmoves_api.cli import main
print(main(["config", "--json"]), main(["serve", "--store", {str(tmp_path)!r}]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.endswith("\n0 1\n"), done.stderr
    assert done.stderr == "labmoves: serving needs fastapi; pip install 'labmoves[server]'\n"

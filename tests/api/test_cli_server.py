"""The commands that read a SPARQL server in place of a folder, on a real one on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from labmoves_api.cli import main
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.remote_store import RemoteClaimStore
from labmoves_graph.store import ClaimStore

PATIENCE = 60.0  # seconds until a start counts as failed; a start takes far less than one
COUNT = "SELECT (COUNT(DISTINCT ?c) AS ?n) { GRAPH ?g { ?c a <https://w3id.org/labmoves/ns#Claim> } }"


@pytest.fixture(scope="module")
def address(store, tmp_path_factory):
    """An Oxigraph server that holds the claims of the store, and what follows from them."""
    program = Path(sys.executable).with_name("oxigraph")
    found = str(program) if program.exists() else shutil.which("oxigraph")
    if not found:
        pytest.skip("the Oxigraph server is not installed: pip install 'oxigraph'")
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [found, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as running:
        try:
            wait_until_ready(running, f"http://127.0.0.1:{port}/query")
            url = f"oxigraph+http://127.0.0.1:{port}"
            fill(url, folder / "local", store)
            yield url
        finally:
            running.kill()


def wait_until_ready(running, url):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and running.poll() is None:
        try:
            httpx.get(url)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


def fill(url, directory, store):
    with ClaimStore.open(store) as local, RemoteClaimStore.connect(url, directory, clock=local.clock) as remote:
        with remote.writer() as writer:
            writer.put_entities(Registry.load())
            for stored in local.articles():
                claims = [claim for claim in local.claims() if claim.article_id == stored.article.id]
                writer.put_article(stored.article, claims)
        project(remote, Registry.load())


def test_query_asks_the_server(address, store, capsys):
    assert main(["query", COUNT, "--store", str(store)]) == 0
    expected = capsys.readouterr().out
    assert main(["query", COUNT, "--store", address]) == 0
    assert capsys.readouterr().out == expected == "n\n9\n"


def test_a_question_by_name_asks_the_server(address, capsys):
    question = ["query", "roster_on_day", "organization=google-deepmind", "on=2025-12-01", "--json"]
    assert main([*question, "--store", address]) == 0
    assert '"yao-shunyu-physics"' in capsys.readouterr().out
    question[2] = "organization=google deepmind"
    assert main([*question, "--store", address]) == 0
    assert '"yao-shunyu-physics"' in capsys.readouterr().out
    question[2] = "organization=nonsense"
    assert main([*question, "--store", address]) == 2
    assert "no organization 'nonsense'" in capsys.readouterr().err


def test_verify_checks_the_server(address, capsys):
    assert main(["verify", "--store", address]) == 0
    assert capsys.readouterr().err == f"{address}: nothing wrong found\n"


def test_export_writes_what_the_server_holds(address, tmp_path, capsys):
    assert main(["export", str(tmp_path / "all.nq"), "--store", address]) == 0
    with ClaimStore.open(tmp_path / "copy") as copy:
        assert main(["import", str(tmp_path / "all.nq"), "--store", str(copy.directory)]) == 0
        assert len(list(copy.claims())) == 9
    assert main(["export", str(tmp_path / "all.csv"), "--store", address]) == 2
    assert not (tmp_path / "all.csv").exists()
    assert "not from a server; use one of" in capsys.readouterr().err


def test_a_command_that_writes_needs_a_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["rebuild", "--store", "virtuoso+http://dba:secret@127.0.0.1:1"])
    told = capsys.readouterr().err
    assert (ended.value.code, "a folder is needed" in told, "secret" in told) == (2, True, False)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_gone_is_named_without_its_password(capsys):
    assert main(["verify", "--store", "virtuoso+http://dba:secret@127.0.0.1:1"]) == 1
    told = capsys.readouterr().err
    assert ("127.0.0.1:1 does not answer" in told, "secret" in told) == (True, False)

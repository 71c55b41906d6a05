"""/sparql as SPARQL clients see it, and what it refuses.

Comunica, which is no Python, is used where it is installed; LABMOVES_NPM_TESTS=1 fetches it from npm for the run.
"""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper

from labmoves_api.settings import Settings
from labmoves_api.sparql.query import check_query
from labmoves_graph.store import ClaimStore

LM = "https://w3id.org/labmoves/ns#"
YAO = "https://w3id.org/labmoves/person/yao-shunyu-physics"
MOVES = "https://w3id.org/labmoves/graph/moves"
WHERE = (
    f"PREFIX lm: <{LM}> SELECT ?organization ?event WHERE {{ GRAPH <{MOVES}> {{ "
    f"?move a lm:Move ; lm:person <{YAO}> ; lm:organization ?organization ; lm:event ?event }} }} ORDER BY ?event"
)
EXPECTED = [
    ("https://w3id.org/labmoves/organization/anthropic", f"{LM}event-departure"),
    ("https://w3id.org/labmoves/organization/google-deepmind", f"{LM}event-hire"),
]
ASK = f"PREFIX lm: <{LM}> ASK {{ GRAPH ?g {{ <{YAO}> a lm:Person }} }}"
CONSTRUCT = f"CONSTRUCT {{ <{YAO}> ?p ?o }} WHERE {{ GRAPH ?g {{ <{YAO}> ?p ?o }} }}"
DESCRIBE = f"DESCRIBE <{YAO}>"
COMUNICA = "@comunica/query-sparql@4"  # the last major version that runs on Node.js 20


@pytest.fixture(scope="module")
def sparql(server):
    def ask(query, accept="application/sparql-results+json", **options):
        return server.get("/sparql", params={"query": query}, headers={"Accept": accept}, **options)

    return ask


def test_rdflib_sparqlstore_answers_all_four_forms(server):
    for method in ("GET", "POST", "POST_FORM"):
        store = SPARQLStore(f"{server.url}/sparql", method=method)
        assert [tuple(map(str, row)) for row in store.query(WHERE)] == EXPECTED
        assert store.query(ASK).askAnswer is True
    graph = Graph().parse(data=server.get("/sparql", params={"query": CONSTRUCT}).text, format="turtle")
    assert (URIRef(YAO), None, URIRef(f"{LM}Person")) in graph
    described = Graph().parse(data=server.get("/sparql", params={"query": DESCRIBE}).text, format="turtle")
    assert set(graph) <= set(described)


@pytest.mark.parametrize("request_method", [None, POSTDIRECTLY])
def test_sparqlwrapper_answers_all_four_forms(server, request_method):
    client = SPARQLWrapper(f"{server.url}/sparql")
    if request_method:
        client.setMethod(POST)
        client.setRequestMethod(request_method)

    def ask(query, format):
        client.setQuery(query)
        client.setReturnFormat(format)
        return client.query().convert()

    rows = ask(WHERE, JSON)["results"]["bindings"]
    assert [(row["organization"]["value"], row["event"]["value"]) for row in rows] == EXPECTED
    uris = [node.firstChild.data for node in ask(WHERE, XML).getElementsByTagName("uri")]
    assert uris == [value for row in EXPECTED for value in row]
    assert [tuple(row) for row in csv.reader(io.StringIO(ask(WHERE, CSV).decode()))][1:] == EXPECTED
    assert ask(ASK, JSON)["boolean"] is True
    assert len(Graph().parse(data=ask(CONSTRUCT, TURTLE), format="turtle")) > 3
    assert len(Graph().parse(data=ask(DESCRIBE, TURTLE), format="turtle")) > 3


@pytest.fixture(scope="module")
def comunica(tmp_path_factory):
    """Comunica's command."""
    if installed := shutil.which("comunica-sparql"):
        return installed
    npm = shutil.which("npm")
    if npm is None or os.environ.get("LABMOVES_NPM_TESTS") != "1":
        pytest.skip(f"Comunica is not installed: npm install -g {COMUNICA}, or with npm LABMOVES_NPM_TESTS=1")
    folder = tmp_path_factory.mktemp("comunica")
    subprocess.run(
        [npm, "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", COMUNICA], check=True
    )
    return folder / "node_modules" / ".bin" / "comunica-sparql"


def test_comunica_answers_all_four_forms(server, comunica):
    def ask(query, format):
        command = [comunica, f"sparql@{server.url}/sparql", query, "-t", format]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    rows = json.loads(ask(WHERE, "application/sparql-results+json"))["results"]["bindings"]
    assert [(row["organization"]["value"], row["event"]["value"]) for row in rows] == EXPECTED
    assert json.loads(ask(ASK, "application/sparql-results+json"))["boolean"] is True
    graph = Graph().parse(data=ask(CONSTRUCT, "text/turtle"), format="turtle")
    assert (URIRef(YAO), None, URIRef(f"{LM}Person")) in graph
    described = Graph().parse(data=ask(DESCRIBE, "application/n-triples"), format="nt")
    assert set(graph) <= set(described)


@pytest.mark.parametrize(
    ("accept", "parse"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_a_graph_is_the_same_in_every_format(sparql, accept, parse):
    expected = set(Graph().parse(data=sparql(CONSTRUCT, "text/turtle").text, format="turtle"))
    answer = sparql(CONSTRUCT, accept)
    assert answer.headers["content-type"].split(";")[0] == accept
    assert set(Graph().parse(data=answer.text, format=parse)) == expected


def test_terms_survive_every_result_format(sparql):
    query = (
        'SELECT ?a ?b ?c ?d ?e WHERE { BIND("tab\\t, quote\\" line\\nend" AS ?a) BIND("姚"@zh AS ?b) '
        "BIND(1.50 AS ?c) BIND(<http://example.org/ü> AS ?d) }"
    )
    binding = sparql(query).json()["results"]["bindings"][0]
    assert (
        binding
        == {
            "a": {"type": "literal", "value": 'tab\t, quote" line\nend'},
            "b": {"type": "literal", "value": "姚", "xml:lang": "zh"},
            "c": {"type": "literal", "value": "1.50", "datatype": "http://www.w3.org/2001/XMLSchema#decimal"},
            "d": {"type": "uri", "value": "http://example.org/ü"},
        }
        or binding["c"]["value"] == "1.5"
    )
    from rdflib.query import Result

    def parsed(accept, format):
        return Result.parse(io.BytesIO(sparql(query, accept).content), format=format).bindings[0]

    expected = parsed("application/sparql-results+json", "json")
    assert parsed("application/sparql-results+xml", "xml") == expected
    assert parsed("text/tab-separated-values", "tsv") == expected
    assert {str(k): str(v) for k, v in parsed("text/csv", "csv").items()} == {
        str(k): str(v) for k, v in expected.items()
    }


def test_without_graph_a_query_sees_every_graph_and_a_dataset_narrows_it(sparql, server):
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/labmoves/ns#Move> }"

    def counted(answer):
        return int(answer.json()["results"]["bindings"][0]["n"]["value"])

    assert counted(sparql(count)) == 6
    asked = {"query": count, "default-graph-uri": MOVES}
    assert counted(server.client.post("/sparql", data=asked)) == 6
    asked = {"query": count, "default-graph-uri": "https://w3id.org/labmoves/graph/entities"}
    assert counted(server.get("/sparql", params=asked)) == 0


def test_without_a_query_the_service_describes_itself(server):
    graph = Graph().parse(data=server.get("/sparql").text, format="turtle")
    endpoint = URIRef("http://www.w3.org/ns/sparql-service-description#endpoint")
    here = URIRef(f"{server.url}/sparql")
    assert graph.value(here, endpoint) == here


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * WHERE { service silent ?x { ?s ?p ?o } }",
        "SELECT * WHERE { ?s ?p 1SERVICE#\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
        "PREFIX a: <http://127.0.0.1/> SELECT * WHERE { SERVICE a:b { ?s ?p ?o } }",
        "SELECT * WHERE { SERV\\u0049CE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "LOAD <file:///etc/passwd>",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DROP ALL",
        "SELECT * WHERE {",
        "",
        "\x00",
        "SELECT * WHERE " + "{" * 5000,
    ],
)
def test_what_must_not_run_is_refused(server, sparql, query):
    for answer in (
        sparql(query),
        server.client.post("/sparql", content=query.encode(), headers={"Content-Type": "application/sparql-query"}),
    ):
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.fixture
def unwatched(store):
    """A SPARQL process as the service starts it, but with nobody who checks its queries or kills it at the deadline.

    It takes a query and the seconds for it, and gives the line of the answer; none when the process has ended.
    """
    with ClaimStore.open(store) as opened:
        snapshot = str(opened.snapshots.newest().directory.absolute())
    command = [sys.executable, "-m", "labmoves_api.sparql.worker", str(2**31)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        giving_up = threading.Timer(30, process.kill)
        giving_up.start()
        assert process.stdout.readline() == b"{}\n"

        def ask(query, seconds=10.0):
            asked = {"snapshot": snapshot, "query": query, "default_graphs": [], "named_graphs": [], "rows": 10}
            process.stdin.write(json.dumps(asked | {"result": "json", "graph": "ttl", "seconds": seconds}).encode())
            process.stdin.write(b"\n")
            process.stdin.flush()
            return process.stdout.readline()

        ask.process = process
        yield ask
        giving_up.cancel()
        process.kill()


def _may_leave_the_network():
    probe = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(0x10000000 | 0x40000000) != 0)"
    return subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_no_connection_is_made_for_service(sparql, unwatched):
    """Neither where the check refuses it, nor should it slip through."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        query = f"SELECT * WHERE {{ SERVICE <http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        assert "SERVICE" in sparql(query).json()["detail"]
        if _may_leave_the_network():
            assert b'"error": "query"' in unwatched(query)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_updates_are_refused(server, sparql):
    for update in ("DROP ALL", "# a\n PREFIX a: <urn:a#> base<urn:b>insert data {}", "LOAD <file:///etc/passwd>"):
        assert "nothing is updated here" in sparql(update).json()["detail"]
    check_query("PREFIX add: <urn:add#> SELECT * { ?insert add:load ?delete }")
    for answer in (
        server.client.post("/sparql", data={"update": "DROP ALL"}),
        server.client.post("/sparql", content="DROP ALL", headers={"Content-Type": "application/sparql-update"}),
    ):
        assert answer.status_code == 403


SLOW = "SELECT (COUNT(*) AS ?n) WHERE { " + " ".join(f"GRAPH ?g{i} {{ ?a{i} ?b{i} ?c{i} }}" for i in range(6)) + " }"


def test_a_query_over_its_time_is_told_and_the_next_one_runs(server, sparql):
    answer = sparql(SLOW)
    assert (answer.status_code, answer.json()["type"]) == (422, "/docs/problems#query-limit")
    assert "1 s" in answer.json()["detail"]
    assert sparql(ASK).json()["boolean"] is True
    assert 'labmoves_events_total{event="sparql_overran"}' in server.get("/metrics").text


def test_a_process_that_nobody_kills_ends_itself(unwatched):
    assert unwatched(SLOW, seconds=0.1) == b""
    assert unwatched.process.wait(30) == -signal.SIGALRM


def test_a_query_waits_no_longer_for_a_process_than_it_may_run(store, serve):
    with serve(Settings(store=store, sparql_workers=0, sparql_seconds=0.2)) as site:
        answer = site.get("/sparql", params={"query": ASK})
    assert (answer.status_code, answer.json()["type"]) == (503, "/docs/problems#busy")
    assert int(answer.headers["retry-after"]) >= 1


def test_a_query_over_its_memory_is_told_and_the_next_one_runs(store, serve):
    hungry = (
        "SELECT (GROUP_CONCAT(CONCAT(STR(?s1), STR(?s2), STR(?o2))) AS ?all) "
        "WHERE { GRAPH ?g1 { ?s1 ?p1 ?o1 } GRAPH ?g2 { ?s2 ?p2 ?o2 } }"
    )
    memory = 350 * 2**20
    with serve(Settings(store=store, sparql_memory=memory, sparql_seconds=60.0)) as site:
        assert site.get("/sparql", params={"query": ASK}).status_code == 200
        [worker] = site.app.state.sparql._idle
        assert resource.prlimit(worker._process.pid, resource.RLIMIT_AS) == (memory, memory)
        answer = site.get("/sparql", params={"query": hungry}, timeout=120.0)
        assert (answer.status_code, answer.json()["type"]) == (422, "/docs/problems#query-limit")
        assert "memory" in answer.json()["detail"]
        again = site.get("/sparql", params={"query": ASK})
        assert (again.status_code, again.json().get("boolean")) == (200, True), again.text


def test_an_answer_over_its_size_is_told_and_never_cut(store, serve):
    everything = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
    with serve(Settings(store=store, sparql_rows=1000, sparql_seconds=25.0)) as site:
        answer = site.get("/sparql", params={"query": everything})
        assert (answer.status_code, answer.json()["type"]) == (422, "/docs/problems#query-limit")
        assert "1000" in answer.json()["detail"].replace(",", "")
        assert len(site.json("/sparql", params={"query": f"{everything} LIMIT 1000"})["results"]["bindings"]) == 1000


def test_a_format_that_cannot_hold_the_answer_is_told(sparql, server):
    assert sparql(CONSTRUCT, "text/csv").status_code == 400
    assert sparql(ASK, "image/png").status_code == 406
    assert (
        server.get("/sparql", params={"query": ASK, "format": "xml"})
        .headers["content-type"]
        .startswith("application/sparql-results+xml")
    )


def test_other_sites_may_ask(server):
    preflight = httpx.options(
        f"{server.url}/sparql",
        headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"},
    )
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
    assert server.get("/sparql", params={"query": ASK}).headers["access-control-allow-origin"] == "*"

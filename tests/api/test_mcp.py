"""The MCP server, asked by the protocol's own client: in memory, over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

import httpx
import pytest

mcp = pytest.importorskip("mcp")

from labmoves_api.access import Scope, TokenFile  # noqa: E402
from labmoves_api.mcp_server import http_application, make_server  # noqa: E402
from labmoves_api.service import Service  # noqa: E402
from labmoves_api.settings import Settings  # noqa: E402

CALLS = [
    ("find_entity", {"name": "yaoshunyu", "kind": "person"}),
    ("list_moves", {"question": "who left Anthropic in 2025"}),
    ("list_moves", {"status": "rumored"}),
    ("timeline", {"person": "yao-shunyu-physics"}),
    ("run_sparql", {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?m a <https://w3id.org/labmoves/ns#Move> }"}),
    ("run_sparql", {"query": "SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}),
    ("timeline", {"person": "nobody"}),
    ("list_moves", {"organization": "nobody"}),
    ("timeline", {}),
    ("run_sparql", {"query": "DROP ALL"}),
]
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@pytest.fixture(scope="module")
def over_http(listen):
    """over_http(settings): the address of the server over HTTP, as a context."""

    @contextlib.contextmanager
    def address(settings):
        with listen(http_application(Service(settings), "127.0.0.1")) as root:
            yield f"{root}/mcp"

    return address


async def _ask(target):
    async with mcp.Client(target) as client:
        tools = (await client.list_tools()).tools
        answers = [await client.call_tool(name, arguments) for name, arguments in CALLS]
        [move] = _content(answers[1])["items"]
        answers.append(await client.call_tool("explain_move", {"move_id": move["id"]}))
        answers.append(await client.call_tool("list_moves", {"limit": 4}))
        following = {"limit": 4, "cursor": _content(answers[-1])["cursor"]}
        answers.append(await client.call_tool("list_moves", following))
    return tools, answers


def _content(answer):
    found = answer.structured_content
    return found["result"] if found and set(found) == {"result"} else found or json.loads(answer.content[0].text)


@pytest.fixture(scope="module", params=["memory", "stdio", "http"])
def asked(request, store, over_http):
    if request.param == "memory":
        return asyncio.run(_ask(make_server(Service(Settings(store=store)))))
    if request.param == "http":
        with over_http(Settings(store=store)) as address:
            return asyncio.run(_ask(address))
    program = f"from labmoves_api.cli import main; main(['mcp', '--store', {str(store)!r}])"
    command = mcp.StdioServerParameters(command=sys.executable, args=["-c", program])
    return asyncio.run(_ask(mcp.stdio_client(command)))


def test_the_tools_only_read(asked):
    tools, _ = asked
    assert {tool.name for tool in tools} == {"find_entity", "list_moves", "timeline", "explain_move", "run_sparql"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_namesakes_are_found_apart(asked):
    people = _content(asked[1][0])
    assert {one["id"] for one in people} >= {"yao-shunyu-physics", "yao-shunyu-react"}


def test_moves_come_with_verdict_and_quote(asked):
    [departure] = _content(asked[1][1])["items"]
    assert (departure["verdict"], departure["independent_sources"]) == ("corroborated", 3)
    assert departure["evidence"][0]["quote"] == "Yao Shunyu left Anthropic on September 19, 2025"
    [rumor] = _content(asked[1][2])["items"]
    assert rumor["verdict"] == "rumored"
    explained = _content(asked[1][10])
    assert (explained["rival_dates"], len(explained["history"])) == (["2025-09-22"], 1)


def test_a_timeline_is_in_order(asked):
    assert [entry["event"] for entry in _content(asked[1][3])["entries"]] == ["departure", "hire"]


def test_sparql_answers_and_keeps_its_limits(asked):
    assert _content(asked[1][4])["body"] == "n\r\n6\r\n"
    assert asked[1][5].is_error
    assert "SERVICE" in asked[1][5].content[0].text
    assert "nothing is updated here" in asked[1][9].content[0].text


def test_an_unknown_id_is_a_tool_error_with_the_remedy(asked):
    for answer, remedy in ((6, "/v1/people"), (7, "/v1/organizations"), (8, "find_entity")):
        assert asked[1][answer].is_error
        assert remedy in asked[1][answer].content[0].text


def test_a_cursor_gives_the_rest(asked):
    first, rest = (_content(answer) for answer in asked[1][11:])
    ids = [move["id"] for move in first["items"] + rest["items"]]
    assert (len(first["items"]), len(set(ids)), rest["cursor"]) == (4, first["total"], None)


def test_over_http_closed_reading_needs_a_token_and_other_sites_are_refused(tmp_path, make_store, over_http):
    settings = Settings(store=make_store(tmp_path / "store", small=True), private_reading=True, max_body=5000)
    token = TokenFile(settings.token_file).create("model", [Scope.READ])
    with (
        over_http(settings) as address,
        httpx.Client(headers={"Accept": "application/json, text/event-stream"}) as one,
    ):
        assert one.post(address, json=INITIALIZE).status_code == 401
        one.headers["Authorization"] = f"Bearer {token}"
        assert one.post(address, json=INITIALIZE).status_code == 200
        assert one.post(address, content=b"x" * 6000).status_code == 413
        assert one.post(address, json=INITIALIZE, headers={"Host": "evil.example"}).status_code == 421
        assert one.post(address, json=INITIALIZE, headers={"Origin": "https://evil.example"}).status_code == 403

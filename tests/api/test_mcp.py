"""The MCP server, asked by the protocol's own client: in memory, and over standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

mcp = pytest.importorskip("mcp")

from labmoves_api.mcp_server import make_server  # noqa: E402
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
]


async def _ask(target):
    async with mcp.Client(target) as client:
        tools = (await client.list_tools()).tools
        answers = [await client.call_tool(name, arguments) for name, arguments in CALLS]
        [move] = _content(answers[1])["items"]
        answers.append(await client.call_tool("explain_move", {"move_id": move["id"]}))
    return tools, answers


def _content(answer):
    found = answer.structured_content
    return found["result"] if found and set(found) == {"result"} else found or json.loads(answer.content[0].text)


@pytest.fixture(scope="module", params=["memory", "stdio"])
def asked(request, store):
    if request.param == "memory":
        return asyncio.run(_ask(make_server(Service(Settings(store=store)))))
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
    explained = _content(asked[1][7])
    assert (explained["rival_dates"], len(explained["history"])) == (["2025-09-22"], 1)


def test_a_timeline_is_in_order(asked):
    assert [entry["event"] for entry in _content(asked[1][3])["entries"]] == ["departure", "hire"]


def test_sparql_answers_and_keeps_its_limits(asked):
    assert _content(asked[1][4])["body"] == "n\r\n6\r\n"
    assert asked[1][5].is_error
    assert "SERVICE" in asked[1][5].content[0].text


def test_an_unknown_id_is_a_tool_error_with_the_remedy(asked):
    assert asked[1][6].is_error
    assert "/v1/people" in asked[1][6].content[0].text

"""A model server on loopback that speaks both shapes, well or badly, as each test needs."""

import json
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from labmoves_graph.model import Article, Language, Organization, Person
from labmoves_graph.registry import Registry
from labmoves_ingest.backends import ModelSettings
from labmoves_ingest.backends.settings import Style

KEY = "sk-very-secret"
FENCED = re.compile(r"----- article (\w+) begins -----\n(.*)\n----- article \1 ends -----", re.S)

TEXT = (
    "Mira Murati resigned from OpenAI on Wednesday, citing “the time and space to do my own exploration”.\n\n"
    "Bob McGrew, the chief research officer, left the same day, OpenAI said. 翁荔于2024年11月离开OpenAI。\n"
)


def stated(event, person, organization, evidence, **more):
    """A claim as a model gives it."""
    empty = {"role": None, "date_words": None, "manner": None, "status": "confirmed", "said_by": None, "reasons": []}
    return {"event": event, "person": person, "organization": organization, "evidence": evidence, **empty, **more}


MURATI = stated(
    "departure",
    "Mira Murati",
    "OpenAI",
    'Mira Murati resigned from OpenAI on Wednesday, citing "the time and space to do my own exploration".',
    date_words="on Wednesday",
    manner="resigned",
    reasons=[
        {
            "category": "career_growth",
            "quote": "the time and space to do my own exploration",
            "share": None,
            "said_by": "Mira Murati",
        }
    ],
)
MCGREW = stated(
    "departure", "Bob McGrew", "OpenAI", "Bob McGrew, the chief research officer, left the same day, OpenAI said.",
    role="chief research officer", said_by="OpenAI",
)  # fmt: skip
WENG = stated("departure", "翁荔", "OpenAI", "翁荔于2024年11月离开OpenAI。", date_words="2024年11月")


def careful(text: str) -> str:
    """What a model that reads well answers: the claims whose words stand in the text."""
    return answer(*(claim for claim in (MURATI, MCGREW, WENG) if claim["person"] in text))


def answer(*claims):
    """The JSON of an answer with these claims."""
    return json.dumps({"claims": claims}, ensure_ascii=False)


@dataclass
class Response:
    """What the server does with one request. drip: seconds between the bytes; closes: says nothing and hangs up."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    ended: str | None = None
    drip: float = 0.0
    closes: bool = False
    counts: bool = True


class ModelServer(ThreadingHTTPServer):
    """Checks every request for its shape and answers it.

    read: makes the answer's text from the fenced article. script: what to do with the next requests, in turn; after
    them `always`. requests: (path, headers, body) as they came. busiest: most requests under way at one time.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.read: Callable[[str], str] = careful
        self.script: deque[Response] = deque()
        self.always = Response()
        self.requests: list[tuple[str, dict[str, str], dict]] = []
        self.quirk: Callable[[dict], str | None] = lambda body: None
        self.gate: threading.Barrier | None = None
        self.under_way = self.busiest = 0
        self.lock = threading.Lock()

    def handle_error(self, request, client_address) -> None:
        """Clients that hang up are part of the tests; anything else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def settings(self, style: Style = Style.OPENAI, **more) -> ModelSettings:
        """Settings for this server: no cache, and quick to try again."""
        base = ModelSettings(self.url, "reader-1", style, KEY, first_wait=0.001, timeout=5.0, patience=5.0)
        return replace(base, **more)

    def questions(self) -> list[str]:
        """What the user messages said."""
        return [body["messages"][-1]["content"] for _, _, body in self.requests]

    def instructions(self) -> list[str]:
        """What the system messages said."""
        return [body.get("system") or body["messages"][0]["content"] for _, _, body in self.requests]


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.requests.append((self.path, dict(self.headers), body))
            response = self.server.script.popleft() if self.server.script else self.server.always
            self.server.under_way += 1
            self.server.busiest = max(self.server.busiest, self.server.under_way)
        try:
            if self.server.gate:
                self.server.gate.wait(timeout=5)
            self._respond(response, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with self.server.lock:
                self.server.under_way -= 1

    def _respond(self, response: Response, body: dict) -> None:
        if response.closes:
            self.close_connection = True
            return
        status, content = response.status, response.body
        fault = self._fault(body) or self.server.quirk(body)
        if fault and status == 200:
            status, content = 400, json.dumps({"error": {"message": fault}}).encode()
        if content is None:
            fenced = FENCED.search(body["messages"][-1]["content"])
            said = self.server.read(fenced[2]) if status == 200 else f"no, {self._key()}"
            content = json.dumps(self._shaped(said, response)).encode()
        self.send_response(status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        for start in range(0, len(content), 1 if response.drip else len(content) or 1):
            self.wfile.write(content[start : start + (1 if response.drip else len(content))])
            self.wfile.flush()
            time.sleep(response.drip)

    def _key(self) -> str | None:
        return self.headers.get("x-api-key") or self.headers.get("authorization")

    def _fault(self, body: dict) -> str | None:
        """What is wrong with the request in the server's eyes."""
        if self.path == "/v1/chat/completions":
            if self.headers.get("authorization") != f"Bearer {KEY}":
                return "no bearer"
            if [message["role"] for message in body["messages"]] != ["system", "user"]:
                return "roles"
            schema = body["response_format"].get("json_schema", {}).get("schema")
            return None if schema is None or _strict(schema) else "schema is not strict"
        if self.path == "/v1/messages":
            if (self.headers.get("x-api-key"), self.headers.get("anthropic-version")) != (KEY, "2023-06-01"):
                return "headers"
            if body["tool_choice"] != {"type": "tool", "name": body["tools"][0]["name"]}:
                return "tool is not forced"
            if not isinstance(body["system"], str) or [message["role"] for message in body["messages"]] != ["user"]:
                return "roles"
            return None if _strict(body["tools"][0]["input_schema"]) else "schema is not strict"
        return "no such path"

    def _shaped(self, said: str, response: Response) -> dict:
        if self.path == "/v1/chat/completions":
            usage = {"prompt_tokens": 1000, "completion_tokens": 100} if response.counts else {}
            message = {"role": "assistant", "content": said, "refusal": None}
            return {
                "choices": [{"index": 0, "message": message, "finish_reason": response.ended or "stop"}],
                "usage": usage,
            }
        try:
            tool_input = json.loads(said)
        except ValueError:
            tool_input = said
        usage = {"input_tokens": 900, "cache_read_input_tokens": 100, "output_tokens": 100} if response.counts else {}
        call = {"type": "tool_use", "id": "t1", "name": "write_down_claims", "input": tool_input}
        content = [{"type": "text", "text": "I shall."}, call]
        return {"content": content, "stop_reason": response.ended or "tool_use", "usage": usage}

    def log_message(self, *_) -> None:
        """Nothing: what came is in server.requests."""


def _strict(schema: object) -> bool:
    """Whether a strict schema mode takes it: every key required, no others, no references, no defaults."""
    if isinstance(schema, list):
        return all(_strict(item) for item in schema)
    if not isinstance(schema, dict):
        return True
    if not {"$ref", "default", "maxItems", "maxLength"}.isdisjoint(schema):
        return False
    if "properties" in schema:
        properties = schema["properties"]
        closed = schema["required"] == list(properties) and schema["additionalProperties"] is False
        return closed and all(_strict(value) for value in properties.values())
    return all(_strict(value) for value in schema.values())


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A model server that reads carefully until told otherwise."""
    server = ModelServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Two people and one organization."""
    return Registry.of(
        [Organization("openai", "OpenAI")],
        [Person("murati", "Mira Murati"), Person("weng", "Lilian Weng", {Language.ZH_HANS: ("翁荔",)})],
    )


@pytest.fixture
def article() -> Article:
    """Three departures, in two languages."""
    return Article("a1", TEXT, "Three leave OpenAI", published=date(2024, 11, 28), language=Language.EN)


@pytest.fixture
def say():
    """Builds answers: say.stated(...), say.answer(...), and what this server does with a request."""

    class Say:
        stated = staticmethod(stated)
        answer = staticmethod(answer)
        careful = staticmethod(careful)
        Response = Response
        murati, mcgrew, weng = MURATI, MCGREW, WENG
        key = KEY
        text = TEXT

    return Say

"""A small real store, and the service on loopback before it.

The store holds what the tests ask about: a corroborated departure with a rival date and a reason with its share, the
arrival that follows it, a rumour, a plan, a denial, a dispute, and an article whose metadata tries to break out.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn

from labmoves_api.application import create_app
from labmoves_api.settings import Settings
from labmoves_graph.model import Article, Claim, DateMeaning, Event, Evidence, Reason, ReasonCategory, Status
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.store import ClaimStore

RECORDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script>'


def article(id, text, publisher="", published=None, title="", url=None):
    address = f"https://{id}.example/1" if url is None else url
    return Article(id=id, text=text, title=title, url=address, publisher=publisher, published=published)


def claim(source, quote, event, person, organization, day=None, status=Status.CONFIRMED, **fields):
    start = source.text.index(quote)
    named = {
        "person_id": fields.pop("person_id", None),
        "organization_id": fields.pop("organization_id", None),
        "date": PartialDate.parse(day) if day else None,
        "date_meaning": DateMeaning.EFFECTIVE if day else None,
    }
    return Claim(
        article_id=source.id,
        event=event,
        person=person,
        organization=organization,
        status=status,
        evidence=Evidence(start, start + len(quote), quote),
        confidence=0.9,
        extractor="test/1",
        **named,
        **fields,
    )


YAO = {"person_id": "yao-shunyu-physics"}
TIMES = article(
    "times-yao",
    "A physicist explains himself. Yao Shunyu left Anthropic on September 19, 2025. "
    "He strongly disagreed with the company's statements, which he called 40% of the reason. "
    "Ten days later he joined Google DeepMind. Friends wished him well.",
    "The Times",
    date(2025, 10, 8),
    "Why I left",
)
KE = article("36ke-yao", "姚顺宇于2025年9月19日离开Anthropic。他随后加入了谷歌DeepMind。", "36氪", date(2025, 10, 9))
LATER = article("later-yao", "Yao Shunyu left Anthropic on September 22, 2025.", "Blog", date(2025, 10, 10))
RUMOR = article("rumor-yao", "Yao Shunyu of ReAct has been hired by Tencent, sources say.", "Wire", date(2025, 9, 12))
DENIAL = article(
    "denial-yao", "Tencent denied that it hired Yao Shunyu of ReAct.", "Desk", date(2025, 9, 13), "No hire"
)
PLAN = article("plan-murati", "Mira Murati will leave OpenAI next month.", "Plans", date(2024, 9, 20))
HOSTILE_ARTICLE = article(
    "hostile",
    f"{HOSTILE} Evil Person left {HOSTILE} Labs in 2023.",
    "=HYPERLINK(1)",
    date(2023, 5, 1),
    HOSTILE,
    url="javascript:alert('<b>')",
)

READINGS = [
    (
        TIMES,
        [
            claim(
                TIMES,
                "Yao Shunyu left Anthropic on September 19, 2025",
                Event.DEPARTURE,
                "Yao Shunyu",
                "Anthropic",
                "2025-09-19",
                organization_id="anthropic",
                date_text="September 19, 2025",
                reasons=(
                    Reason(
                        ReasonCategory.VALUES_OR_POLITICS,
                        "strongly disagreed with the company's statements",
                        0.4,
                        "Yao Shunyu",
                    ),
                ),
                **YAO,
            ),
            claim(
                TIMES,
                "Ten days later he joined Google DeepMind",
                Event.HIRE,
                "Yao Shunyu",
                "Google DeepMind",
                "2025-09-29~",
                organization_id="google-deepmind",
                date_text="Ten days later",
                **YAO,
            ),
        ],
    ),
    (
        KE,
        [
            claim(
                KE,
                "姚顺宇于2025年9月19日离开Anthropic",
                Event.DEPARTURE,
                "姚顺宇",
                "Anthropic",
                "2025-09-19",
                organization_id="anthropic",
                **YAO,
            ),
            claim(
                KE,
                "加入了谷歌DeepMind",
                Event.HIRE,
                "姚顺宇",
                "谷歌DeepMind",
                organization_id="google-deepmind",
                **YAO,
            ),
        ],
    ),
    (
        LATER,
        [
            claim(
                LATER,
                "Yao Shunyu left Anthropic on September 22, 2025",
                Event.DEPARTURE,
                "Yao Shunyu",
                "Anthropic",
                "2025-09-22",
                organization_id="anthropic",
                **YAO,
            )
        ],
    ),
    (
        RUMOR,
        [
            claim(
                RUMOR,
                "Yao Shunyu of ReAct has been hired by Tencent",
                Event.HIRE,
                "Yao Shunyu",
                "Tencent",
                "2025-09",
                Status.RUMORED,
                person_id="yao-shunyu-react",
                organization_id="tencent",
            )
        ],
    ),
    (
        DENIAL,
        [
            claim(
                DENIAL,
                "Tencent denied that it hired Yao Shunyu",
                Event.HIRE,
                "Yao Shunyu",
                "ByteDance",
                "2025-09",
                Status.DENIED,
                person_id="yao-shunyu-react",
                organization_id="bytedance",
            )
        ],
    ),
    (
        PLAN,
        [
            claim(
                PLAN,
                "Mira Murati will leave OpenAI next month",
                Event.DEPARTURE,
                "Mira Murati",
                "OpenAI",
                "2024-10",
                Status.PLANNED,
                person_id="mira-murati",
                organization_id="openai",
                role="CTO",
            )
        ],
    ),
    (
        HOSTILE_ARTICLE,
        [
            claim(
                HOSTILE_ARTICLE,
                f"Evil Person left {HOSTILE} Labs in 2023",
                Event.DEPARTURE,
                HOSTILE + " Person",
                HOSTILE + " Labs",
                "2023",
                role="=1+1",
            )
        ],
    ),
]


def fill_store(directory: Path, readings=READINGS) -> Path:
    """A store of these readings, all recorded at RECORDED."""
    registry = Registry.load()
    with ClaimStore.open(directory, clock=lambda: RECORDED) as store:
        with store.writer() as writer:
            writer.put_entities(registry)
            for source, claims in readings:
                writer.put_article(source, claims)
        project(store, registry)
    return directory


@dataclass
class Server:
    """A running service. url: its root; client: talks to it."""

    url: str
    client: httpx.Client
    app: object

    def get(self, path, **options):
        return self.client.get(path, **options)

    def json(self, path, **options):
        answer = self.client.get(path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextlib.contextmanager
def listening(app):
    """The root of an ASGI application on a free port of loopback, in a thread of this process."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


@contextlib.contextmanager
def serving(settings: Settings):
    """The service on a free port of loopback."""
    app = create_app(settings)
    with listening(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield Server(url, client, app)


@pytest.fixture(scope="session")
def listen():
    """listening, for applications other than the service."""
    return listening


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """The store; nobody changes it."""
    return fill_store(tmp_path_factory.mktemp("service") / "store")


@pytest.fixture(scope="session")
def server(store):
    """The service on that store, without a limit that tests could run into."""
    with serving(Settings(store=store, costly_per_minute=100_000, sparql_seconds=1.0, sparql_rows=1000)) as running:
        yield running


@pytest.fixture(scope="session")
def make_store():
    """fill_store, for tests that need a store of their own; `small`: with one article that makes no claims."""

    def make(directory, small=False):
        return fill_store(directory, [(TIMES, [])] if small else READINGS)

    return make


@pytest.fixture(scope="session")
def serve():
    """serving, for tests that need a service of their own."""
    return serving

"""The claim store over real SPARQL servers on loopback: Oxigraph's and Virtuoso.

A server that is not installed skips its tests: `pip install oxigraph` (in the test extra), Debian's
`virtuoso-opensource`.
"""

import shutil
import socket
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, Quad

from labmoves_graph.errors import QueryError, StoreError
from labmoves_graph.model import (
    Article,
    Claim,
    DateMeaning,
    Event,
    Evidence,
    Judgement,
    JudgementKind,
    Language,
    Manner,
    Organization,
    Person,
    Reason,
    ReasonCategory,
    Status,
)
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.projection import project
from labmoves_graph.registry import Registry
from labmoves_graph.remote_store import RemoteClaimStore
from labmoves_graph.store import ClaimStore, PutOutcome
from labmoves_graph.verification import verify
from labmoves_graph.vocabulary import LM

START = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = '姚顺宇离开Anthropic。\n"四成\\原因"是价值观。🚀 She joined Google.'
ARTICLE = Article("https://e.org/?a=1&b", TEXT, "题", "https://e.org/?a=1", "报", date(2025, 10, 8), Language.ZH_HANS)
LEFT = Claim(
    ARTICLE.id,
    Event.DEPARTURE,
    "姚顺宇",
    "Anthropic",
    Status.CONFIRMED,
    Evidence(0, 14, TEXT[0:14]),
    organization_id="anthropic",
    role="",
    date=PartialDate.parse("XXXX-09-19"),
    date_text="9月19日",
    date_meaning=DateMeaning.EFFECTIVE,
    manner=Manner.RESIGNED,
    reasons=(
        Reason(ReasonCategory.VALUES_OR_POLITICS, "四成", 0.4, "姚顺宇"),
        Reason(ReasonCategory.OTHER, "\t'x'", 1.0),
    ),
    confidence=0.87,
    extractor="rules/3",
)
JOINED = Claim(ARTICLE.id, Event.HIRE, "She", "Google", Status.PLANNED, Evidence(30, 33, TEXT[30:33]))
REGISTRY = Registry.of(
    [Organization("anthropic", "Anthropic", {Language.ZH_HANS: ("Anthropic", "安斯罗皮克")})],
    [
        Person("yao", "Shunyu Yao", {Language.ZH_HANS: ("姚顺宇",)}, different_from=("yao2",)),
        Person("yao2", "Shunyu Yao"),
    ],
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(server: subprocess.Popen, url: str, log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(url, params={"query": "ASK {}"}).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer: {log.read_text()}")


def oxigraph(folder: Path) -> tuple[list[str], str, str]:
    program = Path(sys.executable).with_name("oxigraph")
    found = str(program) if program.exists() else shutil.which("oxigraph")
    if not found:
        pytest.skip("the Oxigraph server is not installed: pip install 'oxigraph'")
    port = free_port()
    command = [found, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    return command, f"http://127.0.0.1:{port}/query", f"oxigraph+http://127.0.0.1:{port}"


def virtuoso(folder: Path) -> tuple[list[str], str, str]:
    found = shutil.which("virtuoso-t")
    if not found:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource")
    http, sql = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(
        textwrap.dedent(
            f"""
            [Database]
            DatabaseFile = {folder}/virtuoso.db
            ErrorLogFile = {folder}/virtuoso.log
            LockFile = {folder}/virtuoso.lck
            TransactionFile = {folder}/virtuoso.trx
            xa_persistent_file = {folder}/virtuoso.pxa
            [TempDatabase]
            DatabaseFile = {folder}/virtuoso-temp.db
            TransactionFile = {folder}/virtuoso-temp.trx
            [Parameters]
            ServerPort = 127.0.0.1:{sql}
            NumberOfBuffers = 10000
            MaxDirtyBuffers = 6000
            [HTTPServer]
            ServerPort = 127.0.0.1:{http}
            ServerRoot = {folder}
            ServerThreads = 5
            [SPARQL]
            DefaultQueryTimeout = 0
            """
        )
    )
    command = [found, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    return command, f"http://127.0.0.1:{http}/sparql", f"virtuoso+http://dba:dba@127.0.0.1:{http}"


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=lambda server: server.__name__)
def server(request, tmp_path_factory):
    """The address of a running server."""
    folder = tmp_path_factory.mktemp(request.param.__name__)
    command, probe, url = request.param(folder)
    log = folder / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=folder, stdout=out, stderr=out) as running:
        try:
            wait_until_ready(running, probe, log)
            yield url
        finally:
            running.kill()


def ticking():
    ticks = iter(range(1000))
    return lambda: START + timedelta(hours=next(ticks))


@pytest.fixture
def store(server, tmp_path):
    with RemoteClaimStore.connect(server, tmp_path / "local", clock=ticking(), lock_timeout=1) as opened:
        for graph in opened.view().quads.graphs():
            if graph.value.startswith("https://w3id.org/labmoves/"):
                opened.view().quads.clear_graph(graph)
        yield opened


@pytest.fixture
def embedded(tmp_path):
    with ClaimStore.open(tmp_path / "embedded", clock=ticking()) as opened:
        yield opened


def fill(store: ClaimStore) -> list[PutOutcome]:
    """Versions, a retraction, judgements and what follows, in the same order for every store."""
    judgement = Judgement(JudgementKind.REJECT_CLAIM, "c9", None, None, "editor", START, "misread")
    with store.writer() as writer:
        outcomes = [
            writer.put_article(replace(ARTICLE, title="旧题"), [LEFT]),
            writer.put_article(ARTICLE, [LEFT, JOINED]),
            writer.put_article(ARTICLE, [JOINED, LEFT]),
            writer.put_article(Article("gone", "x"), []),
            writer.put_judgement(judgement),
        ]
        writer.retract("gone", "withdrawn")
        writer.revoke_judgement(judgement.id)
    project(store, REGISTRY)
    return outcomes


def test_remote_store_holds_and_answers_what_the_embedded_one_does(store, embedded):
    assert fill(store) == fill(embedded)
    for as_of in (None, START, START + timedelta(hours=1)):
        assert list(store.articles(as_of)) == list(embedded.articles(as_of))
        assert list(store.claims(as_of)) == list(embedded.claims(as_of))
        assert list(store.judgements(as_of)) == list(embedded.judgements(as_of))
    assert store.view().versions(ARTICLE.id) == embedded.view().versions(ARTICLE.id)
    assert store.view().claim(LEFT.id) == LEFT


def test_remote_export_has_the_bytes_of_the_embedded_one(store, embedded, tmp_path):
    for number, each in enumerate((store, embedded)):
        fill(each)
        each.export(tmp_path / f"{number}.nq")
    assert (tmp_path / "0.nq").read_text(encoding="utf-8") == (tmp_path / "1.nq").read_text(encoding="utf-8")


def test_remote_store_verifies_clean_and_an_edit_is_found(store):
    fill(store)
    assert verify(store, REGISTRY) == []
    quad = next(store.view().quads.match(predicate=LM.personName))
    store.view().quads.apply([], [quad])
    assert any("personName is missing" in finding.problem for finding in verify(store, REGISTRY))


def test_article_larger_than_one_request_is_stored_whole(store):
    text = "".join(f"P{number} joined OpenAI. " for number in range(120))
    places = [(text.index(f"P{number} "), f"P{number} joined OpenAI") for number in range(120)]
    claims = [
        Claim(
            "big",
            Event.HIRE,
            quote.split()[0],
            "OpenAI",
            Status.CONFIRMED,
            Evidence(start, start + len(quote), quote),
        )
        for start, quote in places
    ]
    with store.writer() as writer:
        assert writer.put_article(Article("big", text), claims) is PutOutcome.ADDED
        assert writer.put_article(Article("big", text, title="second"), claims) is PutOutcome.REPLACED
    assert list(store.claims()) == claims


def test_bulk_load_gives_the_bytes_of_the_embedded_one(store, embedded, tmp_path):
    readings = [(Article(f"a{number}", "She joined."), []) for number in range(50)]
    for number, each in enumerate((store, embedded)):
        with each.writer() as writer:
            assert writer.put_articles(readings, on_rejected=pytest.fail)[PutOutcome.ADDED] == 50
        each.export(tmp_path / f"{number}.nq")
    assert len((tmp_path / "0.nq").read_bytes()) > 10_000


def test_queries_of_every_form_answer(store):
    fill(store)
    name = LM.personName.value
    (row,) = store.query(f"SELECT ?n {{ GRAPH ?g {{ ?c <{name}> ?n }} FILTER(?n = 'She') }}")
    assert row["n"].value == "She"
    assert bool(store.query(f"ASK {{ GRAPH ?g {{ ?c <{name}> '姚顺宇' }} }}")) is True
    prologue = "# every name\nPREFIX select: <https://example.org/#>\n"
    triples = list(store.query(f"{prologue}CONSTRUCT {{ ?c <{name}> ?n }} {{ GRAPH ?g {{ ?c <{name}> ?n }} }}"))
    assert {triple.object.value for triple in triples} == {"姚顺宇", "She"}
    with pytest.raises(QueryError, match="refused the query"):
        store.query("SELECT everything")


def test_server_that_is_gone_is_named_without_its_password(tmp_path):
    url = f"virtuoso+http://dba:secret@127.0.0.1:{free_port()}"
    with (
        RemoteClaimStore.connect(url, tmp_path) as store,
        pytest.raises(StoreError, match="does not answer") as error,
    ):
        list(store.articles())
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "mystore+http://u:secret@h", "oxigraph+ftp://h", "oxigraph+http:"]
)
def test_address_of_no_known_server_is_refused(tmp_path, url):
    with pytest.raises(StoreError, match=r"write it like oxigraph\+http") as error:
        RemoteClaimStore.connect(url, tmp_path)
    assert "secret" not in str(error.value)


def test_wrong_password_is_refused_in_words(server, tmp_path):
    if not server.startswith("virtuoso"):
        pytest.skip("this server asks for no password")

    def put() -> None:
        with (
            RemoteClaimStore.connect(server.replace("dba:dba", "dba:wrong"), tmp_path) as store,
            store.writer() as writer,
        ):
            writer.put_article(ARTICLE, [LEFT])

    with pytest.raises(StoreError, match=r"refused \(401\)"):
        put()


def test_graphs_of_others_on_the_server_are_left_alone(store):
    thing = NamedNode("https://example.org/x")
    store.view().quads.apply([Quad(thing, thing, thing, thing)])
    fill(store)
    assert thing not in store.view().quads.graphs()
    assert verify(store, REGISTRY) == []
    assert list(store.view().quads.match(graph=thing)) == [Quad(thing, thing, thing, thing)]

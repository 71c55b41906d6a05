"""How quick the service is against an empty FastAPI route that returns the same bytes, in one run on one machine.

    python tests/benchmarks/service_benchmark.py [--moves 100000] [--store DIR] [--seconds 5]

Server and load are processes of their own on loopback; the load keeps connections open and counts whole answers.

    again     one address again and again
    various   each request another address, from all over the store; what was answered is remembered
    first     the same, and nothing is ever remembered

Ratios compare; figures per second depend on the machine. The load needs processor time, too: with fewer than three
idle cores two workers cannot show what they could do.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labmoves_graph.move_filter import encode_cursor
from labmoves_graph.projection import project
from labmoves_graph.read_model import ReadModel
from labmoves_graph.store import ClaimStore

APPLICATION = "--factory labmoves_api.application:service_app"
SINGLE = {
    "search": "/v1/people?q=known+person+1",
    "timeline": "/v1/organizations/org-1/timeline?limit=50",
    "facets": "/v1/moves?limit=1&facets=event,organization,reason,year",
    "flows": "/v1/flows",
}
ROOT = Path(__file__).parents[2]
CONNECTIONS = 16
EMPTY = """
import os
from fastapi import FastAPI, Response
app = FastAPI()
from pathlib import Path
bodies = {file.name: file.read_bytes() for file in Path(os.environ["BODIES"]).iterdir()}
@app.get("/{name}")
async def empty(name: str) -> Response:
    return Response(bodies[name], media_type="application/json")
"""


@dataclass(frozen=True)
class Load:
    """What a run of load saw. a_second: whole answers; p50, p99: milliseconds; cpu: microseconds of the server each.

    On a machine that does other work as well, cpu is the figure to compare.
    """

    a_second: float
    p50: float
    p99: float
    cpu: float


class Client(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again."""

    def __init__(self, requests: list[bytes], first: int, latencies: list[float], pace: float | None) -> None:
        self._requests, self._number, self._latencies, self._pace = requests, first, latencies, pace
        self._buffer = b""
        self._due = time.perf_counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked = self._due if self._pace else time.perf_counter()
        self._transport.write(self._requests[self._number % len(self._requests)])  # type: ignore[attr-defined]
        self._number += CONNECTIONS

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        size = int(lower[at:].split(b"\r\n")[0])
        if len(body) < size:
            return
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        self._latencies.append(time.perf_counter() - self._asked)
        self._buffer = b""
        if self._pace is None:
            self._ask()
            return
        # An open loop: the next one is due at its time, however late this one was.
        self._due += self._pace
        asyncio.get_running_loop().call_later(max(0.0, self._due - time.perf_counter()), self._ask)


async def _load(server: Server, paths: list[str], seconds: float, a_second: float | None) -> Load:
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for path in paths]
    latencies: list[float] = []
    loop = asyncio.get_running_loop()
    pace = CONNECTIONS / a_second if a_second else None
    transports = []
    for number in range(CONNECTIONS):
        transport, _ = await loop.create_connection(
            lambda number=number: Client(requests, number, latencies, pace), "127.0.0.1", server.port
        )
        transports.append(transport)
    await asyncio.sleep(0.5)
    latencies.clear()
    began, cpu = time.perf_counter(), server.cpu_seconds()
    await asyncio.sleep(seconds)
    taken, seen = time.perf_counter() - began, sorted(latencies)
    cpu = server.cpu_seconds() - cpu
    for transport in transports:
        transport.abort()
    p50, p99 = (seen[int(len(seen) * share)] * 1000 for share in (0.5, 0.99))
    return Load(len(seen) / taken, p50, p99, cpu / len(seen) * 1e6)


def load(server: Server, paths: list[str], seconds: float, a_second: float | None = None) -> Load:
    """Ask for the paths in turn, as quickly as answers come or at a rate."""
    return asyncio.run(_load(server, paths, seconds, a_second))


class Server:
    """uvicorn in a process of its own, ready when this returns."""

    def __init__(self, application: str, environment: dict[str, str], ready: str, workers: int = 1) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", *application.split(), "--port", str(self.port)]
        command += ["--workers", str(workers), "--log-level", "error", "--no-access-log"]
        began = time.perf_counter()
        self.process = subprocess.Popen(
            command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{ready}", timeout=1).read()
                break
            except OSError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.02)
        self.started_in = time.perf_counter() - began

    def get(self, path: str) -> bytes:
        body: bytes = urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}").read()
        return body

    def processes(self) -> list[int]:
        """Those that answer: uvicorn's workers, or itself where it has none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        named = {int(one): Path(f"/proc/{one}/cmdline").read_text() for one in children}
        return [one for one, line in named.items() if "spawn_main" in line] or [self.process.pid]

    def megabytes(self) -> float:
        """Memory of the largest process that answers."""
        texts = [Path(f"/proc/{one}/status").read_text() for one in self.processes()]
        return max(int(text.split("VmRSS:")[1].split()[0]) for text in texts) / 1024

    def cpu_seconds(self) -> float:
        """Processor time of the processes that answer so far."""
        texts = [Path(f"/proc/{one}/stat").read_text() for one in self.processes()]
        fields = [text.rpartition(")")[2].split() for text in texts]
        return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def build(directory: Path, moves: int) -> None:
    """A store with generated news about so many moves."""
    spec = importlib.util.spec_from_file_location("generated", ROOT / "tests" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generated"] = module
    spec.loader.exec_module(module)
    news = module.generate(moves, 7)
    with ClaimStore.open(directory, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as store:
        with store.writer() as writer:
            writer.put_entities(news.registry)
            writer.put_articles(news.readings, on_rejected=print)
        project(store, news.registry)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=100_000)
    parser.add_argument("--store", type=Path, help="built there, and used again if it exists")
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = options.store or Path(folder) / "store"
        if not store.exists():
            build(store, options.moves)
        measure(store, Path(folder), options.seconds)


def measure(store: Path, folder: Path, seconds: float) -> None:
    environment = {"LABMOVES_STORE": str(store), "LABMOVES_COSTLY_PER_MINUTE": "1000000"}
    with ReadModel.open(store / "moves.db") as model:
        total = model.count()
    rows = sqlite3.connect(store / "moves.db").execute(
        "SELECT sort_date, id FROM current_move ORDER BY sort_date DESC, id DESC"
    )
    moves = rows.fetchall()
    chance = random.Random(1)
    items = [f"/v1/moves/{move_id}" for _, move_id in chance.sample(moves, min(5000, len(moves)))]
    pages = [f"/v1/moves?limit=50&cursor={encode_cursor(*move)}" for move in moves[:-50:50]]
    chance.shuffle(pages)
    server = Server(APPLICATION, environment, "/health")
    print(f"{total} moves; start to ready {server.started_in:.2f} s; {server.megabytes():.0f} MB")
    bodies = folder / "bodies"
    bodies.mkdir()
    for name, path in (("item", items[0]), ("page", pages[0])):
        (bodies / name).write_bytes(server.get(path))
    (folder / "empty_app.py").write_text(EMPTY)
    empty = Server("empty_app:app", {"BODIES": str(bodies), "PYTHONPATH": str(folder)}, "/item")
    nothing_kept = Server(APPLICATION, environment | {"LABMOVES_CACHE_MB": "0"}, "/health")
    for kind, paths in (("item", items), ("page", pages)):
        base = load(empty, [f"/{kind}"], seconds)
        show(f"empty {kind}", base, base)
        show(f"{kind} again", load(server, paths[:1], seconds), base)
        seen = load(server, paths, seconds)
        show(f"{kind} various", seen, base)
        half = load(server, paths[::-1], seconds, seen.a_second / 2)
        show(f"{kind} various, half the rate", half, base)
        show(f"{kind} first", load(nothing_kept, paths, seconds), base)
        server.get(f"/v1/moves?limit={2 if kind == 'item' else 3}")
    print(f"memory after the load: {server.megabytes():.0f} MB")
    for name, path in SINGLE.items():
        began, times = time.perf_counter(), []
        while time.perf_counter() - began < 2:
            start = time.perf_counter()
            nothing_kept.get(path)
            times.append(time.perf_counter() - start)
        print(f"one client, nothing remembered: {name:10} median {statistics.median(times) * 1000:.1f} ms")
    for each in (empty, nothing_kept):
        each.stop()
    with_ingestion(server, store, items, seconds)
    server.stop()
    two_workers(environment, items, seconds)


def show(name: str, seen: Load, base: Load) -> None:
    print(
        f"{name:30} {seen.a_second:7.0f} /s  ratio {seen.a_second / base.a_second:.2f}  "
        f"cpu {seen.cpu:6.0f} us  ratio {base.cpu / seen.cpu:.2f}  p50 {seen.p50:.1f}  p99 {seen.p99:.1f} ms"
    )


def with_ingestion(server: Server, store: Path, paths: list[str], seconds: float) -> None:
    """Readers at half of what the service can do, alone and beside `labmoves ingest`, which changes the store."""
    alone = load(server, paths, seconds)
    rate = alone.a_second / 2
    quiet = load(server, paths, seconds, rate)
    news = "".join(
        json.dumps({"id": f"beside-{n}-{time.time()}", "text": f"Mary Porter-{n} left OpenAI on 3 March 2025.\n"})
        + "\n"
        for n in range(20)
    )
    command = [Path(sys.executable).with_name("labmoves"), "ingest", "-", "--store", store]
    revision = json.loads(server.get("/health"))["revision"]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert writer.stdin is not None
    writer.stdin.write(news.encode())
    writer.stdin.close()
    beside: list[Load] = []
    while writer.poll() is None and len(beside) < 5:
        beside.append(load(server, paths, seconds, rate))
    done = writer.poll() is not None
    writer.terminate()
    writer.wait()
    revisions = json.loads(server.get("/health"))["revision"] - revision
    show("readers alone, half the rate", quiet, alone)
    for seen in beside:
        show("readers beside ingestion", seen, quiet)
    print(f"meanwhile the store came to {revisions} new revisions; ingestion was {'over' if done else 'under way'}")


def two_workers(environment: dict[str, str], paths: list[str], seconds: float) -> None:
    """What two workers do against one where nothing is remembered, so that the load does not set the pace."""
    seen: list[Load] = []
    for number in (1, 2):
        server = Server(APPLICATION, environment | {"LABMOVES_CACHE_MB": "0"}, "/health", workers=number)
        load(server, paths, 1.0)
        seen.append(load(server, paths, seconds))
        show(f"{number} worker{'s' * (number > 1)}, item first", seen[-1], seen[0])
        server.stop()


if __name__ == "__main__":
    main()

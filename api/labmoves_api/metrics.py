"""What the service has done so far, in Prometheus' text format.

    metrics = Metrics()                       one process, counting for itself
    metrics = Metrics(Path("/run/shared"))    one of several; each writes down its counts there, and adds up all

A process writes every SHARE_EVERY seconds and when it ends, so that what a scraper sees of the others is that old at
most. Counts of processes that ended stay: a sum never goes down.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["SHARE_EVERY", "Metrics"]

#: Upper bounds in seconds; what is slower falls in +Inf.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SHARE_EVERY = 1.0


@dataclass(slots=True)
class _Counts:
    """requests: by method, route and status. events: by name."""

    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def add(self, other: _Counts) -> None:
        self.requests.update(other.requests)
        self.events.update(other.events)
        self.buckets = [one + more for one, more in zip(self.buckets, other.buckets, strict=True)]
        self.seconds += other.seconds

    def as_json(self) -> str:
        requests = [[*key, count] for key, count in self.requests.items()]
        return json.dumps([requests, self.events, self.buckets, self.seconds])

    @classmethod
    def of_json(cls, text: str) -> _Counts:
        requests, events, buckets, seconds = json.loads(text)
        keyed = {(method, route, status): count for method, route, status, count in requests}
        return cls(Counter(keyed), Counter(events), buckets, seconds)


class Metrics:
    """Counters and one histogram; safe to share between threads. folder: shared with other processes."""

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._counts = _Counts()
        self._file = folder / f"{os.getpid()}-{secrets.token_hex(4)}.json" if folder is not None else None

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._counts.requests[method, route, status] += 1
            self._counts.buckets[bisect_left(BUCKETS, seconds)] += 1
            self._counts.seconds += seconds

    def event(self, name: str) -> None:
        """Count something else, such as "sparql_killed"."""
        with self._lock:
            self._counts.events[name] += 1

    @property
    def shared(self) -> bool:
        """Whether there is a folder to share counts in."""
        return self._file is not None

    def share(self) -> None:
        """Write down this process's counts for the others."""
        if self._file is not None:
            with self._lock:
                text = self._counts.as_json()
            part = self._file.with_suffix(".part")
            part.write_text(text, encoding="utf-8")
            part.replace(self._file)

    def text(self, gauges: dict[str, float]) -> str:
        """Everything of all processes, with this one's gauges, in exposition format 0.0.4."""
        total = self._total()
        lines = ["# TYPE labmoves_requests_total counter"]
        for (method, route, status), count in sorted(total.requests.items()):
            labels = f'method="{_label(method)}",route="{_label(route)}",status="{status}"'
            lines.append(f"labmoves_requests_total{{{labels}}} {count}")
        lines.append("# TYPE labmoves_request_seconds histogram")
        seen = 0
        for bound, count in zip((*BUCKETS, "+Inf"), total.buckets, strict=True):
            seen += count
            lines.append(f'labmoves_request_seconds_bucket{{le="{bound}"}} {seen}')
        lines += [f"labmoves_request_seconds_sum {total.seconds:.6f}", f"labmoves_request_seconds_count {seen}"]
        lines.append("# TYPE labmoves_events_total counter")
        events = sorted(total.events.items())
        lines += [f'labmoves_events_total{{event="{_label(name)}"}} {count}' for name, count in events]
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE labmoves_{name} gauge", f"labmoves_{name} {value:g}"]
        return "\n".join(lines) + "\n"

    def _total(self) -> _Counts:
        total = _Counts()
        with self._lock:
            total.add(self._counts)
        if self._file is not None:
            for other in sorted(self._file.parent.glob("*.json")):
                if other != self._file:
                    total.add(_Counts.of_json(other.read_text(encoding="utf-8")))
        return total


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

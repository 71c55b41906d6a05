"""What one process has done so far, in Prometheus' text format.

Each worker process counts for itself; a scraper that meets several workers sees one of them at a time.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter

__all__ = ["Metrics"]

#: Upper bounds in seconds; what is slower falls in +Inf.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counters and one histogram; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._events: Counter[str] = Counter()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def event(self, name: str) -> None:
        """Count something else, such as "sparql_killed"."""
        with self._lock:
            self._events[name] += 1

    def text(self, gauges: dict[str, float]) -> str:
        """Everything, with the gauges' present values, in exposition format 0.0.4."""
        with self._lock:
            requests, events = sorted(self._requests.items()), sorted(self._events.items())
            buckets, seconds = list(self._buckets), self._seconds
        lines = ["# TYPE labmoves_requests_total counter"]
        for (method, route, status), count in requests:
            labels = f'method="{_label(method)}",route="{_label(route)}",status="{status}"'
            lines.append(f"labmoves_requests_total{{{labels}}} {count}")
        lines.append("# TYPE labmoves_request_seconds histogram")
        total = 0
        for bound, count in zip((*BUCKETS, "+Inf"), buckets, strict=True):
            total += count
            lines.append(f'labmoves_request_seconds_bucket{{le="{bound}"}} {total}')
        lines += [f"labmoves_request_seconds_sum {seconds:.6f}", f"labmoves_request_seconds_count {total}"]
        lines.append("# TYPE labmoves_events_total counter")
        lines += [f'labmoves_events_total{{event="{_label(name)}"}} {count}' for name, count in events]
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE labmoves_{name} gauge", f"labmoves_{name} {value:g}"]
        return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

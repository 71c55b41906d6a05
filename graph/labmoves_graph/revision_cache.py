"""Answers that are counted over many rows, kept until the read model's revision changes.

    cache.get(revision, ("count", chosen), lambda: count(...))

Keys are whatever decides the answer besides the content: filter, limit, language. Safe to share between threads;
two that ask at once may both compute, and agree.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

__all__ = ["RevisionCache"]

Answer = TypeVar("Answer")


class RevisionCache:
    """The most recent answers of one revision. size: how many are kept."""

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._revision = -1
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, revision: int, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """The answer for the key at this revision, computed if need be."""
        with self._lock:
            if revision > self._revision:
                self._answers.clear()
                self._revision = revision
            if revision == self._revision and key in self._answers:
                self._answers.move_to_end(key)
                kept: Answer = self._answers[key]
                return kept
        answer = compute()
        with self._lock:
            if revision == self._revision:
                self._answers[key] = answer
                while len(self._answers) > self._size:
                    self._answers.popitem(last=False)
        return answer

"""Answers of a model kept on disk, each under the hash of everything that was asked.

    cache.get(key) -> the answer's JSON, or None        cache.put(key, answer)

The key covers model, instructions, schema and the article's text, so an entry never goes stale. A folder may be
shared by several runs at one time, and deleted at will. One that cannot be read counts as absent and is replaced.

Errors: ReaderSettingsError when the folder cannot be written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from labmoves_graph.errors import ReaderSettingsError

__all__ = ["AnswerCache", "request_key"]


def request_key(*asked: Any) -> str:
    """The hash of what was asked: anything that JSON can hold."""
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class AnswerCache:
    """One folder of answers. folder None: nothing is found and nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> str | None:
        """The answer kept under the key, None if there is none."""
        if self._folder is None:
            return None
        try:
            return self._path(self._folder, key).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def put(self, key: str, answer: str) -> None:
        """Keep an answer. It appears whole or not at all."""
        if self._folder is None:
            return
        path = self._path(self._folder, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(answer)
                os.replace(unfinished, path)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(unfinished)
                raise
        except OSError as error:
            raise ReaderSettingsError(
                f"{self._folder}: answers cannot be kept there ({error.strerror}); set LABMOVES_LLM_CACHE to another "
                "folder, or to off"
            ) from error

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / f"{key}.json"

"""Files and folders as articles. What cannot be used is told in one line, and the rest goes on.

    reader = ArticleReader(on_problem=problems.append)
    for article in reader.read(["news/", "digest.jsonl", "-"]): …

    .txt .md .markdown      one article, with or without front matter (see article_record)
    .jsonl .ndjson          one article a line
    folder                  its files of these kinds, subfolders too, in the order of their names
    -, or no suffix         standard input or that file: JSON Lines if it starts with "{", else one text

An article that was already read in this run under the same id is left out: silently noticed when it is the
same, a problem when it differs. Nothing is held beyond one article, so a file may be as long as it likes.

Errors: none leave read(); each ArticleError goes to on_problem.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from labmoves_graph.errors import ArticleError
from labmoves_graph.model import Article
from labmoves_ingest.article_record import MAX_ARTICLE_BYTES, article_from_record, article_from_text, too_long
from labmoves_ingest.text_decoding import decode_text, line_encoding

__all__ = ["STDIN", "ArticleReader"]

STDIN = "-"
TEXT_SUFFIXES = frozenset({".txt", ".md", ".markdown"})
LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})

#: JSON may write a character of three bytes as six (\uXXXX), and metadata comes on top.
MAX_LINE_BYTES = 2 * MAX_ARTICLE_BYTES + 2**20

_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"
_OPEN_OBJECT = re.compile(rb"\{[ \t]*\r?\n")


class ArticleReader:
    """Reads articles from paths; one instance remembers the ids it has given out.

    on_problem: told of each file or line that cannot be used.
    on_notice:  told of what was left out without harm (a repeated article, files of other kinds).
    encoding:   of the files and of standard input, which must be ASCII-compatible. ArticleError if unknown.
    stdin:      what "-" reads; standard input by default.
    today:      the day against which an absurd `published` is told; by default the clock's.
    """

    def __init__(
        self,
        *,
        on_problem: Callable[[ArticleError], None],
        on_notice: Callable[[str], None] = lambda notice: None,
        encoding: str = "utf-8",
        stdin: io.BufferedReader | None = None,
        today: date | None = None,
    ) -> None:
        self._on_problem = on_problem
        self._on_notice = on_notice
        self._encoding = line_encoding(encoding)
        self._stdin = stdin
        self._today = today or date.today()
        self._read_before: dict[str, tuple[str, str]] = {}

    def read(self, paths: Iterable[str | os.PathLike[str]]) -> Iterator[Article]:
        """The articles of these files and folders, in the order given."""
        for path in paths:
            for article, where in self._of_path(os.fspath(path)):
                if self._is_new(article, where):
                    yield article

    def _is_new(self, article: Article, where: str) -> bool:
        before = self._read_before.get(article.id)
        if before is None:
            self._read_before[article.id] = (article.version, where)
            return True
        version, first = before
        if version == article.version:
            self._on_notice(f"{where}: the same article as {first}; read once")
        else:
            self._on_problem(
                ArticleError(f"{where}: id {article.id!r} was already used by {first}; give each article its own id")
            )
        return False

    def _of_path(self, path: str) -> Iterator[tuple[Article, str]]:
        try:
            if path == STDIN:
                yield from self._of_stream(self._stdin or _standard_input(), "standard input", "")
            elif Path(path).is_dir():
                yield from self._of_folder(Path(path))
            else:
                yield from self._of_file(Path(path), str(path))
        except ArticleError as problem:
            self._on_problem(problem)

    def _of_folder(self, folder: Path) -> Iterator[tuple[Article, str]]:
        wanted, others = _files_below(folder, self._on_problem)
        if others:
            self._on_notice(f"{folder}: {others} file(s) of other kinds left out")
        if not wanted:
            raise ArticleError(f"{folder}: has no .txt, .md or .jsonl file; name the folder that holds the articles")
        for path in wanted:
            try:
                yield from self._of_file(path, str(path))
            except ArticleError as problem:
                self._on_problem(problem)

    def _of_file(self, path: Path, where: str) -> Iterator[tuple[Article, str]]:
        suffix = path.suffix.lower()
        if suffix and suffix not in TEXT_SUFFIXES | LINES_SUFFIXES and path.exists():
            raise ArticleError(f"{where}: {suffix} files are not read; give .txt, .md or .jsonl")
        try:
            with path.open("rb") as stream:
                yield from self._of_stream(stream, where, suffix)
        except FileNotFoundError as error:
            raise ArticleError(f"{where}: no such file or folder; check the path") from error
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise ArticleError(f"{where}: cannot be read ({error}); check its permissions and the disk") from error

    def _of_stream(self, stream: io.BufferedReader, where: str, suffix: str) -> Iterator[tuple[Article, str]]:
        start = stream.peek(64).lstrip(_BEFORE_JSON)
        if suffix in LINES_SUFFIXES or (not suffix and start.startswith(b"{")):
            _refuse_other_json(start, where)
            yield from self._of_lines(stream, where)
        else:
            yield self._of_text(stream, where), where

    def _of_text(self, stream: io.BufferedReader, where: str) -> Article:
        data = stream.read(MAX_ARTICLE_BYTES + 1)
        if not data:
            raise ArticleError(f"{where}: is empty; remove it, or put the article's text there")
        if len(data) > MAX_ARTICLE_BYTES:
            raise too_long(where)
        return article_from_text(decode_text(data, where, self._encoding), where, today=self._today)

    def _of_lines(self, stream: io.BufferedReader, where: str) -> Iterator[tuple[Article, str]]:
        empty = True
        for number, line in _numbered_lines(stream):
            place = f"{where} line {number}"
            if line is not None and not line.strip():
                continue
            empty = False
            try:
                article = self._of_line(line, place)
            except ArticleError as problem:
                self._on_problem(problem)
            else:
                yield article, place
        if empty:
            raise ArticleError(f"{where}: is empty; remove it, or write one article a line")

    def _of_line(self, line: bytes | None, where: str) -> Article:
        if line is None:
            raise too_long(where)
        text = decode_text(line, where, self._encoding)
        return article_from_record(_json(text, where), where, today=self._today)


def _refuse_other_json(start: bytes, where: str) -> None:
    """Refuses a file as a whole where complaining about each of its lines would only make noise."""
    if start.startswith(b"["):
        raise ArticleError(f"{where}: a JSON list; one object a line is expected: jq -c '.[]' makes that")
    if _OPEN_OBJECT.match(start):
        raise ArticleError(f"{where}: JSON over several lines; one object a line is expected: jq -c . makes that")


def _standard_input() -> io.BufferedReader:
    return open(sys.stdin.fileno(), "rb", closefd=False)


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        cause = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ArticleError(f"{where}: not JSON ({cause}); one object a line is expected") from error


def _numbered_lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers; None for one that is too long, whose rest is skipped unread."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) <= MAX_LINE_BYTES:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES)
        yield number, None


def _files_below(folder: Path, on_problem: Callable[[ArticleError], None]) -> tuple[list[Path], int]:
    """The files to read below `folder`, sorted, and how many were left out; hidden ones do not count."""

    def tell(error: OSError) -> None:
        on_problem(ArticleError(f"{error.filename}: cannot be listed ({error.strerror}); check its permissions"))

    wanted: list[Path] = []
    others = 0
    for parent, folders, files in os.walk(folder, onerror=tell):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if name.startswith("."):
                continue
            if Path(name).suffix.lower() in TEXT_SUFFIXES | LINES_SUFFIXES:
                wanted.append(Path(parent, name))
            else:
                others += 1
    return sorted(wanted), others

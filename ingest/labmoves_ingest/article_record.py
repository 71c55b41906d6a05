"""One article from one record: a JSON object, or a text with optional front matter.

    {"id": "a1", "text": "…", "published": "2025-10-15", "lang": "zh-Hans", "url": "…", …}

    ---
    title: …
    published: 2025-10-15
    ---
    The text.

Known keys are id, text, title, url, published (or date), lang (or language) and publisher; others are ignored.
A record without id is named by the hash of its URL, else of its text, so that it keeps its name when read
again. Nothing is taken from file names or clocks: no `published` means None.

Errors: ArticleError for a record that cannot be used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from labmoves_graph.errors import ArticleError
from labmoves_graph.model import Article, content_hash
from labmoves_ingest.language import detect_language, language_of_tag, reads_language
from labmoves_ingest.text_decoding import checked_text

__all__ = ["MAX_ARTICLE_BYTES", "article_from_record", "article_from_text"]

#: The longest article that is read. A long book is about 3 MB; more is a dump of many articles.
MAX_ARTICLE_BYTES = 10 * 2**20

#: The web's first year: an earlier "published" is a default or an error, as is one further ahead than this.
FIRST_YEAR = 1990
AHEAD = timedelta(days=366)

_ALIASES = {"date": "published", "language": "lang"}
_KEYS = frozenset({"id", "text", "title", "url", "published", "lang", "publisher"})
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<lines>(?:(?!---).*\n){0,60}?)---[ \t]*(?:\n|\Z)")
_FRONT_MATTER_LINE = re.compile(r"(?P<key>[A-Za-z][\w-]*)[ \t]*:(?:[ \t]+(?P<value>.*))?")
_HEADING = re.compile(r"\s*#[ \t]+(?P<title>.+?)[ \t#]*(?:\n|\Z)")
_NOT_IN_URL = re.compile(r"[\s<>\"{}|\\^`\x00-\x20\x7f]")


def article_from_record(record: Any, where: str, *, today: date) -> Article:
    """The article that a decoded JSON value states; its text is kept character by character.

    where: how messages name the record, e.g. "news.jsonl line 3".
    today: the day against which an absurd `published` is told.
    """
    if not isinstance(record, Mapping):
        raise ArticleError(f'{where}: not an object; write {{"id": …, "text": …}} on one line')
    fields = _known_fields(record, where)
    text = _sized_text(fields.pop("text", None), where)
    return _article(text, fields, where, today)


def article_from_text(text: str, where: str, *, today: date) -> Article:
    """The article of a text file: line ends become \\n, front matter becomes metadata and leaves the text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    metadata, body = _split_front_matter(text)
    fields = _known_fields(metadata, where)
    fields.pop("text", None)
    body = _sized_text(body, where)
    if "title" not in fields and (heading := _HEADING.match(body)):
        fields["title"] = heading["title"]
    return _article(body, fields, where, today)


def _article(text: str, fields: dict[str, str], where: str, today: date) -> Article:
    url = _url(fields.get("url", ""), where)
    tag = fields.get("lang", "")
    if tag and not reads_language(tag):
        raise ArticleError(f"{where}: lang {tag[:20]!r} is not read here; only en, zh-Hans and zh-Hant are")
    return Article(
        id=fields.get("id") or content_hash(url or text),
        text=text,
        title=fields.get("title", ""),
        url=url,
        publisher=fields.get("publisher", ""),
        published=_published(fields.get("published", ""), where, today),
        language=language_of_tag(tag) or detect_language(text),
    )


def _known_fields(record: Mapping[str, Any], where: str) -> dict[str, str]:
    """The known keys that hold something, as text; a number is right for an id only."""
    fields: dict[str, str] = {}
    for name, value in record.items():
        key = _ALIASES.get(name, name)
        if key not in _KEYS or value is None or (key in fields and name != key):
            continue
        if key == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise ArticleError(f"{where}: {name} is {str(value)[:20]}, no text; write it in quotes")
        if key == "text":
            fields[key] = value
        elif value := " ".join(value.split()):
            fields[key] = checked_text(value, f"{where}: {name}")
    return fields


def _sized_text(text: str | None, where: str) -> str:
    if text is None:
        raise ArticleError(f'{where}: has no "text"; an article needs at least its text')
    checked_text(text, where)
    if len(text) > MAX_ARTICLE_BYTES or len(text.encode("utf-8")) > MAX_ARTICLE_BYTES:
        raise too_long(where)
    return text


def too_long(where: str) -> ArticleError:
    """What is said of an article over the limit."""
    return ArticleError(
        f"{where}: longer than {MAX_ARTICLE_BYTES // 2**20} MB, more than one article can be; "
        "split it into articles, one a file or one a JSON line"
    )


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    metadata: dict[str, str] = {}
    for line in found["lines"].splitlines():
        if not line.strip() or line[0] in " \t-#":  # blank, nested or list values, comments: none of the known keys
            continue
        entry = _FRONT_MATTER_LINE.fullmatch(line.rstrip())
        if entry is None:
            return {}, text  # a rule between dashes, not front matter
        metadata[entry["key"].lower()] = _unquoted(entry["value"] or "")
    return metadata, text[found.end() :]


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _url(url: str, where: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ArticleError(f"{where}: url {url[:60]!r} is no URL ({error}); correct or remove it") from error
    if parts.scheme not in ("http", "https") or not parts.netloc or _NOT_IN_URL.search(url):
        raise ArticleError(f"{where}: url {url[:60]!r} is no http(s) URL; correct or remove it")
    return url


def _published(text: str, where: str, today: date) -> date | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()  # also takes a bare day
    except ValueError as error:
        raise ArticleError(
            f"{where}: published {text[:40]!r} is no date ({error}); write it like 2025-10-15, or leave it out"
        ) from error
    if day.year < FIRST_YEAR or day - today > AHEAD:
        raise ArticleError(
            f"{where}: published {text[:40]!r} lies {'before the web' if day < today else 'in the far future'}; "
            "correct it, or leave it out if it is not known"
        )
    return day

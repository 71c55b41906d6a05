"""The article in an HTML page: its text, title, day of publication and publisher.

The text is that of the <article> or <main> element where there is one, else of the whole body, one line a block,
without scripts, menus and forms. The parser keeps no tree and expands no entities of a document's own, so neither
depth nor entities can be used against it. What the page does not state stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser

__all__ = ["PageText", "decoded_page", "read_page"]

_IGNORED = frozenset(
    ["script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "select", "svg", "iframe"]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_PUBLISHED = ("article:published_time", "datepublished", "date", "pubdate", "dc.date", "publishdate")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
SHORTEST_BODY = 200  # characters; an <article> with less is a teaser, and the whole page is read


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page states of its article; empty or None where it states nothing."""

    text: str
    title: str
    published: date | None
    publisher: str


def read_page(html: str) -> PageText:
    """The article in the page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    inner = _lines(reader.inner)
    text = inner if len(inner) >= SHORTEST_BODY else _lines(reader.outer)
    title = reader.meta.get("og:title") or _one_line("".join(reader.title))
    published = next((day for name in _PUBLISHED if (day := _day(reader.meta.get(name, "")))), None)
    return PageText(text, _one_line(title), published, _one_line(reader.meta.get("og:site_name", "")))


def decoded_page(body: bytes, charset: str | None) -> str:
    """The page's characters, by its header's charset, else its own, else UTF-8; undecodable bytes become U+FFFD."""
    stated = _CHARSET.search(body[:4096])
    for name in (charset, stated[1].decode("ascii") if stated else None, "utf-8"):
        if name:
            try:
                return body.decode(name, "replace")
            except LookupError:
                continue
    return body.decode("utf-8", "replace")


class _Reader(HTMLParser):
    """Collects the text inside <article> or <main>, and that of the whole page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.title: list[str] = []
        self.inner: list[str] = []
        self.outer: list[str] = []
        self._ignored = 0
        self._in_article = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            given = {name: value or "" for name, value in attrs}
            name = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
            self.meta.setdefault(name, given.get("content", ""))
        self._in_title = tag == "title" or (self._in_title and tag != "body")
        self._ignored += tag in _IGNORED
        self._in_article += tag in ("article", "main")
        if tag in _BLOCKS:
            self._add("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._add("\n")
        elif tag == "meta":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"
        self._ignored -= tag in _IGNORED and self._ignored > 0
        self._in_article -= tag in ("article", "main") and self._in_article > 0
        if tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        else:
            self._add(re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        if not self._ignored:
            self.outer.append(text)
            if self._in_article:
                self.inner.append(text)


def _lines(parts: list[str]) -> str:
    lines = (_one_line(line) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None

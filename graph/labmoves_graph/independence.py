"""Which articles are independent sources, and which repeat one another.

    Article, Article, ...  ──►  groups: one per independent source

Two articles are one source when they share a publisher family (host, publisher's name, the news agency in the
dateline) or a long headline, or when their texts are near copies. Grouping is pairwise among the articles given, so
what counts for one move never depends on articles about something else. Archived pages count as the page that was
archived.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import numpy.typing as npt
from opencc import OpenCC

from labmoves_graph.model import Article
from labmoves_graph.registry import fold_name

__all__ = ["COPY_SHARE", "family_of_name", "independent_groups", "near_copies", "source_families"]

#: Share of the shorter text's shingles found in the longer one from which it counts as a copy. The 16 pairs of
#: annotated development articles that report one event independently share .03 at most; a reprint keeps nearly all.
COPY_SHARE = 0.5
SHINGLE = 5  # tokens; a Han character or a Latin word each
MINIMUM_SHINGLES = 12  # shorter texts (a headline, a post) say too little to call one a copy of the other
SKETCH = 2000  # shingles kept of a text; longer ones are sampled by hash, so that texts stay comparable
HEADLINE = 7  # words from which two equal headlines are one article reprinted, not two of the same event
DATELINE = 400  # characters at either end of a text in which a news agency signs

_TOKEN = re.compile(r"[a-z0-9]+|[㐀-鿿]")
_AGENCY = re.compile(r"[（(【\[]\s*([A-Za-z][\w .-]{1,28}|[㐀-鿿]{2,6}?)\s*(?:电|電|讯|訊)?\s*[)）】\]]")
_SECOND_LEVEL = frozenset(["ac", "co", "com", "edu", "gov", "net", "org"])

Sketch = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Publishers:
    """publishers.toml, indexed."""

    by_host: dict[str, str]
    by_name: dict[str, str]
    accounts: dict[str, int]
    platforms: frozenset[str]
    archives: frozenset[str]


@lru_cache(maxsize=1)
def _publishers() -> _Publishers:
    data: dict[str, Any] = tomllib.loads((Path(__file__).parent / "publishers.toml").read_text(encoding="utf-8"))
    by_host: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for family in data["family"]:
        key = f"family:{fold_name(family['names'][0])}"
        by_host.update((host, key) for host in family["hosts"])
        by_name.update((fold_name(name), key) for name in family["names"])
    platforms, archives = (frozenset(data[kind]["hosts"]) for kind in ("platforms", "archives"))
    return _Publishers(by_host, by_name, data["accounts"], platforms, archives)


def family_of_name(name: str) -> str | None:
    """The key of the publisher family that bears this name, None if no known publisher does."""
    return _publishers().by_name.get(fold_name(name)) if name else None


def source_families(article: Article, cited_url: str = "") -> frozenset[str]:
    """Keys of the publishers that stand behind an article: equal keys mean one source.

    cited_url: the page that a curated claim cites, used when the article itself has no address.
    """
    url = article.url or cited_url
    ends = article.text[:DATELINE], article.text[-DATELINE:]
    return _families(url, article.publisher, article.title, *ends)


@lru_cache(maxsize=4096)
def _families(url: str, publisher: str, title: str, head: str, tail: str) -> frozenset[str]:
    known = _publishers()
    slug = max(unquote(urlsplit(url).path).removesuffix(".html").split("/"), key=len)
    keys = {f"headline:{' '.join(words)}" for words in map(_words, (title, slug)) if len(words) >= HEADLINE}
    if publisher:
        folded = fold_name(publisher)
        keys.add(known.by_name.get(folded, f"name:{folded}"))
    if url and not (publisher and _on_platform(url)):
        keys.add(_host_family(url))
    for signature in _AGENCY.findall(head) + _AGENCY.findall(tail):
        if (family := known.by_name.get(fold_name(signature))) is not None:
            keys.add(family)
    return frozenset(keys)


def _words(headline: str) -> list[str]:
    """The words of a headline, or of the part of an address that repeats it, in order; numbers say nothing."""
    found = _TOKEN.findall(headline.translate(_to_simplified()).casefold())
    return [word for word in found if not word.isdigit()]


def _on_platform(url: str) -> bool:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return not _publishers().platforms.isdisjoint((host, _registrable(host)))


@lru_cache(maxsize=65536)
def _host_family(url: str) -> str:
    known = _publishers()
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host in known.archives:
        kept = re.search(r"https?:/+(.+)", unquote(parts.path))
        return _host_family(f"https://{kept[1]}") if kept else f"host:{host}"
    domain = _registrable(host)
    if domain in known.accounts:
        depth = known.accounts[domain]
        account = "/".join(parts.path.strip("/").split("/")[:depth]).casefold()
        return f"account:{domain}/{account}" if depth else f"account:{host}"
    return known.by_host.get(domain, f"host:{domain}")


def _registrable(host: str) -> str:
    labels = host.split(".")
    width = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-width:])


def independent_groups(articles: Sequence[Article], extra: Iterable[frozenset[str]] = ()) -> list[list[int]]:
    """Indexes of `articles` grouped by independent source, in order of first appearance.

    extra: further family keys per article (whom its claim credits, the page it cites), in the same order.
    """
    if len(articles) == 1:
        return [[0]]
    keys = [source_families(article) for article in articles]
    for index, more in enumerate(extra):
        keys[index] |= more
    parent = list(range(len(articles)))
    first_with: dict[str, int] = {}
    for index, families in enumerate(keys):
        for key in [f"id:{articles[index].id}", *families]:
            _join(parent, first_with.setdefault(key, index), index)
    heads = sorted({_root(parent, index) for index in range(len(articles))})
    if len(heads) > 1:
        _join_copies(articles, parent)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(articles)):
        groups[_root(parent, index)].append(index)
    return sorted(groups.values())


def _join_copies(articles: Sequence[Article], parent: list[int]) -> None:
    texts = [(index, article.text) for index, article in enumerate(articles) if article.text]
    for position, (one, text) in enumerate(texts):
        for other, other_text in texts[position + 1 :]:
            if _root(parent, one) != _root(parent, other) and near_copies(text, other_text):
                _join(parent, one, other)


def near_copies(one: str, other: str) -> bool:
    """Whether one text repeats the other: COPY_SHARE of the shorter one's shingles stand in the longer one."""
    if one == other:
        return bool(one)
    (left_scale, left), (right_scale, right) = _sketch(one), _sketch(other)
    scale = max(left_scale, right_scale)
    left, right = left[left % np.uint64(scale) == 0], right[right % np.uint64(scale) == 0]
    shorter = min(len(left), len(right))
    if shorter < MINIMUM_SHINGLES:
        return False
    return len(np.intersect1d(left, right, assume_unique=True)) >= COPY_SHARE * shorter


@lru_cache(maxsize=4096)
def _sketch(text: str) -> tuple[int, Sketch]:
    tokens = _TOKEN.findall(text.translate(_to_simplified()).casefold())
    codes = np.fromiter((zlib.crc32(token.encode()) for token in tokens), np.uint64, len(tokens))
    if len(codes) < SHINGLE:
        return 1, np.empty(0, np.uint64)
    windows = np.zeros(len(codes) - SHINGLE + 1, np.uint64)
    for offset in range(SHINGLE):
        windows = windows * np.uint64(0x9E3779B97F4A7C15) + codes[offset : offset + len(windows)]
    windows ^= windows >> np.uint64(31)
    unique = np.unique(windows)
    scale = 1
    while len(unique) > SKETCH:
        scale *= 2
        unique = unique[unique % np.uint64(scale) == 0]
    return scale, unique


@lru_cache(maxsize=1)
def _to_simplified() -> dict[int, str]:
    han = [chr(code) for code in range(0x3400, 0xA000)]
    simplified = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(old): new for old, new in zip(han, simplified, strict=True) if old != new and len(new) == 1}


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def _join(parent: list[int], one: int, other: int) -> None:
    one, other = sorted((_root(parent, one), _root(parent, other)))
    parent[other] = one

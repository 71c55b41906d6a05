"""Bytes of a file as text, or why they are none.

UTF-8 is read as it is, with or without a byte order mark; UTF-16 only with its mark. Another encoding is used
when the caller names it and is never guessed: a wrong guess turns names into other names. The guess goes into
the remedy instead.

Errors: ArticleError, whose message names the file, the cause and what to do.
"""

from __future__ import annotations

import codecs
import re

from labmoves_graph.errors import ArticleError

__all__ = ["checked_text", "decode_text", "line_encoding"]

_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
}
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HAN = re.compile(r"[㐀-鿿]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

#: The most frequent characters of running Chinese, in both scripts: they make up a fifth of real text and
#: next to nothing of what a wrong decoding gives.
_FREQUENT = frozenset("的一是在不了有和人中大上我以要他这个国为这们来时會会這個國為們來時")
FREQUENT_SHARE = 0.05


def decode_text(data: bytes, where: str, encoding: str = "utf-8") -> str:
    """The text that `data` holds, its byte order mark removed. `where` names the source in messages."""
    if data.startswith(_UTF16_MARKS):
        return _decode(data, "utf-16", where)
    if kind := _binary_kind(data):
        raise ArticleError(f"{where}: is {kind}, no text; give its text as UTF-8 .txt, .md or .jsonl")
    return _decode(data, encoding, where).removeprefix("\ufeff")


def checked_text(text: str, where: str) -> str:
    """`text` if it can be stored and searched: something in it, no NUL, no half of a surrogate pair."""
    if not text.strip():
        raise ArticleError(f"{where}: holds no text; remove it, or put the article's text there")
    if (at := text.find("\0")) >= 0:
        raise ArticleError(f"{where}: holds a NUL character at {at}; remove it (it is no part of a text)")
    if found := _SURROGATE.search(text):
        raise ArticleError(
            f"{where}: holds half of a surrogate pair at {found.start()}, which is no character; write UTF-8"
        )
    return text


def line_encoding(name: str) -> str:
    """`name` if Python can decode it line by line. Raises ArticleError for unknown names and for UTF-16 or -32."""
    try:
        newline = "\n".encode(name)
    except LookupError as error:
        raise ArticleError(f"no encoding is called {name!r}; try utf-8, gb18030, big5 or windows-1252") from error
    if newline != b"\n":
        raise ArticleError(f"{name} cannot be read line by line; convert the file: iconv -f {name} -t UTF-8")
    return name


def _binary_kind(data: bytes) -> str | None:
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return kind
    head = data[:8192]
    if b"\0" in data or len(_CONTROLS.findall(head)) > len(head) / 50:
        return "a binary file"
    return None


def _decode(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        wrong = f"{where}: not {encoding.upper()} (byte 0x{data[error.start]:02X} at {error.start})"
        likely = _likely_encoding(data)
        if likely is None:
            raise ArticleError(
                f"{wrong}, and too little text to tell what; try --encoding gb18030, big5 or windows-1252"
            ) from error
        raise ArticleError(
            f"{wrong}, probably {likely.upper()}; read it with --encoding {likely}, "
            f"or convert it: iconv -f {likely} -t UTF-8"
        ) from error


def _likely_encoding(data: bytes) -> str | None:
    """The encoding that the text looks like; None when it looks like several."""
    head = data[:20000]
    plausible = {name: _frequent_share(head.decode(name, errors="ignore")) for name in ("gb18030", "big5")}
    best = max(plausible, key=lambda name: plausible[name])
    if plausible[best] >= FREQUENT_SHARE:
        return best
    # Accented letters stand alone among plain ones; a Chinese character is two bytes.
    beyond_ascii = sum(byte >= 0x80 for byte in head)
    return "windows-1252" if 2 * len(_ALONE.findall(head)) > beyond_ascii else None


def _frequent_share(text: str) -> float:
    han = _HAN.findall(text)
    return sum(character in _FREQUENT for character in han) / len(han) if han else 0.0

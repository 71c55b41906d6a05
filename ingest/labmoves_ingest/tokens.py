"""Tokens and sentences of Chinese and English text, by offsets into the raw text.

    tokenize("翁荔(Lilian Weng)离开OpenAI。")  -> 翁 荔 ( Lilian Weng ) 离 开 OpenAI 。

One Han character is one token, a Latin run is one token ("Google's" gives Google + 's), every other sign is its own;
white space is none, nor is what no reader reads (markup.py). Chinese news sets names, titles and days without a space
between them: OpenAICEO and Meta6月 are two tokens and three. `fold` maps a text to the form that cues are written in,
one character for one, so that every offset stays that of the raw text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from labmoves_ingest.markup import readable

__all__ = ["Sentence", "Token", "fold", "is_han", "sentences", "tokenize"]

_HAN = "㐀-䶿一-鿿豈-﫿々〇"
_LATIN = r"[^\W_" + _HAN + "぀-ヿ가-힯]"
_TOKEN = re.compile(
    r"(?P<clitic>['’](?:s|ve|m|ll|d|re)\b)"
    rf"|[$€£¥]?\d+(?:[.,]\d+)+(?![\w])"
    rf"|{_LATIN}+(?:(?:(?!['’](?:s|ve|m|ll|d|re)\b)['’&_]|[-‐](?={_LATIN})|\.(?=(?:ai|AI|com|io|org|cn)\b)){_LATIN}+)*"
    rf"|[{_HAN}]"
    r"|[^\s]"
)
#: A title that has grown together with the name before it, or the name behind it. The rarer ones end common words in
#: capitals (MICRO, ECHO, RSVP), so they are cut off only where the name's own small letters show where it ends.
_GROWN_TOGETHER = re.compile(
    r"(?P<name>[^\W_](?:[\w.&'’-]*?[^\W_])??)??(?P<title>C[ETOF]O|(?<![A-Z])(?:C[A-Z]O|[SE]?VP))(?P<behind>[A-Z][a-z][\w'’-]*)?"
)
#: The last word of a name and a number of days, months, years or money.
_NAME_AND_NUMBER = re.compile(r"(?P<name>[^\W\d_][\w.&'’-]*?[^\W\d_])(?P<number>\d{1,4})")
#: Words of fewer or more characters are left whole; the longest bounds what a hostile page can cost.
SHORTEST_GROWN, LONGEST_GROWN = 3, 60
#: Words that look grown together and are not.
_WHOLE = frozenset({"acto", "facto", "ivp", "vpns"})
_COUNTED = frozenset("年月日号號亿億万萬")
_BOUNDARY = re.compile(r"[。！？!?…]+[”」』’\"'）)]*|\.+[”\"'’)*]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"'—])(?:Mr|Mrs|Ms|Dr|Prof|Sir|St|Jr|Sr|vs|No|Nos|Gen|Gov|Sen|Rep|Hon|Rev|Capt|Sgt|Col|Fr|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sept|Sep|Oct|Nov|Dec|approx|est|e\.g|i\.e|al|ca|cf|Ph|[A-Z](?:\.[A-Z])*)$"
)
#: A line of this many characters or more that ends in a comma may have been wrapped: names go on in the next.
WRAPPED = 40
#: What may open the word after a wrapped line, beside a capital.
_OPENING = ("*", "_", "[", "“", '"')
#: Longest head of a list item, in characters.
ITEM_HEAD = 60
#: The head of a list item ("2. Andrej Karpathy.", "**Igor Babuschkin.**") belongs to the sentence after it.
_ITEM_HEAD = re.compile(r"^(?:[•·▪◦➤>*#–—-]+|\(?\d{1,2}[.)、]|\*\*)[\s*]*(?:\S+[ ]?){1,5}$")
#: After these a period ends the sentence only before a capital that is no continuation of a name.
_COMPANY_FORM = re.compile(r"\b(?:Inc|Corp|Ltd|Co|LLC|Bros|U\.S|U\.K|a\.m|p\.m)$")


@dataclass(frozen=True, slots=True)
class Token:
    """One token. folded is its text as cues are written: Simplified, halfwidth, lower case."""

    start: int
    end: int
    text: str
    folded: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Offsets of one sentence; first and last are token indices, last excluded."""

    start: int
    end: int
    first: int
    last: int


@lru_cache(maxsize=1)
def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    source = resources.files("opencc") / "dictionary" / "TSCharacters.txt"
    for line in source.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        choices = simplified.split()
        if len(traditional) == 1 and choices and len(choices[0]) == 1:
            table[ord(traditional)] = choices[0]
    for code in range(0xFF01, 0xFF5F):
        table[code] = chr(code - 0xFEE0).lower()
    table.update(
        {
            0x3000: " ",
            0x00A0: " ",
            0x2019: "'",
            0x2018: "'",
            0x201C: '"',
            0x201D: '"',
            0x30FB: "·",
            0x2027: "·",
            0x2022: "·",
        }
    )
    table.update({ord(c): c.lower() for c in map(chr, range(0x41, 0x250)) if c.isupper() and len(c.lower()) == 1})
    return table


def fold(text: str) -> str:
    """The text in Simplified, halfwidth, lower-case characters; as long as the text, offset for offset."""
    return text.translate(_fold_table())


def is_han(character: str) -> bool:
    """Whether the character is a Han ideograph."""
    return "一" <= character <= "鿿" or "㐀" <= character <= "䶿" or "豈" <= character <= "﫿"


def tokenize(text: str, folded: str | None = None) -> list[Token]:
    """All tokens of the text, in order. folded: fold(text) where the caller has it already."""
    form = fold(text) if folded is None else folded
    read = readable(text)
    found = []
    for m in _TOKEN.finditer(read):
        for start, end in _parts(m.group(), m.start(), read[m.end() : m.end() + 1]):
            found.append(Token(start, end, read[start:end], form[start:end]))
    return found


def _parts(word: str, start: int, following: str) -> list[tuple[int, int]]:
    """Where the parts of a word stand that has grown together with another. following: the sign behind the word."""
    if not SHORTEST_GROWN <= len(word) <= LONGEST_GROWN or word.lower() in _WHOLE:
        return [(start, start + len(word))]
    grown = _NAME_AND_NUMBER.fullmatch(word) if following in _COUNTED else _GROWN_TOGETHER.fullmatch(word)
    if grown is None:
        return [(start, start + len(word))]
    return [(start + grown.start(part), start + grown.end(part)) for part in grown.groupdict() if grown[part]]


def sentences(text: str, tokens: list[Token]) -> list[Sentence]:
    """The sentences of the text. A line break ends one, unless the line was wrapped and its sentence goes on."""
    found: list[Sentence] = []
    index = 0
    for end in _sentence_ends(readable(text)):
        first = index
        while index < len(tokens) and tokens[index].start < end:
            index += 1
        if index > first:
            found.append(Sentence(tokens[first].start, tokens[index - 1].end, first, index))
    if index < len(tokens):
        found.append(Sentence(tokens[index].start, tokens[-1].end, index, len(tokens)))
    return found


def _sentence_ends(text: str) -> list[int]:
    ends = []
    for m in _BOUNDARY.finditer(text):
        if m.group().startswith("."):
            opening = text.rfind("\n", max(0, m.start() - ITEM_HEAD), m.start()) + 1
            line = text[opening : m.start()]
            at_start = bool(opening) or m.start() <= ITEM_HEAD
            if at_start and (line.strip().isdigit() or _ITEM_HEAD.match(line)):
                continue
            before = text[max(0, m.start() - 12) : m.start()]
            if _ABBREVIATION.search(before):
                continue
            after = text[m.end() : m.end() + 3].lstrip()
            if _COMPANY_FORM.search(before) and not (after[:1].isupper() or not after):
                continue
            if after[:1].islower() and not m.group().endswith(('"', "”")):
                continue
        elif m.group().startswith("\n"):
            after = text[m.end() : m.end() + 1]
            before = text[m.start() - 1 : m.start()]
            if len(m.group()) == 1 and after.islower() and (before.isalnum() or before in ",;'’"):
                continue
            if len(m.group()) == 1 and before == "," and (after.isupper() or after in _OPENING) and _is_long(text, m):
                continue
        ends.append(m.end())
    return ends


def _is_long(text: str, line_break: re.Match[str]) -> bool:
    """Whether the line that ends here is as long as one that was wrapped."""
    end = line_break.start()
    return end >= WRAPPED and "\n" not in text[end - WRAPPED : end]

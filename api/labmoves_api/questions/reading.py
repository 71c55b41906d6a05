"""A question cut into words, dates first, with whatever nothing is known of.

read_question("Who left Anthropic in March 2025?", words, today)
    -> [left: leave] [anthropic: organization] [march 2025: date 2025-03]      nothing unknown
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from labmoves_api.questions.relative_dates import MONTHS, PATTERN, relative_date
from labmoves_api.questions.words import Kind, Meaning, Word, Words
from labmoves_graph.errors import DateError
from labmoves_graph.partial_date import PartialDate
from labmoves_graph.registry import fold_name

__all__ = ["ReadQuestion", "read_question"]

_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_SEASONS = {
    "spring": "21",
    "summer": "22",
    "autumn": "23",
    "fall": "23",
    "winter": "24",
    "春": "21",
    "夏": "22",
    "秋": "23",
    "冬": "24",
}
_DATE = re.compile(
    rf"""
    {PATTERN}
  |
    (?P<iso>(?<!\d)\d{{4}}-\d{{2}}(?:-\d{{2}})?(?!\d))
  | (?P<zh>(?<!\d)(?P<zy>\d{{4}})\s*年
      (?:\s*(?P<zs>[春夏秋冬])[天季]?|\s*(?P<zm>\d{{1,2}})\s*月份?(?:\s*(?P<zd>\d{{1,2}})\s*[日号])?)?)
  | (?P<mdy>\b(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>\d{{4}})\b)
  | (?P<dmy>\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m2>{_MONTH})\.?,?\s+(?P<y2>\d{{4}})\b)
  | (?P<my>\b(?P<m3>{_MONTH})\.?,?\s+(?P<y3>\d{{4}})\b)
  | (?P<sy>\b(?P<s4>spring|summer|autumn|fall|winter)\s+(?:of\s+)?(?P<y4>\d{{4}})\b)
  | (?P<y>(?<!\d)(?:19|20)\d{{2}}(?!\d|['’]?s\b))
    """,
    re.VERBOSE,
)
_GAP = " ?？!！.。,，;；:：、'\"“”()（）"
_FIRST_MARK = 0xE000  # private-use characters stand for dates while names are looked up


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """words: in order, without fillers. unknown: what nothing is known of, or no filter can express, in order, each
    with the reason where there is one to tell."""

    words: tuple[Word, ...]
    unknown: tuple[tuple[str, str], ...]


def read_question(question: str, words: Words, today: date) -> ReadQuestion:
    """Cut the question into what it is made of. today: what "last year" is said from."""
    plain = unicodedata.normalize("NFKC", question).casefold()
    dates: list[Word] = []
    marked = _DATE.sub(
        lambda found: _mark(found, dates, today), "".join(c for c in plain if not "\ue000" <= c <= "\uf8ff")
    )
    text = fold_name(marked)
    capitals = _capitals(question)
    found: list[Word] = []
    unknown: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        character = text[place]
        if character in _GAP:
            place += 1
        elif "\ue000" <= character <= "\uf8ff":
            found.append(dates[ord(character) - _FIRST_MARK])
            place += 1
        elif (word := words.at(text, place)) is not None:
            place += len(fold_name(word.text))
            if word.kind is Kind.REFUSED:
                unknown.append((word.text, word.value))
            elif word.partial and capitals is not None and not capitals.issuperset(_latin_words(word.text)):
                unknown.append((word.text, f"if it is a name, write {word.text.title()!r}"))
            elif found and words.within(word, found[-1]):
                found[-1] = replace(word, text=f"{found[-1].text} {word.text}")  # "Alibaba's Qwen team"
            elif word.value != Meaning.FILLER:
                found.append(word)
        else:
            piece = _unknown_piece(text, place, words)
            unknown.append((piece, ""))
            place += len(piece)
    return ReadQuestion(tuple(found), tuple(unknown))


def _unknown_piece(text: str, place: int, words: Words) -> str:
    """A Latin word, or Chinese characters up to the next that something is known of."""
    if latin := re.match(r"[^\W\u2e80-\u9fff]+", text[place:]):
        return latin[0]
    end = place + 1
    while end < len(text) and "\u2e80" <= text[end] <= "\u9fff" and words.at(text, end) is None:
        end += 1
    return text[place:end]


def _capitals(question: str) -> frozenset[str] | None:
    """The words with a capital, folded; None where the question is typed without any.

    Many surnames are words as well: "for so long" names nobody, "did Long leave" does.
    """
    plain = unicodedata.normalize("NFKC", question)
    if plain == plain.lower():
        return None
    return frozenset(word.casefold() for word in _latin_words(plain) if word[0].isupper())


def _latin_words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_\u2e80-\u9fff]+", text)


def _mark(found: re.Match[str], dates: list[Word], today: date) -> str:
    try:
        edtf = "/".join(PartialDate.parse(day).edtf for day in _edtf(found, today).split("/"))
    except (DateError, ValueError, OverflowError):
        return found[0]  # no day of the calendar: not understood
    dates.append(Word(found[0], Kind.DATE, edtf))
    return f" {chr(_FIRST_MARK + len(dates) - 1)} "


def _edtf(found: re.Match[str], today: date) -> str:
    given = found.groupdict()
    if any(given[name] for name in ("rm", "rs", "ry", "rz", "rp")):
        return relative_date(given, today)
    if given["iso"]:
        return found[0]
    if given["zh"]:
        if given["zs"]:
            return f"{given['zy']}-{_SEASONS[given['zs']]}"
        return _joined(given["zy"], given["zm"], given["zd"])
    if given["sy"]:
        return f"{given['y4']}-{_SEASONS[given['s4']]}"
    for year, month, day in (("y1", "m1", "d1"), ("y2", "m2", "d2"), ("y3", "m3", "")):
        if given[year]:
            number = next(n for n, name in enumerate(MONTHS, 1) if name.startswith(given[month]))
            return _joined(given[year], str(number), given[day] if day else None)
    return found[0]


def _joined(year: str, month: str | None, day: str | None) -> str:
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])

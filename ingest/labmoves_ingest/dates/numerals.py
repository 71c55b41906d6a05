"""Numbers as words: 二十三, 廿一, 二〇一九, "twenty-three", "a dozen".

Halves are kept (1.5), so that "a year and a half" can become eighteen months. Unknown words give None.
"""

from __future__ import annotations

__all__ = ["parse_number"]

_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_HAN_TENS = {"十": 10, "廿": 20, "卅": 30, "百": 100}

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
             "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
             "nineteenth")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: dict[str, float] = {
    **{word: i for i, word in enumerate(_ONES)},
    **{word: i for i, word in enumerate(_ORDINALS)},
    **{word: 20 + 10 * i for i, word in enumerate(_TENS)},
    **{"twentieth": 20, "thirtieth": 30, "a": 1, "an": 1, "the": 1, "dozen": 12, "couple": 2},
    **{"half": 0.5, "hundred": 100},
}


def parse_number(text: str) -> float | None:
    """The number that digits, Chinese numerals or English number words state; None if they state none."""
    text = text.strip().lower()
    bare = text.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    if bare.isascii() and bare.replace(",", "").replace(".", "", 1).isdigit():
        return float(bare.replace(",", ""))
    if text == "半":
        return 0.5
    if text and all(c in _HAN_DIGITS or c in _HAN_TENS for c in text):
        return _han(text)
    return _english(text)


def _han(text: str) -> float:
    if not any(c in _HAN_TENS for c in text):
        return float("".join(str(_HAN_DIGITS[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in _HAN_TENS:
            total += (1 if digit is None else digit) * _HAN_TENS[c]
            digit = None
        else:
            digit = _HAN_DIGITS[c]
    return float(total + (digit or 0))


def _english(text: str) -> float | None:
    words = [word for word in text.replace("-", " ").split() if word not in ("of", "and")]
    if not words or any(word not in _WORDS for word in words):
        return None
    if len(words) > 1 and words[0] in ("a", "an", "the"):
        words = words[1:]
    if words[-1] in ("a", "an") and words[0] == "half":
        return 0.5
    total = 0.0
    for word in words:
        total = total * 100 if word == "hundred" and total else total + _WORDS[word]
    return total

"""Folds a text so that one set of patterns reads it: widths, scripts, odd spaces. One character for one.

Offsets in the folded text are offsets in the text.
"""

from __future__ import annotations

__all__ = ["fold"]

#: Traditional characters of date expressions, and the Simplified ones that the patterns are written in.
_TRADITIONAL = "週禮後兩個號當幾數間過來該節農曆國慶聖誕開學歲這現時從將內約僅纔餘還萬億隻鐘剛轉兒舊滿復勞動雙"
_SIMPLIFIED = "周礼后两个号当几数间过来该节农历国庆圣诞开学岁这现时从将内约仅才余还万亿只钟刚转儿旧满复劳动双"
_ZEROS = "○◯〇"
_SPACES = "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\t"
_TABLE: dict[int, int] = {
    **{ord(t): ord(s) for t, s in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **{ord(c): ord("〇") for c in _ZEROS},
    **{ord(c): ord(" ") for c in _SPACES},
    **{code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)},
    0xFF0F: ord("/"),
    0xFF0D: ord("-"),
}


def fold(text: str) -> str:
    """The text with fullwidth digits, Traditional characters and odd spaces folded; as long as the text."""
    return text if text.isascii() else text.translate(_TABLE)
